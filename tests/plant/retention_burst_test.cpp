// Much old data at once under a small quota: what is to go next is rolled up first, so that the
// folder is soon below its quota again, and what goes has said all it knew.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "plant/retention.hpp"
#include "plant/rollup_work.hpp"
#include "store/slice_query.hpp"
#include "tests/plant/kept_history.hpp"
#include "tests/store/naive_slices.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;
using store::testing_support::naive_slices;
using store::testing_support::NaiveRow;

constexpr MachineKey mill{1};
constexpr std::uint32_t noises = 4;
constexpr std::uint32_t run = 11;       ///< Every 25 minutes.
constexpr std::uint32_t mode = 12;      ///< A text, every 30 hours.
constexpr std::uint32_t setpoint = 13;  ///< Said once, in the first hour.
constexpr int days = 10;
const Instant start{std::chrono::hours{24 * 20'000}};

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

class RetentionBurst : public testing::Test {
 protected:
  RetentionBurst() {
    history_->set_classes([](MachineKey, SignalKey) { return HistoryClass::analog; });
  }

  void limit(std::uint64_t quota) {
    quota_ = quota;
    Storage storage;
    storage.quota_gb = static_cast<double>(quota) / 1e9;
    retention_.set_storage(storage);
  }

  void add(Batch& batch, std::uint32_t signal, const Value& value, bool remembered = true) {
    batch.add(SignalKey{signal}, value);
    if (!remembered) return;
    const auto t = us(batch.scans.back().time);
    if (value.kind == ValueKind::text)
      rows_[signal].push_back({t, {}, Quality::good, std::string(batch.text_of(value))});
    else
      rows_[signal].push_back({t, value.number(), Quality::good, {}});
  }
  void write_all() {
    Batch batch;
    batch.machine = mill;
    const auto begin = [&](Instant t, std::uint16_t group) {
      batch.begin_scan(ScanKind::values, t, {}, t, group);
    };
    std::int64_t n = 0;
    for (Instant t = start; t < start + days * 24h; t += 1s, ++n) {
      begin(t, 1);
      for (std::uint32_t noise = 1; noise <= noises; ++noise)
        add(batch, noise, Value::of_real(static_cast<double>(random_() >> 11) * 0x1p-53),
            noise == 1);
      if (n % 1500 == 700) begin(t, 0), add(batch, run, Value::of_bool(n / 1500 % 2 == 0));
      if (n % 108'000 == 5000)
        begin(t, 0), add(batch, mode, batch.add_text(n / 108'000 % 2 == 0 ? "AUTO" : "HAND"));
      if (n == 100) begin(t, 0), add(batch, setpoint, Value::of_real(42.5));
      if (batch.scans.size() < 3600) continue;
      take(batch);
      batch.clear();
      batch.machine = mill;
    }
    if (!batch.scans.empty()) take(batch);
    ASSERT_TRUE(history_->flush());
  }
  void take(const Batch& batch) {
    ASSERT_TRUE(history_->append(++sequence_, batch));
    if (history_->wants_flush()) ASSERT_TRUE(history_->flush());
  }

  /// As the history writer's thread does, until the folder is below its quota; how often retention
  /// looked.
  int passes_until_below() {
    int passes = 1;
    retention_.run();
    for (; history_.bytes() > quota_ && passes < 100; ++passes) {
      const auto first = retention_.roll_up_first();
      while (!first.empty() && !work_.run(first).made_first) ++helpings_;
      retention_.run();
    }
    return passes;
  }
  /// What is known of each hour that lost raw rows is what these said.
  void expect_dropped_hours_true() {
    auto reader = std::move(*history_->open_reader());
    const auto end = us(start + days * 24h - 1s);
    for (const auto& [number, rows] : rows_) {
      const SignalKey signal{number};
      for (Instant hour = start; hour + 1h <= history_.raw_dropped_to(); hour += 1h) {
        const std::vector<std::int64_t> edges{us(hour), us(hour + 1h)};
        auto first = std::ranges::lower_bound(rows, edges[0], {}, &NaiveRow::time);
        auto last = std::ranges::lower_bound(rows, edges[1], {}, &NaiveRow::time);
        if (first != rows.begin()) --first;
        if (last != rows.end()) ++last;
        const auto expected = naive_slices({edges, {end}}, {first, last})[0];
        const auto totals = reader->totals(mill, {&signal, 1}, edges);
        ASSERT_TRUE(totals) << totals.error().what;
        const auto& got = totals->signals[0];
        const auto where = "signal " + std::to_string(number) + " at " + format_rfc3339(hour);
        ASSERT_EQ(got.totals[0].count, expected.count) << where;
        ASSERT_EQ(got.totals[0].known, expected.known) << where;
        ASSERT_EQ(got.min(0), expected.min) << where;
        ASSERT_EQ(got.max(0), expected.max) << where;
        ASSERT_EQ(got.last(0), expected.last) << where;
        if (number != run && number != mode) continue;  // Reals have no durations in roll-ups.
        const auto states = reader->states({mill, signal}, edges);
        ASSERT_TRUE(states) << states.error().what;
        std::int64_t held = 0;
        for (const auto& one : states->states.slices[0]) held += one.time.count();
        std::int64_t naive_held = 0;
        for (const auto& [name, time] : expected.times) naive_held += time;
        ASSERT_EQ(held, naive_held) << where;
      }
    }
  }

  testing_support::KeptHistory history_;
  std::mt19937_64 random_{5};
  std::map<std::uint32_t, std::vector<NaiveRow>> rows_;
  Problems problems_;
  Now now_{start + (days + 1) * 24h, Monotonic{1h}};
  Retention retention_{history_.hands(), problems_, [this] { return now_; }, 0};
  RollUpWork work_{*history_, problems_, [] { return false; }};
  std::uint64_t quota_ = 0;
  std::uint64_t sequence_ = 0;
  int helpings_ = 0;
};

TEST_F(RetentionBurst, TheFolderIsSoonBelowItsQuotaAndNothingIsLostButRawRows) {
  limit(20'000'000);
  retention_.run();
  write_all();
  ASSERT_GT(history_.bytes(), 25'000'000u) << "far more than the quota";
  const auto passes = passes_until_below();
  EXPECT_LE(history_.bytes(), quota_);
  EXPECT_LE(passes, 4);
  auto worker = std::move(*store::RollUpWorker::open(*history_));
  EXPECT_GT(*worker->due(), days * 24u / 4) << "only what was to go had to be made";
  EXPECT_GT(history_.raw_dropped_to(), start + 24h);
  EXPECT_LT(history_.raw_dropped_to(), start + days * 24h / 2) << "the oldest go first";
  expect_dropped_hours_true();
  // The rest is made newest first, as always, and goes under a smaller quota.
  while (*worker->due() > 2 && *worker->turn()) continue;
  limit(10'000'000);
  EXPECT_LE(passes_until_below(), 4);
  EXPECT_LE(history_.bytes(), quota_);
  expect_dropped_hours_true();
  RecordProperty("helpings", helpings_);
  RecordProperty("passes", passes);
}

}  // namespace
}  // namespace spindle::plant
