// The shift view in one call: it must say what the single machine's figures say.
#include "kpi/zone.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;
using test::window;

class ApiOverview : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("a", "一廠/A線")).status, 201);
    auto no_cycle = test::push_machine("b", "一廠/B線");
    no_cycle.erase("ideal_cycle_s");
    ASSERT_EQ(box_.post("/api/v1/machines", no_cycle).status, 201);
    auto no_counter = test::push_machine("c", "一廠");
    no_counter["signals"].erase(1);
    ASSERT_EQ(box_.post("/api/v1/machines", no_counter).status, 201);
    push("a",
         {seen("run", at(0min), true), seen("parts", at(0min), 100), seen("parts", at(10min), 103),
          seen("parts", at(59min), 105), seen("run", at(70min), false),
          seen("run", at(90min), true), seen("parts", at(100min), 109)});
    push("b",
         {seen("run", at(10min), false), seen("parts", at(10min), 7), seen("parts", at(20min), 9)});
    push("c", {seen("run", at(0min), true)});
  }
  void push(const std::string& machine, const std::vector<json>& observations) {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  Instant at(Duration after) const { return begin_ + after; }
  json overview(const std::string& query) const {
    const auto answer = box_.get("/api/v1/overview?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }

  test::RunningBox box_;
  /// A whole hour of the wall clock, three to four hours ago.
  Instant begin_ = std::chrono::floor<std::chrono::hours>(read_clock().wall) - 3h;
};

TEST_F(ApiOverview, StatesHoursAndFiguresAreThoseOfTheMachines) {
  const auto asked = window(at(0min), at(120min));
  const auto document = overview(asked);
  EXPECT_EQ(document["from"], format_rfc3339(at(0min)));
  EXPECT_EQ(document["to"], format_rfc3339(at(120min)));
  EXPECT_EQ(document["timezone"], "Asia/Taipei");
  EXPECT_TRUE(parse_rfc3339(document["now"].get<std::string>()));
  ASSERT_EQ(document["machines"].size(), 3U);
  const auto& a = document["machines"][0];
  EXPECT_EQ(a["id"], "a");
  EXPECT_EQ(a["name"], "沖床");
  EXPECT_EQ(a["ideal_cycle_s"], 60);
  EXPECT_EQ(
      a["states"],
      (json{
          {{"from", format_rfc3339(at(0min))}, {"to", format_rfc3339(at(70min))}, {"state", "run"}},
          {{"from", format_rfc3339(at(70min))},
           {"to", format_rfc3339(at(90min))},
           {"state", "idle"}},
          {{"from", format_rfc3339(at(90min))},
           {"to", format_rfc3339(at(120min))},
           {"state", "run"}}}));
  EXPECT_EQ(a["hours"], (json{{{"from", format_rfc3339(at(0min))},
                               {"to", format_rfc3339(at(60min))},
                               {"parts", 5},
                               {"target", 60.0}},
                              {{"from", format_rfc3339(at(60min))},
                               {"to", format_rfc3339(at(120min))},
                               {"parts", 4},
                               {"target", 60.0}}}));
  EXPECT_EQ(a["target"], (json{{"now", 120.0}, {"window", 120.0}}));
  EXPECT_DOUBLE_EQ(a["achievement"], 9.0 / 120);
  for (const auto* machine : {"a", "b", "c"}) {
    const auto kpi = box_.get(std::string("/api/v1/machines/") + machine + "/kpi?" + asked).json();
    for (const auto& row : document["machines"]) {
      if (row["id"] != machine) continue;
      for (const auto* figure : {"utilization", "availability", "availability_known", "coverage",
                                 "state_s", "achievement"})
        EXPECT_EQ(row[figure], kpi[figure]) << machine << figure;
      for (const auto* kind : {"total", "good", "scrap"})
        EXPECT_EQ(row["parts"][kind], kpi["parts"][kind]) << machine << kind;
      if (!row["target"].is_null()) EXPECT_EQ(row["target"]["now"], kpi["parts"]["target"]);
    }
  }
}

TEST_F(ApiOverview, WhatIsMissingIsNullAndSaysWhatToSet) {
  const auto document = overview(window(at(0min), at(60min)) + "&lang=en");
  const auto& b = document["machines"][1];
  EXPECT_TRUE(b["ideal_cycle_s"].is_null());
  EXPECT_TRUE(b["target"].is_null());
  EXPECT_TRUE(b["achievement"].is_null());
  EXPECT_NE(b["why"]["target"].get<std::string>().find("set ideal_cycle_s"), std::string::npos);
  EXPECT_NE(b["why"]["achievement"].get<std::string>().find("ideal_cycle_s"), std::string::npos);
  EXPECT_EQ(b["hours"][0]["parts"], 2);
  EXPECT_TRUE(b["hours"][0]["target"].is_null());
  EXPECT_EQ(b["states"][0]["state"], "offline");  // Nothing is known of its first ten minutes.
  const auto& c = document["machines"][2];
  EXPECT_TRUE(c["parts"]["total"].is_null());
  EXPECT_TRUE(c["hours"][0]["parts"].is_null());
  EXPECT_EQ(c["hours"][0]["target"], 60.0);
  EXPECT_NE(c["why"]["parts.total"].get<std::string>().find("part_count"), std::string::npos);
}

TEST_F(ApiOverview, AWindowThatEndsInTheFutureStopsAtNowAndPlansAhead) {
  const auto end = at(8h);
  const auto document = overview(window(at(0min), end));
  EXPECT_EQ(document["to"], format_rfc3339(end));
  const auto now = document["now"].get<std::string>();
  const auto& a = document["machines"][0];
  EXPECT_LE(a["states"].back()["to"].get<std::string>(), now);
  ASSERT_EQ(a["hours"].size(), 8U);
  for (const auto& hour : a["hours"]) {
    EXPECT_EQ(hour["parts"].is_null(), hour["from"].get<std::string>() >= now) << hour;
    EXPECT_EQ(hour["target"], 60.0);
  }
  EXPECT_EQ(a["target"]["window"], 480.0);
  const auto known = to_seconds(*parse_rfc3339(now) - at(0min));
  EXPECT_NEAR(a["target"]["now"].get<double>(), known / 60, 0.2);
}

TEST_F(ApiOverview, TargetsLeaveOutBreaksAndPlannedDowntime) {
  const auto zone = *kpi::Zone::find("Asia/Taipei");
  const auto clock = [&](Duration after) { return kpi::local_time(zone, at(after)).substr(11, 5); };
  const json shift{{"name", "班"},
                   {"days", "daily"},
                   {"start", clock(0min)},
                   {"end", clock(0min)},
                   {"breaks", {clock(10min) + "-" + clock(25min)}}};
  const json down{{"machine", "a"},
                  {"from", format_rfc3339(at(20min))},
                  {"to", format_rfc3339(at(40min))},
                  {"reason", "保養"}};
  const auto put = box_.put("/api/v1/plant",
                            {{"calendar", {{"shifts", {shift}}, {"planned_downtime", {down}}}}});
  ASSERT_EQ(put.status, 200) << put.body;
  const auto document = overview(window(at(0min), at(120min)));
  const auto& hours = document["machines"][0]["hours"];
  EXPECT_EQ(hours[0]["target"], 30.0);  // An hour less 10 to 40 min, once.
  EXPECT_EQ(hours[1]["target"], 60.0);
  EXPECT_EQ(document["machines"][0]["target"]["window"], 90.0);
  EXPECT_EQ(document["machines"][2]["target"]["window"], 105.0);
  const auto receipt =
      box_.get("/api/v1/machines/a/kpi/receipt?figure=parts.target&" + window(at(0min), at(120min)))
          .json();
  EXPECT_EQ(receipt["value"], 90.0);
  EXPECT_FALSE(receipt["formula"].get<std::string>().empty());
  EXPECT_EQ(receipt["inputs"][0]["name"], "pbt_s");
  EXPECT_EQ(receipt["inputs"][0]["value"], 5400);
}

TEST_F(ApiOverview, DrawnStatesAreAPartitionInAsManyStepsAsAsked) {
  std::vector<json> flicker;
  for (int i = 0; i < 400; ++i) flicker.push_back(seen("run", at(i * 15s), i % 4 != 0));
  push("c", flicker);
  const auto asked = window(at(0min), at(100min));
  const auto exact = overview(asked)["machines"][2];
  const auto drawn = overview(asked + "&points=50")["machines"][2];
  EXPECT_GT(exact["states"].size(), 100U);
  EXPECT_LE(drawn["states"].size(), 50U);
  auto t = format_rfc3339(at(0min));
  for (const auto& step : drawn["states"]) {
    EXPECT_EQ(step["from"], t);
    EXPECT_EQ(step["state"], "run");  // 45 of 60 s in each two minutes.
    t = step["to"];
  }
  EXPECT_EQ(t, format_rfc3339(at(100min)));
  EXPECT_EQ(drawn["state_s"], exact["state_s"]);
}

TEST_F(ApiOverview, AGroupIsItselfAndWhatLiesBelowIt) {
  const auto ids = [&](const std::string& group) {
    std::vector<std::string> out;
    const auto document = overview(window(at(0min), at(60min)) + "&group=" + group);
    for (const auto& row : document["machines"]) out.push_back(row["id"]);
    return out;
  };
  EXPECT_EQ(ids("%E4%B8%80%E5%BB%A0"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(ids("%E4%B8%80%E5%BB%A0/A%E7%B7%9A"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(ids("*"), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(ApiOverview, GroupsAreSumsAndTargetsOnlyOfMachinesThatHaveOne) {
  const auto asked = window(at(0min), at(120min));
  const auto document = overview(asked);
  const std::vector<std::string> encoded{"*", "%E4%B8%80%E5%BB%A0", "%E4%B8%80%E5%BB%A0/A%E7%B7%9A",
                                         "%E4%B8%80%E5%BB%A0/B%E7%B7%9A"};
  ASSERT_EQ(document["groups"].size(), encoded.size());
  std::vector<std::string> paths;
  for (const auto& group : document["groups"]) {
    const auto kpi = box_.get("/api/v1/groups/" + encoded[paths.size()] + "/kpi?" + asked).json();
    paths.push_back(group["path"]);
    EXPECT_EQ(group["machines"], kpi["machines"].size());
    for (const auto* figure :
         {"utilization", "availability", "availability_known", "coverage", "state_s"})
      EXPECT_EQ(group[figure], kpi[figure]) << group["path"] << figure;
    EXPECT_EQ(group["parts"]["total"], kpi["parts"]["total"]);
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"*", "一廠", "一廠/A線", "一廠/B線"}));
  // b has no ideal cycle and c counts nothing: only a can be measured against a target.
  const auto& plant = document["groups"][0];
  EXPECT_EQ(plant["machines"], 3);
  EXPECT_EQ(plant["target_machines"], 1);
  EXPECT_EQ(plant["target"], document["machines"][0]["target"]);
  EXPECT_EQ(plant["achievement"], document["machines"][0]["achievement"]);
  const auto& without = document["groups"][3];
  EXPECT_EQ(without["target_machines"], 0);
  EXPECT_TRUE(without["target"].is_null());
  EXPECT_TRUE(without["achievement"].is_null());
}

TEST_F(ApiOverview, FiguresOnlyAreTheSameFiguresOfAnyLength) {
  const auto asked = window(at(0min), at(120min));
  auto whole = overview(asked);
  auto figures = overview(asked + "&states=false");
  EXPECT_EQ(figures["groups"], whole["groups"]);
  for (auto& row : whole["machines"]) {
    row.erase("states");
    row.erase("hours");
  }
  EXPECT_EQ(figures["machines"], whole["machines"]);
  EXPECT_EQ(overview(window(at(-720h), at(0min)) + "&states=false")["machines"].size(), 3U);
}

TEST_F(ApiOverview, WhatCanNotBeShownIsRefused) {
  const auto asked = window(at(0min), at(60min));
  expect_problem(box_.get("/api/v1/overview?" + asked + "&group=X"), 404, "group 'X'");
  expect_problem(box_.get("/api/v1/overview?" + asked + "&points=7"), 422, "points");
  expect_problem(box_.get("/api/v1/overview?" + asked + "&states=no"), 422, "states");
  expect_problem(box_.get("/api/v1/overview?" + window(at(24h), at(25h))), 422, "future");
  expect_problem(box_.get("/api/v1/overview?" + window(at(-240h), at(0h))), 422, "8 days");
  expect_problem(box_.get("/api/v1/overview?" + window(at(1h), at(0h))), 422, "empty");
}

TEST(ApiOverviewOfNothing, AnEmptyPlantHasNoMachinesAndIsNoError) {
  const test::RunningBox box;
  const auto answer = box.get("/api/v1/overview");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["machines"], json::array());
}

}  // namespace
}  // namespace spindle
