#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "kpi/calendar_time.hpp"

namespace spindle::kpi {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr minutes day_length{24 * 60};

std::string clock_text(minutes m) {
  return fmt::format("{:02}:{:02}", m.count() / 60, m.count() % 60);
}

std::string date_text(year_month_day d) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()),
                     static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

minutes end_of(const ShiftTemplate& shift) {
  return shift.end <= shift.start ? shift.end + day_length : shift.end;
}

bool on_the_clock(minutes m) { return m >= minutes(0) && m <= day_length; }

Result<void> check_shift(const ShiftTemplate& shift) {
  if (!on_the_clock(shift.start) || !on_the_clock(shift.end) || shift.start == day_length)
    return fail(
        Errc::invalid,
        fmt::format("shift \"{}\": start must be 00:00..23:59 and end 00:00..24:00", shift.name));
  if ((shift.valid_from && !shift.valid_from->ok()) ||
      (shift.valid_until && !shift.valid_until->ok()))
    return fail(Errc::invalid, fmt::format("shift \"{}\": valid from or until is no date of the "
                                           "calendar",
                                           shift.name));
  if (shift.valid_from && shift.valid_until && *shift.valid_until < *shift.valid_from)
    return fail(Errc::invalid,
                fmt::format("shift \"{}\": valid until {} is before valid from {}", shift.name,
                            date_text(*shift.valid_until), date_text(*shift.valid_from)));
  for (const BreakTemplate& pause : shift.breaks) {
    if (!on_the_clock(pause.start) || !on_the_clock(pause.end) || pause.start == pause.end)
      return fail(
          Errc::invalid,
          fmt::format("shift \"{}\": a break needs two different times of the day", shift.name));
    const minutes from = pause.start < shift.start ? pause.start + day_length : pause.start;
    minutes to = pause.end;
    while (to <= from) to += day_length;
    if (from < shift.start || to > end_of(shift))
      return fail(Errc::invalid,
                  fmt::format("shift \"{}\": break {}-{} is not inside {}-{}", shift.name,
                              clock_text(pause.start), clock_text(pause.end),
                              clock_text(shift.start), clock_text(shift.end)));
  }
  return {};
}

struct Planned {
  minutes from;  ///< Since 1970 on the plant's wall clock.
  minutes to;
  const ShiftTemplate* shift;
};

void add_day(const Calendar& calendar, sys_days day, std::vector<Planned>& out) {
  const auto add = [&](const ShiftTemplate& shift) {
    const minutes midnight = day.time_since_epoch();
    out.push_back({midnight + shift.start, midnight + end_of(shift), &shift});
  };
  const year_month_day date{day};
  const auto exception = std::ranges::find(calendar.exceptions, date, &CalendarException::date);
  if (exception != calendar.exceptions.end()) {
    for (const ShiftTemplate& shift : exception->shifts) add(shift);
    return;
  }
  for (const ShiftTemplate& shift : calendar.shifts) {
    if (shift.valid_from && date < *shift.valid_from) continue;
    if (shift.valid_until && date > *shift.valid_until) continue;
    if (shift.days[std::chrono::weekday(day).iso_encoding() - 1]) add(shift);
  }
}

/// Between two dates where the pattern changes it repeats weekly: looking at nine days on both
/// sides of each change sees every pair of shifts that can ever meet.
Result<void> check_overlaps(const Calendar& calendar) {
  std::vector<sys_days> changes{
      sys_days(year_month_day(std::chrono::year(2024), std::chrono::January, std::chrono::day(1)))};
  for (const ShiftTemplate& shift : calendar.shifts) {
    if (shift.valid_from) changes.push_back(sys_days(*shift.valid_from));
    if (shift.valid_until) changes.push_back(sys_days(*shift.valid_until));
  }
  for (const CalendarException& exception : calendar.exceptions)
    changes.push_back(sys_days(exception.date));

  std::vector<Planned> planned;
  for (const sys_days change : changes) {
    planned.clear();
    for (sys_days day = change - days(9); day <= change + days(9); day += days(1))
      add_day(calendar, day, planned);
    std::ranges::sort(planned, {}, &Planned::from);
    for (std::size_t i = 1; i < planned.size(); ++i) {
      const Planned& before = planned[i - 1];
      const Planned& after = planned[i];
      if (after.from >= before.to) continue;
      const sys_days day{std::chrono::floor<days>(after.from)};
      return fail(Errc::invalid,
                  fmt::format("shifts \"{}\" ({}-{}) and \"{}\" ({}-{}) overlap on {}: an instant "
                              "belongs to one shift only",
                              before.shift->name, clock_text(before.shift->start),
                              clock_text(before.shift->end), after.shift->name,
                              clock_text(after.shift->start), clock_text(after.shift->end),
                              date_text(year_month_day(day))));
    }
  }
  return {};
}

}  // namespace

Result<void> check_calendar(const Calendar& calendar, std::string_view zone) {
  if (auto known = Zone::find(zone); !known) return fail(known.error());
  for (const ShiftTemplate& shift : calendar.shifts)
    if (auto checked = check_shift(shift); !checked) return checked;

  std::vector<year_month_day> dates;
  for (const CalendarException& exception : calendar.exceptions) {
    if (!exception.date.ok())
      return fail(Errc::invalid, fmt::format("exception \"{}\": no such date", exception.name));
    if (std::ranges::find(dates, exception.date) != dates.end())
      return fail(Errc::invalid, fmt::format("exception \"{}\": {} is listed twice", exception.name,
                                             date_text(exception.date)));
    dates.push_back(exception.date);
    for (const ShiftTemplate& shift : exception.shifts)
      if (auto checked = check_shift(shift); !checked) return checked;
  }
  for (const PlannedDowntime& downtime : calendar.planned_downtime)
    if (downtime.when.empty())
      return fail(Errc::invalid,
                  fmt::format("planned downtime \"{}\" ends before it begins", downtime.reason));
  return check_overlaps(calendar);
}

}  // namespace spindle::kpi
