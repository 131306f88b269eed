// `spindle export` and `spindle import` as people use them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/running/program.hpp"

namespace spindle {
namespace {

using test::run_program;
using ::testing::HasSubstr;

constexpr auto plant_text = R"(site: {name: 測試, timezone: Asia/Taipei}
machines:
  - id: press
    connection: {protocol: push}
    signals:
      - {id: load, type: float64, unit: kN}
      - {id: words, type: text}
)";

const std::string table =
    "\xEF\xBB\xBFmachine,signal,t,value,quality,unit,type\r\n"
    "press,load,2024-03-14T00:00:00.000000Z,1.5,good,kN,real\r\n"
    "press,words,2024-03-14T00:00:00.000000Z,'=1+1,good,,text\r\n"
    "press,load,2024-03-14T00:00:01.000000Z,,bad,kN,\r\n";

class ExportCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto applied = run_program({"apply", file("plant.yaml", plant_text), "--data", data()});
    ASSERT_EQ(applied.code, 0) << applied.err;
  }
  std::string file(const std::string& name, const std::string& text) const {
    return test::write_file(folder_.path() / name, text).string();
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string data() const { return path("data"); }

  store::testing_support::TemporaryFolder folder_;
};

TEST_F(ExportCommands, GiveBackWhatWasImported) {
  const auto taken = run_program({"import", "--data", data(), file("in.csv", table)});
  ASSERT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("3 row(s) taken, 0 known already"));
  const auto out =
      run_program({"export", "--data", data(), "--signal", "press/*", "--format", "csv"});
  ASSERT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.out, table);
  const auto cut = run_program({"export", "--data", data(), "--signal", "press/load", "--from",
                                "2024-03-14T08:00:01+08:00", "--to", "2024-03-14T00:00:02Z",
                                "--format", "json"});
  EXPECT_EQ(cut.out,
            "[\n{\"machine\":\"press\",\"signal\":\"load\",\"t\":\"2024-03-14T00:00:01.000000Z\","
            "\"value\":null,\"quality\":\"bad\",\"unit\":\"kN\",\"type\":\"\"}\n]\n");
  EXPECT_EQ(run_program({"doctor", "--data", data()}).code, 0);
}

TEST_F(ExportCommands, RoundTripEveryFormatThroughAFile) {
  ASSERT_EQ(run_program({"import", "--data", data(), file("in.csv", table)}).code, 0);
  for (const std::string format : {"csv", "xml", "jsonl", "json", "xlsx", "bin"}) {
    const auto name = path("out." + format);
    const auto out = run_program({"export", "--data", data(), "--signal", "press/load", "--signal",
                                  "press/words", "--out", name});
    ASSERT_EQ(out.code, 0) << format << out.err;
    EXPECT_EQ(out.out, "");
    EXPECT_FALSE(std::filesystem::exists(name + ".part"));
    const auto again = run_program({"import", "--data", data(), name});
    EXPECT_EQ(again.code, 0) << format << again.err;
    EXPECT_THAT(again.out, HasSubstr("0 row(s) taken, 3 known already")) << format;
  }
}

TEST_F(ExportCommands, ADryRunTakesNothing) {
  const auto file_name = file("in.csv", table + "ghost,load,2024-03-14T00:00:00Z,1,good,,real\r\n");
  const auto looked = run_program({"import", "--data", data(), "--dry-run", file_name});
  EXPECT_EQ(looked.code, 0);
  EXPECT_THAT(looked.out, HasSubstr("press/load: 2 row(s), 2024-03-14T00:00:00.000Z to "
                                    "2024-03-14T00:00:01.000Z\n"));
  EXPECT_THAT(looked.out, HasSubstr("3 row(s) can be taken; nothing was"));
  EXPECT_THAT(looked.err, HasSubstr("line 5: there is no machine 'ghost'"));
  const auto out =
      run_program({"export", "--data", data(), "--signal", "press/*", "--format", "csv"});
  EXPECT_EQ(std::ranges::count(out.out, '\n'), 1);
}

TEST_F(ExportCommands, LeaveNoHalfFileBehind) {
  ASSERT_EQ(run_program({"import", "--data", data(), file("in.csv", table)}).code, 0);
  const auto name = path("out.xml");
  const auto out = run_program(
      {"export", "--data", data(), "--signal", "press/load", "--out", name, "--layout", "wide"});
  EXPECT_EQ(out.code, 1);
  EXPECT_THAT(out.err, HasSubstr("no wide layout"));
  EXPECT_FALSE(std::filesystem::exists(name));
  EXPECT_FALSE(std::filesystem::exists(name + ".part"));
}

