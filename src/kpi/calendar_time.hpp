#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "kpi/interval_set.hpp"
#include "kpi/zone.hpp"
#include "model/calendar.hpp"

namespace spindle::kpi {

/// A shift as it took place: absolute times, so a night on which the clock changes is 7 or 9 h
/// long.
struct ShiftOccurrence {
  std::string name;
  std::chrono::year_month_day business_date{};  ///< 班別日期: the local day on which it starts.
  Interval when;
  std::vector<Interval> breaks;  ///< In the order of the template; inside `when`.
  bool operator==(const ShiftOccurrence&) const = default;
};

/// Shifts that overlap `window`, whole (not clipped), by start. Without weekly shifts each local
/// day that is no exception is one unnamed shift from midnight to midnight.
///
/// A wall-clock time skipped in spring is the moment of the skip, one that comes twice is its
/// first. Cost: proportional to the days in the window. Pure. Source: domain.md 3.1, 3.5.
[[nodiscard]] std::vector<ShiftOccurrence> shifts_in(const Calendar& calendar, const Zone& zone,
                                                     Interval window);

/// POT, planned operation time: shifts minus their breaks, inside `window`. Without any shift and
/// exception the whole window is planned.
[[nodiscard]] IntervalSet planned_operation(const Calendar& calendar, const Zone& zone,
                                            Interval window);

/// PBT, planned busy time of one machine: POT minus the planned downtime of the machine and of the
/// whole plant. Downtimes are united first, so none is taken off twice, nor inside a break.
[[nodiscard]] IntervalSet planned_busy(const Calendar& calendar, const Zone& zone, Interval window,
                                       std::string_view machine);

/// What planned_* take for granted: a known zone, times inside a day, breaks inside their shift, no
/// two shifts at once on any date, no date twice, no downtime that ends before it begins.
/// Errors: `invalid`, naming the shifts and a date on which it goes wrong.
[[nodiscard]] Result<void> check_calendar(const Calendar& calendar, std::string_view zone);

}  // namespace spindle::kpi
