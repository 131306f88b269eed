#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

constexpr std::size_t signals_max = 20'000;  ///< Of one machine.

constexpr std::array unique_roles{
    Role::run,         Role::power_on,    Role::program,      Role::block,      Role::tool,
    Role::operator_id, Role::work_order,  Role::material_lot, Role::part_count, Role::good_count,
    Role::scrap_count, Role::cycle_start, Role::cycle_end,    Role::lamp_red,   Role::lamp_yellow,
    Role::lamp_green,  Role::lamp_blue};

bool is_machine_id(std::string_view id) {
  return std::ranges::all_of(
      id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::optional<double> positive(Fields& fields, std::string_view key, double max,
                               std::string_view unit) {
  const auto v = fields.number(key, 0, max);
  if (v && *v == 0) {
    fields.complain(key, fmt::format("`{}` is 0; write {} above 0, or leave it out", key, unit));
    return std::nullopt;
  }
  return v;
}

StateRules read_state_rules(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "`state`");
  StateRules rules;
  rules.min_hold = fields.seconds("min_hold_s", 0, 3600).value_or(rules.min_hold);
  rules.lamp_min_hold = fields.seconds("lamp_min_hold_s", 0, 3600).value_or(rules.lamp_min_hold);
  rules.blink_window = fields.seconds("blink_window_s", 0.1, 60).value_or(rules.blink_window);
  rules.offline_after = fields.seconds("offline_after_s", 1, 86'400);
  rules.fault_stops_run = fields.flag("fault_stops_run").value_or(rules.fault_stops_run);
  for (const auto item : fields.list("warmup_programs", 100))
    if (auto program = reading.text(item, "a warm-up program", 200))
      rules.warmup_programs.push_back(std::move(*program));
  rules.current_off_below = fields.number("current_off_below", 0, 100'000);
  rules.current_run_above = fields.number("current_run_above", 0, 100'000);
  if (rules.current_off_below && rules.current_run_above &&
      *rules.current_run_above < *rules.current_off_below)
    fields.complain("current_run_above",
                    "`current_run_above` is less than `current_off_below`; write the larger of the "
                    "two here");
  fields.refuse_others();
  return rules;
}

CountRules read_count_rules(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "`counting`");
  CountRules rules;
  constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
  rules.modulus = fields.whole("modulus", 0, largest).value_or(rules.modulus);
  if (rules.modulus == 1)
    fields.complain("modulus",
                    "`modulus` can't be 1; write the value at which the counter falls "
                    "back to 0, such as 65536, or leave it out");
  if (const auto parts = fields.whole("parts_per_count", 1, 1'000'000))
    rules.parts_per_count = static_cast<std::uint32_t>(*parts);
  rules.step_max = fields.whole("step_max", 1, largest);
  fields.refuse_others();
  return rules;
}

void check_group(Fields& fields, std::string_view group) {
  if (group.starts_with('/') || group.ends_with('/') || group.find("//") != std::string_view::npos)
    fields.complain("group", fmt::format("the group `{:.60}` has an empty part; write names with "
                                         "one / between, such as 一廠/A線",
                                         group));
}

/// The machine's own signals on top of its profile's.
void merge_profile(Fields& fields, Machine& machine, const PlantFileChecks& checks) {
  if (machine.profile.empty()) return;
  if (!checks.profile) {
    // Without a library the name is only a note; a machine must not be left without signals by it.
    if (machine.signals.empty())
      fields.complain("profile", fmt::format("there is no profile library here to take the signals "
                                             "of `{:.60}` from; write them under `signals`",
                                             machine.profile));
    return;
  }
  auto profile = checks.profile(machine.profile, machine.connection.protocol);
  if (!profile) return fields.complain("profile", profile.error().what);
  // A role that only one signal may have is the machine's own, if it gives it to one.
  std::erase_if(*profile, [&](const Signal& signal) {
    return is_unique(signal.role) && std::ranges::any_of(machine.signals, [&](const Signal& own) {
             return own.role == signal.role && own.id != signal.id;
           });
  });
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < profile->size(); ++i) places[(*profile)[i].id] = i;
  auto merged = *profile;
  for (const auto& own : machine.signals) {
    const auto it = places.find(own.id);
    if (it != places.end())
      merged[it->second] = own;
    else
      merged.push_back(own);
  }
  machine.signals = std::move(merged);
}

void check_signals(Reading& reading, Fields& fields, const Machine& machine,
                   const std::vector<NodeIndex>& own) {
  std::unordered_set<std::string_view> ids;
  for (const auto node : own) {
    const auto id = reading.find(node, "id");
    if (!id || reading.node(*id).text.empty()) continue;
    if (!ids.insert(reading.node(*id).text).second)
      reading.complain(*id, fmt::format("the signal id `{:.64}` is already taken in this machine; "
                                        "write another",
                                        reading.node(*id).text));
  }
  for (const auto role : unique_roles) {
    const auto has_role = [role](const Signal& s) { return s.role == role; };
    const auto first = std::ranges::find_if(machine.signals, has_role);
    if (first == machine.signals.end()) continue;
    const auto second = std::find_if(first + 1, machine.signals.end(), has_role);
    if (second == machine.signals.end()) continue;
    const auto what = fmt::format(
        "the signals `{:.64}` and `{:.64}` both have the role {}; leave it to one of the two",
        first->id, second->id, to_string(role));
    // Point at the second one if the file wrote it, else the profile did.
    const auto at = std::ranges::find_if(own, [&](NodeIndex node) {
      const auto id = reading.find(node, "id");
      return id && reading.node(*id).text == second->id;
    });
    if (at == own.end()) {
      fields.complain("signals", what);
      continue;
    }
    reading.complain(reading.find(*at, "role").value_or(*at), what);
  }
}

}  // namespace

bool is_unique(Role role) { return std::ranges::find(unique_roles, role) != unique_roles.end(); }

Machine read_machine(Reading& reading, NodeIndex node, const PlantFileChecks& checks) {
  Fields fields(reading, node, "a machine");
  Machine machine;
  fields.require("id", "a name that never changes, such as vmc-1");
  machine.id = fields.text("id", 64).value_or("");
  if (!is_machine_id(machine.id))
    fields.complain("id", fmt::format("the machine id `{:.64}` may hold only a-z 0-9 and -; write "
                                      "one such as vmc-1 (`name` may hold anything)",
                                      machine.id));
  machine.name = fields.text("name").value_or(machine.id);
  if (const auto group = fields.text("group")) {
    machine.group = *group;
    check_group(fields, *group);
  }
  machine.ideal_cycle_s = positive(fields, "ideal_cycle_s", 604'800, "seconds");
  machine.rated_power_kw = positive(fields, "rated_power_kw", 100'000, "kW");
  machine.profile = fields.text("profile").value_or("");
  machine.accept_new_signals = fields.flag("accept_new_signals").value_or(false);
  machine.work_unit = fields.flag("work_unit").value_or(true);
  fields.require("connection", "`{protocol: …}`; `{protocol: push}` if others send the values");
  const auto before = reading.count();
  if (const auto connection = fields.find("connection"))
    machine.connection = read_connection(reading, *connection);
  const bool protocol_known = reading.count() == before && fields.find("connection");
  if (const auto rules = fields.find("state"))
    machine.state_rules = read_state_rules(reading, *rules);
  if (const auto rules = fields.find("counting"))
    machine.count_rules = read_count_rules(reading, *rules);
  const auto own = fields.list("signals", signals_max);
  // Addresses can't be judged by a protocol that is itself wrong.
  const PlantFileChecks none;
  machine.signals.reserve(own.size());
  for (const auto signal : own)
    machine.signals.push_back(
        read_signal(reading, signal, machine.connection.protocol, protocol_known ? checks : none));
  if (protocol_known) merge_profile(fields, machine, checks);
  check_signals(reading, fields, machine, own);
  fields.refuse_others();
  return machine;
}

}  // namespace spindle::plant
