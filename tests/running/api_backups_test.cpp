// Backups as the pages ask for them.
#include <gmock/gmock.h>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using ::testing::HasSubstr;

class ApiBackups : public ::testing::Test {
 protected:
  json backups() { return box_.get("/api/v1/backups").json(); }
  bool idle() {
    return test::eventually(60s, [&] { return backups()["running"].is_null(); });
  }
  test::RunningBox box_;
};

TEST_F(ApiBackups, OneIsTakenTriedListedAndRemoved) {
  const auto none = backups();
  EXPECT_EQ(none["items"], json::array());
  for (const auto* key : {"schedule", "running", "failed"}) EXPECT_TRUE(none[key].is_null()) << key;

  const auto asked = box_.post("/api/v1/backups", json::object());
  ASSERT_EQ(asked.status, 202) << asked.body;
  ASSERT_TRUE(idle());
  const auto items = backups()["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_TRUE(items[0]["verified"]["ok"].get<bool>()) << items;
  EXPECT_TRUE(items[0]["verified"]["error"].is_null());
  EXPECT_GT(items[0]["bytes"], 0);
  EXPECT_TRUE(std::filesystem::exists(items[0]["file"].get<std::string>()));
  EXPECT_THAT(items[0]["file"].get<std::string>(), HasSubstr("/backups/spindle_"));

  const auto path = "/api/v1/backups/" + items[0]["id"].get<std::string>();
  EXPECT_EQ(box_.post(path + "/verify", json::object()).status, 202);
  ASSERT_TRUE(idle());
  EXPECT_EQ(box_.remove(path).status, 204);
  EXPECT_EQ(backups()["items"], json::array());
  expect_problem(box_.remove(path), 404, "there is no backup");
  expect_problem(box_.post(path + "/verify", json::object()), 404, "there is no backup");
  expect_problem(box_.remove("/api/v1/backups/running"), 404, "no backup");
}

TEST_F(ApiBackups, AScheduleOfThePlantBeginsAtOnceAndSaysWhatIsWrong) {
  store::testing_support::TemporaryFolder usb;
  const auto folder = (usb.path() / "spindle").string();
  const auto put = [&] {
    return box_.put(
        "/api/v1/plant",
        {{"storage", {{"backups", {{"folder", folder}, {"at", "04:05"}, {"keep_days", 7}}}}}});
  };
  ASSERT_EQ(put().status, 200) << put().body;
  EXPECT_EQ(backups()["schedule"], (json{{"folder", folder}, {"at", "04:05"}, {"keep_days", 7}}));
  ASSERT_TRUE(test::eventually(60s, [&] { return !backups()["failed"].is_null(); }));
  EXPECT_THAT(backups()["failed"]["what"].get<std::string>(), HasSubstr(folder));
  EXPECT_THAT(box_.get("/api/v1/status").body, HasSubstr("the last backup came to nothing"));
  std::filesystem::create_directories(folder);
  ASSERT_EQ(box_.post("/api/v1/backups", json::object()).status, 202);
  ASSERT_TRUE(idle());
  EXPECT_TRUE(backups()["failed"].is_null());
  ASSERT_EQ(backups()["items"].size(), 1u);
  EXPECT_THAT(backups()["items"][0]["file"].get<std::string>(), HasSubstr(folder));
}

}  // namespace
}  // namespace spindle
