// Timelines, figures and receipts over HTTP: what they must add up to.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;
using test::window;

/// Two machines of a line and one of another, each with an hour behind it.
class ApiFigures : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("a", "一廠/A線")).status, 201);
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("b", "一廠/A線")).status, 201);
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("c", "一廠/B線")).status, 201);
    push("a", {seen("run", at(0min), true), seen("parts", at(0min), 100),
               seen("parts", at(10min), 103), seen("parts", at(20min), 105),
               seen("run", at(30min), false), seen("run", at(50min), true)});
    push("b", {seen("run", at(10min), false), seen("parts", at(10min), 7),
               seen("run", at(40min), true), seen("parts", at(41min), 8)});
    push("c", {seen("run", at(0min), true), seen("parts", at(0min), 0)});
  }
  void push(const std::string& machine, const std::vector<json>& observations) {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  Instant at(Duration after) const { return begin_ + after; }
  std::string hour() const { return window(at(0min), at(60min)); }
  json kpi(const std::string& machine) {
    return box_.get("/api/v1/machines/" + machine + "/kpi?" + hour()).json();
  }

  test::RunningBox box_;
  /// On a whole second, two hours ago.
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
};

double sum_of(const json& states) {
  double sum = 0;
  for (const auto& [state, seconds] : states.items()) sum += seconds.get<double>();
  return sum;
}

TEST_F(ApiFigures, TimelineIsAPartitionOfItsWindow) {
  for (const auto& [from, to] : {std::pair{at(0min), at(60min)},
                                 {at(-30min), at(15min)},
                                 {at(29min), at(31min)},
                                 {at(-90min), at(-80min)}}) {
    for (const auto* machine : {"a", "b", "c"}) {
      const auto answer =
          box_.get(std::string("/api/v1/machines/") + machine + "/timeline?" + window(from, to));
      ASSERT_EQ(answer.status, 200) << answer.body;
      const auto document = answer.json();
      auto t = format_rfc3339(from);
      for (const auto& item : document["items"]) {
        EXPECT_EQ(item["from"], t) << machine;
        EXPECT_LT(item["from"], item["to"]);
        EXPECT_TRUE(state_from(item["state"].get<std::string>()));
        t = item["to"];
      }
      EXPECT_EQ(t, format_rfc3339(to)) << machine << document["items"].dump(1);
    }
  }
}

TEST_F(ApiFigures, TimelineShowsWhatWasPushed) {
  const auto document = box_.get("/api/v1/machines/a/timeline?" + hour()).json();
  std::vector<std::pair<std::string, std::string>> got;
  for (const auto& item : document["items"]) got.emplace_back(item["state"], item["from"]);
  const std::vector<std::pair<std::string, std::string>> wanted{{"run", format_rfc3339(at(0min))},
                                                                {"idle", format_rfc3339(at(30min))},
                                                                {"run", format_rfc3339(at(50min))}};
  EXPECT_EQ(got, wanted);
  ASSERT_EQ(document["parts"].size(), 2u);
  EXPECT_EQ(document["parts"][0]["parts"], 3);
  EXPECT_EQ(document["parts"][0]["t"], format_rfc3339(at(10min)));
  EXPECT_EQ(document["parts"][1]["parts"], 2);
}

