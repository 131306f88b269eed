#include "connect/batch_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace spindle::connect {
namespace {

std::vector<Batch> one_batch(std::size_t observations) {
  Batch batch;
  batch.begin_scan(ScanKind::values, {}, {}, {});
  for (std::size_t i = 0; i < observations; ++i) batch.add(SignalKey{1}, Value::of_int(1));
  std::vector<Batch> out;
  out.push_back(std::move(batch));
  return out;
}

TEST(BatchQueue, TakesNothingWhenFullAndSaysSo) {
  BatchQueue queue(10);
  auto first = one_batch(8);
  ASSERT_TRUE(queue.offer(first));
  EXPECT_TRUE(first.empty());
  auto second = one_batch(3);
  EXPECT_FALSE(queue.offer(second));
  EXPECT_EQ(second.size(), 1u) << "what is not taken stays with its owner";
  EXPECT_EQ(queue.refusals(), 1u);
  std::vector<Batch> out;
  queue.take(out, {});
  EXPECT_TRUE(queue.offer(second)) << "there is room again";
}

TEST(BatchQueue, AnEmptyQueueTakesADeliveryLargerThanItself) {
  BatchQueue queue(10);
  auto large = one_batch(50);
  EXPECT_TRUE(queue.offer(large));
}

TEST(BatchQueue, NothingIsLostOrReorderedBetweenThreads) {
  BatchQueue queue(50);
  constexpr std::int64_t count = 2000;
  std::thread producer([&] {
    for (std::int64_t i = 0; i < count; ++i) {
      std::vector<Batch> batches(1);
      batches[0].begin_scan(ScanKind::values, {}, {}, {});
      batches[0].add(SignalKey{1}, Value::of_int(i));
      while (!queue.offer(batches)) std::this_thread::yield();
    }
    queue.close();
  });
  std::int64_t next = 0;
  std::vector<Batch> out;
  while (next < count) {
    out.clear();
    queue.take(out, read_clock().mono + std::chrono::minutes{1});
    for (const auto& batch : out) ASSERT_EQ(batch.observations[0].value.integer, next++);
  }
  producer.join();
}

}  // namespace
}  // namespace spindle::connect
