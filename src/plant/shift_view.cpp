#include "plant/shift_view.hpp"

#include "plant/plant_file_calendar.hpp"

namespace spindle::plant {

ShiftsAround shifts_around(const Calendar& calendar, const kpi::Zone& zone, Instant t) {
  ShiftsAround out;
  for (auto& shift : kpi::shifts_in(calendar, zone, {t - shift_search, t + shift_search})) {
    if (shift.when.to <= t)
      out.previous = std::move(shift);  // In order: the last one that ended.
    else if (shift.when.from <= t)
      out.shift = std::move(shift);
    else if (!out.next)
      out.next = std::move(shift);
  }
  return out;
}

nlohmann::ordered_json shift_occurrence_to_json(const kpi::ShiftOccurrence& shift) {
  auto breaks = nlohmann::ordered_json::array();
  for (const auto& rest : shift.breaks)
    breaks.push_back({{"from", format_rfc3339(rest.from)}, {"to", format_rfc3339(rest.to)}});
  return {{"name", shift.name},
          {"business_date", format_date(shift.business_date)},
          {"from", format_rfc3339(shift.when.from)},
          {"to", format_rfc3339(shift.when.to)},
          {"breaks", std::move(breaks)}};
}

}  // namespace spindle::plant
