#include "kpi/calendar_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace spindle::kpi {
namespace {

using namespace std::chrono_literals;
using std::chrono::year_month_day;

Instant at(const std::string& text) { return *parse_rfc3339(text); }

Zone zone(std::string_view name) { return *Zone::find(name); }

year_month_day date(int y, unsigned m, unsigned d) {
  return {std::chrono::year(y), std::chrono::month(m), std::chrono::day(d)};
}

constexpr std::array<bool, 7> every_day{true, true, true, true, true, true, true};
constexpr std::array<bool, 7> weekdays{true, true, true, true, true, false, false};

ShiftTemplate shift(std::string name, MinuteOfDay start, MinuteOfDay end,
                    std::vector<BreakTemplate> breaks = {},
                    const std::array<bool, 7>& on = every_day) {
  return {.name = std::move(name),
          .days = on,
          .start = start,
          .end = end,
          .breaks = std::move(breaks),
          .valid_from = {},
          .valid_until = {}};
}

Calendar with(std::vector<ShiftTemplate> shifts) {
  return {.shifts = std::move(shifts), .exceptions = {}, .planned_downtime = {}};
}

// Source: domain.md 3.1, the nights on which the clocks change.
TEST(CalendarTime, NightShiftLastsAsLongAsTheNightReallyWas) {
  struct Night {
    const char* zone;
    year_month_day date;
    std::chrono::hours length;
  };
  const Night nights[] = {
      {"Europe/Berlin", date(2025, 3, 29), 7h},   {"Europe/Berlin", date(2025, 10, 25), 9h},
      {"Europe/Berlin", date(2025, 6, 1), 8h},    {"America/Chicago", date(2025, 3, 8), 7h},
      {"America/Chicago", date(2025, 11, 1), 9h}, {"Asia/Taipei", date(2025, 3, 29), 8h},
      {"Asia/Taipei", date(2025, 10, 25), 8h},    {"Asia/Taipei", date(2025, 11, 1), 8h},
  };
  const Calendar calendar = with({shift("night", 22h, 6h)});
  for (const Night& night : nights) {
    const Zone z = zone(night.zone);
    const Instant evening = z.instant(night.date, 23h);
    const auto shifts = shifts_in(calendar, z, {evening, evening + 1s});
    ASSERT_EQ(shifts.size(), 1u) << night.zone;
    EXPECT_EQ(shifts[0].business_date, night.date);
    EXPECT_EQ(shifts[0].when.length(), night.length) << night.zone;
  }
}

TEST(CalendarTime, SkippedTimeIsTheMomentOfTheSkipAndRepeatedTimeIsItsFirst) {
  const Zone berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.instant(date(2025, 3, 30), 2h + 30min), at("2025-03-30T03:00:00+02:00"));
  EXPECT_EQ(berlin.instant(date(2025, 10, 26), 2h + 30min), at("2025-10-26T02:30:00+02:00"));
}

RC_GTEST_PROP(CalendarTime, LaterOnTheWallClockIsNeverEarlierInTime, ()) {
  const auto name = *rc::gen::element("Europe/Berlin", "America/Chicago", "Australia/Lord_Howe");
  const Zone z = zone(name);
  const auto day =
      std::chrono::sys_days(date(2025, 1, 1)) + std::chrono::days(*rc::gen::inRange(0, 365));
  const auto a = std::chrono::minutes(*rc::gen::inRange(0, 2880));
  const auto b = std::chrono::minutes(*rc::gen::inRange(0, 2880));
  const auto [first, second] = std::minmax(a, b);
  RC_ASSERT(z.instant(day, first) <= z.instant(day, second));
}

// Source: domain.md 3.5, cross-midnight.
TEST(CalendarTime, NightShiftBelongsToTheDateOnWhichItStarts) {
  const Calendar calendar = with({shift("夜班", 20h, 8h, {{2h, 3h}, {23h, 23h + 30min}})});
  const auto shifts = shifts_in(calendar, zone("Asia/Taipei"),
                                {at("2024-03-15T00:00:00+08:00"), at("2024-03-15T04:00:00+08:00")});
  ASSERT_EQ(shifts.size(), 1u);
  EXPECT_EQ(shifts[0].name, "夜班");
  EXPECT_EQ(shifts[0].business_date, date(2024, 3, 14));
  EXPECT_EQ(shifts[0].when,
            (Interval{at("2024-03-14T20:00:00+08:00"), at("2024-03-15T08:00:00+08:00")}));
  ASSERT_EQ(shifts[0].breaks.size(), 2u);
  EXPECT_EQ(shifts[0].breaks[0],
            (Interval{at("2024-03-15T02:00:00+08:00"), at("2024-03-15T03:00:00+08:00")}));
  EXPECT_EQ(shifts[0].breaks[1].length(), 30min);
}

