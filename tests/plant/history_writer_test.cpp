#include "plant/history_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/store/temporary_folder.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

constexpr MachineKey mill{1};
constexpr SignalKey load{7};

struct HistoryWriterTest : testing::Test {
  store::testing_support::TemporaryFolder folder;
  std::unique_ptr<store::History> history = *store::History::open(folder.path(), {});
  Problems problems;

  void value(std::uint64_t sequence) const {
    Batch batch;
    batch.machine = mill;
    const Instant t{std::chrono::seconds{sequence}};
    batch.begin_scan(ScanKind::values, t, t, t);
    batch.add(load, Value::of_uint(sequence));
    auto taken = history->append(sequence, batch);
    EXPECT_TRUE(taken) << taken.error().what;
  }
  [[nodiscard]] std::size_t stored() const {
    auto reader = *store::HistoryReader::open(folder.path());
    return reader
        ->raw({mill, load}, {Instant{0s}, Instant{std::chrono::hours{24 * 365}}}, 1'000'000)
        ->rows.size();
  }
};

TEST_F(HistoryWriterTest, WhatWasWaitedForIsInTheFile) {
  HistoryWriter writer(*history, problems, 1h);
  writer.start();
  value(1);
  EXPECT_EQ(stored(), 0u);
  ASSERT_TRUE(writer.flush_and_wait());
  EXPECT_EQ(stored(), 1u);
}

TEST_F(HistoryWriterTest, StoppingWritesAndSyncsWhatIsLeft) {
  HistoryWriter writer(*history, problems, 1h);
  writer.start();
  value(1);
  writer.stop();
  EXPECT_EQ(stored(), 1u);
  EXPECT_EQ(writer.synced_through(), 1u);
  writer.stop();
}

TEST_F(HistoryWriterTest, WithoutItsThreadNobodyWaitsForEver) {
  HistoryWriter writer(*history, problems, 1h);
  EXPECT_EQ(writer.flush_and_wait().error().code, Errc::refused);
  writer.start();
  writer.stop();
  EXPECT_EQ(writer.flush_and_wait().error().code, Errc::refused);
  writer.flush_soon();
}

TEST_F(HistoryWriterTest, WorkOfOthersRunsBetweenWritesAndNotAfterTheEnd) {
  HistoryWriter writer(*history, problems, 1h);
  std::mutex mutex;
  std::condition_variable changed;
  int runs = 0;
  std::thread::id on;
  writer.add_work([&]() -> Duration {
    const std::lock_guard lock(mutex);
    ++runs;
    on = std::this_thread::get_id();
    changed.notify_all();
    return 1ms;
  });
  writer.start();
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return runs >= 3; });
    EXPECT_NE(on, std::this_thread::get_id());
  }
  value(1);
  ASSERT_TRUE(writer.flush_and_wait());
  EXPECT_EQ(stored(), 1u);
  writer.stop();
  const auto at_end = runs;
  writer.flush_soon();
  EXPECT_EQ(runs, at_end);
}

TEST_F(HistoryWriterTest, ManyAskAndReadWhileOneAppendsAndItIsStopped) {
  constexpr std::uint64_t batches = 400;
  HistoryWriter writer(*history, problems, 1ms);
  writer.start();
  std::atomic<bool> ended{false};
  std::vector<std::thread> others;
  for (int n = 0; n < 2; ++n)
    others.emplace_back([&] {
      auto reader = *history->open_reader();
      while (!ended) {
        (void)writer.flush_and_wait();
        writer.flush_soon();
        (void)writer.synced_through();
        const auto page = reader->raw({mill, load}, {Instant{0s}, Instant{1h}}, 100'000);
        ASSERT_TRUE(page);
        for (std::size_t row = 0; row < page->rows.size(); ++row)
          ASSERT_EQ(page->rows[row].value.unsigned_integer, row + 1) << "each once, in order";
      }
    });
  for (std::uint64_t sequence = 1; sequence <= batches; ++sequence) value(sequence);
  ASSERT_TRUE(writer.flush_and_wait());
  writer.stop();
  ended = true;
  for (auto& thread : others) thread.join();
  EXPECT_EQ(stored(), batches);
}

}  // namespace
}  // namespace spindle::plant