TEST_F(ExportCommands, RefuseWhatMakesNoSenseWithOneLine) {
  ASSERT_EQ(run_program({"import", "--data", data(), file("in.csv", table)}).code, 0);
  const std::vector<std::pair<std::vector<std::string>, std::string>> table_of_mistakes{
      {{"export", "--data", data(), "--signal", "press/ghost", "--format", "csv"},
       "there is no 'press/ghost'"},
      {{"export", "--data", path("nowhere"), "--signal", "a/b", "--format", "csv"},
       "there is no such folder"},
      {{"export", "--data", data(), "--signal", "press/load", "--format", "csv", "--out",
        "/nowhere/x.csv"},
       "can't be written"},
      {{"import", "--data", data(), path("nothing.csv")}, "can't be read"},
      {{"import", "--data", data(), file("bad.csv", "a,b\r\n")}, "name the columns"}};
  for (const auto& [words, what] : table_of_mistakes) {
    const auto ended = run_program(words);
    EXPECT_EQ(ended.code, 1) << ended.out;
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(what));
  }
  EXPECT_EQ(run_program({"export", "--data", data(), "--signal", "press/load"}).code, 64);
  EXPECT_EQ(
      run_program({"export", "--data", data(), "--signal", "press/load", "--format", "pdf"}).code,
      64);
  EXPECT_EQ(run_program({"import", "--data", data(), "--map", "a", file("in.csv", table)}).code,
            64);
}

TEST_F(ExportCommands, OfAFolderThatIsServedGoThroughTheProgramThatServesIt) {
  test::Program serving(test::serve_words(data()));
  const auto url = serving.wait_for("listening on ", std::chrono::seconds{20});
  ASSERT_TRUE(url);
  // What was said a moment ago is in no file of the history yet.
  const auto looked = run_program({"import", "--data", data(), "--dry-run", file("in.csv", table)});
  EXPECT_EQ(looked.code, 0) << looked.err;
  EXPECT_THAT(looked.out, HasSubstr("3 row(s) can be taken; nothing was"));
  const auto taken = run_program({"import", "--data", data(), path("in.csv")});
  ASSERT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("3 row(s) taken, 0 known already"));
  const auto out =
      run_program({"export", "--data", data(), "--signal", "press/*", "--format", "csv"});
  ASSERT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.out, table);
  const auto name = path("out.xlsx");
  EXPECT_EQ(run_program({"export", "--url", *url, "--signal", "press/*", "--out", name}).code, 0);
  EXPECT_THAT(run_program({"import", "--url", *url, name}).out,
              HasSubstr("0 row(s) taken, 3 known already"));
}

TEST_F(ExportCommands, SayWhatARunningBoxRefuses) {
  test::Program serving(test::serve_words(data()));
  const auto url = serving.wait_for("listening on ", std::chrono::seconds{20});
  ASSERT_TRUE(url);
  const auto ghost =
      run_program({"export", "--url", *url, "--signal", "press/ghost", "--out", path("ghost.csv")});
  EXPECT_EQ(ghost.code, 1);
  EXPECT_THAT(ghost.err, HasSubstr("there is no 'press/ghost'"));
  EXPECT_FALSE(std::filesystem::exists(path("ghost.csv")));
  EXPECT_FALSE(std::filesystem::exists(path("ghost.csv.part")));
  const auto bad = run_program({"import", "--data", data(), file("bad.csv", "a,b\r\n")});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, HasSubstr("name the columns"));
  EXPECT_THAT(run_program({"import", "--data", data(), path("nothing.csv")}).err,
              HasSubstr("can't be read"));
  serving.signal(SIGTERM);
  ASSERT_EQ(serving.wait(std::chrono::seconds{20}), 0);
  const auto gone =
      run_program({"export", "--url", *url, "--signal", "press/load", "--format", "csv"});
  EXPECT_EQ(gone.code, 2);
  EXPECT_THAT(gone.err, HasSubstr("is the box running"));
  // The folder says where it was served; nobody does any more.
  EXPECT_EQ(run_program({"import", "--data", data(), file("in.csv", table)}).code, 0);
}

TEST_F(ExportCommands, WantAFolderOrAnAddress) {
  const auto in = file("in.csv", table);
  EXPECT_EQ(run_program({"import", in}).code, 64);
  EXPECT_EQ(run_program({"import", "--data", data(), "--url", "http://127.0.0.1:1", in}).code, 64);
  for (const std::string url :
       {"127.0.0.1:8080", "https://box", "http://", "http://box:x", "http://[::1", "http://a/b"}) {
    const auto wrong = run_program({"import", "--url", url, in});
    EXPECT_EQ(wrong.code, 1) << url;
    EXPECT_THAT(wrong.err, HasSubstr("is no address of a box"));
  }
}

}  // namespace
}  // namespace spindle
