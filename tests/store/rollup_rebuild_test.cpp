// The index of roll-ups, lost and made again from their files.
#include "store/rollup_rebuild.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "store/check.hpp"
#include "store/history.hpp"
#include "store/history_rebuild.hpp"
#include "store/repair.hpp"
#include "store/rollup_files.hpp"
#include "store/rollup_worker.hpp"
#include "store/slice_query.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }

class RollUpRebuild : public testing::Test {
 protected:
  RollUpRebuild() { open(); }

  void open() {
    worker.reset();
    history.reset();
    // Files of few blocks, so that some can be dropped.
    auto opened = History::open(folder.path(), {.file_bytes = 4096});
    ASSERT_TRUE(opened) << opened.error().what;
    history = std::move(*opened);
    worker = std::move(*RollUpWorker::open(*history));
  }
  /// Every ten seconds, `signals` of them.
  void take(std::int64_t from, std::int64_t to, std::uint32_t signals = 2, MachineKey who = mill) {
    Batch batch;
    batch.machine = who;
    const auto base = static_cast<std::uint32_t>(who) * 1000;
    for (auto t = from; t < to; t += 10 * second) {
      batch.begin_scan(ScanKind::values, at(t), {}, at(t), 1);
      for (std::uint32_t n = 0; n < signals; ++n)
        batch.add(SignalKey{base + n}, Value::of_int((t / second * 7 + n * 31) % 1000));
    }
    ASSERT_TRUE(history->append(++sequence, batch));
    ASSERT_TRUE(history->flush());
  }
  void make_all() {
    for (;;) {
      auto more = worker->turn();
      ASSERT_TRUE(more) << more.error().what;
      if (!*more) return;
    }
  }
  /// Raw files of which every row lies before `t`.
  std::size_t drop_before(std::int64_t t) {
    std::size_t dropped = 0;
    const auto files = *history->files();
    for (const auto& file : files)
      if (!file.rollup && !file.newest && file.to < at(t)) {
        EXPECT_TRUE(history->drop(file));
        ++dropped;
      }
    return dropped;
  }
  void lose_the_index() {
    worker.reset();
    history.reset();
    for (const auto* name : {"history.db", "history.db-wal", "history.db-shm"})
      std::filesystem::remove(folder.path() / name);
  }
  /// Of each signal and hour: count, least, greatest, last, mean.
  std::vector<double> answers(std::int64_t from, std::int64_t to, std::uint32_t signals = 2,
                              MachineKey who = mill) {
    std::vector<double> out;
    std::vector<SignalKey> keys;
    for (std::uint32_t n = 0; n < signals; ++n)
      keys.push_back(SignalKey{static_cast<std::uint32_t>(who) * 1000 + n});
    std::vector<std::int64_t> edges;
    for (auto t = from; t <= to; t += hour) edges.push_back(t);
    auto reader = *history->open_reader();
    const auto answer = reader->totals(who, keys, edges);
    EXPECT_TRUE(answer);
    for (const auto& signal : answer->signals)
      for (std::size_t n = 0; n + 1 < edges.size(); ++n) {
        out.push_back(static_cast<double>(signal.totals[n].count));
        for (const auto value : {signal.min(n), signal.max(n), signal.last(n), signal.average(n)})
          out.push_back(value.value_or(-1));
      }
    return out;
  }
  std::int64_t due(int level) {
    auto count = history->database().prepare("SELECT count(*) FROM rollup_due WHERE level = ?");
    count->bind(1, std::int64_t{level});
    EXPECT_TRUE(*count->step());
    return count->integer(0);
  }
  std::int64_t due() { return *history->database().scalar("SELECT count(*) FROM rollup_due"); }
  std::int64_t stored() { return *history->database().scalar("SELECT count(*) FROM rollup"); }

  TemporaryFolder folder;
  std::unique_ptr<History> history;
  std::unique_ptr<RollUpWorker> worker;
  std::uint64_t sequence = 0;
};

TEST_F(RollUpRebuild, RollUpsWhoseRawRowsAreGoneAreFoundAgain) {
  for (int d = 0; d < 6; ++d) take(d * day, (d + 1) * day);
  make_all();
  ASSERT_GT(drop_before(3 * day), 2u);
  const auto whole = answers(0, 6 * day - hour);
  const auto kept = stored();
  ASSERT_EQ(whole[0], 360) << "the first hour has no raw rows and still its count";
  for (int pass = 0; pass < 2; ++pass) {
    lose_the_index();
    open();
    EXPECT_EQ(stored(), kept);
    const auto gone = answers(0, 2 * day);
    EXPECT_TRUE(std::equal(gone.begin(), gone.begin() + 5 * 48, whole.begin()))
        << "at once, before anything was made again";
    make_all();
    EXPECT_EQ(answers(0, 6 * day - hour), whole);
    EXPECT_EQ(stored(), kept) << "none was made twice";
  }
  EXPECT_TRUE(check_folder(folder.path()).problems.empty());
}