TEST_F(ApiFigures, FiguresOfAMachineAreThoseCountedByHand) {
  const auto a = kpi("a");
  EXPECT_EQ(a["window_s"], 3600);
  EXPECT_EQ(a["pbt_s"], 3600);
  EXPECT_EQ(a["known_s"], 3600);
  EXPECT_EQ(a["coverage"], 1);
  EXPECT_EQ(a["state_s"]["run"], 2400);
  EXPECT_EQ(a["state_s"]["idle"], 1200);
  EXPECT_DOUBLE_EQ(a["availability"], 2400.0 / 3600);
  EXPECT_EQ(a["parts"]["total"], 5);
  EXPECT_DOUBLE_EQ(a["performance"], 60.0 * 5 / 2400);
  EXPECT_TRUE(a["quality"].is_null());
  EXPECT_NE(a["why"]["quality"].get<std::string>().find("good_count"), std::string::npos);
  EXPECT_TRUE(a["oee"].is_null());
  EXPECT_TRUE(a["energy_kwh"].is_null());
  EXPECT_TRUE(a["why"].contains("energy_kwh")) << a["why"];

  const auto b = kpi("b");
  EXPECT_EQ(b["known_s"], 3000);
  EXPECT_EQ(b["state_s"]["offline"], 600);
  EXPECT_DOUBLE_EQ(b["coverage"], 3000.0 / 3600);
  EXPECT_DOUBLE_EQ(b["availability"], 1200.0 / 3600);
  EXPECT_DOUBLE_EQ(b["availability_known"], 1200.0 / 3000);
}

TEST_F(ApiFigures, StatesAddUpToTheWindowAndPlannedOnesToPlannedTime) {
  for (const auto* machine : {"a", "b", "c"}) {
    const auto figures = kpi(machine);
    EXPECT_DOUBLE_EQ(sum_of(figures["state_s"]), figures["window_s"]) << machine;
    EXPECT_DOUBLE_EQ(sum_of(figures["planned_state_s"]), figures["pbt_s"]) << machine;
    EXPECT_EQ(figures["state_s"].size(), 12u);
  }
}

TEST_F(ApiFigures, FigureThatCannotBeHadIsNullAndSaysWhyInBothLanguages) {
  const auto zh = kpi("a");
  const auto en = box_.get("/api/v1/machines/a/kpi?lang=en&" + hour()).json();
  for (const auto* name : {"availability", "availability_known", "performance", "quality", "oee",
                           "energy_kwh", "co2e_kg", "mtbf_s", "mttr_s"}) {
    EXPECT_EQ(zh[name].is_null(), zh["why"].contains(name)) << name;
    EXPECT_EQ(en[name], zh[name]) << name;
    if (zh[name].is_null()) EXPECT_NE(en["why"][name], zh["why"][name]) << name;
  }
}

TEST_F(ApiFigures, ReceiptOfEachFigureGivesItsVeryValue) {
  for (const std::string path :
       {"/api/v1/machines/a/kpi", "/api/v1/groups/%E4%B8%80%E5%BB%A0/kpi"}) {
    const auto figures = box_.get(path + "?" + hour()).json();
    ASSERT_TRUE(figures.contains("formulas")) << figures;
    EXPECT_GT(figures["formulas"].size(), 10u);
    for (const auto& [name, formula] : figures["formulas"].items()) {
      const auto answer = box_.get(path + "/receipt?figure=" + name + "&" + hour());
      ASSERT_EQ(answer.status, 200) << name << answer.body;
      const auto receipt = answer.json();
      auto pointer = "/" + name;
      std::ranges::replace(pointer, '.', '/');
      EXPECT_EQ(receipt["value"], figures[json::json_pointer(pointer)]) << path << ' ' << name;
      EXPECT_EQ(receipt["formula"], formula) << name;
      EXPECT_FALSE(receipt["value"].is_null() && receipt["why"].is_null()) << name;
      for (const auto& interval : receipt["intervals"])
        EXPECT_EQ(interval["counted"].get<bool>(), interval["why"].is_null()) << name;
    }
    expect_problem(box_.get(path + "/receipt?" + hour()), 422, "figure");
    expect_problem(box_.get(path + "/receipt?figure=happiness&" + hour()), 422, "happiness");
  }
  const auto receipt =
      box_.get("/api/v1/machines/a/kpi/receipt?figure=availability&" + hour()).json();
  EXPECT_GT(receipt["journal"]["last_sequence"], 0) << receipt;
}

