#include "exchange/xml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "exchange/xml_pull.hpp"
#include "tests/exchange/reading.hpp"
#include "tests/exchange/row_samples.hpp"

namespace spindle::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view begin = "<history xmlns=\"urn:spindle:history:1\">";
constexpr std::string_view end = "</history>";

std::vector<std::string> inside(std::string_view elements) {
  return told(Format::xml, std::string(begin) + std::string(elements) + std::string(end));
}

TEST(XmlReader, ReadsWhatOthersWrite) {
  EXPECT_THAT(
      told(Format::xml,
           "\xEF\xBB\xBF<?xml version='1.0'?><!-- a --><h:history xmlns:h='urn:spindle:history:1'>"
           "<note>x<value t='no'/></note>\n<h:value signal='s' machine='m' type='text'\n"
           "t='1970-01-01T08:00:00+08:00'>a&#x4E2D;<![CDATA[<&]]>\r\nb</h:value>"
           "<h:value machine='m' signal='s' t='1970-01-01T00:00:00Z' quality='bad'/>"
           "<h:value machine='m' signal='s' t='1970-01-01T00:00:00Z'>7</h:value></h:history>"),
      ElementsAre("m/s 1970-01-01T00:00:00.000000Z text a\xE4\xB8\xAD<&\nb good ",
                  "m/s 1970-01-01T00:00:00.000000Z   bad ",
                  "m/s 1970-01-01T00:00:00.000000Z ? 7 good "));
}

TEST(XmlReader, NamesTheLineOfWhatIsWrongAndTakesTheRest) {
  EXPECT_THAT(
      inside("\n<value machine='m' signal='s' t='now' type='int'>1</value>"
             "\n<value machine='m' signal='s' t='1970-01-01T00:00:00Z' type='int'>x</value>"
             "\n<value machine='m' signal='s' t='1970-01-01T00:00:00Z' type='int'>1</value>"),
      ElementsAre(HasSubstr("line 2: t: 'now'"), HasSubstr("line 3: value: 'x'"),
                  HasSubstr("int 1 good")));
}

TEST(XmlReader, RefusesWhatIsNoSoundXml) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "there is no element"},
      {"x", "text outside the root element"},
      {"<history>", "it ends inside <history>"},
      {"<history></wrong>", "closes what is not open"},
      {"<history/><history/>", "second root"},
      {"<table/>", "must be <history>"},
      {"<history><value", "a name is missing"},
      {"<history><value machine>", "an attribute has no value"},
      {"<history a=b/>", "not in quotes"},
      {"<history>&nbsp;</history>", "an entity is not known here"},
      {"<history>&#0;</history>", "a character that XML does not allow"},
      {"<history>&#x110000;</history>", "too large"},
      {"<history>& </history>", "an & begins no entity"},
      {"<!DOCTYPE history [<!ENTITY a 'b'>]><history/>", "a document type declaration"},
      {"<history><point machine='m' signal='s' t='x' count='1'/></history>", "holds points"},
      {"<history><!-- never", "it ends too early"}};
  for (const auto& [text, why] : table) {
    const auto lines = told(Format::xml, text);
    ASSERT_EQ(lines.size(), 1u) << text;
    EXPECT_THAT(lines.front(), ::testing::AllOf(HasSubstr("refused: "), HasSubstr(why))) << text;
  }
}

TEST(XmlReader, RefusesNestingWithoutEnd) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_THAT(inside(deep), ElementsAre(HasSubstr("nested too deeply")));
}

TEST(XmlWriter, WritesWhatItsSchemaAllows) {
  if (std::system("command -v xmllint >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "xmllint is not installed (libxml2-utils)";
  const auto file =
      std::filesystem::temp_directory_path() / ("history-" + std::to_string(::getpid()) + ".xml");
  for (const bool points : {false, true}) {
    WriterOptions options;
    options.format = Format::xml;
    options.points = points;
    auto writer = make_writer(std::move(options));
    ASSERT_TRUE(writer);
    std::string out;
    ASSERT_TRUE((*writer)->begin(out));
    if (points) {
      Point point;
      point.machine = "m";
      point.signal = "s";
      point.min = -1.5;
      point.last = std::numeric_limits<double>::infinity();
      point.count = 3;
      ASSERT_TRUE((*writer)->point(point, out));
    } else {
      for (const auto& sample : awkward_samples()) ASSERT_TRUE((*writer)->row(sample.row(), out));
    }
    ASSERT_TRUE((*writer)->finish(out));
    std::ofstream(file) << out;
    const auto command = "xmllint --noout --schema " SPINDLE_SOURCE_DIR "/docs/history.xsd " +
                         file.string() + " 2>" + file.string() + ".log";
    EXPECT_EQ(std::system(command.c_str()), 0) << std::ifstream(file.string() + ".log").rdbuf();
  }
  std::filesystem::remove(file);
  std::filesystem::remove(file.string() + ".log");
}

}  // namespace
}  // namespace spindle::exchange