// Source: domain.md 3.4, worked example 1.
Calendar day_shift() {
  Calendar calendar =
      with({shift("day", 8h, 17h, {{12h, 13h}, {10h, 10h + 10min}, {15h, 15h + 10min}}, weekdays)});
  calendar.planned_downtime = {
      {"mill", {at("2024-03-14T13:30:00+08:00"), at("2024-03-14T14:00:00+08:00")}, "oil"}};
  return calendar;
}

const Interval thursday{at("2024-03-14T00:00:00+08:00"), at("2024-03-15T00:00:00+08:00")};

TEST(CalendarTime, DayShiftOfExampleOnePlans460AndIsBusy430Minutes) {
  const Zone z = zone("Asia/Taipei");
  EXPECT_EQ(planned_operation(day_shift(), z, thursday).total(), 460min);
  EXPECT_EQ(planned_busy(day_shift(), z, thursday, "mill").total(), 430min);
  EXPECT_EQ(planned_busy(day_shift(), z, thursday, "lathe").total(), 460min);
}

TEST(CalendarTime, DowntimeInABreakOrTwiceAtOnceIsTakenOffOnce) {
  Calendar calendar = day_shift();
  calendar.planned_downtime = {
      {"mill", {at("2024-03-14T11:45:00+08:00"), at("2024-03-14T13:05:00+08:00")}, "trial"},
      {"", {at("2024-03-14T11:50:00+08:00"), at("2024-03-14T12:30:00+08:00")}, "no power"}};
  EXPECT_EQ(planned_busy(calendar, zone("Asia/Taipei"), thursday, "mill").total(), 440min);
}

TEST(CalendarTime, WindowClipsThePlan) {
  const Interval hour{at("2024-03-14T09:30:00+08:00"), at("2024-03-14T10:30:00+08:00")};
  EXPECT_EQ(planned_operation(day_shift(), zone("Asia/Taipei"), hour).total(), 50min);
}

TEST(CalendarTime, WithoutShiftsEveryInstantIsPlanned) {
  const auto planned = planned_operation({}, zone("Asia/Taipei"), thursday);
  EXPECT_EQ(planned, IntervalSet(thursday));
}

TEST(CalendarTime, WithoutShiftsAHolidayIsStillAHoliday) {
  Calendar calendar;
  calendar.exceptions = {{date(2024, 3, 14), "holiday", {}}};
  const Interval two_days{thursday.from, thursday.to + 24h};
  EXPECT_EQ(planned_operation(calendar, zone("Asia/Taipei"), two_days).total(), 24h);
}

TEST(CalendarTime, WeekendIsNotPlanned) {
  const Interval saturday{at("2024-03-16T00:00:00+08:00"), at("2024-03-17T00:00:00+08:00")};
  EXPECT_TRUE(planned_operation(day_shift(), zone("Asia/Taipei"), saturday).empty());
}

TEST(CalendarTime, ExceptionsReplaceTheShiftsOfTheirDate) {
  Calendar calendar = day_shift();
  calendar.planned_downtime.clear();
  calendar.exceptions = {{date(2024, 3, 14), "holiday", {}},
                         {date(2024, 3, 16), "overtime", {shift("overtime", 8h, 12h)}}};
  const Interval week{at("2024-03-11T00:00:00+08:00"), at("2024-03-18T00:00:00+08:00")};
  EXPECT_EQ(planned_operation(calendar, zone("Asia/Taipei"), week).total(), 4 * 460min + 4h);
}

TEST(CalendarTime, ShiftsHoldFromTheirFirstToTheirLastBusinessDate) {
  ShiftTemplate old = shift("old", 8h, 16h);
  old.valid_until = date(2024, 3, 14);
  ShiftTemplate fresh = shift("new", 8h, 20h);
  fresh.valid_from = date(2024, 3, 15);
  const Interval two_days{thursday.from, thursday.to + 24h};
  const auto shifts = shifts_in(with({fresh, old}), zone("Asia/Taipei"), two_days);
  ASSERT_EQ(shifts.size(), 2u);
  EXPECT_EQ(shifts[0].name, "old");
  EXPECT_EQ(shifts[1].name, "new");
}