TEST_F(ApiFigures, FiguresOfAGroupAreSumsOfItsMachines) {
  const auto a = kpi("a");
  const auto b = kpi("b");
  const auto answer = box_.get("/api/v1/groups/%E4%B8%80%E5%BB%A0/A%E7%B7%9A/kpi?" + hour());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto line = answer.json();
  EXPECT_EQ(line["group"], "一廠/A線");
  EXPECT_EQ(line["machines"], (json{"a", "b"}));
  for (const auto* name : {"window_s", "pot_s", "pbt_s", "known_s"})
    EXPECT_DOUBLE_EQ(line[name], a[name].get<double>() + b[name].get<double>()) << name;
  for (const auto& [state, seconds] : line["state_s"].items())
    EXPECT_DOUBLE_EQ(seconds,
                     a["state_s"][state].get<double>() + b["state_s"][state].get<double>());
  EXPECT_EQ(line["parts"]["total"], 6);
  EXPECT_DOUBLE_EQ(line["availability"], (2400.0 + 1200) / 7200);
  EXPECT_DOUBLE_EQ(line["availability_known"], (2400.0 + 1200) / 6600);

  const auto whole = box_.get("/api/v1/groups/*/kpi?" + hour()).json();
  EXPECT_EQ(whole["machines"].size(), 3u);
  EXPECT_EQ(whole["window_s"], 3 * 3600);
  expect_problem(box_.get("/api/v1/groups/nowhere/kpi?" + hour()), 404, "nowhere");
}

TEST_F(ApiFigures, WindowCutInPiecesAddsUpToTheWhole) {
  const auto whole = kpi("b");
  double run = 0;
  double known = 0;
  int parts = 0;
  for (const auto& [from, to] :
       {std::pair{0min, 13min}, {13min, 41min}, {41min, 42min}, {42min, 60min}}) {
    const auto piece = box_.get("/api/v1/machines/b/kpi?" + window(at(from), at(to))).json();
    run += piece["state_s"]["run"].get<double>();
    known += piece["known_s"].get<double>();
    parts += piece["parts"]["total"].get<int>();
  }
  EXPECT_DOUBLE_EQ(run, whole["state_s"]["run"]);
  EXPECT_DOUBLE_EQ(known, whole["known_s"]);
  EXPECT_EQ(parts, whole["parts"]["total"]);
}

TEST_F(ApiFigures, WindowThatMakesNoSenseIsRefused) {
  const auto future = read_clock().wall + 24h;
  for (const std::string path : {"timeline", "kpi"}) {
    const auto base = "/api/v1/machines/a/" + path + "?";
    expect_problem(box_.get(base + "from=yesterday"), 422, "from");
    expect_problem(box_.get(base + "from=2024-01-01T00:00:00"), 422, "from");
    expect_problem(box_.get(base + window(at(10min), at(10min))), 422, "empty");
    expect_problem(box_.get(base + window(at(10min), at(5min))), 422, "empty");
    expect_problem(box_.get(base + window(future, future + 1h)), 422, "");
  }
}

TEST_F(ApiFigures, WindowThatReachesIntoTheFutureEndsNow) {
  const auto figures =
      box_.get("/api/v1/machines/a/kpi?" + window(at(0min), read_clock().wall + 24h)).json();
  EXPECT_NEAR(figures["window_s"].get<double>(), 7200, 60);
  EXPECT_DOUBLE_EQ(sum_of(figures["state_s"]), figures["window_s"]);
}

TEST_F(ApiFigures, OffsetsWithAPlusAreReadWhetherEncodedOrNot) {
  const auto utc =
      box_.get("/api/v1/machines/a/kpi?from=2024-03-14T00:00:00Z&to=2024-03-14T08:00:00Z");
  const auto encoded = box_.get(
      "/api/v1/machines/a/kpi?from=2024-03-14T08:00:00%2B08:00&to=2024-03-14T16:00:00%2B08:00");
  EXPECT_EQ(encoded.status, 200) << encoded.body;
  EXPECT_EQ(encoded.body, utc.body);
  const auto bare = box_.get(
      "/api/v1/machines/a/kpi?from=2024-03-14T08:00:00+08:00&to=2024-03-14T16:00:00+08:00");
  EXPECT_EQ(bare.status, 200) << bare.body;
}

}  // namespace
}  // namespace spindle
