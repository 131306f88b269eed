// What was known of a machine at one moment, and a signal's values as spans.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;
using test::window;

json machine() {
  auto out = test::push_machine("mill");
  for (const auto& [id, type, role] : {std::tuple{"program", "text", "program"},
                                       {"operator", "text", "operator"},
                                       {"alarm", "bool", "alarm"},
                                       {"system", "condition", "none"}})
    out["signals"].push_back({{"id", id}, {"address", id}, {"type", type}, {"role", role}});
  return out;
}

class ApiInstant : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(box_.post("/api/v1/machines", machine()).status, 201); }
  void push(const std::vector<json>& observations) {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", "mill"}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  /// What the session says when the link breaks.
  void lose_link(Instant t) {
    Batch batch;
    batch.machine = box_.plant().plant()->find_machine("mill")->key;
    batch.add_event(ScanKind::link_down, t, t, "cable");
    ASSERT_TRUE(box_.plant().offer(std::move(batch)));
    ASSERT_TRUE(box_.plant().settle());
  }
  json known(Instant t) {
    const auto answer = box_.get("/api/v1/machines/mill/at?t=" + format_rfc3339_us(t));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  static json signal(const json& document, const std::string& id) {
    for (const auto& one : document["signals"])
      if (one["id"] == id) return one;
    return nullptr;
  }
  json spans(const std::string& id, Instant from, Instant to, const std::string& more = {}) {
    const auto answer =
        box_.get("/api/v1/history/spans?signal=mill/" + id + "&" + window(from, to) + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  Instant at(Duration after) const { return begin_ + after; }

  test::RunningBox box_;
  /// Not in the first hour of a day: the parts of the day would be cut.
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 40min;
};

TEST_F(ApiInstant, SaysWhatWasKnownThen) {
  push({seen("run", at(0min), true), seen("program", at(0min), "O1"),
        seen("operator", at(1min), "王小明"), seen("load", at(2min), 12.5),
        seen("system", at(3min),
             Condition{Condition::Level::warning, "W4", "", "", "油量低"}.pack()),
        seen("program", at(10min), "O2"), seen("run", at(20min), false),
        seen("load", at(25min), 3.5)});
  const auto then = known(at(5min));
  EXPECT_EQ(then["t"], format_rfc3339(at(5min)));
  EXPECT_EQ(then["state"]["state"], "run");
  EXPECT_EQ(then["state"]["from"], format_rfc3339(at(0min)));
  EXPECT_EQ(then["state"]["to"], format_rfc3339(at(20min)));
  EXPECT_TRUE(then["state"]["booked"].is_null());
  EXPECT_EQ(then["state"]["detail"]["program"], "O1");
  EXPECT_EQ(then["lanes"]["program"], (json{{"value", "O1"}, {"from", format_rfc3339(at(0min))}}));
  EXPECT_EQ(then["lanes"]["operator"]["value"], "王小明");
  EXPECT_TRUE(then["lanes"]["tool"].is_null());
  EXPECT_EQ(then["lanes"].size(), 5u);
  ASSERT_EQ(then["alarms"].size(), 1u);
  EXPECT_EQ(then["alarms"][0]["code"], "W4");
  EXPECT_TRUE(then["alarms"][0].contains("ack"));
  EXPECT_EQ(then["signals"].size(), 8u);
  const auto load = signal(then, "load");
  EXPECT_EQ(load["value"], 12.5);
  EXPECT_EQ(load["t"], format_rfc3339(at(2min)));
  EXPECT_EQ(load["age_s"], 180);
  EXPECT_EQ(load["quality"], "good");
  EXPECT_EQ(signal(then, "system")["value"],
            (json{{"level", "warning"}, {"code", "W4"}, {"text", "油量低"}}));
  EXPECT_TRUE(signal(then, "words")["value"].is_null()) << "never seen";
  EXPECT_TRUE(signal(then, "words")["age_s"].is_null());

  const auto later = known(at(30min));
  EXPECT_EQ(later["state"]["state"], "idle");
  EXPECT_TRUE(later["state"]["to"].is_null()) << "it goes on";
  EXPECT_EQ(later["lanes"]["program"]["value"], "O2");
  EXPECT_EQ(signal(later, "load")["value"], 3.5);
  const auto present = box_.get("/api/v1/machines/mill/at").json();
  EXPECT_EQ(present["state"]["state"], "idle");
  EXPECT_EQ(present["lanes"]["program"]["value"], "O2");
}

TEST_F(ApiInstant, BeforeTheFirstWordAndInASilenceNothingIsKnown) {
  push({seen("run", at(5min), true), seen("load", at(6min), 1)});
  lose_link(at(10min));
  push({seen("load", at(20min), 2)});
  const auto before = known(at(1min));
  EXPECT_TRUE(before["state"].is_null());
  EXPECT_TRUE(signal(before, "run")["value"].is_null());
  EXPECT_TRUE(signal(before, "run")["quality"].is_null());
  EXPECT_EQ(signal(known(at(9min)), "load")["value"], 1);
  const auto silent = known(at(15min));
  EXPECT_EQ(silent["state"]["state"], "offline");
  for (const auto& one : silent["signals"]) EXPECT_TRUE(one["value"].is_null()) << one;
  const auto again = known(at(21min));
  EXPECT_EQ(signal(again, "load")["value"], 2);
  EXPECT_TRUE(signal(again, "run")["value"].is_null()) << "not heard again since";
}

TEST_F(ApiInstant, CountsPartsSinceTheShiftOrTheDayBegan) {
  push({seen("parts", at(0min), 100), seen("parts", at(5min), 103), seen("parts", at(30min), 110)});
  // Begins of days are in the plant's zone; a test at midnight there would cross one.
  const auto parts = known(at(10min))["parts"];
  EXPECT_TRUE(parts["shift"].is_null());
  const auto since = *parse_rfc3339(parts["since"].get<std::string>());
  EXPECT_EQ((since.time_since_epoch() + 8h) % 24h, 0h) << "midnight in Taipei";
  if (since <= at(0min)) {
    EXPECT_EQ(parts["total"], 3);
    EXPECT_EQ(known(at(5min))["parts"]["total"], 3) << "that moment included";
    EXPECT_EQ(known(at(5min) - 1us)["parts"]["total"], 0);
    EXPECT_EQ(known(at(35min))["parts"]["total"], 10);
  }
}

TEST_F(ApiInstant, ValuesInARowAreSpansAndGapsAreNull) {
  push({seen("run", at(1min), true), seen("run", at(2min), true), seen("run", at(3min), false)});
  lose_link(at(5min));
  push({seen("run", at(7min), true)});
  const auto document = spans("run", at(0min), at(8min));
  std::vector<std::pair<std::string, json>> got;
  for (const auto& item : document["items"]) got.emplace_back(item["from"], item["value"]);
  const std::vector<std::pair<std::string, json>> wanted{{format_rfc3339_us(at(0min)), nullptr},
                                                         {format_rfc3339_us(at(1min)), true},
                                                         {format_rfc3339_us(at(3min)), false},
                                                         {format_rfc3339_us(at(5min)), nullptr},
                                                         {format_rfc3339_us(at(7min)), true}};
  EXPECT_EQ(got, wanted);
  EXPECT_EQ(document["items"].back()["to"], format_rfc3339_us(at(8min)));
  EXPECT_TRUE(document["items"][0]["quality"].is_null());
  EXPECT_EQ(document["items"][1]["quality"], "good");
  EXPECT_TRUE(document["next"].is_null());

  json paged = json::array();
  std::string from = format_rfc3339_us(at(0min));
  for (int pages = 0; pages < 9; ++pages) {
    const auto page = box_.get("/api/v1/history/spans?signal=mill/run&limit=2&from=" + from +
                               "&to=" + format_rfc3339_us(at(8min)))
                          .json();
    EXPECT_LE(page["items"].size(), 2u);
    for (const auto& item : page["items"]) paged.push_back(item);
    if (page["next"].is_null()) break;
    from = page["next"];
  }
  EXPECT_EQ(paged, document["items"]);
}

TEST_F(ApiInstant, SpansEndNowAndHoldTheNewestValueUntilThen) {
  push({seen("words", at(1min), "O1")});
  const auto document = spans("words", at(0min), at(24h));
  ASSERT_EQ(document["items"].size(), 2u);
  EXPECT_EQ(document["items"][1]["value"], "O1") << "who pushes need not repeat it";
  EXPECT_GT(*parse_rfc3339(document["items"][1]["to"].get<std::string>()), at(39min));
  EXPECT_LE(*parse_rfc3339(document["items"][1]["to"].get<std::string>()), read_clock().wall);
}

TEST_F(ApiInstant, WhatIsAskedWronglyIsRefusedWithWords) {
  const std::string path = "/api/v1/machines/mill/at";
  expect_problem(box_.get("/api/v1/machines/nobody/at"), 404, "nobody");
  expect_problem(box_.get(path + "?t=noon"), 422, "t:");
  expect_problem(box_.get(path + "?t=2026-11-21T08:00:00"), 422, "t:");
  expect_problem(box_.get(path + "?t=" + format_rfc3339(read_clock().wall + 1h)), 422, "future");
  const std::string history = "/api/v1/history/spans";
  expect_problem(box_.get(history), 422, "signal");
  expect_problem(box_.get(history + "?signal=mill"), 422, "signal");
  expect_problem(box_.get(history + "?signal=nobody/run"), 422, "nobody");
  expect_problem(box_.get(history + "?signal=mill/nothing"), 422, "nothing");
  expect_problem(box_.get(history + "?signal=mill/run&limit=0"), 422, "limit");
  expect_problem(box_.get(history + "?signal=mill/run&limit=20001"), 422, "limit");
  expect_problem(box_.get(history + "?signal=mill/run&" + window(at(2min), at(1min))), 422,
                 "empty");
  expect_problem(box_.get(history + "?signal=mill/run&" +
                          window(read_clock().wall + 1h, read_clock().wall + 2h)),
                 422, "future");
  EXPECT_EQ(box_.post(path, json::object()).status, 405);
}

}  // namespace
}  // namespace spindle
