#include "protocol/line/line_parser.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace spindle::line {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string said(const Field& field, const Series& series) {
  const auto& name = series.fields.at(field.slot);
  switch (field.kind) {
    case FieldKind::real:
      return fmt::format("{}={}", name, field.real);
    case FieldKind::integer:
      return fmt::format("{}={}i", name, field.integer);
    case FieldKind::unsigned_integer:
      return fmt::format("{}={}u", name, field.unsigned_integer);
    case FieldKind::boolean:
      return fmt::format("{}={}", name, field.boolean);
    case FieldKind::text:
      return fmt::format("{}=<{}>", name, field.text);
  }
  return {};
}

/// A line in words: `1 [m][machine][a] x=1 y=<text> @1000` (microseconds).
std::string said(const Line& line) {
  auto out = fmt::format("{} [{}]", line.number, line.series->measurement);
  for (const auto& tag : line.series->tags) out += fmt::format("[{}][{}]", tag.key, tag.value);
  for (const auto& field : line.fields) out += ' ' + said(field, *line.series);
  if (line.time) out += fmt::format(" @{}", line.time->time_since_epoch().count());
  return out;
}

std::string said(const Problem& problem) {
  return fmt::format("{}:{}: {}", problem.line, problem.column, problem.what);
}

/// All that a text says, one after the other.
std::vector<std::string> read_with(LineParser& parser, std::string_view text,
                                   Precision precision = Precision::nanoseconds) {
  std::vector<std::string> out;
  parser.begin(text, precision);
  while (true) {
    switch (parser.next()) {
      case LineParser::Found::end:
        return out;
      case LineParser::Found::line:
        out.push_back(said(parser.line()));
        break;
      case LineParser::Found::problem:
        out.push_back(said(parser.problem()));
        break;
    }
  }
}

std::vector<std::string> read(std::string_view text, Precision precision = Precision::nanoseconds) {
  LineParser parser;
  return read_with(parser, text, precision);
}

TEST(LineProtocol, PointIsMeasurementTagsFieldsAndTime) {
  EXPECT_THAT(read("weather,location=us-midwest,season=summer temperature=82,humid=71.5 "
                   "1465839830100400200\n"),
              ElementsAre("1 [weather][location][us-midwest][season][summer] temperature=82 "
                          "humid=71.5 @1465839830100400"));
  EXPECT_THAT(read("m v=1"), ElementsAre("1 [m] v=1"));
}

TEST(LineProtocol, TypesAreTheOnesOfTheFormat) {
  EXPECT_THAT(read("m a=1,b=-1.5,c=1e3,d=1.e-3,e=.5,f=-0,g=1.234456e+78"),
              ElementsAre("1 [m] a=1 b=-1.5 c=1000 d=0.001 e=0.5 f=-0 g=1.234456e+78"));
  EXPECT_THAT(
      read("m a=42i,b=-9223372036854775808i,c=9223372036854775807i,d=18446744073709551615u"),
      ElementsAre("1 [m] a=42i b=-9223372036854775808i c=9223372036854775807i "
                  "d=18446744073709551615u"));
  EXPECT_THAT(read("m a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE"),
              ElementsAre("1 [m] a=true b=true c=true d=true e=true f=false g=false h=false "
                          "i=false j=false"));
  EXPECT_THAT(read(R"(m a="words, with = and blank",b="")"),
              ElementsAre("1 [m] a=<words, with = and blank> b=<>"));
}

// The documentation's tables of special characters.
TEST(LineProtocol, EscapesMeanWhatTheFormatSays) {
  EXPECT_THAT(read(R"(my\ meas\,ure=ment,tag\ Key\,1\=a=tag\ Value\,2\=b field\ Key\,3\=c=1)"),
              ElementsAre("1 [my meas,ure=ment][tag Key,1=a][tag Value,2=b] field Key,3=c=1"));
  EXPECT_THAT(read(R"(m s="a \"quoted\" word",t="back\slash",u="back\\slash",v="\\\"")"),
              ElementsAre(R"(1 [m] s=<a "quoted" word> t=<back\slash> u=<back\slash> v=<\">)"));
  // A backslash before anything else is a backslash, also in names.
  EXPECT_THAT(read(R"(m\n,path=C:\dir,two=a\\b f\x=1)"),
              ElementsAre(R"(1 [m\n][path][C:\dir][two][a\\b] f\x=1)"));
  EXPECT_THAT(read(R"(m,t="quoted" f=1)"), ElementsAre(R"(1 [m][t]["quoted"] f=1)"));
}

