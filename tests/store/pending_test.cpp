#include "store/pending.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "store/batch_codec.hpp"

namespace spindle::store {
namespace {

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};

Instant at(std::int64_t us) { return Instant{Duration{us}}; }

Batch batch_of(MachineKey machine, std::int64_t t, std::uint32_t signal, int scans = 1) {
  Batch batch;
  batch.machine = machine;
  for (int n = 0; n < scans; ++n) {
    batch.begin_scan(ScanKind::values, at(t + n), {}, at(t + n), 1);
    batch.add(SignalKey{signal}, Value::of_int(t * 7919 + n));
  }
  return batch;
}

std::vector<std::uint64_t> sequences_in(const std::vector<Pending::Part>& parts) {
  std::vector<std::uint64_t> out;
  for (const auto& part : parts)
    part.for_each([&](std::uint64_t sequence, ByteView) { out.push_back(sequence); });
  return out;
}

RC_GTEST_PROP(Pending, GivesEachMachineItsBatchesInOrderAndSaysTrulyWhatEachChunkHolds, ()) {
  Pending pending;
  std::map<MachineKey, std::vector<std::uint64_t>> added;
  const auto batches = *rc::gen::inRange<std::uint64_t>(0, 400);
  for (std::uint64_t n = 1; n <= batches; ++n) {
    const auto machine = *rc::gen::elementOf(std::vector{mill, lathe});
    const auto batch = batch_of(machine, *rc::gen::inRange(0, 100'000),
                                *rc::gen::inRange<std::uint32_t>(1, 200), 30);
    RC_ASSERT(pending.add(n, batch).has_value());
    added[machine].push_back(n);
  }
  const MachineKey both[]{mill, lathe};
  const auto view = pending.view(both);
  Batch batch;
  for (const auto& [machine, parts] : view) {
    RC_ASSERT(sequences_in(parts) == added[machine]);
    for (const auto& part : parts) {
      const auto& summary = part.summary();
      Instant from = Instant::max();
      Instant to = Instant::min();
      part.for_each([&](std::uint64_t sequence, ByteView bytes) {
        RC_ASSERT(sequence >= summary.first && sequence <= summary.last);
        RC_ASSERT(decode(bytes, batch).has_value());
        for (const auto& scan : batch.scans) {
          from = std::min(from, scan.time);
          to = std::max(to, scan.time);
        }
        for (const auto& seen : batch.observations)
          RC_ASSERT(summary.may_name(Pending::signal_bit(seen.signal)));
      });
      RC_ASSERT(from == summary.from);
      RC_ASSERT(to == summary.to);
    }
  }
  RC_ASSERT(view.size() == added.size());
}

TEST(Pending, AViewStaysAsItWasWhateverComesAfter) {
  Pending pending;
  for (std::uint64_t n = 1; n <= 50; ++n)
    ASSERT_TRUE(pending.add(n, batch_of(mill, static_cast<std::int64_t>(n), 1)));
  const auto view = pending.view({&mill, 1});
  for (std::uint64_t n = 51; n <= 60; ++n)
    ASSERT_TRUE(pending.add(n, batch_of(mill, static_cast<std::int64_t>(n) + 1000, 70)));
  static_cast<void>(pending.seal());
  pending.drop_sealed();
  EXPECT_EQ(pending.bytes(), 0u);
  const auto& parts = view.at(mill);
  EXPECT_EQ(sequences_in(parts).size(), 50u);
  EXPECT_EQ(parts.back().summary().to, at(50));
  EXPECT_FALSE(parts.back().summary().may_name(Pending::signal_bit(SignalKey{70})));
  EXPECT_TRUE(pending.view({&mill, 1}).empty());
}

TEST(Pending, WhatIsAddedAfterASealIsKept) {
  Pending pending;
  ASSERT_TRUE(pending.add(1, batch_of(mill, 1, 1)));
  const auto sealed = pending.seal();
  ASSERT_TRUE(pending.add(2, batch_of(mill, 2, 1)));
  ASSERT_TRUE(pending.add(3, batch_of(lathe, 3, 1)));
  EXPECT_EQ(sequences_in(sealed.at(mill)), std::vector<std::uint64_t>{1});
  pending.drop_sealed();
  EXPECT_EQ(sequences_in(pending.view({&mill, 1}).at(mill)), std::vector<std::uint64_t>{2});
  EXPECT_EQ(sequences_in(pending.seal().at(lathe)), std::vector<std::uint64_t>{3});
}

TEST(Pending, ARangeOfAnHourLiesInFewOfManyChunks) {
  Pending pending;
  for (std::uint64_t n = 1; n <= 2000; ++n)
    ASSERT_TRUE(pending.add(n, batch_of(mill, static_cast<std::int64_t>(n) * 100, 1, 40)));
  const auto view = pending.view({&mill, 1});
  const auto& parts = view.at(mill);
  const auto touching = std::ranges::count_if(parts, [](const auto& part) {
    return part.summary().to >= at(100'000) && part.summary().from < at(101'000);
  });
  EXPECT_GT(parts.size(), 20u);
  EXPECT_LE(touching, 3);
}

TEST(Pending, AnUnsoundBatchIsRefusedAndNothingOfItKept) {
  Pending pending;
  auto batch = batch_of(mill, 1, 1);
  batch.scans[0].count = 7;
  EXPECT_FALSE(pending.add(1, batch).has_value());
  EXPECT_TRUE(pending.view({&mill, 1}).empty());
}

}  // namespace
}  // namespace spindle::store
