#include "exchange/xlsx.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/exchange/reading.hpp"

namespace spindle::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Parts = std::vector<std::pair<std::string, std::string>>;

/// A workbook of these parts, as somebody else's program might write it.
std::string workbook(const Parts& parts) {
  const auto file =
      std::filesystem::temp_directory_path() / ("book-" + std::to_string(::getpid()) + ".xlsx");
  zip_t* const archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, text] : parts)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0),
                 ZIP_FL_OVERWRITE);
  EXPECT_EQ(zip_close(archive), 0);
  std::stringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  std::filesystem::remove(file);
  return bytes.str();
}

Parts book_of(const std::string& rows) {
  return {{"xl/workbook.xml",
           "<workbook xmlns:r='x'><sheets><sheet name='a' sheetId='7' r:id='rId3'/></sheets>"
           "</workbook>"},
          {"xl/_rels/workbook.xml.rels",
           "<Relationships><Relationship Id='rId3' Target='worksheets/one.xml'/></Relationships>"},
          {"xl/sharedStrings.xml",
           "<sst><si><t>t</t></si><si><r><t>sig</t></r><r><t>nal</t></r><rPh><t>no</t></rPh></si>"
           "<si><t>value</t></si></sst>"},
          {"xl/worksheets/one.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}};
}

const std::string names =
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='D1' t='s'><v>2</v>"
    "</c></row>";

TEST(XlsxReader, ReadsWhatOthersWrite) {
  const auto bytes = workbook(book_of(
      names +
      "<row r='3'><c r='A3' t='inlineStr'><is><t>1970-01-01T00:00:00Z</t></is></c>"
      "<c r='B3' t='str'><f>A1</f><v>s</v></c><c r='D3'><v>1.5E+3</v></c></row>"
      "<row><c t='inlineStr'><is><t>1970-01-01T00:00:01Z</t></is></c><c t='str'><v>s</v></c>"
      "<c/><c t='b'><v>1</v></c></row><row r='9'/>"));
  EXPECT_THAT(told(Format::xlsx, bytes), ElementsAre("/s 1970-01-01T00:00:00.000000Z ? 1500 good ",
                                                     "/s 1970-01-01T00:00:01.000000Z ? 1 good "));
}

TEST(XlsxReader, NamesTheRowOfWhatIsWrong) {
  const auto bytes = workbook(book_of(names + "<row r='5'><c r='A5'><v>45000.5</v></c></row>"));
  EXPECT_THAT(told(Format::xlsx, bytes),
              ElementsAre(HasSubstr("line 5: t: '45000.5' is not a time")));
}

TEST(XlsxReader, RefusesWhatIsNoWorkbook) {
  const auto refused = [](const std::string& bytes) {
    const auto lines = told(Format::xlsx, bytes);
    return lines.empty() ? std::string("nothing") : lines.front();
  };
  EXPECT_THAT(refused(""), HasSubstr("refused: this is no workbook"));
  EXPECT_THAT(refused("PK\x03\x04 but not really"), HasSubstr("refused: this is no workbook"));
  EXPECT_THAT(refused(workbook({{"a.txt", "b"}})), HasSubstr("workbook.xml.rels is missing"));
  auto parts = book_of(names);
  parts.pop_back();
  EXPECT_THAT(refused(workbook(parts)), HasSubstr("one.xml is missing"));
  EXPECT_THAT(refused(workbook(book_of(""))), HasSubstr("the first sheet is empty"));
  EXPECT_THAT(refused(workbook(book_of("<row><c t='s'><v>99</v></c></row>"))),
              HasSubstr("speaks of a text that is not there"));
  EXPECT_THAT(refused(workbook(book_of("<row><c r='ZZZZ1'/><c r='XFE1'/></row>"))),
              HasSubstr("refused"));
}

TEST(XlsxReader, RefusesOneThatUnpacksWithoutEnd) {
  const auto bytes = workbook(book_of(names + std::string(80u << 20, ' ')));
  EXPECT_LT(bytes.size(), 1u << 20);
  EXPECT_THAT(told(Format::xlsx, bytes), ElementsAre(HasSubstr("it is refused as harmful")));
}

TEST(XlsxReader, FindsDamageInside) {
  auto bytes = workbook(book_of(names + std::string(10'000, ' ')));
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    auto flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    static_cast<void>(told(Format::xlsx, flipped));  // whatever it says, it ends
  }
}

}  // namespace
}  // namespace spindle::exchange
