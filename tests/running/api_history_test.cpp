// Pushing observations in, and reading them out again.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;
using test::window;

class ApiHistory : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
    auto open = test::push_machine("logger");
    open["accept_new_signals"] = true;
    open.erase("signals");
    ASSERT_EQ(box_.post("/api/v1/machines", open).status, 201);
  }
  test::HttpAnswer push(const std::vector<json>& observations, const std::string& key = {},
                        const std::string& machine = "press") {
    const std::map<std::string, std::string> headers{{"Idempotency-Key", key}};
    return box_.post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}},
                     key.empty() ? std::map<std::string, std::string>{} : headers);
  }
  json history(const std::string& signal, Instant from, Instant to, const std::string& more = {}) {
    const auto answer =
        box_.get("/api/v1/history?signal=" + signal + "&" + window(from, to) + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  Instant at(Duration after) const { return begin_ + after; }

  test::RunningBox box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 1h;
};

TEST_F(ApiHistory, WhatWasAcknowledgedIsReadAtOnce) {
  const auto answer = push({seen("load", at(0s), 1.5), seen("load", at(1s), -2),
                            seen("words", at(1s), "夾爪\"開"), seen("run", at(2s), true)});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["accepted"], 4);
  const auto load = history("press/load", at(0s), at(10s));
  EXPECT_EQ(load["columns"], (json{"t", "v", "q"}));
  EXPECT_EQ(load["rows"],
            (json{{format_rfc3339(at(0s)), 1.5, "good"}, {format_rfc3339(at(1s)), -2.0, "good"}}));
  EXPECT_EQ(history("press/words", at(0s), at(10s))["rows"][0][1], "夾爪\"開");
  EXPECT_EQ(history("press/run", at(0s), at(10s))["rows"][0][1], true);
}

TEST_F(ApiHistory, HistoryIsHalfOpenAndPagedWithoutLossOrDoubles) {
  json many = json::array();
  for (int i = 0; i < 1000; ++i) many.push_back(seen("load", at(i * 10ms), i));
  ASSERT_EQ(push(many).status, 200);
  std::vector<int> got;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = history("press/load", at(1s), at(9s), "&limit=77" + cursor);
    for (const auto& row : page["rows"]) got.push_back(row[1].get<int>());
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
    ++pages;
  } while (!cursor.empty() && pages < 100);
  std::vector<int> wanted;
  for (int i = 100; i < 900; ++i) wanted.push_back(i);
  EXPECT_EQ(got, wanted);
}

TEST_F(ApiHistory, RowsThatCameLateStandAtTheirTime) {
  ASSERT_EQ(push({seen("load", at(10s), 10), seen("load", at(20s), 20)}).status, 200);
  ASSERT_EQ(push({seen("load", at(15s), 15), seen("load", at(5s), 5)}).status, 200);
  std::vector<int> got;
  const auto page = history("press/load", at(0s), at(30s));
  for (const auto& row : page["rows"]) got.push_back(row[1].get<int>());
  EXPECT_EQ(got, (std::vector<int>{5, 10, 15, 20}));
}

TEST_F(ApiHistory, PointsKeepExtremesAndCountEverything) {
  json many = json::array();
  for (int i = 0; i < 600; ++i) many.push_back(seen("load", at(i * 100ms), i == 333 ? 999 : i % 7));
  ASSERT_EQ(push(many).status, 200);
  const auto points = history("press/load", at(0s), at(60s), "&points=6");
  EXPECT_EQ(points["columns"], (json{"t", "min", "avg", "max", "last", "count"}));
  ASSERT_EQ(points["rows"].size(), 6u);
  int count = 0;
  double max = 0;
  for (const auto& row : points["rows"]) {
    count += row[5].get<int>();
    max = std::max(max, row[3].get<double>());
    EXPECT_EQ(row[1], 0);
  }
  EXPECT_EQ(count, 600);
  EXPECT_EQ(max, 999);
}

