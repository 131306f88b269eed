// `spindle backup` and `spindle restore` as people use them, beside a program that runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "publish/box_id.hpp"
#include "tests/running/http_client.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::run_program;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr auto plant_text = R"(site: {name: 測試, timezone: Asia/Taipei}
machines:
  - id: press
    connection: {protocol: push}
    signals:
      - {id: load, type: float64, unit: kN}
)";
constexpr auto pushed =
    R"({"machine":"press","observations":[{"signal":"load","t":"2024-03-14T00:00:00Z","value":7.25}]})";

class BackupCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto applied =
        run_program({"apply", file("plant.yaml", plant_text), "--data", path("data")});
    ASSERT_EQ(applied.code, 0) << applied.err;
  }
  std::string file(const std::string& name, const std::string& text) const {
    return test::write_file(folder_.path() / name, text).string();
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      out.push_back(entry.path().filename().string());
    return out;
  }
  std::string id_in(const std::string& name) const {
    return *publish::box_id(**store::Configuration::open(path(name), {}));
  }

  store::testing_support::TemporaryFolder folder_;
};

TEST_F(BackupCommands, TakeARunningBoxToAnotherFolderWithAllItWasTold) {
  test::Program box(test::serve_words(path("data")));
  const auto url = box.wait_for("listening on ", 30s);
  ASSERT_TRUE(url) << box.err();
  ASSERT_EQ(test::http(*url, "POST", "/api/v1/ingest", pushed).status, 200);
  const auto taken = run_program({"backup", "--data", path("data"), path("box.zip")});
  ASSERT_EQ(taken.code, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("box.zip: "));
  EXPECT_EQ(taken.err, "") << "no progress but on a terminal";
  EXPECT_EQ(test::http(*url, "GET", "/api/v1/status", {}).status, 200);

  const auto restored = run_program({"restore", path("box.zip"), "--data", path("copy")});
  ASSERT_EQ(restored.code, 0) << restored.out << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("all is well"));
  test::Program copy(test::serve_words(path("copy")));
  const auto there = copy.wait_for("listening on ", 30s);
  ASSERT_TRUE(there) << copy.err();
  EXPECT_TRUE(test::eventually(30s, [&] {
    const auto values = test::http(*there, "GET",
                                   "/api/v1/export?signal=press/load&from=2024-03-13T00:00:00Z"
                                   "&to=2024-03-15T00:00:00Z&format=csv");
    return values.status == 200 && values.body.find("7.25") != std::string::npos;
  }));
}

TEST_F(BackupCommands, ASealedBackupOpensToItsPassphraseOnly) {
  const auto key = file("key", "correct horse\r\n");
  const auto sealed =
      run_program({"backup", "--data", path("data"), path("box.zip"), "--passphrase-file", key});
  ASSERT_EQ(sealed.code, 0) << sealed.err;
  EXPECT_THAT(sealed.out, HasSubstr("sealed"));
  const auto without = run_program({"restore", path("box.zip"), "--data", path("copy")});
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.err, HasSubstr("passphrase"));
  const auto wrong = run_program({"restore", path("box.zip"), "--data", path("copy"),
                                  "--passphrase-file", file("other", "battery")});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_FALSE(std::filesystem::exists(path("copy")));
  const auto opened = run_program({"restore", path("box.zip"), "--data", path("copy"),
                                   "--passphrase-file", file("same", "correct horse")});
  EXPECT_EQ(opened.code, 0) << opened.err;
}

TEST_F(BackupCommands, ARestoredBoxIsTheSameUnlessItIsToBeAnother) {
  const auto id = id_in("data");
  ASSERT_EQ(run_program({"backup", "--data", path("data"), path("box.zip")}).code, 0);
  ASSERT_EQ(run_program({"restore", path("box.zip"), "--data", path("same")}).code, 0);
  EXPECT_EQ(id_in("same"), id);
  ASSERT_EQ(run_program({"restore", path("box.zip"), "--data", path("new"), "--new-box"}).code, 0);
  EXPECT_NE(id_in("new"), id);
  std::filesystem::remove(path("new") + "/config.db");
  ASSERT_TRUE(store::Configuration::restore_copy(path("new")));
  EXPECT_NE(id_in("new"), id) << "its last good copy";
}

TEST_F(BackupCommands, RefuseWhatWouldLoseSomething) {
  ASSERT_EQ(run_program({"backup", "--data", path("data"), path("box.zip")}).code, 0);
  const auto twice = run_program({"backup", "--data", path("data"), path("box.zip")});
  EXPECT_EQ(twice.code, 1);
  EXPECT_THAT(twice.err, HasSubstr("already"));
  const auto over = run_program({"restore", path("box.zip"), "--data", path("data")});
  EXPECT_EQ(over.code, 1);
  EXPECT_THAT(over.err, HasSubstr("restore into a new folder"));
  EXPECT_EQ(run_program({"backup", "--data", path("nowhere"), path("b.zip")}).code, 1);
  EXPECT_EQ(run_program({"restore", path("plant.yaml"), "--data", path("copy")}).code, 1);
  EXPECT_EQ(run_program({"backup", "--data", path("data"), path("b.zip"), "--passphrase-file",
                         file("empty", "\n")})
                .code,
            1);
  EXPECT_EQ(run_program({"backup", "--data", path("data"), path("b.zip"), "--passphrase-file",
                         path("none")})
                .code,
            1);
  EXPECT_EQ(run_program({"backup", path("b.zip")}).code, 64);
  EXPECT_EQ(run_program({"restore", "--data", path("copy")}).code, 64);
  EXPECT_THAT(names(), UnorderedElementsAre("data", "plant.yaml", "box.zip", "empty"));
}

