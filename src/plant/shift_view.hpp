#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "kpi/calendar_time.hpp"
#include "kpi/zone.hpp"
#include "model/calendar.hpp"

namespace spindle::plant {

/// The shift around a moment, the one that ended before it and the one that begins after it.
struct ShiftsAround {
  std::optional<kpi::ShiftOccurrence> shift;  ///< None between two shifts.
  std::optional<kpi::ShiftOccurrence> previous;
  std::optional<kpi::ShiftOccurrence> next;
};

/// How far before and after the moment a shift is looked for: the longest holidays and more.
inline constexpr std::chrono::days shift_search{35};

/// Without weekly shifts the local day is the shift, and has no name. Pure.
[[nodiscard]] ShiftsAround shifts_around(const Calendar& calendar, const kpi::Zone& zone,
                                         Instant t);

/// {name, business_date, from, to, breaks[{from, to}]}
[[nodiscard]] nlohmann::ordered_json shift_occurrence_to_json(const kpi::ShiftOccurrence& shift);

}  // namespace spindle::plant
