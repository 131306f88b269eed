#include "plant/csv_replay.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace spindle::plant {
namespace {

Machine machine() {
  Machine out;
  const auto add = [&](std::string id, ValueType type) {
    Signal signal;
    signal.id = std::move(id);
    signal.type = type;
    signal.scale = 10;  // Exported values have it in them already.
    signal.key = SignalKey{static_cast<std::uint32_t>(out.signals.size() + 1)};
    out.signals.push_back(signal);
  };
  add("exec", ValueType::text);
  add("parts", ValueType::uint32);
  add("load", ValueType::float64);
  add("door", ValueType::boolean);
  add("logic", ValueType::condition);
  return out;
}

/// What a batch says, a line an observation.
std::vector<std::string> told(const Batch& batch) {
  std::vector<std::string> out;
  for (const Scan& scan : batch.scans) {
    for (std::uint32_t i = scan.first; i < scan.first + scan.count; ++i) {
      const Observation& o = batch.observations[i];
      std::string value = "-";
      if (o.value.kind == ValueKind::text) {
        value = batch.text_of(o.value);
        for (char& c : value)
          if (c == '\x1F') c = '|';
      } else if (const auto n = o.value.number()) {
        value = fmt::format("{}", *n);
      }
      out.push_back(fmt::format("{} {} {} {}", format_rfc3339(scan.time).substr(11, 8),
                                static_cast<std::uint32_t>(o.signal), value, to_string(o.quality)));
    }
  }
  return out;
}

std::vector<std::string> replay(CsvReplay& csv, std::string_view text, std::size_t piece) {
  std::vector<std::string> out;
  Batch batch;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    csv.feed(as_bytes(text.substr(at, piece)), batch);
    for (auto& line : told(batch)) out.push_back(line);
    batch.clear();
  }
  csv.finish(batch);
  for (auto& line : told(batch)) out.push_back(line);
  return out;
}

constexpr std::string_view recording =
    "\xEF\xBB\xBFt,signal,value,quality\r\n"
    "# a remark\r\n"
    "2024-03-14T00:00:00Z,exec,READY,\r\n"
    "2024-03-14T08:00:01+08:00,exec,\"ACTIVE, \"\"really\"\"\",good\r\n"
    "2024-03-14T00:00:01Z,parts,7\r\n"
    "\r\n"
    "2024-03-14T00:00:02,load,1.5,uncertain\n"
    "2024-03-14T00:00:03Z, door , true \r"
    "2024-03-14T00:00:04Z,exec,12\" pipe,good\n"
    "2024-03-14T00:00:05Z,load,,bad\n"
    "2024-03-14T00:00:06Z,parts,UNAVAILABLE\n"
    "2024-03-14T00:00:07Z,nobody,1\n"
    "2024-03-14T00:00:08Z,logic,Fault|E7|3||door | open\n"
    "2024-03-14T00:00:09Z,parts,many";

TEST(CsvReplay, SaysTheSameHoweverTheBytesArrive) {
  const std::vector<std::string> expected{
      "00:00:00 1 READY good",
      "00:00:01 1 ACTIVE, \"really\" good",
      "00:00:01 2 7 good",
      "00:00:02 3 1.5 uncertain",
      "00:00:03 4 1 good",
      "00:00:04 1 12\" pipe good",
      "00:00:05 3 - bad",
      "00:00:06 2 - unavailable",
      "00:00:08 5 FAULT|E7|3||door | open good",
      "00:00:09 2 - bad",
  };
  for (std::size_t piece = 1; piece <= recording.size(); ++piece) {
    CsvReplay csv(machine());
    ASSERT_EQ(replay(csv, recording, piece), expected) << "in pieces of " << piece;
    ASSERT_EQ(csv.counts(), (CsvReplay::Counts{11, 11, 0}));
  }
}

TEST(CsvReplay, LinesOfOneTimeAreOneScan) {
  CsvReplay csv(machine());
  Batch batch;
  csv.feed(as_bytes("2024-03-14T00:00:00Z,exec,A\n2024-03-14T00:00:00Z,parts,1\n"
                    "2024-03-14T00:00:01Z,parts,2\n"),
           batch);
  ASSERT_EQ(batch.scans.size(), 2u);
  EXPECT_EQ(batch.scans[0].count, 2u);
}

TEST(CsvReplay, HeaderNamesTheColumnsInAnyOrder) {
  CsvReplay csv(machine());
  EXPECT_EQ(replay(csv, "machine,value,t,signal\nm,3,2024-03-14T00:00:00Z,parts\n", 1000),
            std::vector<std::string>{"00:00:00 2 3 good"});
}

TEST(CsvReplay, LineThatCannotBeUnderstoodIsCountedAndTheRestGoesOn) {
  const struct {
    std::string line;
    std::string problem;
  } table[] = {
      {"yesterday,parts,1", "the time is not RFC 3339"},
      {",parts,1", "the time is not RFC 3339"},
      {"2024-03-14T00:00:00Z", "no signal is named"},
      {"2024-03-14T00:00:00Z,,1", "no signal is named"},
      {"2024-03-14T00:00:00Z,parts,1,excellent",
       "quality must be good, uncertain, bad or unavailable"},
      {"2024-03-14T00:00:00Z,\"parts\"x,1", "a quote is not closed, or text follows it"},
      {"2024-03-14T00:00:00Z,exec," + std::string(CsvReplay::line_max, 'x'), "longer than 64 KiB"},
  };
  for (const auto& row : table) {
    CsvReplay csv(machine());
    const auto text =
        "2024-03-14T00:00:00Z,parts,1\n" + row.line + "\n2024-03-14T00:00:02Z,parts,2\n";
    EXPECT_EQ(replay(csv, text, 4096),
              (std::vector<std::string>{"00:00:00 2 1 good", "00:00:02 2 2 good"}))
        << row.problem;
    EXPECT_EQ(csv.counts().malformed, 1u);
    EXPECT_EQ(csv.first_malformed(), "line 2: " + row.problem);
  }
}

TEST(CsvReplay, AQuoteThatNeverClosesDoesNotSwallowTheRecording) {
  CsvReplay csv(machine());
  std::string text = "2024-03-14T00:00:00Z,exec,\"never closed\n";
  for (int i = 0; i < 4000; ++i) text += "2024-03-14T00:00:01Z,parts,1\n";
  EXPECT_GT(replay(csv, text, 4096).size(), 1000u);
  EXPECT_EQ(csv.counts().malformed, 1u);
}

}  // namespace
}  // namespace spindle::plant