TEST_F(BackupCommands, DoctorRepairsAFolderThatNobodyServesAndSaysWhatItDid) {
  const auto sound = run_program({"doctor", "--data", path("data"), "--repair"});
  EXPECT_EQ(sound.code, 0) << sound.out;
  EXPECT_THAT(sound.out, HasSubstr("repaired: nothing"));
  {
    test::Program box(test::serve_words(path("data")));
    const auto url = box.wait_for("listening on ", 30s);
    ASSERT_TRUE(url) << box.err();
    ASSERT_EQ(test::http(*url, "POST", "/api/v1/ingest", pushed).status, 200);
    const auto refused = run_program({"doctor", "--data", path("data"), "--repair"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_EQ(refused.out, "");
    box.signal(SIGTERM);
    ASSERT_EQ(box.wait(30s), 0);
  }
  std::filesystem::remove(path("data") + "/history.db");
  const auto mended = run_program({"doctor", "--data", path("data"), "--repair"});
  EXPECT_EQ(mended.code, 0) << mended.out;
  EXPECT_THAT(mended.out, HasSubstr("made again from the segment files"));
  const auto values =
      run_program({"export", "--data", path("data"), "--signal", "press/load", "--format", "csv"});
  EXPECT_THAT(values.out, HasSubstr("7.25"));
}

TEST_F(BackupCommands, CtrlCLeavesNothingBehind) {
  // A history that takes a while: bytes that no archive makes smaller.
  std::filesystem::create_directories(path("data") + "/history");
  std::string noise(64u << 20, '\0');
  std::uint64_t state = 1;
  for (auto& byte : noise)
    byte = static_cast<char>((state = state * 6364136223846793005u + 1) >> 56);
  for (int n = 1; n <= 8; ++n)
    test::write_file(path("data") + "/history/analog-0000000" + std::to_string(n) + ".seg", noise);
  test::Program backup({"backup", "--data", path("data"), path("box.zip")});
  ASSERT_TRUE(test::eventually(30s, [&] {
    for (const auto& entry : std::filesystem::directory_iterator(path("data")))
      if (entry.path().filename().string().starts_with(".backup-")) return true;
    return false;
  }));
  backup.signal(SIGINT);
  EXPECT_EQ(backup.wait(30s), 1);
  EXPECT_THAT(backup.err(), HasSubstr("cancelled"));
  EXPECT_THAT(names(), UnorderedElementsAre("data", "plant.yaml"));
  for (const auto& entry : std::filesystem::directory_iterator(path("data")))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".backup-"));
}

TEST_F(BackupCommands, ABoxThatWasToldAPassphraseSealsWhatItTakesAndTriesItSealed) {
  auto words = test::serve_words(path("data"));
  const auto secret = file("secret", "correct horse\r\nanother line\n");
  words.insert(words.end(), {"--backup-passphrase-file", secret});
  test::Program box(words);
  const auto url = box.wait_for("listening on ", 60s);
  ASSERT_TRUE(url) << box.err();
  ASSERT_EQ(test::http(*url, "POST", "/api/v1/ingest", pushed).status, 200);
  const auto taken = [&] {
    EXPECT_EQ(test::http(*url, "POST", "/api/v1/backups", "{}").status, 202);
    nlohmann::json state;
    EXPECT_TRUE(test::eventually(60s, [&] {
      state = test::http(*url, "GET", "/api/v1/backups").json();
      return state["running"].is_null();
    }));
    return state;
  };
  const auto state = taken();
  ASSERT_EQ(state["items"].size(), 1u) << state;
  EXPECT_EQ(state["items"][0]["verified"]["ok"], true) << state;
  const auto backup = state["items"][0]["file"].get<std::string>();
  EXPECT_EQ(test::text_of(backup).find("SPNDLSEG"), std::string::npos);
  EXPECT_NE(run_program({"restore", backup, "--data", path("open")}).code, 0);
  const auto restored = run_program({"restore", backup, "--data", path("open"), "--passphrase-file",
                                     file("copy", "correct horse")});
  EXPECT_EQ(restored.code, 0) << restored.err;
  // A passphrase that is lost is said, and nothing is written open instead.
  std::filesystem::remove(secret);
  const auto without = taken();
  EXPECT_EQ(without["items"].size(), 1u);
  EXPECT_THAT(without["failed"]["what"].get<std::string>(), HasSubstr("passphrase can't be read"));
}

}  // namespace
}  // namespace spindle
