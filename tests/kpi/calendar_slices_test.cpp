#include "kpi/calendar_slices.hpp"

#include <gtest/gtest.h>

namespace spindle::kpi {
namespace {

using std::chrono::hours;

Instant utc(const char* text) { return *parse_rfc3339(text); }

std::vector<CalendarSlice> slices(const char* step, const char* zone, const char* from,
                                  const char* to, const Calendar& calendar = {}) {
  auto out = cut(*Step::parse(step), calendar, *Zone::find(zone), {utc(from), utc(to)}, 10'000);
  EXPECT_TRUE(out) << out.error().what;
  return *out;
}

TEST(CalendarSlices, DaysWithAChangeOfClocksHave23And25Hours) {
  const auto spring = slices("1d", "Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z");
  ASSERT_EQ(spring.size(), 3u);
  EXPECT_EQ(spring[1].when.length(), hours{23});
  const auto autumn =
      slices("day", "America/New_York", "2026-10-31T04:00:00Z", "2026-11-02T05:00:00Z");
  ASSERT_EQ(autumn.size(), 2u);
  EXPECT_EQ(autumn[1].when.length(), hours{25});
  EXPECT_EQ(slices("1h", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z").size(),
            23u);
}

TEST(CalendarSlices, SecondsCountFromTheMidnightBeforeTheWindow) {
  const auto got = slices("15m", "Asia/Kathmandu", "2026-03-28T00:07:00Z", "2026-03-28T00:40:00Z");
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].when.to, utc("2026-03-28T00:15:00Z"));
  EXPECT_EQ(got[2].when, (Interval{utc("2026-03-28T00:30:00Z"), utc("2026-03-28T00:40:00Z")}));
}

TEST(CalendarSlices, ShiftsAreClippedToTheWindowAndNamed) {
  Calendar calendar;
  calendar.shifts.push_back({"night",
                             {true, true, true, true, true, true, true},
                             std::chrono::minutes{22 * 60},
                             std::chrono::minutes{6 * 60},
                             {},
                             {},
                             {}});
  const auto got = slices("shift", "Asia/Taipei", "2026-03-28T00:00:00+08:00",
                          "2026-03-29T00:00:00+08:00", calendar);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].name, "night");
  EXPECT_EQ(got[0].when.length(), hours{6});
  EXPECT_EQ(got[1].when.length(), hours{2});
}

TEST(CalendarSlices, WhatIsNoStepIsRefusedAndSoAreTooManySlices) {
  for (const auto* word : {"", "0", "-5", "1x", "week", "99999999999h", "15 m"})
    EXPECT_FALSE(Step::parse(word)) << word;
  const auto all = cut(*Step::parse("1"), {}, *Zone::find("UTC"),
                       {utc("2020-01-01T00:00:00Z"), utc("2026-01-01T00:00:00Z")}, 1000);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, Errc::invalid);
}

}  // namespace
}  // namespace spindle::kpi
