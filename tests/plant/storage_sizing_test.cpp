#include "plant/storage_sizing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace spindle::plant {
namespace {

constexpr std::uint64_t gb = 1'000'000'000;

TEST(StorageSizing, AYearOfAPlantIsItsValuesTimesTheirBytes) {
  ValueCosts costs;
  costs.raw_bytes = 0.5;
  costs.rollup_bytes_per_signal_day = 1'000;
  costs.cpu_us = 10;
  const auto sizing = size_plant({20, 50, 1, 365}, costs, 4, 100 * gb, 4 * gb);
  EXPECT_EQ(sizing.raw_bytes, 1000ull * 86'400 * 365 / 2);
  EXPECT_EQ(sizing.rollup_bytes, 1000ull * 365 * 1'000);
  EXPECT_EQ(sizing.journal_bytes, 4 * gb);
  EXPECT_EQ(sizing.total_bytes, sizing.raw_bytes + sizing.rollup_bytes + sizing.journal_bytes);
  EXPECT_DOUBLE_EQ(sizing.cpu_share, 0.0025);
  EXPECT_TRUE(sizing.fits);
  EXPECT_EQ(sizing.why.en, "20 GB of the 100 GB that may be used");
}

TEST(StorageSizing, ARoomLastsAsLongAsTheSameDaysWouldFillIt) {
  for (const double room : {0.5e9, 32e9, 400e9}) {
    SizingInputs inputs{20, 50, 1, 365, room};
    const auto lasts = size_plant(inputs, {}, 4, 1, 1).lasts_days;
    ASSERT_TRUE(lasts);
    inputs.days = *lasts;
    const auto filled = size_plant(inputs, {}, 4, 1, 1);
    EXPECT_NEAR(static_cast<double>(filled.total_bytes), room, 10);
    EXPECT_LE(filled.journal_bytes, filled.room_bytes / 8 + 1);
  }
}

TEST(StorageSizing, WithoutARoomOfItsOwnItIsThisBoxsQuota) {
  const auto sizing = size_plant({20, 50, 1, 365}, {}, 4, 100 * gb, 4 * gb);
  EXPECT_EQ(sizing.room_bytes, 100 * gb);
  const auto kept_a_day = 1000.0 * (86'400 * ValueCosts::usual_raw_bytes +
                                    ValueCosts::usual_rollup_bytes_per_signal_day);
  ASSERT_TRUE(sizing.lasts_days);
  EXPECT_NEAR(*sizing.lasts_days, 96e9 / kept_a_day, 1e-6);
}

TEST(StorageSizing, NothingWrittenLastsForEverAndNoRoomForNoTime) {
  EXPECT_EQ(size_plant({0, 0, 1, 365}, {}, 2, gb, gb).lasts_days, std::nullopt);
  EXPECT_EQ(size_plant({1, 1, 86'400, 365}, {}, 2, 1'000'000 * gb, gb).lasts_days, std::nullopt);
  EXPECT_EQ(size_plant({1, 1, 1, 365, 0.0}, {}, 2, gb, gb).lasts_days, 0.0);
}

TEST(StorageSizing, WhatDoesNotFitSaysWhatToDo) {
  const auto sizing = size_plant({200, 50, 0.01, 3650}, {}, 1, 10 * gb, gb);
  EXPECT_FALSE(sizing.fits);
  EXPECT_THAT(sizing.why.en, testing::HasSubstr("keep values for fewer days"));
  EXPECT_THAT(sizing.why.en, testing::HasSubstr("nor is the processor fast enough"));
  EXPECT_THAT(sizing.why.zh, testing::HasSubstr("請縮短保存天數"));
}

TEST(StorageSizing, TooLittleMeasuredMeansWhatIsUsual) {
  MeasuredCosts measured;
  measured.raw_values = measured.observations = sizing_values_min - 1;
  measured.raw_bytes = 1;
  measured.cpu_s = 100;
  const auto usual = value_costs(measured);
  EXPECT_FALSE(usual.bytes_measured || usual.cpu_measured);
  EXPECT_DOUBLE_EQ(usual.raw_bytes, ValueCosts::usual_raw_bytes);
  measured.raw_values = measured.observations = sizing_values_min;
  measured.raw_bytes = 40'000;
  measured.cpu_s = 0.5;
  const auto own = value_costs(measured);
  EXPECT_TRUE(own.bytes_measured && own.cpu_measured);
  EXPECT_DOUBLE_EQ(own.raw_bytes, 0.4);
  EXPECT_DOUBLE_EQ(own.cpu_us, 5);
  EXPECT_DOUBLE_EQ(own.rollup_bytes_per_signal_day, ValueCosts::usual_rollup_bytes_per_signal_day);
}

TEST(StorageSizing, NothingTakesNothingAndTheImmenseDoesNotOverflow) {
  const auto none = size_plant({0, 0, 1, 365}, {}, 2, gb, gb);
  EXPECT_EQ(none.total_bytes, 0u);
  EXPECT_TRUE(none.fits);
  const auto all = size_plant({1e9, 1e9, 0.001, 1e9}, {}, 2, gb, gb);
  EXPECT_FALSE(all.fits);
  EXPECT_GE(all.total_bytes, all.raw_bytes);
}

RC_GTEST_PROP(StorageSizingProperty, MoreOfAnythingNeverTakesLess, ()) {
  const auto some = [] { return static_cast<double>(*rc::gen::inRange(1, 1000)); };
  const SizingInputs inputs{some(), some(), some() / 10, some()};
  auto more = inputs;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      more.machines += some();
      break;
    case 1:
      more.signals += some();
      break;
    case 2:
      more.rate_s /= 2;
      break;
    default:
      more.days += some();
  }
  const auto a = size_plant(inputs, {}, 2, gb, gb);
  const auto b = size_plant(more, {}, 2, gb, gb);
  RC_ASSERT(b.total_bytes >= a.total_bytes);
  RC_ASSERT(b.cpu_share >= a.cpu_share);
  RC_ASSERT(b.memory_bytes >= a.memory_bytes);
  RC_ASSERT(b.lasts_days.value_or(1e9) <= a.lasts_days.value_or(1e9));
}

}  // namespace
}  // namespace spindle::plant
