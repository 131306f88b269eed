// The live events: what a page sees without asking again.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::LiveStream;
using test::seen;

class ApiLive : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("other")).status, 201);
  }
  void push(const std::vector<json>& observations, const std::string& machine = "press") {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  static Instant now() { return read_clock().wall; }
  static auto about(std::string machine) {
    return [machine = std::move(machine)](const json& data) { return data["machine"] == machine; };
  }

  test::RunningBox box_;
};

TEST_F(ApiLive, StreamSaysHelloAndThenWhatHappens) {
  LiveStream live(box_.url());
  const auto hello = live.next(5s);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->event, "hello");
  EXPECT_TRUE(parse_rfc3339(hello->data["now"].get<std::string>()));
  EXPECT_NE(live.head().find("text/event-stream"), std::string::npos);

  const auto begun = now() - 10s;
  push({seen("run", begun, true), seen("parts", begun, 4), seen("load", begun, 12.5)});
  const auto signal = live.wait_for("signal", 60s, about("press"));
  ASSERT_TRUE(signal);
  EXPECT_EQ(signal->data["values"]["load"], (json{{"v", 12.5}, {"q", "good"}}));

  push({seen("parts", now(), 5)});
  const auto parts = live.wait_for("parts", 60s, about("press"));
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->data["parts"], 1);
  EXPECT_EQ(parts->data["count"], "total");
  EXPECT_EQ(parts->data["kind"], "normal");

  push({seen("run", now() - 5s, false)});
  const auto state = live.wait_for("state", 60s, [](const json& data) {
    return data["machine"] == "press" && data["state"] == "idle";
  });
  ASSERT_TRUE(state);
  EXPECT_FALSE(state->id.empty());
  EXPECT_TRUE(state->data.contains("detail"));
  EXPECT_TRUE(parse_rfc3339(state->data["since"].get<std::string>()));
}

TEST_F(ApiLive, StreamGoesOnAfterTheLastEventWithoutLossOrDoubles) {
  std::string last;
  {
    LiveStream live(box_.url());
    ASSERT_TRUE(live.next(5s));
    push({seen("parts", now(), 1)});
    push({seen("parts", now(), 2)});
    const auto parts = live.wait_for("parts", 60s);
    ASSERT_TRUE(parts);
    last = parts->id;
  }
  push({seen("parts", now(), 3)});
  push({seen("parts", now(), 4)});
  LiveStream live(box_.url(), {}, last);
  ASSERT_EQ(live.next(5s)->event, "hello");
  push({seen("parts", now(), 6)});
  std::vector<int> steps;
  while (steps.size() < 3) {
    const auto parts = live.wait_for("parts", 60s);
    ASSERT_TRUE(parts);
    EXPECT_GT(std::stoull(parts->id), std::stoull(last));
    last = parts->id;
    steps.push_back(parts->data["parts"].get<int>());
  }
  EXPECT_EQ(steps, (std::vector<int>{1, 1, 2}));
}

TEST_F(ApiLive, IdThatIsNotRememberedAnyMoreMeansFetchEverythingAgain) {
  for (const auto* last : {"1", "18446744073709551614"}) {
    LiveStream live(box_.url(), {}, last);
    ASSERT_EQ(live.next(5s)->event, "hello");
    const auto reset = live.next(5s);
    ASSERT_TRUE(reset) << last;
    EXPECT_EQ(reset->event, "reset") << last;
  }
}

TEST_F(ApiLive, StreamOfSomeMachinesLeavesTheOthersOut) {
  LiveStream live(box_.url(), "?machines=other&signals=false");
  ASSERT_TRUE(live.next(5s));
  push({seen("parts", now(), 1)});
  push({seen("parts", now(), 2)});
  push({seen("parts", now(), 1)}, "other");
  push({seen("parts", now(), 9)}, "other");
  const auto parts = live.wait_for("parts", 60s);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->data["machine"], "other");
}

TEST_F(ApiLive, ProblemOfTheBoxIsToldWhenItComesAndWhenItGoes) {
  LiveStream live(box_.url());
  ASSERT_TRUE(live.next(5s));
  box_.plant().problems().raise({"test_trouble", plant::Problem::Severity::warning, "說明"});
  const auto told = live.wait_for("status", 60s, [](const json& data) {
    return data["problems"].size() == 1 && data["problems"][0]["code"] == "test_trouble";
  });
  ASSERT_TRUE(told);
  EXPECT_EQ(told->data["problems"][0]["what"], "說明");
  box_.plant().problems().clear("test_trouble");
  EXPECT_TRUE(
      live.wait_for("status", 60s, [](const json& data) { return data["problems"].empty(); }));
}

TEST_F(ApiLive, FortyReadersThatGoAwayLeaveNothingBehind) {
  {
    std::vector<std::unique_ptr<LiveStream>> many;
    for (int i = 0; i < 40; ++i) many.push_back(std::make_unique<LiveStream>(box_.url()));
    for (auto& live : many) ASSERT_TRUE(live->next(5s));
    EXPECT_GE(box_.plant().hub().watchers(), 40u);
  }
  // A connection that ended is noticed when something is sent to it.
  int count = 0;
  EXPECT_TRUE(test::eventually(60s, [&] {
    push({seen("parts", now(), ++count)});
    return box_.plant().hub().watchers() == 0;
  }));
}

}  // namespace
}  // namespace spindle