TEST_F(ApiHistory, ATableHasAColumnForEachSignalAndARowForEachSlice) {
  json many = json::array();
  for (int i = 0; i < 120; ++i) {
    many.push_back(seen("load", at(i * 1s), i));
    many.push_back(seen("run", at(i * 1s), i >= 60));
  }
  ASSERT_EQ(push(many).status, 200);
  const auto answer = box_.get("/api/v1/history/table?signal=press/load&signal=press/run&" +
                               window(at(0s), at(120s)) + "&points=2&value=max");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto table = answer.json();
  EXPECT_EQ(table["columns"], (json{"t", "press/load", "press/run"}));
  EXPECT_EQ(table["rows"],
            (json{{format_rfc3339(at(0s)), 59, 0}, {format_rfc3339(at(60s)), 119, 1}}));
  EXPECT_EQ(table["basis"], "exact");
  EXPECT_EQ(table["from"], format_rfc3339(at(0s)));
}

TEST_F(ApiHistory, DurationsSayHowLongEachValueHeld) {
  ASSERT_EQ(push({seen("run", at(0s), false), seen("run", at(10s), true),
                  seen("run", at(25s), false), seen("run", at(40s), false)})
                .status,
            200);
  const auto answer =
      box_.get("/api/v1/history/durations?signal=press/run&" + window(at(0s), at(40s)));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto rows = answer.json()["rows"];
  ASSERT_EQ(rows.size(), 1u) << answer.body;
  EXPECT_EQ(rows[0][0], "press/run");
  EXPECT_EQ(rows[0][2], (json{{"false", 25}, {"true", 15}}));
  const auto hours =
      box_.get("/api/v1/history/durations?signal=press/run&by=hour&" + window(at(0s), at(40s)));
  double sum = 0;
  const auto by_hour = hours.json();
  for (const auto& row : by_hour["rows"])
    for (const auto& [value, seconds] : row[2].items()) sum += seconds.get<double>();
  EXPECT_EQ(sum, 40);
  EXPECT_EQ(by_hour["untold"], 0);
}

TEST_F(ApiHistory, AStepCutsAtWholeMinutes) {
  json many = json::array();
  for (int i = 0; i < 180; ++i) many.push_back(seen("load", at(i * 1s), i));
  ASSERT_EQ(push(many).status, 200);
  const auto minutes = history("press/load", at(0s), at(180s), "&step=60");
  int count = 0;
  for (std::size_t n = 0; n < minutes["rows"].size(); ++n) {
    const auto& row = minutes["rows"][n];
    count += row[5].get<int>();
    if (n > 0) EXPECT_EQ(row[0].get<std::string>().substr(17), "00.000Z");
  }
  EXPECT_EQ(count, 180);
  expect_problem(box_.get("/api/v1/history?signal=press/load&step=never"), 422, "step");
  expect_problem(box_.get("/api/v1/history?signal=press/load&step=60&points=5"), 422, "points");
  expect_problem(box_.get("/api/v1/history/table?signal=press/load"), 422, "points");
  expect_problem(box_.get("/api/v1/history/table?points=5"), 422, "signal");
  expect_problem(box_.get("/api/v1/history/durations?signal=press/nothing"), 422, "nothing");
}

TEST_F(ApiHistory, WrongQuestionSaysWhatIsWrong) {
  expect_problem(box_.get("/api/v1/history"), 422, "signal");
  expect_problem(box_.get("/api/v1/history?signal=press"), 422, "MACHINE/SIGNAL");
  expect_problem(box_.get("/api/v1/history?signal=nobody/load"), 422, "nobody");
  expect_problem(box_.get("/api/v1/history?signal=press/lid"), 422, "lid");
  expect_problem(box_.get("/api/v1/history?signal=press/load&points=0"), 422, "points");
  expect_problem(box_.get("/api/v1/history?signal=press/load&points=many"), 422, "points");
  expect_problem(box_.get("/api/v1/history?signal=press/load&limit=9999999"), 422, "limit");
  expect_problem(box_.get("/api/v1/history?signal=press/load&cursor=second"), 422, "cursor");
}