TEST(LineProtocol, CommentsEmptyLinesAndEveryLineEndArePassedOver) {
  EXPECT_THAT(read("# a comment\n\n   \r\nm v=1 1\r\n  # another\n  m v=2 2  \n\rm v=3\n#end"),
              ElementsAre("4 [m] v=1 @0", "6 [m] v=2 @0", testing::StartsWith("7:1:")));
  EXPECT_THAT(read("\xEF\xBB\xBFm v=1"), ElementsAre("1 [m] v=1"));
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("\n\n"), IsEmpty());
  EXPECT_THAT(read("m v=1\r"), ElementsAre("1 [m] v=1"));
}

TEST(LineProtocol, SeveralBlanksBetweenPartsAreOne) {
  EXPECT_THAT(read("m,a=b   v=1   1000   "), ElementsAre("1 [m][a][b] v=1 @1"));
}

TEST(LineProtocol, TimeIsInTheUnitThatWasSaid) {
  const struct {
    Precision unit;
    const char* time;
  } table[] = {{Precision::nanoseconds, "7200000000999"},
               {Precision::microseconds, "7200000000"},
               {Precision::milliseconds, "7200000"},
               {Precision::seconds, "7200"},
               {Precision::minutes, "120"},
               {Precision::hours, "2"}};
  for (const auto& row : table)
    EXPECT_THAT(read(fmt::format("m v=1 {}", row.time), row.unit),
                ElementsAre("1 [m] v=1 @7200000000"))
        << to_string(row.unit);
  EXPECT_THAT(read("m v=1 -1"), ElementsAre("1 [m] v=1 @-1"));
  for (const auto* word : {"ns", "n", "us", "u", "ms", "s", "m", "h"})
    EXPECT_TRUE(precision_from(word)) << word;
  EXPECT_FALSE(precision_from("d"));
  EXPECT_FALSE(precision_from(""));
}

TEST(LineProtocol, WrongLineIsNamedByPlaceAndReason) {
  const struct {
    const char* text;
    const char* where;
    const char* words;
  } table[] = {
      {"m", "1:2:", "no fields"},
      {"m,a=b", "1:6:", "no fields"},
      {"m ", "1:3:", "no fields"},
      {",a=b v=1", "1:1:", "no measurement"},
      {"m,a v=1", "1:3:", "`a` has no value"},
      {"m,a= v=1", "1:5:", "empty value"},
      {"m,=b v=1", "1:3:", "without a name"},
      {"m,a=b=c v=1", "1:6:", "second `=`"},
      {"m,a=1,a=2 v=1", "1:7:", "stands twice"},
      {"m, v=1", "1:3:", "has no value"},
      {"m v", "1:3:", "`v` has no value"},
      {"m v 1", "1:3:", "`v` has no value"},
      {"m =1", "1:3:", "without a name"},
      {"m v=", "1:5:", "no value"},
      {"m v=,w=1", "1:5:", "no value"},
      {"m v= 5", "1:5:", "no value"},
      {"m v=1,", "1:7:", "missing"},
      {"m v=1,,w=2", "1:7:", "missing"},
      {"m v=1,v=2", "1:7:", "stands twice"},
      {"m v=1,w=2,v=3", "1:11:", "stands twice"},
      {"m v=word", "1:5:", "double quotes"},
      {"m v=truth", "1:5:", "double quotes"},
      {"m v=1.5i", "1:5:", "not a number"},
      {"m v=1x", "1:5:", "not a number"},
      {"m v=--1", "1:5:", "not a number"},
      {"m v=-", "1:5:", "not a number"},
      {"m v=.", "1:5:", "not a number"},
      {"m v=1.2.3", "1:5:", "not a number"},
      {"m v=1e", "1:5:", "not a number"},
      {"m v=0x10", "1:5:", "not a number"},
      {"m v=i", "1:5:", "double quotes"},
      {"m v=NaN", "1:5:", "leave the field out"},
      {"m v=-inf", "1:5:", "leave the field out"},
      {"m v=+Infinity", "1:5:", "leave the field out"},
      {"m v=9223372036854775808i", "1:5:", "64 bits"},
      {"m v=-9223372036854775809i", "1:5:", "64 bits"},
      {"m v=18446744073709551616u", "1:5:", "64 bits"},
      {"m v=99999999999999999999999i", "1:5:", "64 bits"},
      {"m v=-1u", "1:5:", "below zero"},
      {"m v=1e400", "1:5:", "64 bits"},
      {"m v=\"open", "1:5:", "not closed"},
      {"m v=\"open\\\"", "1:5:", "not closed"},
      {"m v=\"a\"b", "1:8:", "neither comma nor blank"},
      {"m v=1 noon", "1:7:", "whole number of nanoseconds"},
      {"m v=1 1.5", "1:7:", "whole number"},
      {"m v=1 5 6", "1:7:", "whole number"},
      {"m v=1 99999999999999999999", "1:7:", "beyond all years"},
      {"m\x01 v=1", "1:2:", "control character"},
      {"m\xC3 v=1", "1:2:", "UTF-8"},
      {"m v\xFF=1", "1:4:", "UTF-8"},
      {"m v=\"a\xED\xA0\x80\"", "1:7:", "UTF-8"},
      {"m v=\"a\x7F\"", "1:7:", "control character"},
  };
  for (const auto& row : table) {
    const auto got = read(row.text);
    ASSERT_EQ(got.size(), 1u) << row.text;
    EXPECT_THAT(got[0], testing::StartsWith(row.where)) << row.text;
    EXPECT_THAT(got[0], HasSubstr(row.words)) << row.text;
  }
}

