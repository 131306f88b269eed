#include "kpi/calendar_time.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace spindle::kpi {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::chrono::minutes day_length{24 * 60};

bool works_on(const ShiftTemplate& shift, sys_days day) {
  const year_month_day date{day};
  if (shift.valid_from && date < *shift.valid_from) return false;
  if (shift.valid_until && date > *shift.valid_until) return false;
  return shift.days[std::chrono::weekday(day).iso_encoding() - 1];
}

ShiftOccurrence occur(const ShiftTemplate& shift, const Zone& zone, sys_days day) {
  const auto end = shift.end <= shift.start ? shift.end + day_length : shift.end;
  ShiftOccurrence out{.name = shift.name,
                      .business_date = day,
                      .when = {zone.instant(day, shift.start), zone.instant(day, end)},
                      .breaks = {}};
  for (const BreakTemplate& pause : shift.breaks) {
    const auto from = pause.start < shift.start ? pause.start + day_length : pause.start;
    auto to = pause.end;
    while (to <= from) to += day_length;
    const Interval when =
        intersect(Interval{zone.instant(day, from), zone.instant(day, to)}, out.when);
    if (!when.empty()) out.breaks.push_back(when);
  }
  return out;
}

}  // namespace

std::vector<ShiftOccurrence> shifts_in(const Calendar& calendar, const Zone& zone,
                                       Interval window) {
  std::vector<ShiftOccurrence> out;
  if (window.empty()) return out;
  const auto add = [&](ShiftOccurrence shift) {
    if (!intersect(shift.when, window).empty()) out.push_back(std::move(shift));
  };
  // A shift lasts 24 wall-clock hours at most, so it started at most one local day earlier.
  const sys_days last = zone.day(window.to);
  for (sys_days day = zone.day(window.from) - days(1); day <= last; day += days(1)) {
    const auto exception =
        std::ranges::find(calendar.exceptions, year_month_day(day), &CalendarException::date);
    if (exception != calendar.exceptions.end()) {
      for (const ShiftTemplate& shift : exception->shifts) add(occur(shift, zone, day));
    } else if (calendar.shifts.empty()) {
      add({.name = {},
           .business_date = day,
           .when = {zone.instant(day, {}), zone.instant(day + days(1), {})},
           .breaks = {}});
    } else {
      for (const ShiftTemplate& shift : calendar.shifts)
        if (works_on(shift, day)) add(occur(shift, zone, day));
    }
  }
  std::ranges::sort(out, {}, [](const ShiftOccurrence& s) { return s.when.from; });
  return out;
}

IntervalSet planned_operation(const Calendar& calendar, const Zone& zone, Interval window) {
  if (calendar.always()) return IntervalSet(window);
  std::vector<Interval> worked;
  std::vector<Interval> pauses;
  for (const ShiftOccurrence& shift : shifts_in(calendar, zone, window)) {
    worked.push_back(intersect(shift.when, window));
    pauses.insert(pauses.end(), shift.breaks.begin(), shift.breaks.end());
  }
  return subtract(IntervalSet::of(std::move(worked)), IntervalSet::of(std::move(pauses)));
}

IntervalSet planned_busy(const Calendar& calendar, const Zone& zone, Interval window,
                         std::string_view machine) {
  std::vector<Interval> down;
  for (const PlannedDowntime& downtime : calendar.planned_downtime)
    if (downtime.machine.empty() || downtime.machine == machine) down.push_back(downtime.when);
  return subtract(planned_operation(calendar, zone, window), IntervalSet::of(std::move(down)));
}

}  // namespace spindle::kpi
