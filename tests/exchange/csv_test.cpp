#include "exchange/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/reading.hpp"

namespace spindle::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string field(std::string_view text) {
  std::string out;
  append_csv_field(text, out);
  return out;
}

TEST(CsvField, IsNeverAFormula) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"=1+1", "'=1+1"},
      {"+1-2", "'+1-2"},
      {"-cmd", "'-cmd"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"-INF", "'-INF"},
      {"\t=1", "\"'\t=1\""},
      {"\r=1", "\"'\r=1\""},
      {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
      {"\xEF\xBC\x9D"
       "1",
       "'\xEF\xBC\x9D"
       "1"},
      {"'quoted", "''quoted"},
      {"-12.5", "-12.5"},
      {"1e5", "1e5"},
      {"a=b", "a=b"},
      {"", ""},
      {" x", "\" x\""},
      {"a,b", "\"a,b\""}};
  for (const auto& [text, written] : table) EXPECT_EQ(field(text), written);
}

constexpr std::string_view header = "machine,signal,t,value,quality,unit,type\r\n";
constexpr std::string_view t0 = "1970-01-01T00:00:00Z";

std::vector<std::string> after_header(std::string_view lines) {
  return told(Format::csv, std::string(header) + std::string(lines));
}

TEST(CsvReader, ReadsWhatOthersWrite) {
  const std::string semicolons =
      "\xEF\xBB\xBF"
      "t;value;signal\n1970-01-01T08:00:00+08:00;1.5;power\n\n"
      "1970-01-01T00:00:01Z;\"x;y\";program";
  EXPECT_THAT(told(Format::csv, semicolons),
              ElementsAre("/power 1970-01-01T00:00:00.000000Z ? 1.5 good ",
                          "/program 1970-01-01T00:00:01.000000Z ? x;y good "));
  const std::string tabs = "t\tm/a\tnote\tm/b\r1970-01-01T00:00:00Z\t1\thello\t\r";
  EXPECT_THAT(told(Format::csv, tabs), ElementsAre("m/a 1970-01-01T00:00:00.000000Z ? 1 good "));
}

TEST(CsvReader, ReadsWhatSpreadsheetsOfCountriesWithADecimalCommaWrite) {
  const std::string typed = "sep=;\r\n" + std::string("machine;signal;t;value;type\r\n") +
                            "m;s;1970-01-01T00:00:00Z;-1,5;real\r\n"
                            "m;s;1970-01-01T00:00:00Z;2,5E-3;real\r\n"
                            "m;s;1970-01-01T00:00:00Z;1,5;text\r\n"
                            "m;s;1970-01-01T00:00:00Z;1.234,5;real\r\n"
                            "m;s;1970-01-01T00:00:00Z;7;int\r\n";
  const std::string at = "m/s 1970-01-01T00:00:00.000000Z ";
  EXPECT_THAT(
      told(Format::csv, typed),
      ElementsAre(at + "real -1.5 good ", at + "real 0.0025 good ", at + "text 1,5 good ",
                  HasSubstr("line 6: value: '1.234,5' is not a number"), at + "int 7 good "));
  // Without a type it depends on the signal what 1,5 is.
  const std::string bytes = "t;m/s\n1970-01-01T00:00:00Z;1,5\n";
  for (const auto& [type, words] : std::vector<std::pair<ValueType, std::string>>{
           {ValueType::float64, "1.5"}, {ValueType::text, "1,5"}}) {
    auto reader = read_bytes(Format::csv, bytes);
    ASSERT_TRUE(reader);
    Row row;
    ASSERT_EQ(*(*reader)->next(row), Reader::Step::row);
    std::string pool;
    ASSERT_TRUE(read_cell(row.text, type, row, pool));
    std::string said;
    static_cast<void>(append_value(row, Medium::any, said));
    EXPECT_EQ(said, words);
  }
  Row row;
  std::string pool;
  EXPECT_FALSE(read_cell("1,5", ValueType::float64, row, pool)) << "not where commas separate";
}