TEST(LineProtocol, WrongLineCostsNoOther) {
  EXPECT_THAT(read("m v=1 1000\nm v=oops 2000\nm v=\"never closed\nm v=3 3000\n"),
              ElementsAre("1 [m] v=1 @1", testing::StartsWith("2:5:"), testing::StartsWith("3:5:"),
                          "4 [m] v=3 @3"));
  // The quote of the next line closes nothing of this one.
  EXPECT_THAT(read("m s=\"open\nm s=\"shut\" 1000\nm s=\"x\""),
              ElementsAre(testing::StartsWith("1:5:"), "2 [m] s=<shut> @1", "3 [m] s=<x>"));
}

TEST(LineProtocol, TextMayHoldLineBreaksWhenItIsClosed) {
  EXPECT_THAT(read("m s=\"two\nlines\",v=1 1000\nm v=2\n"),
              ElementsAre("1 [m] s=<two\nlines> v=1 @1", "3 [m] v=2"));
  EXPECT_THAT(read("m s=\"two\r\nlines\"\r\nm v=2\r\n"),
              ElementsAre("1 [m] s=<two\r\nlines>", "3 [m] v=2"));
  // What is wrong behind it is said of the line it began in, and the rest is read line by line.
  EXPECT_THAT(read("m s=\"two\nm v=2\" noon\nm v=3\n"),
              ElementsAre(testing::StartsWith("1:"), testing::StartsWith("2:"), "3 [m] v=3"));
}

TEST(LineProtocol, LongLinesAreReadUpToTheLimit) {
  std::string fields;
  while (fields.size() < 64 * 1024)
    fields += fmt::format("{}f{}=1", fields.empty() ? "" : ",", fields.size());
  const auto got = read("m " + fields + " 1000\nm v=1\n");
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].substr(0, 10), "1 [m] f0=1");
  EXPECT_EQ(std::ranges::count(got[0], '='), std::ranges::count(fields, '='));
  const std::string huge(LineParser::line_bytes_max, 'x');
  EXPECT_THAT(read("m v=\"" + huge + "\"\nm v=1\n"),
              ElementsAre(HasSubstr("longer than 256 KiB"), "2 [m] v=1"));
}

TEST(LineProtocol, ManyOpenTextsAreNotSearchedAgainAndAgain) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "m s=\"open\n";
  LineParser parser;
  parser.begin(text, Precision::seconds);
  int problems = 0;
  while (parser.next() == LineParser::Found::problem) ++problems;
  EXPECT_EQ(problems, 100'000);
}

