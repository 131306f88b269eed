// What a machine did is derived again when its definition changes, or when data comes late: in the
// background, to the very result of a machine that was so defined, or heard, from the beginning.
#include <barrier>

#include "store/check.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::seen;

json machine_with_program(const std::string& id) {
  auto machine = test::push_machine(id);
  machine["signals"].push_back(
      {{"id", "program"}, {"address", "program"}, {"type", "text"}, {"role", "program"}});
  machine["signals"].push_back({{"id", "door"}, {"address", "door"}, {"type", "bool"}});
  return machine;
}

class Recompute : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() { box_ = std::make_unique<test::RunningBox>(std::nullopt, folder_.path()); }

  void add(const json& machine) {
    const auto answer = box_->post("/api/v1/machines", machine);
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  void put(const json& machine) {
    const auto answer = box_->put("/api/v1/machines/" + machine["id"].get<std::string>(), machine);
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  void push(const std::string& machine, const std::vector<json>& observations) {
    const auto answer =
        box_->post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  Instant at(Duration after) const { return begin_ + after; }

  /// A shift of an hour: programs change, it runs and stops, parts come, the door opens.
  std::vector<json> shift() const {
    std::vector<json> out;
    out.push_back(seen("program", at(0s), "WARM"));
    out.push_back(seen("door", at(0s), false));
    out.push_back(seen("run", at(0s), false));
    out.push_back(seen("parts", at(0s), 10));
    for (int i = 1; i < 60; ++i) {
      const auto t = at(i * 60s);
      if (i % 7 == 0) out.push_back(seen("program", t, i % 2 ? "WARM" : "O1001"));
      out.push_back(seen("run", t, i % 3 != 0));
      if (i % 5 == 0) out.push_back(seen("door", t + 10s, i % 2 == 0));
      if (i % 3 == 1) out.push_back(seen("parts", t + 20s, 10 + i / 3));
    }
    return out;
  }
  /// All that is known of the hour; without the machine's name.
  json known(const std::string& machine) const {
    const auto window = test::window(at(-10min), at(59min));
    auto out = box_->get("/api/v1/machines/" + machine + "/timeline?" + window).json();
    for (auto& step : out["parts"]) step.erase("machine");
    for (auto& alarm : out["alarms"]) {
      alarm.erase("machine");
      alarm.erase("id");  // Names the machine.
    }
    auto kpi = box_->get("/api/v1/machines/" + machine + "/kpi?" + window).json();
    for (const auto* name : {"state_s", "parts", "availability", "performance", "failures"})
      out[name] = kpi[name];
    return out;
  }
  /// True once nothing is left to derive and both machines' pasts are the same.
  bool become_equal(const std::string& machine, const std::string& twin) {
    return test::eventually(60s, [&] {
      return box_->get("/api/v1/status").json()["recompute"].is_null() &&
             known(machine) == known(twin);
    });
  }

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<test::RunningBox> box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 3h;
};

TEST_F(Recompute, ChangedDefinitionGivesThePastItWouldHaveGiven) {
  const auto base = machine_with_program("press");
  auto warm = base;
  warm["state"] = {{"warmup_programs", {"WARM"}}};
  auto cavities = base;
  cavities["counting"] = {{"parts_per_count", 4}};
  auto slow = base;
  slow["state"] = {{"min_hold_s", 120}};
  auto door_is_alarm = base;
  door_is_alarm["signals"].back()["role"] = "alarm";
  auto no_run = base;
  no_run["signals"][0]["role"] = "power_on";
  add(base);
  push("press", shift());
  int number = 0;
  for (auto changed : {warm, cavities, slow, door_is_alarm, no_run, base}) {
    put(changed);
    const auto twin = "twin-" + std::to_string(++number);
    changed["id"] = twin;
    add(changed);
    push(twin, shift());
    ASSERT_TRUE(become_equal("press", twin))
        << twin << "\nis     " << known("press") << "\nshould " << known(twin);
  }
}

TEST_F(Recompute, FiguresOfBeforeAreNeverGivenAsThoseOfTheNewDefinition) {
  auto machine = machine_with_program("press");
  add(machine);
  push("press", shift());
  const auto parts = [&] {
    const auto kpi = "/api/v1/machines/press/kpi?" + test::window(at(-10min), at(59min));
    return box_->get(kpi).json()["parts"]["total"].get<long>();
  };
  const auto counted = parts();
  ASSERT_GT(counted, 0);
  for (int change = 1; change <= 20; ++change) {
    const int each = change % 2 + 1;
    machine["counting"] = {{"parts_per_count", each}};
    put(machine);
    // Whoever is told that nothing is being derived again sees what was.
    if (!box_->plant().recompute_progress()) EXPECT_EQ(parts(), each * counted) << change;
  }
}

TEST_F(Recompute, IdealCycleAndNameChangeFiguresWithoutDerivingAnything) {
  auto machine = machine_with_program("press");
  add(machine);
  push("press", shift());
  const auto window = test::window(at(0s), at(59min));
  const auto performance = [&] {
    return box_->get("/api/v1/machines/press/kpi?" + window).json()["performance"].get<double>();
  };
  const auto before = performance();
  machine["ideal_cycle_s"] = 30;
  machine["name"] = "新名";
  put(machine);
  EXPECT_TRUE(test::eventually(60s, [&] { return performance() == before / 2; })) << performance();
}

TEST_F(Recompute, DataThatComesHoursLateReopensThePast) {
  add(machine_with_program("press"));
  add(machine_with_program("twin"));
  auto whole = shift();
  std::vector<json> early;
  std::vector<json> late;
  for (std::size_t i = 0; i < whole.size(); ++i) (i % 9 == 4 ? late : early).push_back(whole[i]);
  push("press", early);
  push("press", {seen("run", read_clock().wall, true)});
  push("press", late);
  push("twin", whole);
  push("twin", {seen("run", read_clock().wall, true)});
  ASSERT_TRUE(become_equal("press", "twin"))
      << "\nis     " << known("press") << "\nshould " << known("twin");
  EXPECT_EQ(box_->get("/api/v1/machines/press").json()["state"], "run");
}

TEST_F(Recompute, LateDataIsTakenUpAgainAfterARestart) {
  add(machine_with_program("press"));
  add(machine_with_program("twin"));
  const auto whole = shift();
  const auto half = static_cast<std::ptrdiff_t>(whole.size() / 2);
  push("twin", whole);
  push("press", {whole.begin() + half, whole.end()});
  push("press", {whole.begin(), whole.begin() + half});
  box_.reset();
  open();
  ASSERT_TRUE(become_equal("press", "twin"))
      << "\nis     " << known("press") << "\nshould " << known("twin");
}

/// A long past: many batches, pushed by several at once.
class LongRecompute : public Recompute {
 protected:
  static constexpr int batches = 6000;
  static constexpr int per_batch = 40;

  void SetUp() override {
    Recompute::SetUp();
    add(machine_with_program("press"));
    push("press", {seen("parts", at(0s), 0), seen("program", at(0s), "WARM")});
    const auto machine = *box_->plant().plant()->find_machine("press");
    const auto run = machine.find_signal("run")->key;
    const auto load = machine.find_signal("load")->key;
    constexpr int threads = 16;
    std::barrier in_step(threads);
    std::vector<std::thread> pushers;
    std::atomic<bool> failed{false};
    for (int p = 0; p < threads; ++p)
      pushers.emplace_back([&, p] {
        for (int i = p; i < batches; i += threads) {
          Batch batch;
          batch.machine = machine.key;
          const auto t = at(i / threads * 10s);
          batch.begin_scan(ScanKind::values, t, t, t);
          batch.add(run, Value::of_bool((i / threads) % 2 == 0));
          for (int n = 0; n < per_batch; ++n) batch.add(load, Value::of_real(n));
          if (!box_->plant().offer(std::move(batch)) || !box_->plant().settle()) failed = true;
          in_step.arrive_and_wait();  // Time goes forward for all of them together.
        }
        in_step.arrive_and_drop();
      });
    for (auto& pusher : pushers) pusher.join();
    ASSERT_FALSE(failed);
  }
};

TEST_F(LongRecompute, ProgressIsToldWhileItLastsAndLiveGoesOn) {
  test::SimThread devices;
  sim::FactorySpec spec;
  sim::MachineSpec mill;
  mill.actor.id = "mill";
  mill.actor.cycle_s = 0.05;
  mill.actor.load_s = 0.02;
  mill.actor.alarm_share = mill.actor.hold_share = mill.actor.starve_share = 0;
  mill.actor.parts_per_job = 100'000;
  spec.machines.push_back(mill);
  sim::Factory factory(devices.io(), spec, nullptr);
  ASSERT_TRUE(devices.run([&] { return factory.start(); }));
  auto described = test::shdr_machine("mill", factory.port(0));
  described["ideal_cycle_s"] = 0.02;
  add(described);
  test::LiveStream live(box_->url(), "?machines=mill");
  ASSERT_TRUE(live.wait_for("parts", 60s));

  auto warm = machine_with_program("press");
  warm["state"] = {{"warmup_programs", {"WARM"}}};
  put(warm);
  std::optional<plant::RecomputeProgress> progress;
  ASSERT_TRUE(test::eventually(60s, [&] {
    const auto now = box_->plant().recompute_progress();
    if (now && now->total > 0) progress = now;
    return progress.has_value();
  })) << "it was over before anybody could see it";
  EXPECT_EQ(progress->machine, "press");
  EXPECT_GE(progress->total, static_cast<std::uint64_t>(batches));
  EXPECT_LE(progress->done, progress->total);
  // The mill is derived again, too, while it goes on counting.
  described["state"] = {{"min_hold_s", 1}};
  put(described);
  EXPECT_TRUE(live.wait_for("parts", 60s));
  ASSERT_TRUE(test::eventually(
      30s, [&] { return box_->get("/api/v1/status").json()["recompute"].is_null(); }));
  EXPECT_TRUE(live.wait_for("parts", 60s));
  const auto figures =
      box_->get("/api/v1/machines/press/kpi?" + test::window(at(0s), at(60min))).json();
  EXPECT_GT(figures["state_s"]["warmup"], 1500) << figures["state_s"];
  EXPECT_EQ(figures["state_s"]["run"], 0);

  devices.run([&] { factory.stop(); });
  ASSERT_TRUE(test::eventually(60s, [&] {
    return box_->get("/api/v1/machines/mill").json()["connection"]["status"] != "ok";
  }));
  const auto to = read_clock().wall;
  const auto window = test::window(to - 10min, to);
  const auto rows =
      box_->get("/api/v1/history?signal=mill/parts&limit=100000&" + window).json()["rows"];
  std::vector<int> counts;
  for (const auto& row : rows)
    if (row[1].is_number()) counts.push_back(row[1].get<int>());
  ASSERT_GT(counts.size(), 3u);
  EXPECT_EQ(box_->get("/api/v1/machines/mill/kpi?" + window).json()["parts"]["total"],
            counts.back() - counts.front());
}

TEST_F(LongRecompute, LastOfManyChangesCountsAndNothingIsLeftBehind) {
  for (int i = 0; i < 12; ++i) {
    auto changed = machine_with_program("press");
    changed["state"] = {{"min_hold_s", 1 + i}, {"warmup_programs", {i % 2 ? "WARM" : "COLD"}}};
    put(changed);
    if (i == 5) ASSERT_EQ(box_->remove("/api/v1/machines/press").status, 204);
    if (i == 5) add(machine_with_program("press"));
  }
  ASSERT_TRUE(test::eventually(60s, [&] {
    const auto status = box_->get("/api/v1/status").json();
    return status["recompute"].is_null() &&
           box_->get("/api/v1/machines/press/kpi?" + test::window(at(0s), at(60min)))
                   .json()["state_s"]["run"] == 0;
  })) << box_->get("/api/v1/machines/press/kpi?" + test::window(at(0s), at(60min))).body;
  EXPECT_EQ(box_->get("/api/v1/status").json()["problems"], json::array());
  box_.reset();
  const auto report = store::check_folder(folder_.path());
  EXPECT_EQ(report.problems, std::vector<std::string>{});
}

TEST_F(LongRecompute, StopInTheMiddleLosesNothingAndItIsDoneAfterTheStart) {
  auto warm = machine_with_program("press");
  warm["state"] = {{"warmup_programs", {"WARM"}}};
  put(warm);
  box_.reset();
  open();
  EXPECT_TRUE(test::eventually(60s, [&] {
    const auto states =
        box_->get("/api/v1/machines/press/kpi?" + test::window(at(0s), at(60min))).json();
    return states["state_s"]["run"] == 0 && states["state_s"]["warmup"] > 1500;
  })) << box_->get("/api/v1/machines/press/kpi?" + test::window(at(0s), at(60min))).body;
  EXPECT_EQ(box_->get("/api/v1/status").json()["problems"], json::array());
}

}  // namespace
}  // namespace spindle
