// The plant's settings, its versions and its shifts over HTTP, from the first run on.
#include "plant/plant_file.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;

const json day_shift{{"name", "日班"},
                     {"days", "mon-fri"},
                     {"start", "08:00"},
                     {"end", "17:00"},
                     {"breaks", {"12:00-13:00"}}};
const json night_shift{{"name", "夜班"}, {"days", "mon-fri"}, {"start", "20:00"}, {"end", "05:00"}};

class ApiPlant : public ::testing::Test {
 protected:
  json plant() const { return box_.get("/api/v1/plant").json(); }
  std::vector<std::string> changes(const json& answer) const { return answer["changes"]; }
  /// Sets the calendar up with the two shifts, as the first run does.
  void set_up() {
    const auto answer =
        box_.put("/api/v1/plant", {{"site", {{"name", "示範工廠"}, {"timezone", "Asia/Taipei"}}},
                                   {"calendar", {{"shifts", {day_shift, night_shift}}}}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }

  test::RunningBox box_;
};

TEST_F(ApiPlant, IsEmptyAndSaysSoBeforeAnybodySetItUp) {
  const auto p = plant();
  EXPECT_EQ(p["generation"], 0);
  EXPECT_EQ(p["set_up"], false);
  EXPECT_EQ(p["site"], (json{{"name", ""}, {"timezone", "Asia/Taipei"}}));
  EXPECT_EQ(p["calendar"], (json{{"shifts", json::array()},
                                 {"holidays", json::array()},
                                 {"exceptions", json::array()},
                                 {"planned_downtime", json::array()}}));
  EXPECT_EQ(p["machines"], 0);
  EXPECT_EQ(p["groups"], json::array());
  ASSERT_EQ(p["reasons"].size(), 12U);
  EXPECT_EQ(p["reasons"][0], (json{{"id", "no_material"},
                                   {"name", "待料"},
                                   {"name_en", "No material"},
                                   {"group", "異常停機"},
                                   {"state", nullptr}}));
  EXPECT_EQ(box_.get("/api/v1/changes").json(),
            (json{{"items", json::array()}, {"next_cursor", nullptr}}));
}

TEST_F(ApiPlant, FirstRunSetsNameZoneAndShiftsAndTheyHold) {
  set_up();
  const auto p = plant();
  EXPECT_EQ(p["generation"], 1);
  EXPECT_EQ(p["set_up"], true);
  EXPECT_EQ(p["site"]["name"], "示範工廠");
  EXPECT_EQ(p["calendar"]["shifts"], (json{day_shift, night_shift}));
  EXPECT_EQ(box_.get("/api/v1/site").json()["name"], "示範工廠");
}

TEST_F(ApiPlant, EvenTheUsualValuesCountAsSetUp) {
  // 24 h, no name: nothing differs from an empty plant, and yet somebody answered the questions.
  const auto answer = box_.put("/api/v1/plant", {{"site", {{"timezone", "Asia/Taipei"}}}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["changes"], json::array());
  EXPECT_EQ(plant()["set_up"], true);
}

TEST_F(ApiPlant, DryRunSaysWhatWouldChangeInTheAskedLanguageAndChangesNothing) {
  const json body{{"site", {{"name", "二廠"}}}, {"calendar", {{"shifts", {day_shift}}}}};
  const auto zh = box_.put("/api/v1/plant?dry_run=true", body).json();
  EXPECT_EQ(changes(zh), (std::vector<std::string>{
                             "變更廠區：名稱 無 → 二廠",
                             "新增班別：名稱 日班，星期 mon-fri，開始 08:00，結束 17:00，休息 "
                             "[\"12:00-13:00\"]"}));
  EXPECT_EQ(zh["recomputing"], json::array());
  const auto en = box_.put("/api/v1/plant?dry_run=true&lang=en", body).json();
  EXPECT_EQ(changes(en).front(), "Changed site: name none → 二廠");
  EXPECT_EQ(plant()["generation"], 0);
  EXPECT_EQ(plant()["set_up"], false);
  EXPECT_EQ(plant()["site"]["name"], "");
}

TEST_F(ApiPlant, PartsThatAreLeftOutStay) {
  set_up();
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  const json reasons{{{"id", "wire"}, {"name", "換線材"}, {"state", "setup"}}};
  const auto answer = box_.put("/api/v1/plant", {{"reasons", reasons}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["generation"], 3);
  const auto p = plant();
  EXPECT_EQ(p["reasons"].size(), 1U);
  EXPECT_EQ(p["reasons"][0]["state"], "setup");
  EXPECT_EQ(p["site"]["name"], "示範工廠");
  EXPECT_EQ(p["calendar"]["shifts"].size(), 2U);
  EXPECT_EQ(p["machines"], 1);
  EXPECT_EQ(p["groups"], json{"一廠/A線"});
  // Also inside the site.
  ASSERT_EQ(box_.put("/api/v1/plant", {{"site", {{"timezone", "Europe/Berlin"}}}}).status, 200);
  EXPECT_EQ(plant()["site"], (json{{"name", "示範工廠"}, {"timezone", "Europe/Berlin"}}));
}

TEST_F(ApiPlant, AChangeThoughtOfOnAnotherGenerationIsRefused) {
  set_up();
  const json body{{"generation", 0}, {"site", {{"name", "別人的"}}}};
  expect_problem(box_.put("/api/v1/plant", body), 409, "the present one is 1");
  expect_problem(box_.put("/api/v1/plant?dry_run=true", body), 409, "read it again");
  EXPECT_EQ(plant()["site"]["name"], "示範工廠");
  EXPECT_EQ(box_.put("/api/v1/plant", {{"generation", 1}, {"site", {{"name", "三廠"}}}}).status,
            200);
}

TEST_F(ApiPlant, WhatIsWrongIsSaidWhereItStandsAndNothingIsChanged) {
  const auto shift = [](const json& changes) {
    json out = day_shift;
    out.update(changes);
    return json{{"calendar", {{"shifts", {out}}}}};
  };
  const struct {
    json body;
    std::string path, what;
  } cases[] = {
      {shift({{"start", "25:00"}}), "/calendar/shifts/0/start", "HH:MM"},
      {shift({{"days", "sometimes"}}), "/calendar/shifts/0/days", "mon-fri"},
      {shift({{"breaks", {"07:00-07:30"}}}), "/calendar/shifts/0/breaks/0", "not inside"},
      {shift({{"colour", "red"}}), "/calendar/shifts/0/colour", "colour"},
      {{{"calendar", {{"shifts", {day_shift, day_shift}}}}}, "/calendar/shifts", "overlap"},
      {{{"calendar",
         {{"planned_downtime",
           {{{"machine", "nowhere"},
             {"from", "2026-01-01T00:00:00Z"},
             {"to", "2026-01-02T00:00:00Z"}}}}}}},
       "/calendar/planned_downtime/0/machine",
       "no machine"},
      {{{"site", {{"timezone", "Asia/Taipeh"}}}}, "/site/timezone", "did you mean"},
      {{{"reasons", {{{"id", "a"}, {"state", "run"}}}}}, "/reasons/0/state", "setup or maint"},
      {{{"machines", json::array()}}, "/machines", "can't be set here"},
      {{{"calendar", "24h"}}, "/calendar", "calendar"},
  };
  for (const auto& [body, path, what] : cases) {
    const auto answer = box_.put("/api/v1/plant", body);
    expect_problem(answer, 422, what);
    const auto errors = answer.json()["errors"];
    ASSERT_FALSE(errors.empty()) << answer.body;
    EXPECT_EQ(errors[0]["path"], path) << answer.body;
    EXPECT_NE(errors[0]["what"].get<std::string>().find(what), std::string::npos);
  }
  expect_problem(box_.put("/api/v1/plant", json::array()), 422, "{generation?");
  expect_problem(box_.put("/api/v1/plant", {{"generation", "one"}}), 422, "/generation");
  EXPECT_EQ(plant()["generation"], 0);
}

TEST_F(ApiPlant, EveryChangeIsListedNewestFirstAndPaged) {
  set_up();
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  ASSERT_EQ(box_.remove("/api/v1/machines/press").status, 204);
  const auto all = box_.get("/api/v1/changes").json();
  ASSERT_EQ(all["items"].size(), 3U);
  EXPECT_TRUE(all["next_cursor"].is_null());
  EXPECT_EQ(all["items"][0]["generation"], 3);
  EXPECT_EQ(all["items"][0]["changes"], json{"移除設備 press 沖床（push，4 個訊號）"});
  EXPECT_EQ(all["items"][0]["who"], "local");
  EXPECT_EQ(all["items"][0]["current"], true);
  EXPECT_EQ(all["items"][1]["current"], false);
  EXPECT_TRUE(parse_rfc3339(all["items"][1]["t"].get<std::string>()));
  EXPECT_EQ(all["items"][2]["generation"], 1);
  EXPECT_EQ(all["items"][2]["changes"].size(), 3U);

  const auto first = box_.get("/api/v1/changes?limit=2&lang=en").json();
  ASSERT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(first["items"][0]["changes"], json{"Removed machine press 沖床 (push, 4 signals)"});
  const auto second =
      box_.get("/api/v1/changes?limit=2&cursor=" + first["next_cursor"].get<std::string>()).json();
  ASSERT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(second["items"][0], all["items"][2]);
  EXPECT_TRUE(second["next_cursor"].is_null());
  expect_problem(box_.get("/api/v1/changes?limit=0"), 422, "limit");
  expect_problem(box_.get("/api/v1/changes?cursor=x"), 422, "cursor");
  // The store's own trail has them too.
  EXPECT_EQ(box_.plant().configuration().audit_trail(10)->size(), 3U);
}

TEST_F(ApiPlant, ADeletedMachineComesBackWithItsPast) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  const auto t =
      std::chrono::floor<std::chrono::seconds>(read_clock().wall) - std::chrono::hours{1};
  ASSERT_EQ(box_.post("/api/v1/ingest",
                      {{"machine", "press"}, {"observations", {test::seen("run", t, true)}}})
                .status,
            200);
  const auto before = box_.get("/api/v1/machines/press/definition").json();
  ASSERT_EQ(box_.remove("/api/v1/machines/press").status, 204);
  EXPECT_EQ(box_.get("/api/v1/machines/press").status, 404);

  const auto plan = box_.post("/api/v1/changes/1/restore?dry_run=true", {});
  ASSERT_EQ(plan.status, 200) << plan.body;
  EXPECT_EQ(plan.json()["changes"], json{"新增設備 press 沖床（push，4 個訊號）"});
  EXPECT_EQ(box_.get("/api/v1/machines/press").status, 404);

  const auto done = box_.post("/api/v1/changes/1/restore", {});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json()["generation"], 3);
  EXPECT_EQ(box_.get("/api/v1/machines/press/definition").json(), before);
  EXPECT_EQ(done.json()["recomputing"], json{"press"});
  const auto then = "/api/v1/machines/press/timeline?" + test::window(t, t + 30min);
  EXPECT_TRUE(test::eventually(60s, [&] {
    return box_.get(then).json()["items"][0]["state"] == "run";
  })) << box_.get(then).body;
  const auto changes = box_.get("/api/v1/changes").json();
  EXPECT_EQ(changes["items"][0]["generation"], 3);
  EXPECT_EQ(changes["items"][0]["current"], true);
  EXPECT_EQ(changes["items"].size(), 3U);
}

TEST_F(ApiPlant, WhatWasNeverThereCanNotBeRestored) {
  expect_problem(box_.post("/api/v1/changes/7/restore", {}), 404, "generation 7");
  expect_problem(box_.post("/api/v1/changes/0/restore", {}), 404, "generation 0");
  expect_problem(box_.post("/api/v1/changes/last/restore", {}), 422, "whole number");
  expect_problem(box_.post("/api/v1/changes/-1/restore", {}), 422, "whole number");
}

TEST_F(ApiPlant, AMachineThatIsDeletedTakesItsPlannedDowntimeAlongSoThatThePlantCanBeRead) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  ASSERT_EQ(box_.put("/api/v1/plant", {{"calendar",
                                        {{"planned_downtime",
                                          {{{"machine", "press"},
                                            {"from", "2026-01-01T00:00:00Z"},
                                            {"to", "2026-01-02T00:00:00Z"}}}}}}})
                .status,
            200);
  ASSERT_EQ(box_.remove("/api/v1/machines/press").status, 204);
  EXPECT_EQ(plant()["calendar"]["planned_downtime"], json::array());
  const auto stored = box_.plant().configuration().plant();
  ASSERT_TRUE(stored && *stored);
  const auto read = plant::parse_plant((*stored)->text, "stored");
  EXPECT_TRUE(read) << plant::to_string(read.error());
}

TEST(ApiPlantUnreadable, AStoredPlantThatCanNotBeReadIsNoFirstRunAndIsNotBuiltOn) {
  const store::testing_support::TemporaryFolder folder;
  {
    auto configuration = store::Configuration::open(folder.path(), {});
    ASSERT_TRUE(configuration);
    const auto now = read_clock().wall;
    ASSERT_TRUE((*configuration)->save_plant("site: {name: 好}\n", "test", now));
    ASSERT_TRUE((*configuration)->save_plant("from: [the future]\n", "test", now));
  }
  const test::RunningBox box({}, folder.path());
  EXPECT_EQ(box.get("/api/v1/plant").json()["set_up"], true);
  expect_problem(box.put("/api/v1/plant", {{"site", {{"name", "新"}}}}), 409, "can't be read");
  expect_problem(box.post("/api/v1/machines", test::push_machine("press")), 409, "can't be read");
  const auto changes = box.get("/api/v1/changes?lang=en").json();
  ASSERT_EQ(changes["items"].size(), 2U);
  EXPECT_EQ(changes["items"][0]["changes"].size(), 1U);
  EXPECT_NE(changes["items"][0]["changes"][0].get<std::string>().find("can't be read"),
            std::string::npos);
  expect_problem(box.post("/api/v1/changes/2/restore", {}), 500, "can't be read");
  ASSERT_EQ(box.post("/api/v1/changes/1/restore", {}).status, 200);
  EXPECT_EQ(box.get("/api/v1/plant").json()["site"]["name"], "好");
  EXPECT_EQ(box.put("/api/v1/plant", {{"site", {{"name", "新"}}}}).status, 200);
}

TEST_F(ApiPlant, MachinesSayWhatIsWrongFieldByFieldToo) {
  auto machine = test::push_machine("press");
  machine["ideal_cycle_s"] = -1;
  machine["signals"][1]["role"] = "run";
  const auto answer = box_.post("/api/v1/machines", machine);
  expect_problem(answer, 422, "ideal_cycle_s");
  std::vector<std::string> paths;
  const auto document = answer.json();
  for (const auto& error : document["errors"]) paths.push_back(error["path"]);
  EXPECT_EQ(paths, (std::vector<std::string>{"/ideal_cycle_s", "/signals/1/role"})) << answer.body;
}

// ---- shifts

TEST_F(ApiPlant, ShiftsAreListedWholeWithTheirBusinessDateAndBreaks) {
  set_up();
  const auto listed = box_.get(
                              "/api/v1/shifts?from=2026-11-20T00:00:00%2B08:00"
                              "&to=2026-11-21T00:00:00%2B08:00")
                          .json();
  EXPECT_EQ(listed["always"], false);
  ASSERT_EQ(listed["items"].size(), 3U) << listed;
  EXPECT_EQ(listed["items"][0]["name"], "夜班");
  EXPECT_EQ(listed["items"][0]["business_date"], "2026-11-19");
  EXPECT_EQ(listed["items"][0]["from"], "2026-11-19T12:00:00.000Z");
  EXPECT_EQ(listed["items"][1],
            (json{{"name", "日班"},
                  {"business_date", "2026-11-20"},
                  {"from", "2026-11-20T00:00:00.000Z"},
                  {"to", "2026-11-20T09:00:00.000Z"},
                  {"breaks",
                   {{{"from", "2026-11-20T04:00:00.000Z"}, {"to", "2026-11-20T05:00:00.000Z"}}}}}));
  EXPECT_EQ(listed["items"][2]["to"], "2026-11-20T21:00:00.000Z");
}

TEST_F(ApiPlant, TheShiftOfAMomentHasItsNeighbours) {
  set_up();
  const auto at = [&](const std::string& t) {
    return box_.get("/api/v1/shifts/current?at=" + t).json();
  };
  const auto friday = at("2026-11-20T10:00:00%2B08:00");
  EXPECT_EQ(friday["shift"]["name"], "日班");
  EXPECT_EQ(friday["previous"]["name"], "夜班");
  EXPECT_EQ(friday["previous"]["business_date"], "2026-11-19");
  EXPECT_EQ(friday["next"]["business_date"], "2026-11-20");
  // Saturday noon: nothing runs; the night before and Monday are next to it.
  const auto saturday = at("2026-11-21T12:00:00%2B08:00");
  EXPECT_TRUE(saturday["shift"].is_null());
  EXPECT_EQ(saturday["previous"]["business_date"], "2026-11-20");
  EXPECT_EQ(saturday["previous"]["name"], "夜班");
  EXPECT_EQ(saturday["next"]["business_date"], "2026-11-23");
  // A shift's end belongs to what follows.
  EXPECT_TRUE(at("2026-11-20T17:00:00%2B08:00")["shift"].is_null());
}

TEST_F(ApiPlant, WithoutACalendarTheShiftIsTheLocalDayWithoutAName) {
  const auto now = box_.get("/api/v1/shifts/current").json();
  EXPECT_EQ(now["always"], true);
  EXPECT_EQ(now["shift"]["name"], "");
  EXPECT_EQ(now["previous"]["to"], now["shift"]["from"]);
  EXPECT_EQ(now["next"]["from"], now["shift"]["to"]);
  EXPECT_EQ(box_.get("/api/v1/shifts").json()["items"], json::array({now["shift"]}));
}

TEST_F(ApiPlant, WindowsOfShiftsThatMakeNoSenseAreRefused) {
  set_up();
  expect_problem(box_.get("/api/v1/shifts?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), 422,
                 "at most 400 days");
  expect_problem(box_.get("/api/v1/shifts?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z"), 422,
                 "ask for a shorter one");
  expect_problem(box_.get("/api/v1/shifts?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"), 422,
                 "empty");
  expect_problem(box_.get("/api/v1/shifts?from=1900-01-02T00:00:00Z&to=1900-01-03T00:00:00Z"), 422,
                 "days");
  expect_problem(box_.get("/api/v1/shifts/current?at=yesterday"), 422, "at:");
  expect_problem(box_.get("/api/v1/shifts/current?at=1950-01-01T00:00:00Z"), 422, "1970");
}

}  // namespace
}  // namespace spindle
