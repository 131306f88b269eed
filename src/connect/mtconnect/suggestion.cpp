#include "connect/mtconnect/suggestion.hpp"

#include <algorithm>
#include <array>

namespace spindle::connect {
namespace {

using mtconnect::Category;
using std::string_view;

/// Empty sub_type: none or any of the ordinary ones (ACTUAL, MAIN, ALL …), judged by is_ordinary().
struct RoleRule {
  string_view type;
  string_view sub_type;
  Role role;
};

constexpr std::array role_rules{
    RoleRule{"AVAILABILITY", "", Role::availability},
    RoleRule{"EXECUTION", "", Role::execution},
    RoleRule{"CONTROLLER_MODE", "", Role::mode},
    RoleRule{"FUNCTIONAL_MODE", "", Role::functional_mode},
    RoleRule{"EMERGENCY_STOP", "", Role::estop},
    RoleRule{"WAIT_STATE", "", Role::wait_state},
    RoleRule{"PROGRAM", "", Role::program},
    RoleRule{"BLOCK", "", Role::block},
    RoleRule{"TOOL_ID", "", Role::tool},
    RoleRule{"TOOL_NUMBER", "", Role::tool},
    RoleRule{"TOOL_ASSET_ID", "", Role::tool},
    RoleRule{"OPERATOR_ID", "", Role::operator_id},
    RoleRule{"USER", "OPERATOR", Role::operator_id},
    RoleRule{"WORKORDER_NUMBER", "", Role::work_order},
    RoleRule{"PART_COUNT", "", Role::part_count},
    RoleRule{"PART_COUNT", "GOOD", Role::good_count},
    RoleRule{"PART_COUNT", "BAD", Role::scrap_count},
    RoleRule{"PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", Role::feed_override},
    RoleRule{"PATH_FEEDRATE_OVERRIDE", "", Role::feed_override},
    RoleRule{"WATTAGE", "", Role::power},
    RoleRule{"AMPERAGE", "", Role::current},
    RoleRule{"AMPERAGE_AC", "", Role::current},
    RoleRule{"VOLTAGE", "", Role::voltage},
    RoleRule{"VOLTAGE_AC", "", Role::voltage},
    RoleRule{"ELECTRICAL_ENERGY", "", Role::energy},
    RoleRule{"ROTARY_VELOCITY", "", Role::spindle_speed},
    RoleRule{"SPINDLE_SPEED", "", Role::spindle_speed},
    RoleRule{"POSITION", "", Role::axis_position},
    RoleRule{"ANGLE", "", Role::axis_position},
    RoleRule{"TEMPERATURE", "", Role::temperature},
};

bool is_ordinary(string_view sub_type) {
  return sub_type.empty() || sub_type == "ACTUAL" || sub_type == "MAIN" || sub_type == "ACTIVE" ||
         sub_type == "ALL" || sub_type == "COMPLETE";
}

constexpr std::array<std::pair<string_view, string_view>, 24> unit_words{{
    {"MILLIMETER", "mm"},
    {"MILLIMETER/SECOND", "mm/s"},
    {"MILLIMETER/REVOLUTION", "mm/rev"},
    {"MILLIMETER/SECOND^2", "mm/s²"},
    {"DEGREE", "°"},
    {"DEGREE/SECOND", "°/s"},
    {"REVOLUTION/MINUTE", "rpm"},
    {"REVOLUTION/SECOND", "rps"},
    {"PERCENT", "%"},
    {"CELSIUS", "°C"},
    {"SECOND", "s"},
    {"MINUTE", "min"},
    {"HOUR", "h"},
    {"WATT", "W"},
    {"KILOWATT", "kW"},
    {"WATT_SECOND", "Ws"},
    {"AMPERE", "A"},
    {"VOLT", "V"},
    {"HERTZ", "Hz"},
    {"PASCAL", "Pa"},
    {"NEWTON", "N"},
    {"NEWTON_METER", "Nm"},
    {"LITER", "l"},
    {"LITER/SECOND", "l/s"},
}};

constexpr std::array whole_number_events{string_view("PART_COUNT"), string_view("LINE_NUMBER"),
                                         string_view("BLOCK_COUNT"), string_view("PALLET_COUNT"),
                                         string_view("CYCLE_COUNT")};
constexpr std::array real_events{string_view("PATH_FEEDRATE_OVERRIDE"),
                                 string_view("ROTARY_VELOCITY_OVERRIDE"),
                                 string_view("AXIS_FEEDRATE_OVERRIDE")};

}  // namespace

Role suggest_role(const mtconnect::Device& device, const mtconnect::DataItem& item) {
  if (item.category == Category::condition || item.representation != "VALUE") return Role::none;
  if (item.units.ends_with("_3D")) return Role::none;
  for (const auto& rule : role_rules)
    if (rule.type == item.type &&
        (rule.sub_type.empty() ? is_ordinary(item.sub_type) : rule.sub_type == item.sub_type))
      return rule.role;
  // A load is a spindle's only where something turns.
  const auto& place = item.component < device.components.size()
                          ? device.components[item.component].type
                          : std::string{};
  if (item.type == "LOAD" && (place == "Rotary" || place == "Spindle")) return Role::spindle_load;
  return Role::none;
}

ValueType suggest_type(const mtconnect::DataItem& item) {
  if (item.category == Category::condition) return ValueType::condition;
  const bool plain = item.representation == "VALUE" || item.representation == "TIME_SERIES" ||
                     item.representation == "DISCRETE";
  if (!plain || item.units.ends_with("_3D")) return ValueType::text;
  if (item.category == Category::sample) return ValueType::float64;
  if (std::ranges::find(whole_number_events, item.type) != whole_number_events.end())
    return ValueType::uint32;
  if (std::ranges::find(real_events, item.type) != real_events.end()) return ValueType::float64;
  return ValueType::text;
}

std::string suggest_unit(const mtconnect::DataItem& item) {
  auto units = string_view(item.units);
  if (units.ends_with("_3D")) units.remove_suffix(3);
  for (const auto& [long_form, short_form] : unit_words)
    if (long_form == units) return std::string(short_form);
  std::string out(units == "COUNT" ? string_view{} : units);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

Signal suggest_signal(const mtconnect::Device& device, const mtconnect::DataItem& item) {
  Signal signal;
  signal.address = item.id;
  signal.type = suggest_type(item);
  signal.role = suggest_role(device, item);
  signal.unit = suggest_unit(item);
  for (const char c : item.name.empty() ? item.id : item.name) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    signal.id += plain ? low : '_';
  }
  return signal;
}

}  // namespace spindle::connect