TEST_F(ApiHistory, SameIdempotencyKeyIsTakenOnce) {
  const json observations{seen("load", at(0s), 1), seen("parts", at(0s), 10)};
  const auto first = push(observations, "k-1");
  ASSERT_EQ(first.status, 200) << first.body;
  const auto again = push(observations, "k-1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(history("press/load", at(0s), at(1s))["rows"].size(), 1u);
  ASSERT_EQ(push({seen("load", at(0s), 1)}, "k-2").status, 200);
  EXPECT_EQ(history("press/load", at(0s), at(1s))["rows"].size(), 2u);
}

// As if the program had died between the journal and the answer.
TEST(ApiHistoryAfterARestart, WhatTheJournalTookIsNotTakenAgainWhenItsSenderAsksAgain) {
  const store::testing_support::TemporaryFolder folder;
  const auto t = read_clock().wall - 1h;
  {
    test::RunningBox box(std::nullopt, folder.path());
    ASSERT_EQ(box.post("/api/v1/machines", test::push_machine("press")).status, 201);
    const auto machine = *box.plant().plant()->find_machine("press");
    Batch batch;
    batch.machine = machine.key;
    batch.begin_scan(ScanKind::values, t, t, t);
    batch.add(machine.find_signal("load")->key, Value::of_real(7));
    batch.set_push_key("k-1");
    ASSERT_TRUE(box.plant().offer(std::move(batch)));
    ASSERT_TRUE(box.plant().settle());
  }
  test::RunningBox box(std::nullopt, folder.path());
  const json body{{"machine", "press"}, {"observations", json::array({seen("load", t, 7)})}};
  for (int i = 0; i < 2; ++i) {
    const auto answer = box.post("/api/v1/ingest", body, {{"Idempotency-Key", "k-1"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.json()["accepted"], 1);
  }
  const auto history =
      box.get("/api/v1/history?signal=press/load&" + window(t - 1s, t + 1s)).json();
  EXPECT_EQ(history["rows"].size(), 1u) << history;
}

// Until then nothing of the time before the stop can be rolled up; by itself it would wait for the
// ten minutes in which the history is written.
TEST(ApiHistoryAfterARestart, WhereKnowledgeEndedIsWrittenAtOnce) {
  const store::testing_support::TemporaryFolder folder;
  std::uint64_t heard = 0;
  {
    test::RunningBox box(std::nullopt, folder.path());
    ASSERT_EQ(box.post("/api/v1/machines", test::push_machine("press")).status, 201);
    const json body{{"machine", "press"},
                    {"observations", json::array({seen("load", read_clock().wall - 1h, 7)})}};
    ASSERT_EQ(box.post("/api/v1/ingest", body).status, 200);
    ASSERT_TRUE(box.plant().settle());
    heard = box.plant().history().last_appended();
    ASSERT_GT(heard, 0u);
  }
  test::RunningBox box(std::nullopt, folder.path());
  EXPECT_TRUE(test::eventually(60s, [&] { return box.plant().history().cursor() > heard; }));
}

TEST_F(ApiHistory, RequestThatWasRefusedMayBeSentAgainWithItsKey) {
  expect_problem(push({seen("lid", at(0s), 1)}, "k-1"), 422, "lid");
  EXPECT_EQ(push({seen("load", at(0s), 1)}, "k-1").status, 200);
  EXPECT_EQ(history("press/load", at(0s), at(1s))["rows"].size(), 1u);
}

TEST_F(ApiHistory, UnknownFieldsAreRefusedByNameAndNothingOfTheRequestIsKept) {
  const auto answer =
      push({seen("load", at(0s), 1), seen("lid", at(0s), 1), seen("lip", at(0s), 1)});
  expect_problem(answer, 422, "lid");
  expect_problem(answer, 422, "lip");
  EXPECT_EQ(history("press/load", at(0s), at(1s))["rows"].size(), 0u);
}

TEST_F(ApiHistory, MachineThatAcceptsNewSignalsLearnsThemWithTheirNaturalTypes) {
  const auto answer = push({seen("temp", at(0s), 21.5), seen("door", at(0s), true),
                            seen("who", at(0s), "amy"), seen("temp", at(1s), 22)},
                           {}, "logger");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto machine = box_.get("/api/v1/machines/logger").json();
  std::map<std::string, std::string> types;
  for (const auto& signal : machine["signals"]) types[signal["id"]] = signal["type"];
  EXPECT_EQ(types, (std::map<std::string, std::string>{
                       {"temp", "float64"}, {"door", "bool"}, {"who", "text"}}));
  EXPECT_EQ(history("logger/temp", at(0s), at(2s))["rows"].size(), 2u);
  EXPECT_EQ(history("logger/who", at(0s), at(2s))["rows"][0][1], "amy");
}

TEST_F(ApiHistory, WrongObservationIsRefusedSayingWhichAndWhy) {
  const auto far = format_rfc3339(read_clock().wall + 48h);
  const struct {
    json observation;
    const char* words;
  } table[] = {
      {{{"signal", "load"}, {"t", "noon"}, {"value", 1}}, "/observations/1: t"},
      {{{"signal", "load"}, {"t", 7}, {"value", 1}}, "/observations/1: t"},
      {{{"signal", "load"}, {"t", far}, {"value", 1}}, "future"},
      {{{"signal", "load"}, {"value", "much"}}, "takes a number"},
      {{{"signal", "run"}, {"value", 1}}, "true or false"},
      {{{"signal", "parts"}, {"value", 1.5}}, "whole number"},
      {{{"signal", "words"}, {"value", 1}}, "takes text"},
      {{{"signal", "load"}, {"value", 1}, {"quality", "fine"}}, "quality"},
      {{{"value", 1}}, "observation is"},
      {7, "observation is"},
  };
  for (const auto& row : table) {
    expect_problem(push({seen("load", at(0s), 1), row.observation}), 422, row.words);
    EXPECT_EQ(history("press/load", at(0s), at(1s))["rows"].size(), 0u) << row.words;
  }
  for (const auto& body : {json::array(), json::object(), json{{"machine", "press"}},
                           json{{"machine", 1}, {"observations", json::array()}},
                           json{{"machine", "press"}, {"observations", "many"}}})
    expect_problem(box_.post("/api/v1/ingest", body), 422, "body");
  expect_problem(push(json::array(), {}, "nobody"), 404, "nobody");
}

TEST_F(ApiHistory, AStampOfTheNearFutureIsKeptButNotBelievedAndOneOf1970IsRefused) {
  const auto ahead = read_clock().wall + 1h;
  ASSERT_EQ(push({seen("load", ahead, 1)}).status, 200);
  EXPECT_EQ(history("press/load", ahead - 1s, ahead + 1s)["rows"][0][2], "uncertain");
  const Instant never_set{};
  expect_problem(push({seen("load", never_set, 2)}), 422, "before 1980");
  EXPECT_EQ(history("press/load", never_set, never_set + 1s)["rows"].size(), 0u);
  // And the present goes on.
  const auto now = read_clock().wall;
  ASSERT_EQ(push({seen("run", now, true)}).status, 200);
  ASSERT_TRUE(test::eventually(
      10s, [&] { return box_.get("/api/v1/machines/press").json()["state"] == "run"; }));
}

TEST_F(ApiHistory, ValueThatIsNullIsUnavailable) {
  ASSERT_EQ(push({seen("load", at(0s), nullptr)}).status, 200);
  const auto rows = history("press/load", at(0s), at(1s))["rows"];
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows[0][1].is_null());
  EXPECT_EQ(rows[0][2], "unavailable");
}

}  // namespace
}  // namespace spindle
