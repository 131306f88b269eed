// When a machine was to work, as rows.
#include "publish/plan_rows.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "kpi/calendar_time.hpp"
#include "kpi/zone.hpp"

namespace spindle::publish {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

constexpr sys_days thursday = std::chrono::year{2024} / 3 / 14;

ShiftTemplate shift(const char* name, MinuteOfDay start, MinuteOfDay end) {
  ShiftTemplate out;
  out.name = name;
  out.days.fill(true);
  out.start = start;
  out.end = end;
  return out;
}

Plant two_shifts() {
  Plant plant;
  plant.timezone = "Asia/Taipei";
  auto day = shift("早班", 8h, 17h);
  day.breaks = {{12h, 13h}};
  plant.calendar.shifts = {day, shift("夜班", 20h, 4h)};
  return plant;
}

Instant at(Duration since_midnight) { return Instant{thursday} - 8h + since_midnight; }

Interval between(Duration from, Duration to) { return {at(from), at(to)}; }

const Interval day_shift = between(8h, 17h);

std::vector<PlannedTime> plan_of(const Plant& plant, Instant first, sys_days last = thursday) {
  auto made = planned_times(plant, "mill", first, last);
  EXPECT_TRUE(made) << made.error().what;
  return made ? *made : std::vector<PlannedTime>{};
}

TEST(PlannedTimes, AreShiftsWithoutTheirBreaks) {
  EXPECT_EQ(plan_of(two_shifts(), at(5h)),
            (std::vector<PlannedTime>{{between(8h, 12h), day_shift, thursday, "早班"},
                                      {between(13h, 17h), day_shift, thursday, "早班"},
                                      {between(20h, 28h), between(20h, 28h), thursday, "夜班"}}));
}

TEST(PlannedTimes, BeginWithTheShiftThatRanAtTheFirstFact) {
  const auto plan = plan_of(two_shifts(), at(1h));
  ASSERT_EQ(plan.size(), 4u);
  EXPECT_EQ(plan.front(),
            (PlannedTime{between(-4h, 4h), between(-4h, 4h), thursday - days{1}, "夜班"}));
}

TEST(PlannedTimes, LoseThePlannedDowntimeOfTheMachineAndOfThePlant) {
  auto plant = two_shifts();
  plant.calendar.planned_downtime = {{"mill", between(9h, 10h), "service"},
                                     {"saw", between(14h, 15h), "service"},
                                     {"", between(16h, 30h), "power"}};
  EXPECT_EQ(plan_of(plant, at(5h)),
            (std::vector<PlannedTime>{{between(8h, 9h), day_shift, thursday, "早班"},
                                      {between(10h, 12h), day_shift, thursday, "早班"},
                                      {between(13h, 16h), day_shift, thursday, "早班"}}));
}

TEST(PlannedTimes, AreWholeDaysWithoutShifts) {
  Plant plant;
  plant.timezone = "Europe/Berlin";
  const sys_days sunday = std::chrono::year{2024} / 3 / 31;
  const auto plan = plan_of(plant, Instant{sunday} - 5h, sunday);
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_EQ(plan[1].when.length(), 23h) << "the clock is put forward";
  EXPECT_EQ(plan[1].shift, "");
}

TEST(PlannedTimes, OfAHolidayThereAreNone) {
  auto plant = two_shifts();
  plant.calendar.exceptions.push_back({thursday, "holiday", {}});
  EXPECT_EQ(plan_of(plant, at(5h)).size(), 0u);
}

TEST(PlannedTimes, AZoneThatIsNoneIsRefused) {
  Plant plant;
  plant.timezone = "Mars/Olympus";
  const auto made = planned_times(plant, "mill", at(0h), thursday);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid);
}

RC_GTEST_PROP(PlannedTimes, AreWhatFiguresCallPlannedBusyTime, ()) {
  auto plant = two_shifts();
  plant.timezone = *rc::gen::element<std::string>("Asia/Taipei", "Europe/Berlin", "UTC");
  for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
    const auto from = at(*rc::gen::inRange(-24, 48) * 1h);
    plant.calendar.planned_downtime.push_back({*rc::gen::element<std::string>("", "mill", "saw"),
                                               {from, from + *rc::gen::inRange(1, 600) * 1min},
                                               "x"});
  }
  if (*rc::gen::arbitrary<bool>()) plant.calendar.shifts.pop_back();
  const auto zone = *kpi::Zone::find(plant.timezone);
  std::vector<Interval> mine;
  for (const auto& each : plan_of(plant, at(0h), thursday + days{3})) mine.push_back(each.when);
  const Interval window{at(0h), zone.instant(thursday + days{3}, 0h)};
  RC_ASSERT(kpi::intersect(kpi::IntervalSet::of(mine), kpi::IntervalSet(window)) ==
            kpi::planned_busy(plant.calendar, zone, window, "mill"));
}

TEST(PlanPlace, IsReadAsItWasWrittenAndNothingElseIs) {
  const PlanPlace place{thursday, 0x8b1a9953};
  EXPECT_EQ(place.pack(), "2024-03-14 8b1a9953");
  EXPECT_EQ(PlanPlace::unpack(place.pack()), place);
  for (const auto* wrong : {"", "2024-03-14", "2024-13-14 8b1a9953", "2024-02-30 8b1a9953",
                            "2024-03-14 8b1a995g", "2024-03-14 8b1a99531", "2024-03-14x8b1a9953"})
    EXPECT_FALSE(PlanPlace::unpack(wrong)) << wrong;
}

TEST(PlanPlace, TheChecksumIsOfTheDaysUpToTheLastOnly) {
  const auto plan = plan_of(two_shifts(), at(5h), thursday + days{2});
  const auto shorter = plan_of(two_shifts(), at(5h), thursday);
  EXPECT_EQ(checksum_of(plan, thursday), checksum_of(shorter, thursday));
  EXPECT_NE(checksum_of(plan, thursday + days{1}), checksum_of(plan, thursday));
  auto renamed = two_shifts();
  renamed.calendar.shifts[0].name = "白班";
  EXPECT_NE(checksum_of(plan_of(renamed, at(5h)), thursday), checksum_of(shorter, thursday));
}

}  // namespace
}  // namespace spindle::publish