TEST(CsvReader, NamesTheLineOfWhatIsWrongAndTakesTheRest) {
  EXPECT_THAT(
      after_header("m,s,yesterday,1,good,,int\r\n"
                   "m,s,1970-01-01T00:00:00,1,good,,int\r\n"
                   "m,s,1970-01-01T00:00:00Z,one,good,,int\r\n"
                   "m,s,1970-01-01T00:00:00Z,1,fine,,int\r\n"
                   "m,s,1970-01-01T00:00:00Z,1,good,,number\r\n"
                   "m,s,1970-01-01T00:00:00Z,1,good,,\r\n"
                   "m,\"s\"x,1970-01-01T00:00:00Z,1,good,,int\r\n"
                   "m,s,1970-01-01T00:00:00Z,99999999999999999999,good,,int\r\n"
                   "m,s,1970-01-01T00:00:00Z,2,good,,int\r\n"),
      ElementsAre(HasSubstr("line 2: t: 'yesterday' is not a time"),
                  HasSubstr("line 3: t: '1970-01-01T00:00:00' has no offset"),
                  HasSubstr("line 4: value: 'one' is not a whole number"),
                  HasSubstr("line 5: quality: 'fine'"), HasSubstr("line 6: type: 'number'"),
                  HasSubstr("line 7: value: there is one, and its type is missing"),
                  HasSubstr("line 8: text follows a quoted field"), HasSubstr("line 9: value"),
                  "m/s 1970-01-01T00:00:00.000000Z int 2 good "));
}

TEST(CsvReader, CountsLinesInsideQuotes) {
  const auto lines =
      "m,s," + std::string(t0) + ",\"a\nb\r\nc\",good,,text\r\nm,s,x,1,good,,int\r\n";
  EXPECT_THAT(after_header(lines),
              ElementsAre(HasSubstr("text a\nb\r\nc good"), HasSubstr("line 5: t: 'x'")));
}

TEST(CsvReader, RefusesWhatNamesNoColumns) {
  const auto refused = [](std::string_view text) { return told(Format::csv, text).front(); };
  EXPECT_THAT(refused(""), HasSubstr("refused: the file is empty"));
  EXPECT_THAT(refused("\r\n\r\n"), HasSubstr("refused: the file is empty"));
  EXPECT_THAT(refused("1,2,3\r\n"), HasSubstr("refused: the first line must name the columns"));
  EXPECT_THAT(refused("t,power\r\n"), HasSubstr("refused: there are no values"));
  EXPECT_THAT(refused("t,t,m/s\r\n"),
              HasSubstr("refused: the first line names the column 't' twice"));
  EXPECT_THAT(refused("machine,signal,t,min,average,max,last,count,unit\r\n"),
              HasSubstr("refused: this file holds points"));
}

TEST(CsvReader, EndsAQuoteThatNeverCloses) {
  EXPECT_THAT(after_header("m,s," + std::string(t0) + ",\"never"),
              ElementsAre(HasSubstr("line 2: a quote is opened and not closed")));
  const auto huge = told(Format::csv, std::string(header) + "m,s,\"" + std::string(5u << 20, 'x') +
                                          "\r\nm,s," + std::string(t0) + ",1,good,,int\r\n");
  ASSERT_GE(huge.size(), 2u);
  EXPECT_THAT(huge.front(), HasSubstr("not closed within 4 MiB"));
  EXPECT_THAT(huge.back(), HasSubstr("int 1 good"));
}

TEST(CsvReader, PassesOverALineThatIsTooLong) {
  const auto told_of =
      after_header(std::string(5u << 20, 'x') + "\r\nm,s," + std::string(t0) + ",1,good,,int\r\n");
  EXPECT_THAT(told_of, ElementsAre(HasSubstr("line 2: the line is longer than 4 MiB"),
                                   HasSubstr("int 1 good")));
}

TEST(CsvReader, ReadsAQuoteAcrossItsBuffersEnd) {
  for (std::size_t size = 65'400; size < 65'560; ++size)
    EXPECT_THAT(after_header("m,s," + std::string(t0) + ",\"" + std::string(size, 'x') +
                             "\"\"y\",good,,text\r\n"),
                ElementsAre(HasSubstr("x\"y good")))
        << size;
}

TEST(CsvReader, KeepsAnApostropheThatSomebodyMeant) {
  EXPECT_THAT(after_header("m,s," + std::string(t0) + ",'abc,good,,text\r\n"),
              ElementsAre(HasSubstr("text 'abc good")));
}

}  // namespace
}  // namespace spindle::exchange