TEST(CalendarTime, LocalDayIsAsLongAsItWas) {
  const Zone berlin = zone("Europe/Berlin");
  EXPECT_EQ(local_day(berlin, at("2025-03-30T12:00:00Z")).length(), 23h);
  EXPECT_EQ(local_day(berlin, at("2025-10-26T12:00:00Z")).length(), 25h);
  EXPECT_EQ(local_day(zone("Asia/Taipei"), at("2024-03-14T16:00:00Z")),
            (Interval{at("2024-03-15T00:00:00+08:00"), at("2024-03-16T00:00:00+08:00")}));
}

TEST(CalendarTime, LocalTimeCarriesItsOffset) {
  EXPECT_EQ(local_time(zone("Asia/Taipei"), at("2024-03-14T00:00:00Z")),
            "2024-03-14T08:00:00.000+08:00");
  EXPECT_EQ(local_time(zone("America/St_Johns"), at("2024-01-01T00:00:00Z")),
            "2023-12-31T20:30:00.000-03:30");
}

RC_GTEST_PROP(CalendarTime, PlanOfAWindowIsThePlanOfItsTwoHalves, ()) {
  const Zone z = zone(*rc::gen::element("Asia/Taipei", "Europe/Berlin", "America/Chicago"));
  Calendar calendar = with({shift("day", 6h, 14h, {{10h, 10h + 15min}}), shift("late", 14h, 22h),
                            shift("night", 22h, 6h, {{2h, 3h}})});
  calendar.exceptions = {{date(2025, 3, 30), "holiday", {}}};
  const Instant from =
      at("2025-03-28T00:00:00Z") + std::chrono::minutes(*rc::gen::inRange(0, 3000));
  const Instant to = from + std::chrono::minutes(*rc::gen::inRange(0, 6000));
  const Instant middle = from + (to - from) / 7 * *rc::gen::inRange(0, 7);
  const auto whole = planned_busy(calendar, z, {from, to}, "m");
  RC_ASSERT(unite(planned_busy(calendar, z, {from, middle}, "m"),
                  planned_busy(calendar, z, {middle, to}, "m")) == whole);
}

struct Refused {
  const char* why;
  Calendar calendar;
  const char* zone = "Asia/Taipei";
};

TEST(CheckCalendar, RefusesWhatCannotBe) {
  ShiftTemplate backwards = shift("a", 8h, 16h);
  backwards.valid_from = date(2024, 3, 2);
  backwards.valid_until = date(2024, 3, 1);
  ShiftTemplate from_march = shift("march", 15h, 23h);
  from_march.valid_from = date(2031, 3, 3);
  std::array<bool, 7> sunday_only{};
  sunday_only[6] = true;
  std::array<bool, 7> monday_only{};
  monday_only[0] = true;

  Calendar exception_meets_night = with({shift("night", 22h, 6h)});
  exception_meets_night.exceptions = {{date(2024, 3, 15), "early", {shift("early", 5h, 9h)}}};
  Calendar twice = with({shift("a", 8h, 16h)});
  twice.exceptions = {{date(2024, 3, 15), "x", {}}, {date(2024, 3, 15), "y", {}}};
  Calendar no_date = with({shift("a", 8h, 16h)});
  no_date.exceptions = {{date(2023, 2, 29), "x", {}}};
  Calendar downtime = with({shift("a", 8h, 16h)});
  downtime.planned_downtime = {{"m", {thursday.to, thursday.from}, "r"}};

  const Refused table[] = {
      {"unknown time zone", with({shift("a", 8h, 16h)}), "Asia/Nowhere"},
      {"unknown time zone", with({shift("a", 8h, 16h)}), ""},
      {"overlap", with({shift("a", 8h, 16h), shift("b", 15h, 23h)})},
      {"overlap", with({shift("a", 8h, 16h), shift("b", 8h, 16h)})},
      {"overlap", with({shift("a", 22h, 6h), shift("b", 5h, 9h)})},
      {"overlap", with({shift("sunday night", 22h, 6h, {}, sunday_only),
                        shift("monday", 5h, 9h, {}, monday_only)})},
      {"overlap", with({shift("a", 8h, 16h), from_march})},
      {"overlap", exception_meets_night},
      {"listed twice", twice},
      {"no such date", no_date},
      {"ends before it begins", downtime},
      {"is before valid from", with({backwards})},
      {"is not inside", with({shift("a", 8h, 16h, {{7h, 9h}})})},
      {"is not inside", with({shift("a", 8h, 16h, {{15h, 17h}})})},
      {"two different times", with({shift("a", 8h, 16h, {{12h, 12h}})})},
      {"start must be", with({shift("a", 25h, 16h)})},
      {"start must be", with({shift("a", 24h, 16h)})},
  };
  for (const Refused& row : table) {
    const auto checked = check_calendar(row.calendar, row.zone);
    ASSERT_FALSE(checked.has_value()) << row.why;
    EXPECT_EQ(checked.error().code, Errc::invalid);
    EXPECT_NE(checked.error().what.find(row.why), std::string::npos) << checked.error().what;
  }
}

