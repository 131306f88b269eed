// How long the calls take that pages wait for, with a year behind them. Prints; what it demands is
// generous, for slow and sanitized builds.
#include <fmt/format.h>

#include "store/ledger.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::RunningBox;

constexpr int machines = 12;

/// The best of five, in ms.
double took(const RunningBox& box, const std::string& target) {
  double best = 1e9;
  for (int n = 0; n < 5; ++n) {
    const auto begun = read_clock().mono;
    const auto answer = box.get(target);
    best = std::min(best, to_seconds(read_clock().mono - begun) * 1e3);
    EXPECT_EQ(answer.status, 200) << answer.body.substr(0, 500);
  }
  fmt::print("{:8.1f} ms  {}\n", best, target);
  return best;
}

TEST(ApiSpeed, AlarmsOfAYearAnswerAtOnce) {
  store::testing_support::TemporaryFolder folder;
  const auto now = std::chrono::floor<std::chrono::seconds>(read_clock().wall);
  {
    RunningBox box(std::nullopt, folder.path());
    for (int n = 0; n < machines; ++n)
      ASSERT_EQ(box.post("/api/v1/machines", test::push_machine(fmt::format("mill-{}", n))).status,
                201);
  }
  {
    // 100,000 in a year, each some minutes long, of 40 codes.
    auto ledger = *store::Ledger::open(folder.path(), {});
    std::vector<Facts> facts(machines);
    for (int n = 0; n < 100'000; ++n) {
      AlarmSpan alarm{SignalKey{1},
                      fmt::format("{}", 1000 + n * 7 % 40),
                      Condition::Level::fault,
                      "",
                      "主軸過載",
                      {},
                      {}};
      if (n % 3 == 0) alarm.level = Condition::Level::warning;
      alarm.from = now - 365 * 24h + n * 315s;
      alarm.to = alarm.from + 1min + n % 600 * 1s;
      facts[static_cast<std::size_t>(n % machines)].alarms_cleared.push_back(alarm);
    }
    store::LedgerCommit commit{.cursor = "test", .sequence = 1, .machines = {}};
    for (int n = 0; n < machines; ++n)
      commit.machines.push_back(
          {MachineKey{static_cast<std::uint32_t>(n + 1)}, facts[static_cast<std::size_t>(n)], {}});
    ASSERT_TRUE(ledger->commit(commit));
  }
  RunningBox box(std::nullopt, folder.path());
  const auto year = "from=" + format_rfc3339(now - 366 * 24h) + "&to=" + format_rfc3339(now);
  const auto day =
      "from=" + format_rfc3339(now - 200 * 24h) + "&to=" + format_rfc3339(now - 199 * 24h);
  double worst = 0;
  for (const std::string& query :
       {std::string("/alarms"), std::string("/alarms?active=true"),
        std::string("/alarms?machine=mill-7&level=warning"), "/alarms?" + day,
        "/alarms?limit=1000&" + year, "/alarms/summary?" + year, "/alarms/summary?" + day})
    worst = std::max(worst, took(box, "/api/v1" + query));
  EXPECT_EQ(box.get("/api/v1/alarms").json()["items"].size(), 100u);
  EXPECT_LT(worst, 3000);
}

TEST(ApiSpeed, AMomentOfAMachineOf75SignalsAnswersAtOnce) {
  RunningBox box;
  auto machine = test::push_machine("mill");
  for (int n = 0; n < 71; ++n)
    machine["signals"].push_back(
        {{"id", fmt::format("s{}", n)}, {"address", fmt::format("s{}", n)}, {"type", "float64"}});
  ASSERT_EQ(box.post("/api/v1/machines", machine).status, 201);
  const auto& known = *box.plant().plant()->find_machine("mill");
  const auto begin = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
  for (int minute = 0; minute < 120; ++minute) {
    Batch batch;
    batch.machine = known.key;
    for (int second = 0; second < 60; ++second) {
      const auto t = begin + minute * 1min + second * 1s;
      batch.begin_scan(ScanKind::values, t, t, t, 1);
      for (std::size_t n = 4; n < known.signals.size(); ++n)
        batch.add(known.signals[n].key, Value::of_real(minute * 0.5 + static_cast<double>(n)));
    }
    ASSERT_TRUE(box.plant().offer(std::move(batch)));
    ASSERT_TRUE(box.plant().settle());
  }
  double worst = 0;
  for (const auto ago : {Duration{1h}, Duration{1min}})
    worst = std::max(
        worst, took(box, "/api/v1/machines/mill/at?t=" + format_rfc3339(read_clock().wall - ago)));
  worst = std::max(
      worst, took(box, "/api/v1/history/spans?signal=mill/s1&" + test::window(begin, begin + 2h)));
  EXPECT_LT(worst, 3000);
}

}  // namespace
}  // namespace spindle
