// When a file of raw values may go: its roll-ups are made, and whatever its machines do, one day it
// may.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/history.hpp"
#include "store/rollup_worker.hpp"
#include "store/slice_query.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using namespace std::chrono_literals;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};
constexpr auto day = 24h;
const Instant start{std::chrono::hours{24 * 20'000}};

class HistoryDrop : public testing::Test {
 protected:
  HistoryDrop() {
    history_ = std::move(*History::open(folder_.path(), {}));
    worker_ = std::move(*RollUpWorker::open(*history_));
  }
  /// A value each `every`, the number of its scan. Signals have their machine's number.
  void write(MachineKey machine, Instant from, Instant to, Duration every) {
    Batch batch;
    batch.machine = machine;
    for (auto t = from; t < to; t += every) {
      batch.begin_scan(ScanKind::values, t, {}, t, 1);
      batch.add(signal_of(machine), Value::of_int(written_++ % 1000));
      if (batch.scans.size() < 5000) continue;
      take(batch);
      batch.clear();
      batch.machine = machine;
    }
    if (!batch.scans.empty()) take(batch);
    ASSERT_TRUE(history_->flush());
  }
  void hear(MachineKey machine, Instant t) {
    Batch batch;
    batch.machine = machine;
    batch.begin_scan(ScanKind::alive, t, {}, t);
    take(batch);
    ASSERT_TRUE(history_->flush());
  }
  void take(const Batch& batch) { ASSERT_TRUE(history_->append(++sequence_, batch)); }
  void make_all() {
    turns_ = 0;
    for (auto more = worker_->turn(); more && *more; more = worker_->turn()) ++turns_;
  }
  /// Numbers of the raw files that may go.
  std::vector<std::uint32_t> droppable() {
    std::vector<std::uint32_t> out;
    const auto files = history_->files();
    EXPECT_TRUE(files);
    for (const auto& file : *files)
      if (!file.rollup && !file.newest && file.rolled_up) out.push_back(file.number);
    return out;
  }
  void begin_file() { ASSERT_TRUE(history_->begin_file(HistoryClass::state)); }
  void drop(std::uint32_t number) {
    const auto files = *history_->files();
    for (const auto& file : files)
      if (!file.rollup && file.number == number) ASSERT_TRUE(history_->drop(file));
  }
  /// Of [from, to): count, and the seconds something was known.
  std::pair<std::uint64_t, std::int64_t> totals(MachineKey machine, Instant from, Instant to) {
    const auto signal = signal_of(machine);
    const std::vector<std::int64_t> edges{from.time_since_epoch().count(),
                                          to.time_since_epoch().count()};
    auto reader = std::move(*history_->open_reader());
    const auto answer = reader->totals(machine, {&signal, 1}, edges);
    EXPECT_TRUE(answer) << answer.error().what;
    const auto& all = answer->signals[0].totals[0];
    return {all.count, all.known / 1'000'000};
  }
  /// Of [from, to): for how long values held, and for how long ones that cannot be told apart.
  std::pair<std::chrono::seconds, std::chrono::seconds> durations(MachineKey machine, Instant from,
                                                                  Instant to) {
    const std::vector<std::int64_t> edges{from.time_since_epoch().count(),
                                          to.time_since_epoch().count()};
    auto reader = std::move(*history_->open_reader());
    const auto answer = reader->states({machine, signal_of(machine)}, edges);
    EXPECT_TRUE(answer) << answer.error().what;
    Duration told{};
    for (const auto& one : answer->states.slices[0]) told += one.time;
    return {std::chrono::duration_cast<std::chrono::seconds>(told),
            std::chrono::duration_cast<std::chrono::seconds>(answer->notes.untold)};
  }
  static SignalKey signal_of(MachineKey machine) {
    return SignalKey{static_cast<std::uint32_t>(machine)};
  }

  TemporaryFolder folder_;
  std::unique_ptr<History> history_;
  std::unique_ptr<RollUpWorker> worker_;
  std::uint64_t sequence_ = 0;
  std::int64_t written_ = 0;
  int turns_ = 0;
};

TEST_F(HistoryDrop, ANewestFileStaysUntilAnotherIsBegun) {
  write(mill, start, start + 2 * day, 10s);
  make_all();
  EXPECT_THAT(droppable(), testing::IsEmpty());
  begin_file();
  write(mill, start + 2 * day, start + 3 * day, 10s);
  make_all();
  EXPECT_THAT(droppable(), testing::ElementsAre(1));
  drop(1);
  EXPECT_EQ(totals(mill, start, start + 2 * day), std::pair(17'280ul, 172'800l));
}

TEST_F(HistoryDrop, DurationsOfAMeasurementSayHowMuchTheyCanNoLongerTell) {
  write(mill, start, start + 2 * day, 10s);
  begin_file();
  write(mill, start + 2 * day, start + 3 * day, 10s);
  make_all();
  EXPECT_EQ(durations(mill, start, start + 2 * day), std::pair(172'800s, 0s));
  drop(1);
  EXPECT_EQ(durations(mill, start, start + 2 * day), std::pair(0s, 172'800s));
  EXPECT_EQ(durations(mill, start + day, start + 3 * day - 1h), std::pair(82'800s, 86'400s));
  EXPECT_EQ(durations(mill, start + 2 * day, start + 2 * day + 1h), std::pair(3'600s, 0s));
}

TEST_F(HistoryDrop, AFileWithHoursThatAreNotMadeStays) {
  write(mill, start, start + 90min, 1s);
  begin_file();
  EXPECT_THAT(droppable(), testing::IsEmpty()) << "nothing is made";
  make_all();
  EXPECT_THAT(droppable(), testing::IsEmpty()) << "the second hour is not over";
  write(mill, start + 90min, start + 3h, 1s);
  make_all();
  EXPECT_THAT(droppable(), testing::ElementsAre(1));
  drop(1);
  EXPECT_EQ(totals(mill, start, start + 90min).first, 5'400u)
      << "minutes that reach into the next file are whole";
}

TEST_F(HistoryDrop, HoursOfFewRowsWaitForTheirDay) {
  // Fewer than 120 an hour: they have no minutes, only their day says what was.
  write(mill, start, start + 20h, 1min);
  begin_file();
  write(mill, start + 20h, start + 23h, 1min);
  make_all();
  EXPECT_THAT(droppable(), testing::IsEmpty());
  write(mill, start + 23h, start + 26h, 1min);
  make_all();
  EXPECT_THAT(droppable(), testing::ElementsAre(1));
  drop(1);
  EXPECT_EQ(totals(mill, start, start + 12h), std::pair(720ul, 43'200l));
}

TEST_F(HistoryDrop, WhatWasSaidOnceHoldsOnInHoursMadeAfterItsRowWasDropped) {
  const SignalKey setpoint{77};
  Batch once;
  once.machine = mill;
  once.begin_scan(ScanKind::values, start + 10min, {}, start + 10min);
  once.add(setpoint, Value::of_int(5));
  take(once);
  write(mill, start, start + 90min, 1s);
  begin_file();
  write(mill, start + 90min, start + 3h, 1s);
  make_all();
  drop(1);
  write(mill, start + 3h, start + 50h, 10s);
  make_all();
  auto reader = std::move(*history_->open_reader());
  for (const auto from : {1h, 3h, 23h, 24h, 47h}) {
    const std::vector<std::int64_t> edges{(start + from).time_since_epoch().count(),
                                          (start + from + 1h).time_since_epoch().count()};
    const auto answer = reader->totals(mill, {&setpoint, 1}, edges);
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->signals[0].totals[0].known, 3'600'000'000) << from.count();
    EXPECT_EQ(answer->signals[0].last(0), 5.0);
  }
}

TEST_F(HistoryDrop, AMachineThatWasTakenAwayHoldsNothingUp) {
  write(mill, start, start + 90min, 1s);
  write(lathe, start, start + 90min, 1s);
  begin_file();
  write(lathe, start + 90min, start + 3 * day, 10s);
  make_all();
  EXPECT_THAT(droppable(), testing::IsEmpty()) << "it may speak again";
  write(lathe, start + 3 * day, start + 9 * day, 60s);
  make_all();
  EXPECT_THAT(droppable(), testing::ElementsAre(1));
  const auto before = totals(mill, start, start + day);
  EXPECT_EQ(before, std::pair(5'400ul, 5'399l));
  drop(1);
  EXPECT_EQ(totals(mill, start, start + 90min).first, 5'400u);
  EXPECT_EQ(totals(mill, start, start + day), before);
}

TEST_F(HistoryDrop, AMachineThatSpeaksAgainAfterWeeksHeldItsValueMeanwhile) {
  write(mill, start, start + 90min, 1s);
  write(lathe, start, start + 9 * day, 60s);
  make_all();
  EXPECT_EQ(totals(mill, start, start + day).second, 5'399);
  hear(mill, start + 10 * day + 1h);
  make_all();
  EXPECT_EQ(totals(mill, start, start + day), std::pair(5'400ul, 86'400l));
  EXPECT_EQ(totals(mill, start, start + 10 * day), std::pair(5'400ul, 864'000l));
}

TEST_F(HistoryDrop, AClockACenturyAheadHoldsNothingUpOnceItIsBack) {
  write(mill, start, start + 2 * day, 10s);
  make_all();
  begin_file();
  // The box starts with a wrong clock, and somebody sets it an hour later.
  const auto wrong = start + 365 * 80 * day;
  write(mill, wrong, wrong + 1h, 1s);
  for (int n = 0; n < 200; ++n)
    if (auto more = worker_->turn(); !more || !*more) break;
  begin_file();
  write(mill, start + 2 * day + 1h, start + 4 * day, 10s);
  make_all();
  EXPECT_LT(turns_, 2'000) << "no hour of a century is looked at";
  EXPECT_LT(*worker_->due(), 1'000u);
  begin_file();
  write(mill, start + 4 * day, start + 6 * day, 10s);
  make_all();
  EXPECT_LT(turns_, 200);
  EXPECT_THAT(droppable(), testing::ElementsAre(1, 2, 3));
  drop(1);
  drop(3);
  EXPECT_EQ(totals(mill, start, start + day).first, 8'640u);
  EXPECT_EQ(totals(mill, start + 3 * day, start + 4 * day).first, 8'640u);
}

TEST_F(HistoryDrop, FilesAreAsLargeAsTheyMayBeFromNowOn) {
  history_->set_file_bytes(512);
  for (int n = 0; n < 6; ++n) write(mill, start + n * day, start + (n + 1) * day, 10s);
  std::size_t files = 0;
  const auto all = *history_->files();
  for (const auto& file : all) files += file.rollup ? 0 : 1;
  EXPECT_GE(files, 5u);
}

}  // namespace
}  // namespace spindle::store
