#include "plant/storage_forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <vector>

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

constexpr auto analog = static_cast<std::size_t>(HistoryClass::analog);
const std::array<std::optional<Duration>, 4> nothing_yet{};

DayGrowth day_of(std::uint64_t bytes, Duration measured = 24h) {
  DayGrowth day;
  day.raw_bytes[analog] = bytes;
  day.measured = measured;
  return day;
}

TEST(StorageForecast, OneDayOfBackfillDoesNotMoveTheGrowth) {
  const std::vector<DayGrowth> days{day_of(100), day_of(90), day_of(50'000), day_of(110),
                                    day_of(0)};
  EXPECT_DOUBLE_EQ(measure_growth(days).raw[analog], 100);
  EXPECT_EQ(measure_growth(days).measured, Duration{120h});
}

TEST(StorageForecast, WithoutAWholeDayAPartStandsForIt) {
  EXPECT_DOUBLE_EQ(measure_growth(std::vector{day_of(100, 2h)}).raw[analog], 1200);
  EXPECT_DOUBLE_EQ(measure_growth(std::vector{day_of(100, 2h), day_of(50, 1h)}).raw[analog], 1200);
  // Beside a whole day a part says nothing.
  EXPECT_DOUBLE_EQ(measure_growth(std::vector{day_of(240), day_of(1, 1h)}).raw[analog], 240);
  EXPECT_DOUBLE_EQ(measure_growth({}).total(), 0);
}

TEST(StorageForecast, BelowAnHourNothingIsSaid) {
  const auto growth = measure_growth(std::vector{day_of(100, 59min)});
  const auto full = full_in(1000, growth, nothing_yet, {}, 0);
  EXPECT_EQ(full.days, std::nullopt);
  EXPECT_EQ(full.why, "less than an hour has been measured");
}

TEST(StorageForecast, RoomIsUsedAtThePaceMeasured) {
  Growth growth;
  growth.measured = 24h;
  growth.raw[analog] = 50;
  growth.rollup = 5;
  growth.facts = 5;
  EXPECT_DOUBLE_EQ(full_in(600, growth, nothing_yet, {}, 0).days.value_or(-1), 10);
  EXPECT_DOUBLE_EQ(full_in(0, growth, nothing_yet, {}, 0).days.value_or(-1), 0);
  // The journal grows to its share, 2 days at 40 a day, then stays.
  growth.journal = 40;
  EXPECT_DOUBLE_EQ(full_in(680, growth, nothing_yet, {}, 80).days.value_or(-1), 10);
}

TEST(StorageForecast, AClassStopsGrowingWhenItsOldestIsDropped) {
  Growth growth;
  growth.measured = 24h;
  growth.raw[analog] = 100;
  std::array<std::optional<Duration>, 4> oldest{};
  oldest[analog] = Duration{24h * 355};
  EXPECT_DOUBLE_EQ(full_in(900, growth, oldest, {}, 0).days.value_or(-1), 9);
  const auto never = full_in(1100, growth, oldest, {}, 0);
  EXPECT_EQ(never.days, std::nullopt);
  EXPECT_THAT(never.why, testing::HasSubstr("fits"));
  growth.rollup = 1;
  EXPECT_DOUBLE_EQ(full_in(1100, growth, oldest, {}, 0).days.value_or(-1), 100);
  EXPECT_EQ(full_in(1100, Growth{.measured = 24h}, oldest, {}, 0).why, "nothing grows");
}

RC_GTEST_PROP(StorageForecastProperty, MoreRoomIsNeverFullSooner, ()) {
  Growth growth;
  growth.measured = 48h;
  for (auto& bytes : growth.raw) bytes = *rc::gen::inRange(0, 1000);
  growth.rollup = *rc::gen::inRange(0, 50);
  growth.journal = *rc::gen::inRange(0, 500);
  std::array<std::optional<Duration>, 4> oldest{};
  for (auto& age : oldest)
    if (*rc::gen::arbitrary<bool>()) age = std::chrono::hours{*rc::gen::inRange(0, 100'000)};
  const auto room = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const auto more = room + *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const auto journal_room = *rc::gen::inRange<std::uint64_t>(0, 10'000);
  const auto soon = full_in(room, growth, oldest, {}, journal_room);
  const auto late = full_in(more, growth, oldest, {}, journal_room);
  if (!soon.days) RC_ASSERT(!late.days);
  if (soon.days && late.days) RC_ASSERT(*late.days >= *soon.days - 1e-9);
}

}  // namespace
}  // namespace spindle::plant