TEST(CheckCalendar, TakesWhatPlantsReallyHave) {
  ShiftTemplate old = shift("old", 8h, 16h);
  old.valid_until = date(2024, 3, 14);
  ShiftTemplate fresh = shift("new", 8h, 20h);
  fresh.valid_from = date(2024, 3, 15);
  const Calendar table[] = {
      {},
      day_shift(),
      with({shift("a", 6h, 14h), shift("b", 14h, 22h), shift("c", 22h, 6h, {{0h, 1h}})}),
      with({shift("all day", 0h, 24h)}),
      with({shift("all day", 8h, 8h)}),
      with({old, fresh}),
      with({shift("night", 20h, 8h, {{23h + 30min, 0h + 30min}})}),
  };
  for (const Calendar& calendar : table) {
    const auto checked = check_calendar(calendar, "Asia/Taipei");
    EXPECT_TRUE(checked.has_value()) << checked.error().what;
  }
}

TEST(LocalHours, CutTheWindowWhereTheWallClockShowsAWholeHour) {
  const auto at = [](std::string_view text) { return *parse_rfc3339(text); };
  const struct {
    std::string_view zone, from, to;
    std::vector<std::string_view> cuts;
  } cases[] = {
      {"Asia/Taipei",
       "2026-03-14T08:00:00+08:00",
       "2026-03-14T10:00:00+08:00",
       {"2026-03-14T09:00:00+08:00"}},
      {"Asia/Taipei",
       "2026-03-14T08:20:00+08:00",
       "2026-03-14T10:10:00+08:00",
       {"2026-03-14T09:00:00+08:00", "2026-03-14T10:00:00+08:00"}},
      // Half an hour off Greenwich: its hours are not UTC's.
      {"Asia/Kolkata",
       "2026-03-14T08:00:00+05:30",
       "2026-03-14T09:30:00+05:30",
       {"2026-03-14T09:00:00+05:30"}},
      // 02:00 to 03:00 is skipped: three wall-clock hours are two.
      {"America/New_York",
       "2026-03-08T01:00:00-05:00",
       "2026-03-08T04:00:00-04:00",
       {"2026-03-08T03:00:00-04:00"}},
      // 01:00 to 02:00 comes twice.
      {"America/New_York",
       "2026-11-01T00:00:00-04:00",
       "2026-11-01T02:00:00-05:00",
       {"2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"}},
      // The clock goes half an hour back at 02:00: 01:30 to 02:00 comes twice.
      {"Australia/Lord_Howe",
       "2026-04-05T01:00:00+11:00",
       "2026-04-05T03:00:00+10:30",
       {"2026-04-05T02:00:00+11:00", "2026-04-05T02:00:00+10:30"}},
  };
  for (const auto& [name, from, to, cuts] : cases) {
    const auto hours = local_hours(*Zone::find(name), {at(from), at(to)});
    ASSERT_EQ(hours.size(), cuts.size() + 1) << name << from;
    EXPECT_EQ(hours.front().from, at(from));
    EXPECT_EQ(hours.back().to, at(to));
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      EXPECT_EQ(hours[i].to, at(cuts[i])) << name << cuts[i];
      EXPECT_EQ(hours[i + 1].from, hours[i].to);
    }
  }
  const auto t = at("2026-03-14T08:00:00Z");
  EXPECT_TRUE(local_hours(*Zone::find("Asia/Taipei"), {t, t}).empty());
}

}  // namespace
}  // namespace spindle::kpi