TEST(LineProtocol, NumbersOfSeriesAndFieldsStayWhateverTheOrder) {
  LineParser parser;
  parser.begin("m,a=1 x=1,y=2\nn z=1\nm,a=1 y=3,x=4\nm,a=1 y=5\nm,a=2 y=6\nm,a=1 x=7,w=8,y=9\n",
               Precision::seconds);
  std::vector<std::string> got;
  while (parser.next() == LineParser::Found::line) {
    auto words = fmt::format("{}:", parser.line().series->number);
    for (const auto& field : parser.line().fields)
      words += fmt::format(" {}={}", field.slot, field.real);
    got.push_back(words);
  }
  EXPECT_THAT(
      got, ElementsAre("0: 0=1 1=2", "1: 0=1", "0: 1=3 0=4", "0: 1=5", "2: 0=6", "0: 0=7 2=8 1=9"));
}

TEST(LineProtocol, ANameIsFoundAgainHoweverManyThereAre) {
  // Around the number from which names are looked up in a table; the order is never the expected
  // one.
  for (const int count : {1, 2, 7, 8, 9, 10, 40}) {
    LineParser parser;
    std::vector<std::uint32_t> slots(static_cast<std::size_t>(count));
    for (int round = 0; round < 3; ++round)
      for (int n = 0; n < count; ++n) {
        const auto field = static_cast<std::size_t>(round == 1 ? count - 1 - n : n * 7 % count);
        const auto text = fmt::format("m f{}=1", field);
        parser.begin(text, Precision::nanoseconds);
        ASSERT_EQ(parser.next(), LineParser::Found::line);
        const auto slot = parser.line().fields[0].slot;
        ASSERT_EQ(parser.line().series->fields.at(slot), fmt::format("f{}", field));
        if (round == 1) slots[field] = slot;
        if (round == 2) ASSERT_EQ(slot, slots[field]);
      }
    EXPECT_EQ(parser.line().series->fields.size(), static_cast<std::size_t>(count));
  }
}

// Names that begin alike must not be taken for each other, whatever came before.
TEST(LineProtocol, ExpectedNamesAreComparedToTheirEnd) {
  EXPECT_THAT(read("m ab=1,abc=2\nm abc=1,ab=2\nm a=1,b=2\nm ab=1,a=2\nm,t=1 a=1\nm,t=12 a=1\n"
                   "m,t=1 a=1\nm,t=1,u=2 a=1\nmm a=1\n"),
              ElementsAre("1 [m] ab=1 abc=2", "2 [m] abc=1 ab=2", "3 [m] a=1 b=2", "4 [m] ab=1 a=2",
                          "5 [m][t][1] a=1", "6 [m][t][12] a=1", "7 [m][t][1] a=1",
                          "8 [m][t][1][u][2] a=1", "9 [mm] a=1"));
}

TEST(LineProtocol, ReadAgainTheSameTextSaysTheSame) {
  const std::string text =
      "m,a=1 load0=12.5,position_long_name=3.25,flag=t 1000\nm,a=2 load0=1,flag=f\nm,a=1 load0=2i\n"
      "n s=\"x\\\"y\" 5\nbroken\n";
  LineParser parser;
  const auto first = read_with(parser, text);
  EXPECT_EQ(first.size(), 5u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(read_with(parser, text), first);
  EXPECT_EQ(parser.epoch(), 0u);
}

TEST(LineProtocol, NamesWithoutEndAreForgottenNotHoarded) {
  LineParser parser;
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += fmt::format("machine-{} v{}=1\n", i, i);
  parser.begin(text, Precision::seconds);
  int lines = 0;
  std::uint32_t most = 0;
  while (parser.next() == LineParser::Found::line) {
    ASSERT_EQ(parser.line().series->measurement, fmt::format("machine-{}", lines));
    ASSERT_EQ(parser.line().series->fields.at(0), fmt::format("v{}", lines));
    most = std::max(most, parser.line().series->number);
    ++lines;
  }
  EXPECT_EQ(lines, 50'000);
  EXPECT_GT(parser.epoch(), 0u);
  EXPECT_LT(most, 20'000u);
}

TEST(LineProtocol, EveryRealIsTheNearestDouble) {
  LineParser parser;
  std::uint64_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto digits = seed >> (seed % 64);
    const auto text = fmt::format("m v={}{}.{:06}{}", i % 2 ? "-" : "", digits / 1'000'000,
                                  digits % 1'000'000, i % 7 == 0 ? "e-7" : "");
    parser.begin(text, Precision::seconds);
    ASSERT_EQ(parser.next(), LineParser::Found::line) << text;
    ASSERT_EQ(parser.line().fields[0].real, std::strtod(text.c_str() + 4, nullptr)) << text;
  }
}

}  // namespace
}  // namespace spindle::line
