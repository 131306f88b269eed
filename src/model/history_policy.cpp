#include "model/history_policy.hpp"

#include "model/plant.hpp"

namespace spindle {

std::string_view to_string(HistoryClass c) {
  switch (c) {
    case HistoryClass::state:
      return "state";
    case HistoryClass::counter:
      return "counter";
    case HistoryClass::analog:
      return "analog";
    case HistoryClass::energy:
      return "energy";
  }
  return "?";
}

std::optional<HistoryClass> history_class_from(std::string_view word) {
  for (const auto c :
       {HistoryClass::state, HistoryClass::counter, HistoryClass::analog, HistoryClass::energy})
    if (to_string(c) == word) return c;
  return std::nullopt;
}

std::uint32_t KeepDays::of(HistoryClass c) const {
  switch (c) {
    case HistoryClass::state:
      return state;
    case HistoryClass::counter:
      return counter;
    case HistoryClass::analog:
      return analog;
    case HistoryClass::energy:
      return energy;
  }
  return state;
}

HistoryClass Signal::history_class() const {
  if (history.kept_as) return *history.kept_as;
  switch (role) {
    case Role::part_count:
    case Role::good_count:
    case Role::scrap_count:
      return HistoryClass::counter;
    case Role::power:
    case Role::energy:
      return HistoryClass::energy;
    case Role::none:
      break;
    case Role::current:
    case Role::voltage:
    case Role::spindle_load:
    case Role::spindle_speed:
    case Role::feed_override:
    case Role::axis_position:
    case Role::temperature:
    case Role::vibration:
      return HistoryClass::analog;
    case Role::run:
    case Role::power_on:
    case Role::door:
    case Role::estop:
    case Role::lamp_red:
    case Role::lamp_yellow:
    case Role::lamp_green:
    case Role::lamp_blue:
    case Role::availability:
    case Role::execution:
    case Role::mode:
    case Role::functional_mode:
    case Role::wait_state:
    case Role::program:
    case Role::block:
    case Role::tool:
    case Role::operator_id:
    case Role::work_order:
    case Role::material_lot:
    case Role::alarm:
    case Role::alarm_code:
    case Role::alarm_text:
    case Role::cycle_start:
    case Role::cycle_end:
      return HistoryClass::state;
  }
  const bool words_or_truth =
      type == ValueType::boolean || type == ValueType::text || type == ValueType::condition;
  return words_or_truth ? HistoryClass::state : HistoryClass::analog;
}

}  // namespace spindle
