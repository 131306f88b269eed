#include "protocol/shdr/line_parser.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/shdr/adapter.hpp"

namespace spindle::shdr {
namespace {

KeyTable keys() {
  KeyTable table;
  table.add("exec", KeyKind::text, 0);
  table.add("system", KeyKind::condition, 1);
  table.add("message", KeyKind::message, 2);
  table.add("load", KeyKind::number, 3);
  table.add("vibration", KeyKind::series, 4);
  table.add("mode", KeyKind::text, 5);
  table.add("avail", KeyKind::text, 6);
  return table;
}

/// The whole line as one text, so that a table can state it.
std::string told(std::string_view text) {
  const auto table = keys();
  LineParser parser(table);
  Line line;
  parser.parse({text, false}, line);
  std::string out;
  switch (line.kind) {
    case LineKind::empty:
      return "empty";
    case LineKind::asset:
      return "asset";
    case LineKind::command:
      return fmt::format("command {} ({})", line.command, line.argument);
    case LineKind::malformed:
      return fmt::format("malformed: {}", line.problem);
    case LineKind::observations:
      break;
  }
  switch (line.stamp.kind) {
    case Stamp::Kind::none:
      out = "-";
      break;
    case Stamp::Kind::absolute:
      out = format_rfc3339_us(line.stamp.time);
      break;
    case Stamp::Kind::relative:
      out = fmt::format("+{} us", line.stamp.offset.count());
      break;
  }
  if (line.duration_s) out += fmt::format(" for {} s", *line.duration_s);
  for (const auto& item : line.items) {
    out += fmt::format("; {}", item.key);
    if (item.tag != Item::no_tag) out += fmt::format("#{}", item.tag);
    switch (item.kind) {
      case ItemKind::value:
        out += fmt::format("={}", item.value);
        break;
      case ItemKind::condition:
        out += fmt::format(" {} [{}] [{}] [{}] [{}]", to_string(item.level), item.code,
                           item.severity, item.qualifier, item.value);
        break;
      case ItemKind::message:
        out += fmt::format(" says {}: {}", item.code, item.value);
        break;
      case ItemKind::series:
        out += fmt::format(" {} at {} Hz: {}", item.count, item.rate, item.value);
        break;
    }
  }
  return out;
}

struct Case {
  std::string_view line;
  std::string_view expected;
};

TEST(ShdrLine, SaysWhatTheAdapterMeant) {
  const std::vector<Case> cases{
      {"2016-05-13T05:00:00.123456Z|exec|ACTIVE", "2016-05-13T05:00:00.123456Z; exec#0=ACTIVE"},
      {"2022-08-08T13:51:34.7167149Z|a|1|b|two words|c|",
       "2022-08-08T13:51:34.716714Z; a=1; b=two words; c="},
      {"2016-05-13T05:00:00|a|1", "2016-05-13T05:00:00.000000Z; a=1"},
      {"2016-05-13T13:00:00+08:00|a|1", "2016-05-13T05:00:00.000000Z; a=1"},
      {"2016-05-13T05:00:00Z@12.5|a|1", "2016-05-13T05:00:00.000000Z for 12.5 s; a=1"},
      {"|a|1", "-; a=1"},
      {"a|1|b|2", "-; a=1; b=2"},
      {"2|tool_id|1", "+2000 us; tool_id=1"},
      {"1.5|tool_id|1", "+1500 us; tool_id=1"},
      {" 2 | a | 1 ", "+2000 us; a=1"},
      {"2|mill:exec|READY", "+2000 us; mill:exec#0=READY"},
      {"2|a|1|", "+2000 us; a=1"},
      // Conditions: of a known key anywhere, of an unknown one only alone and with seven fields.
      {"2|system|FAULT|E7|2|HIGH|too hot", "+2000 us; system#1 FAULT [E7] [2] [HIGH] [too hot]"},
      {"2|exec|READY|system|Normal||||", "+2000 us; exec#0=READY; system#1 NORMAL [] [] [] []"},
      {"2|system|warning|1||||exec|READY", "+2000 us; system#1 WARNING [1] [] [] []; exec#0=READY"},
      {"2|system|UNAVAILABLE", "+2000 us; system#1 UNAVAILABLE [] [] [] []"},
      {"2|system|FAULT|17", "+2000 us; system#1 FAULT [17] [] [] []"},
      {"2|C2travel|Unavailable||||", "+2000 us; C2travel UNAVAILABLE [] [] [] []"},
      {"2|logic|Warning|1253||| MOVE INH.(ATC ARM)",
       "+2000 us; logic WARNING [1253] [] [] [MOVE INH.(ATC ARM)]"},
      {"2|x|UNAVAILABLE|y|1|z|2", "+2000 us; x=UNAVAILABLE; y=1; z=2"},
      {"2|avail|UNAVAILABLE|exec|READY|mode|AUTOMATIC",
       "+2000 us; avail#6=UNAVAILABLE; exec#0=READY; mode#5=AUTOMATIC"},
      {"2|x|NORMAL|exec|READY|mode|AUTOMATIC",
       "+2000 us; x=NORMAL; exec#0=READY; mode#5=AUTOMATIC"},
      // Messages.
      {"2|message|42|Door is open", "+2000 us; message#2 says 42: Door is open"},
      {"2|exec|1|message|42|Door is open|mode|MANUAL",
       "+2000 us; exec#0=1; message#2 says 42: Door is open; mode#5=MANUAL"},
      {"2|exec|42|Door is open", "+2000 us; exec#0 says 42: Door is open"},
      // Time series.
      {"2|vibration|3|100|1.5 2 2.5", "+2000 us; vibration#4 3 at 100 Hz: 1.5 2 2.5"},
      {"2|load|2||7 8", "+2000 us; load#3 2 at 0 Hz: 7 8"},
      {"2|unknown|2|50|7 8", "+2000 us; unknown 2 at 50 Hz: 7 8"},
      {"2|vibration|UNAVAILABLE", "+2000 us; vibration#4=UNAVAILABLE"},
      {"2|load|5|mode|AUTOMATIC", "+2000 us; load#3=5; mode#5=AUTOMATIC"},
      // Data sets and quoted text.
      {"2|vars|a=1 b=\"x y\" c={1 2}", "+2000 us; vars=a=1 b=\"x y\" c={1 2}"},
      {"2|vars|\"a={x\\|y} b=2\"|exec|READY", "+2000 us; vars=a={x|y} b=2; exec#0=READY"},
      {"2|text|\"a|b\"|exec|READY", "+2000 us; text=a|b; exec#0=READY"},
      {"2|text|\"say \\\"hi\\\" \\\\ \"", "+2000 us; text=say \"hi\" \\"},
      {"2|text|\"unfinished|exec|READY", "+2000 us; text=\"unfinished; exec#0=READY"},
      {"2|text|\"so\" called|exec|\"READY\"", "+2000 us; text=\"so\" called; exec#0=READY"},
      {"2|path|TNC:\\DIR\\|exec|READY", "+2000 us; path=TNC:\\DIR\\; exec#0=READY"},
      // Commands, assets, nothing.
      {"* PONG 10000", "command PONG (10000)"},
      {"*adapterVersion:2.0.1", "command adapterVersion (2.0.1)"},
      {"* shdrVersion: 2.0", "command shdrVersion (2.0)"},
      {"2|@ASSET@|T1|CuttingTool|<CuttingTool/>", "asset"},
      {"2|@UPDATE_ASSET@|T1|ToolLife|7", "asset"},
      {"2|@REMOVE_ASSET@|T1", "asset"},
      {"2|@REMOVE_ALL_ASSETS@|CuttingTool", "asset"},
      {"", "empty"},
      {"   ", "empty"},
      // What must be refused.
      {"garbage", "malformed: no time stamp"},
      {"garbage|1|2", "malformed: no time stamp"},
      {"2016-13-45T05:00:00Z|a|1", "malformed: a time stamp that is no time"},
      {"2016-05-13T25:00:00Z|a|1", "malformed: a time stamp that is no time"},
      {"2016-05-13T05:00:00Z@soon|a|1", "malformed: a time stamp that is no time"},
      {"1e300|a|1", "malformed: a time stamp that is no time"},
      {"2016-05-13T05:00:00Z", "malformed: a time stamp without observations"},
      {"2016-05-13T05:00:00Z|", "malformed: an empty key"},
      {"2|a", "malformed: a key without a value"},
      {"2|a|1|b", "malformed: a key without a value"},
      {"2||1", "malformed: an empty key"},
      {"2|a|x||2", "malformed: an empty key"},
      {"2|system|LOUD||||",
       "malformed: a condition level that is none of normal, warning, fault, unavailable"},
      {"2|vibration|3|100|1.5 2",
       "malformed: a time series whose count does not match its samples"},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(told(line), expected) << line;
}

TEST(ShdrLine, StampsOfOneDayReadTheSameFastAndSlow) {
  const auto table = keys();
  LineParser parser(table);
  Line line;
  for (const std::string_view stamp :
       {"2016-05-13T05:00:00Z", "2016-05-13T23:59:59.999999Z", "2016-05-13T00:00:00.1Z",
        "2016-05-13T05:00:00.123456789Z", "2016-05-13T05:00:00.5+02:00", "2016-05-13T05:00:60Z",
        "2016-05-14T05:00:00.5", "2016-05-13T05:00:00Z"}) {
    parser.parse({fmt::format("{}|a|1", stamp), false}, line);
    EXPECT_EQ(line.stamp.time, scan_rfc3339(stamp, true)) << stamp;
  }
}

TEST(ShdrLine, AMultiLineAssetIsPassedOverWholeAndCountedOnce) {
  const auto table = keys();
  LineParser parser(table);
  Line line;
  for (const std::string_view text :
       {"2|@ASSET@|T1|CuttingTool|--multiline--AB", "<CuttingTool>", "2|exec|ACTIVE",
        "--multiline--OTHER", "--multiline--AB", "2|exec|READY"})
    parser.parse({text, false}, line);
  EXPECT_EQ(line.kind, LineKind::observations);
  EXPECT_EQ(parser.counts().assets, 1u);
  EXPECT_EQ(parser.counts().observations, 1u);
  EXPECT_EQ(parser.counts().lines, 2u);
}

TEST(ShdrLine, AnAssetWithoutAnEndIsGivenUpAfterABoundedWhile) {
  const auto table = keys();
  LineParser parser(table);
  Line line;
  parser.parse({"2|@ASSET@|T1|CuttingTool|--multiline--AB", false}, line);
  const std::string text(LineReader::line_max, 'x');
  for (int i = 0; i < 20 && line.kind == LineKind::asset; ++i) parser.parse({text, false}, line);
  EXPECT_EQ(line.kind, LineKind::malformed);
  parser.parse({"2|exec|READY", false}, line);
  EXPECT_EQ(line.kind, LineKind::observations);
}

TEST(ShdrLine, OfManyMalformedLinesTheFirstIsDescribed) {
  const auto table = keys();
  LineParser parser(table);
  Line line;
  parser.parse({"2|exec|READY", false}, line);
  parser.parse({"\x01\x02 what", false}, line);
  parser.parse({"and this", false}, line);
  EXPECT_EQ(parser.counts().malformed, 2u);
  EXPECT_EQ(parser.counts().lines, 3u);
  EXPECT_EQ(parser.first_malformed(), "line 2: no time stamp: '   what'");
}

TEST(ShdrLine, WhatTheAdapterSideWritesReadsBack) {
  std::string out;
  LineWriter writer(out);
  writer.begin(*parse_rfc3339("2024-03-14T08:00:00.000250Z"));
  writer.value("exec", "ACTIVE");
  writer.value("note", "a|b \"c\" \\ d\ne");
  writer.condition("system", Level::fault, "E7", "", "HIGH", "hot|cold");
  writer.message("message", "42", "Door");
  writer.end();
  ASSERT_EQ(out.back(), '\n');
  out.pop_back();
  EXPECT_EQ(told(out),
            "2024-03-14T08:00:00.000250Z; exec#0=ACTIVE; note=a|b \"c\" \\ d e; "
            "system#1 FAULT [E7] [] [HIGH] [hot|cold]; message#2 says 42: Door");
}

TEST(ShdrAdapter, AnswersEachPingHoweverItArrives) {
  PingAnswerer answerer(std::chrono::seconds{10});
  std::string out;
  for (const char c : std::string("* PING\nnonsense\n* PING\r\n"))
    answerer.handle_bytes(as_bytes(std::string_view(&c, 1)), out);
  EXPECT_EQ(out, "* PONG 10000\n* PONG 10000\n");
}

TEST(ShdrKeyTable, FindsEachOfManyKeysAndNoOther) {
  KeyTable table;
  for (std::uint32_t i = 0; i < 2000; ++i)
    EXPECT_TRUE(table.add(fmt::format("aaaaaaaa{}bbbbbbbb", i), KeyKind::value, i));
  EXPECT_FALSE(table.add("aaaaaaaa7bbbbbbbb", KeyKind::text, 9));
  for (std::uint32_t i = 0; i < 2000; ++i)
    EXPECT_EQ(table.find(fmt::format("dev:aaaaaaaa{}bbbbbbbb", i))->tag, i);
  EXPECT_EQ(table.find("aaaaaaaa2000bbbbbbbb"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
  EXPECT_EQ(KeyTable{}.find("x"), nullptr);
}

}  // namespace
}  // namespace spindle::shdr
