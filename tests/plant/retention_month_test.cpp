// Days under a small quota, on a real history: at no moment is there more than the quota, and the
// forecast says beforehand when it will be full. SPINDLE_LONG=1 makes it a month.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "plant/retention.hpp"
#include "plant/storage_forecast.hpp"
#include "store/check.hpp"
#include "store/history_stats.hpp"
#include "store/rollup_worker.hpp"
#include "store/slice_query.hpp"
#include "tests/plant/kept_history.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t machines = 4;
constexpr std::uint32_t signals = 10;
constexpr auto step = 10min;
constexpr auto day = 24h;
const Instant start{std::chrono::hours{24 * 20'000}};

bool long_form() { return std::getenv("SPINDLE_LONG") != nullptr; }
/// Less than three days fill it in both forms. The roll-ups of a month leave raw values their room:
/// where these have none for some hours, what is to go waits for the end of its hour, which may be
/// too late.
const std::uint64_t quota = long_form() ? 25'000'000 : 10'000'000;

int days_simulated() { return long_form() ? 30 : 2; }

class RetentionMonth : public testing::Test {
 protected:
  RetentionMonth() {
    worker_ = std::move(*store::RollUpWorker::open(*history_));
    Storage storage;
    storage.quota_gb = static_cast<double>(quota) / 1e9;
    retention_.set_storage(storage);
  }

  /// What all machines say in one step: walks that leave a byte or two a value.
  void live_through(Instant from) {
    Batch batch;
    for (std::uint32_t m = 1; m <= machines; ++m) {
      batch.clear();
      batch.machine = MachineKey{m};
      for (Instant t = from; t < from + step; t += 1s) {
        batch.begin_scan(ScanKind::values, t, {}, t, 1);
        for (std::uint32_t s = 0; s < signals; ++s)
          batch.add(SignalKey{m * 100 + s},
                    Value::of_real(static_cast<double>(random_() % 100'000) / 1000));
      }
      ASSERT_TRUE(history_->append(++sequence_, batch));
    }
    ASSERT_TRUE(history_->flush());
    now_.wall = from + step;
    now_.mono += step;
  }
  void make_roll_ups() {
    for (auto more = worker_->turn(); more && *more; more = worker_->turn()) continue;
  }
  /// In how many days the forecast has the quota full, seen from now.
  FullIn forecast() {
    std::vector<Instant> edges;
    for (Instant t = start; t <= now_.wall; t += day) edges.push_back(t);
    edges.push_back(now_.wall);
    const auto stats = std::move(*store::HistoryStats::open(history_.folder()));
    const auto uses = *stats->stretches(edges);
    std::vector<DayGrowth> days;
    for (std::size_t n = 0; n < uses.size(); ++n)
      if (edges[n] < edges[n + 1]) days.push_back({uses[n].bytes, 0, edges[n + 1] - edges[n]});
    std::array<std::optional<Duration>, 4> oldest{};
    oldest[0] = now_.wall - start;
    const auto state = retention_.state();
    auto growth = measure_growth(days);
    std::uint64_t rollups = 0;
    for (const auto& file : state.stored.files) rollups += file.rollup ? file.bytes : 0;
    growth.rollup = static_cast<double>(rollups) / to_seconds(now_.wall - start) * 86'400;
    const auto ours = state.stored.ours_bytes();
    return full_in(quota - std::min(quota, ours), growth, oldest, state.limits.keep, 0);
  }

  testing_support::KeptHistory history_;
  std::mt19937 random_{3};
  std::unique_ptr<store::RollUpWorker> worker_;
  Problems problems_;
  Now now_{start, Monotonic{1h}};
  Retention retention_{history_.hands(), problems_, [this] { return now_; }, quota};
  std::uint64_t sequence_ = 0;
};

TEST_F(RetentionMonth, AtNoMomentThereIsMoreThanTheQuotaAndItsFillingIsForeseen) {
  const auto end = start + days_simulated() * day;
  std::optional<double> foreseen;
  std::optional<double> filled;
  for (Instant t = start; t < end; t += step) {
    live_through(t);
    ASSERT_LE(history_.bytes(), quota) << format_rfc3339(t) << " written";
    make_roll_ups();
    ASSERT_LE(history_.bytes(), quota) << format_rfc3339(t) << " rolled up";
    retention_.run();
    ASSERT_LE(history_.bytes(), quota) << format_rfc3339(t) << " looked at";
    if (!foreseen && now_.wall >= start + 6h) foreseen = 0.25 + forecast().days.value_or(-1);
    if (!filled && retention_.state().drops > 0)
      filled = to_seconds(now_.wall - start) / to_seconds(Duration{day});
  }
  ASSERT_TRUE(foreseen && filled) << "the quota is met on the way";
  EXPECT_NEAR(*foreseen, *filled, 0.3 * *filled);
  EXPECT_GT(history_.bytes(), quota * 8 / 10) << "what may be kept is kept";
  for (const auto& problem : problems_.all()) ADD_FAILURE() << problem.what;
  // Nothing is missing: each value of the whole time is counted, raw or not.
  auto reader = std::move(*history_->open_reader());
  const SignalKey signal{103};
  const std::vector<std::int64_t> edges{start.time_since_epoch().count(),
                                        end.time_since_epoch().count()};
  const auto all = reader->totals(MachineKey{1}, {&signal, 1}, edges);
  ASSERT_TRUE(all) << all.error().what;
  EXPECT_EQ(all->signals[0].totals[0].count, static_cast<std::uint64_t>(days_simulated()) * 86'400);
  EXPECT_TRUE(store::check_folder(history_.folder()).problems.empty());
  RecordProperty("bytes", fmt::format("{}", history_.bytes()));
}

}  // namespace
}  // namespace spindle::plant
