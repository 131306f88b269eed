// What may be pushed with POST /ingest, when it may be of, and what of it shows.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using ::testing::HasSubstr;

class ApiIngest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto press = test::push_machine("press");
    press["signals"] = json::array({{{"id", "load"}, {"type", "float64"}},
                                    {{"id", "run"}, {"type", "bool"}, {"role", "run"}},
                                    {{"id", "count"}, {"type", "uint32"}, {"role", "part_count"}},
                                    {{"id", "steps"}, {"type", "int64"}},
                                    {{"id", "system"}, {"type", "condition"}}});
    const auto made = box_.post("/api/v1/machines", press);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  test::HttpAnswer push(const std::string& signal, const std::string& t, const json& value) {
    return box_.post(
        "/api/v1/ingest",
        {{"machine", "press"},
         {"observations", json::array({{{"signal", signal}, {"t", t}, {"value", value}}})}});
  }
  json rows(const std::string& signal, const std::string& from, const std::string& to) {
    const auto answer =
        box_.get("/api/v1/history?signal=press/" + signal + "&from=" + from + "&to=" + to);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json()["rows"];
  }
  json active_alarms() { return box_.get("/api/v1/alarms?active=true").json()["items"]; }

  store::testing_support::TemporaryFolder folder_;
  std::optional<test::RunningBox> running_{std::in_place, std::nullopt, folder_.path()};
  test::RunningBox& box_ = *running_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 1h;
};

TEST_F(ApiIngest, ATimeThatCanNotBeIsRefusedByName) {
  expect_problem(push("load", "0001-01-01T00:00:00Z", 1), 422, "before 1980");
  expect_problem(push("load", "1970-01-01T00:00:00Z", 1), 422, "check the sender's clock");
  expect_problem(push("load", format_rfc3339(begin_ + 26h), 1), 422, "in the future");
  EXPECT_EQ(push("load", "1980-01-01T00:00:00Z", 1).status, 200);
  EXPECT_EQ(rows("load", "1979-12-31T00:00:00Z", "1980-01-02T00:00:00Z").size(), 1u);
}

TEST_F(ApiIngest, AValueOfLongAgoTakesNoMoreRoomThanOneOfToday) {
  ASSERT_EQ(push("load", "1985-06-01T00:00:00Z", 1).status, 200);
  ASSERT_EQ(push("load", format_rfc3339(begin_), 2).status, 200);
  ASSERT_EQ(push("load", "2000-01-01T00:00:00Z", 3).status, 200);
  EXPECT_EQ(rows("load", "1980-01-01T00:00:00Z", format_rfc3339(begin_ + 1s)).size(), 3u);
  running_.reset();  // writes all it has
  EXPECT_LT(std::filesystem::file_size(folder_.path() / store::History::file_name), 1u << 20);
  running_.emplace(std::nullopt, folder_.path());
  EXPECT_EQ(rows("load", "1980-01-01T00:00:00Z", format_rfc3339(begin_ + 1s)).size(), 3u);
}

TEST_F(ApiIngest, AConditionIsAnAlarmHoweverItIsPushed) {
  ASSERT_EQ(push("system", format_rfc3339(begin_), "FAULT|10\\|7|1||主軸過熱").status, 200);
  const auto standing = active_alarms();
  ASSERT_EQ(standing.size(), 1u) << standing;
  EXPECT_EQ(standing[0]["code"], "10|7");
  EXPECT_EQ(standing[0]["text"], "主軸過熱");
  const auto ms = (begin_ + 60s).time_since_epoch() / 1ms;
  const auto cleared = test::http(box_.url(), "POST", "/write?precision=ms",
                                  "press system=\"NORMAL||||\" " + std::to_string(ms) + "\n");
  ASSERT_EQ(cleared.status, 204) << cleared.body;
  EXPECT_TRUE(active_alarms().empty());
}

TEST_F(ApiIngest, WordsThatAreNoConditionAreRefusedWithWhatIsOne) {
  const auto t = format_rfc3339(begin_);
  expect_problem(push("system", t, "too hot"), 422, "LEVEL|code|severity|qualifier|text");
  expect_problem(push("system", t, "WORSE||||"), 422, "WARNING");
  expect_problem(push("system", t, 7), 422, "LEVEL|code|severity|qualifier|text");
  const auto ms = begin_.time_since_epoch() / 1ms;
  expect_problem(test::http(box_.url(), "POST", "/write?precision=ms",
                            "press system=\"too hot\" " + std::to_string(ms) + "\n"),
                 400, "LEVEL|code|severity|qualifier|text");
  EXPECT_TRUE(active_alarms().empty());
}

TEST_F(ApiIngest, ACorrectionHoldsAndTheOriginalStays) {
  const auto t = format_rfc3339_us(begin_);
  ASSERT_EQ(push("load", t, 360).status, 200);
  ASSERT_EQ(push("load", format_rfc3339(begin_ + 60s), 1).status, 200);
  ASSERT_EQ(push("load", t, 350).status, 200);
  const auto from = format_rfc3339(begin_);
  const auto to = format_rfc3339(begin_ + 60s);
  const auto both = rows("load", from, to);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0][1], 360);
  EXPECT_EQ(both[1][1], 350);
  const auto slice =
      box_.get("/api/v1/history?points=1&signal=press/load&from=" + from + "&to=" + to).json();
  EXPECT_EQ(slice["rows"][0], json::array({slice["rows"][0][0], 350, 350, 350, 350, 1}));
}

TEST_F(ApiIngest, AWholeNumberIsOfItsSignalsTypeWhateverItsSign) {
  const auto at = [&](Duration after) { return format_rfc3339(begin_ + after); };
  expect_problem(push("count", at(0s), -1), 422, "'count': the signal takes 0 to 4294967295");
  expect_problem(push("count", at(0s), 4'294'967'296), 422, "takes 0 to 4294967295");
  expect_problem(push("count", at(0s), 1.5), 422, "whole numbers");
  ASSERT_EQ(push("steps", at(0s), -7).status, 200);
  ASSERT_EQ(push("steps", at(10s), 2'921'236'804'936'190'103).status, 200);
  ASSERT_EQ(push("steps", at(25s), -7).status, 200);
  ASSERT_EQ(push("load", at(60s), 1).status, 200);
  const auto held = box_.get("/api/v1/history/durations?by=all&signal=press/steps&" +
                             test::window(begin_, begin_ + 60s));
  EXPECT_EQ(held.json()["rows"][0][2], (json{{"-7", 45}, {"2921236804936190103", 15}}));
}

TEST_F(ApiIngest, ACountThatIsCorrectedIsCountedOnce) {
  const auto at = [&](Duration after) { return format_rfc3339(begin_ + after); };
  ASSERT_EQ(push("count", at(0s), 0).status, 200);
  ASSERT_EQ(push("count", at(60s), 2).status, 200);
  ASSERT_EQ(push("count", at(120s), 3).status, 200);
  ASSERT_EQ(push("count", at(60s), 1).status, 200);
  const auto parts = [&](Duration from, Duration to) -> json {
    const auto kpi =
        box_.get("/api/v1/machines/press/kpi?" + test::window(begin_ + from, begin_ + to)).json();
    return kpi["parts"]["total"];
  };
  EXPECT_TRUE(test::eventually(30s, [&] { return parts(0s, 90s) == 1; })) << parts(0s, 90s);
  EXPECT_EQ(parts(90s, 180s), 2);
}

}  // namespace
}  // namespace spindle