TEST_F(RollUpRebuild, RepairFindsThemToo) {
  for (int d = 0; d < 4; ++d) take(d * day, (d + 1) * day);
  make_all();
  ASSERT_GT(drop_before(2 * day), 0u);
  const auto whole = answers(0, 4 * day - hour);
  lose_the_index();
  const auto done = repair_folder(folder.path(), at(0));
  ASSERT_TRUE(done) << done.error().what;
  ASSERT_EQ(done->size(), 1u);
  EXPECT_NE(done->front().find("made again from the segment files"), std::string::npos);
  open();
  make_all();
  EXPECT_EQ(answers(0, 4 * day - hour), whole);
}

TEST_F(RollUpRebuild, OfOneThatWasMadeAgainTheLastCounts) {
  take(0, 2 * day);
  make_all();
  take(5 * hour + 3 * second, 6 * hour, 1);  // Late.
  make_all();
  const auto whole = answers(0, 2 * day - hour);
  lose_the_index();
  open();
  EXPECT_EQ(answers(0, 2 * day - hour), whole);
  make_all();
  EXPECT_EQ(answers(0, 2 * day - hour), whole);
}

TEST_F(RollUpRebuild, AMachineOfManySignalsHasEachOfThemAgain) {
  constexpr std::uint32_t many = 300;
  for (int h = 0; h < 50; ++h) take(h * hour, (h + 1) * hour, many);
  make_all();
  ASSERT_GT(drop_before(26 * hour), 0u);
  const auto whole = answers(0, 24 * hour, many);
  lose_the_index();
  open();
  EXPECT_EQ(answers(0, 24 * hour, many), whole);
}

TEST_F(RollUpRebuild, AnHourOfWhichRawRowsAreLeftIsDueAgainAndOneWithoutAnyIsNot) {
  take(0, 3 * day);
  take(0, 3 * day, 2, MachineKey{2});
  make_all();
  const auto running = due();  // Hours, days and longer that are not over.
  lose_the_index();
  open();
  ASSERT_TRUE(*worker->turn());
  ASSERT_TRUE(*worker->turn());
  EXPECT_EQ(due(1), 2 * 72) << "two machines";
  make_all();
  EXPECT_EQ(due(), running);
  for (int d = 3; d < 6; ++d) take(d * day, (d + 1) * day);
  make_all();
  ASSERT_GT(drop_before(5 * day), 0u);
  lose_the_index();
  open();
  ASSERT_TRUE(*worker->turn());
  const auto raw = *history->database().scalar("SELECT min(from_us) FROM block WHERE series = 1");
  const auto first = *history->database().scalar(
      "SELECT min(from_us) FROM rollup_due WHERE level = 1 AND machine = 1");
  EXPECT_GT(raw, 3 * day);
  EXPECT_EQ(first, raw - raw % hour);
}

/// A signal that moved between groups lies in two series, and roll-ups count rows for each.
TEST_F(RollUpRebuild, WhatCameLateAndWasNotMadeYetIsNotLost) {
  Batch batch;
  batch.machine = mill;
  batch.begin_scan(ScanKind::values, at(0), {}, at(0), 7);
  batch.add(SignalKey{1000}, Value::of_int(1));
  ASSERT_TRUE(history->append(++sequence, batch));
  take(10 * second, 2 * day);
  make_all();
  take(5 * hour + 3 * second, 5 * hour + 30 * second);
  lose_the_index();
  open();
  for (const auto* when : {"before anything is made", "afterwards"}) {
    EXPECT_EQ(answers(0, 2 * day - hour)[5 * 5], 363) << when;
    make_all();
  }
}

TEST_F(RollUpRebuild, WhatWasNotMadeYetIsMadeAfterwards) {
  take(0, 30 * hour);
  for (int n = 0; n < 10; ++n) ASSERT_TRUE(worker->turn());
  lose_the_index();
  open();
  make_all();
  const auto made = answers(0, 29 * hour);
  TemporaryFolder other;
  auto plain = *History::open(other.path(), {});
  std::swap(plain, history);
  worker.reset();
  take(0, 30 * hour);
  EXPECT_EQ(answers(0, 29 * hour), made) << "from raw rows alone";
  history.reset();
}

TEST_F(RollUpRebuild, ADamagedRollUpIsPassedOverAndTheOthersAreFound) {
  take(0, 2 * day);
  make_all();
  const auto whole = answers(0, 2 * day - hour);
  const auto kept = stored();
  lose_the_index();
  const auto file = segment_path(folder.path() / history_folder, rollup_prefix, 1);
  {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(segment_header_bytes + segment_head_bytes + 20);
    out << "damaged";
  }
  const auto restored = rebuild_history_index(folder.path(), at(0));
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_EQ(restored->rollups, static_cast<std::uint64_t>(kept) - 1);
  EXPECT_GT(restored->damaged_bytes, 0u);
  open();
  make_all();
  EXPECT_EQ(answers(0, 2 * day - hour), whole) << "raw rows are there: it is made again";
}

}  // namespace
}  // namespace spindle::store
