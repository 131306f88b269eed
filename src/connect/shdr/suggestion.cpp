#include "connect/shdr/suggestion.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace spindle::connect {
namespace {

using std::string_view;

/// Keys without case, separators and a path's number. An SHDR line says nothing of what it means:
/// these are the names that adapters and their examples use.
constexpr std::array<std::pair<string_view, Role>, 76> usual_keys{{
    {"avail", Role::availability},
    {"availability", Role::availability},
    {"execution", Role::execution},
    {"exec", Role::execution},
    {"mode", Role::mode},
    {"controllermode", Role::mode},
    {"cmode", Role::mode},
    {"fmode", Role::functional_mode},
    {"functionalmode", Role::functional_mode},
    {"estop", Role::estop},
    {"emergencystop", Role::estop},
    {"wait", Role::wait_state},
    {"waitstate", Role::wait_state},
    {"poweron", Role::power_on},
    {"powerstate", Role::power_on},
    {"door", Role::door},
    {"doorstate", Role::door},
    {"program", Role::program},
    {"prog", Role::program},
    {"programname", Role::program},
    {"activeprogram", Role::program},
    {"block", Role::block},
    {"activeblock", Role::block},
    {"tool", Role::tool},
    {"toolid", Role::tool},
    {"toolnum", Role::tool},
    {"toolnumber", Role::tool},
    {"activetool", Role::tool},
    {"operator", Role::operator_id},
    {"operatorid", Role::operator_id},
    {"workorder", Role::work_order},
    {"workordernumber", Role::work_order},
    {"partcount", Role::part_count},
    {"partcountact", Role::part_count},
    {"partcountall", Role::part_count},
    {"partscount", Role::part_count},
    {"parts", Role::part_count},
    {"goodcount", Role::good_count},
    {"goodparts", Role::good_count},
    {"partcountgood", Role::good_count},
    {"scrapcount", Role::scrap_count},
    {"scrap", Role::scrap_count},
    {"badcount", Role::scrap_count},
    {"partcountbad", Role::scrap_count},
    {"load", Role::spindle_load},
    {"sload", Role::spindle_load},
    {"s1load", Role::spindle_load},
    {"spload", Role::spindle_load},
    {"spindleload", Role::spindle_load},
    {"speed", Role::spindle_speed},
    {"sspeed", Role::spindle_speed},
    {"s1speed", Role::spindle_speed},
    {"srpm", Role::spindle_speed},
    {"rpm", Role::spindle_speed},
    {"spindlespeed", Role::spindle_speed},
    {"fovr", Role::feed_override},
    {"feedovr", Role::feed_override},
    {"feedoverride", Role::feed_override},
    {"feedrateoverride", Role::feed_override},
    {"pathfeedrateoverride", Role::feed_override},
    {"power", Role::power},
    {"wattage", Role::power},
    {"current", Role::current},
    {"amperage", Role::current},
    {"voltage", Role::voltage},
    {"energy", Role::energy},
    {"energytotal", Role::energy},
    {"temp", Role::temperature},
    {"temperature", Role::temperature},
    {"spindletemp", Role::temperature},
    {"motortemp", Role::temperature},
    {"vibration", Role::vibration},
    {"xact", Role::axis_position},
    {"yact", Role::axis_position},
    {"zact", Role::axis_position},
    {"xpos", Role::axis_position},
}};

string_view without_device(string_view key) { return key.substr(key.rfind(':') + 1); }

std::string plain(string_view key) {
  std::string out;
  for (const char c : without_device(key)) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (low != '_' && low != '-' && low != '.' && low != ' ') out += low;
  }
  while (!out.empty() && out.back() >= '0' && out.back() <= '9') out.pop_back();
  return out;
}

bool is_number(string_view words) {
  double v = 0;
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), v);
  return error == std::errc{} && end == words.data() + words.size();
}

bool is_unknown(string_view words) {
  constexpr string_view unavailable = "UNAVAILABLE";
  return words.empty() || std::ranges::equal(words, unavailable, [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? a - 32 : a) == b;
         });
}

struct Kept {
  ValueType type;
  string_view unit;
};

/// How the values of a role are kept; nothing: as words.
Kept kept_as(Role role) {
  switch (role) {
    case Role::part_count:
    case Role::good_count:
    case Role::scrap_count:
      return {ValueType::uint32, ""};
    case Role::spindle_load:
    case Role::feed_override:
      return {ValueType::float64, "%"};
    case Role::spindle_speed:
      return {ValueType::float64, "rpm"};
    case Role::temperature:
      return {ValueType::float64, "°C"};
    case Role::power:
    case Role::current:
    case Role::voltage:
    case Role::energy:
    case Role::axis_position:
    case Role::vibration:
      return {ValueType::float64, ""};
    case Role::power_on:
      return {ValueType::boolean, ""};
    case Role::none:
    case Role::run:
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
      return {ValueType::text, ""};
  }
  return {ValueType::text, ""};
}

}  // namespace

Role suggest_shdr_role(std::string_view key) {
  const auto name = plain(key);
  const auto* const it = std::ranges::find(usual_keys, name, &std::pair<string_view, Role>::first);
  return it == usual_keys.end() ? Role::none : it->second;
}

Signal suggest_shdr_signal(std::string_view key, shdr::ItemKind kind, std::string_view value) {
  constexpr std::size_t id_max = 64;
  Signal signal;
  signal.address = key;
  for (const char c : without_device(key).substr(0, id_max)) {
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
    signal.id += fits ? c : '_';
  }
  if (kind == shdr::ItemKind::condition) {
    signal.type = ValueType::condition;
    signal.role = Role::alarm;
    return signal;
  }
  if (kind == shdr::ItemKind::series) {
    signal.type = ValueType::float64;
    return signal;
  }
  if (kind == shdr::ItemKind::message) return signal;
  signal.role = suggest_shdr_role(key);
  const auto kept = kept_as(signal.role);
  signal.type = kept.type;
  signal.unit = kept.unit;
  const bool number = is_number(value);
  // A usual name with unusual values: they are kept as they come, and mean nothing to the engine.
  const bool counts = kept.type == ValueType::uint32 || kept.type == ValueType::float64;
  if (counts && !number && !is_unknown(value)) {
    signal.role = Role::none;
    signal.type = ValueType::text;
    signal.unit.clear();
  }
  if (signal.role == Role::none && number) signal.type = ValueType::float64;
  return signal;
}

}  // namespace spindle::connect
