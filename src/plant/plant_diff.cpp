#include "plant/plant_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

/// Keys of a machine whose change moves its past; the rest of it is shown, or is the connection's.
bool moves_the_past(std::string_view key) {
  return key == "ideal_cycle_s" || key.starts_with("state.") || key.starts_with("counting.");
}

std::string shown(const Json& value) {
  if (value.is_null()) return "none";
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() ? "none" : text;
  }
  if (value.is_array() && value.empty()) return "none";
  return value.dump();
}

/// The fields of two objects that differ, with dots between the keys of nested ones.
void compare_fields(const Json& before, const Json& after, const std::string& prefix,
                    std::vector<std::pair<std::string, std::string>>& out) {
  static const Json none;
  const auto member = [](const Json& object, const std::string& key) -> const Json& {
    const auto it = object.find(key);
    return it == object.end() ? none : *it;
  };
  const auto compare = [&](const std::string& key) {
    const auto& old_value = member(before, key);
    const auto& new_value = member(after, key);
    if (old_value == new_value) return;
    const auto name = prefix.empty() ? key : fmt::format("{}.{}", prefix, key);
    if (old_value.is_object() && new_value.is_object())
      compare_fields(old_value, new_value, name, out);
    else
      out.emplace_back(name, fmt::format("{} {} → {}", name, shown(old_value), shown(new_value)));
  };
  for (const auto& [key, value] : before.items()) compare(key);
  for (const auto& [key, value] : after.items())
    if (!before.contains(key)) compare(key);
}

bool read_alike(const Signal& a, const Signal& b) {
  return a.address == b.address && a.type == b.type && a.order == b.order && a.scale == b.scale &&
         a.offset == b.offset && a.poll == b.poll;
}

/// Notes what a signal that comes or goes means for its machine.
void note_signal(MachineDiff& out, const Signal& signal) {
  out.connection_changed = true;
  out.engine_changed |= signal.role != Role::none || signal.type == ValueType::condition;
}

std::string describe(const Signal& signal) {
  auto text = fmt::format("{} ({}, {}", signal.id, signal.address, to_string(signal.type));
  if (signal.role != Role::none) text += fmt::format(", {}", to_string(signal.role));
  return text + ")";
}

void compare_signals(const Machine& before, const Machine& after, MachineDiff& out) {
  std::map<std::string_view, const Signal*> kept;
  for (const auto& signal : after.signals) kept[signal.id] = &signal;
  std::map<std::string_view, const Signal*> known;
  for (const auto& signal : before.signals) known[signal.id] = &signal;
  for (const auto& signal : before.signals) {
    if (kept.contains(signal.id)) continue;
    out.lines.push_back({DiffLine::Kind::removed,
                         fmt::format("machine {}: signal {}", after.id, describe(signal))});
    note_signal(out, signal);
  }
  for (const auto& signal : after.signals) {
    const auto it = known.find(signal.id);
    if (it == known.end()) {
      out.lines.push_back({DiffLine::Kind::added,
                           fmt::format("machine {}: signal {}", after.id, describe(signal))});
      note_signal(out, signal);
      continue;
    }
    const auto& old = *it->second;
    if (same_definition(old, signal)) continue;
    std::vector<std::pair<std::string, std::string>> fields;
    compare_fields(signal_to_json(old, before.connection.protocol, JsonDetail::all),
                   signal_to_json(signal, after.connection.protocol, JsonDetail::all), "", fields);
    for (const auto& [key, text] : fields)
      out.lines.push_back({DiffLine::Kind::changed,
                           fmt::format("machine {}: signal {}: {}", after.id, signal.id, text)});
    out.connection_changed |= !read_alike(old, signal);
    const bool matters = old.role != Role::none || signal.role != Role::none ||
                         old.type == ValueType::condition || signal.type == ValueType::condition;
    out.engine_changed |= old.role != signal.role || (matters && old.type != signal.type);
  }
}

MachineDiff compare_machines(const Machine& before, const Machine& after) {
  MachineDiff out{MachineDiff::Kind::changed, after.id, {}, false, false};
  auto old_json = machine_to_json(before, JsonDetail::all);
  auto new_json = machine_to_json(after, JsonDetail::all);
  old_json.erase("signals");
  new_json.erase("signals");
  std::vector<std::pair<std::string, std::string>> fields;
  compare_fields(old_json, new_json, "", fields);
  for (const auto& [key, text] : fields) {
    out.lines.push_back({DiffLine::Kind::changed, fmt::format("machine {}: {}", after.id, text)});
    out.connection_changed |= key.starts_with("connection.");
    out.engine_changed |= moves_the_past(key);
  }
  // The default of the offline time-out is made of the protocol and the poll period.
  out.engine_changed |= before.offline_after() != after.offline_after();
  compare_signals(before, after, out);
  return out;
}

MachineDiff whole_machine(const Machine& machine, MachineDiff::Kind kind) {
  const bool added = kind == MachineDiff::Kind::added;
  auto name = machine.name == machine.id ? std::string{} : fmt::format(" {}", machine.name);
  DiffLine line{added ? DiffLine::Kind::added : DiffLine::Kind::removed,
                fmt::format("machine {}{} ({}, {} signals)", machine.id, name,
                            to_string(machine.connection.protocol), machine.signals.size())};
  return {kind, machine.id, {std::move(line)}, true, true};
}

/// Calendar entries have no id: what is not in the other plant is added or removed.
void compare_calendars(const Calendar& before, const Calendar& after, std::vector<DiffLine>& out) {
  const auto old_json = calendar_to_json(before);
  const auto new_json = calendar_to_json(after);
  const auto entries = [](const Json& calendar, const char* key) {
    const auto it = calendar.find(key);
    return it == calendar.end() ? Json::array() : *it;
  };
  const auto one_sided = [&](const Json& from, const Json& other, DiffLine::Kind kind,
                             std::string_view name) {
    for (const auto& entry : from) {
      if (std::ranges::find(other, entry) != other.end()) continue;
      std::string words;
      for (const auto& [key, value] : entry.items())
        words += fmt::format(" {} {}", key, shown(value));
      out.push_back({kind, fmt::format("{}:{}", name, words)});
    }
  };
  constexpr std::array<std::pair<const char*, std::string_view>, 4> lists{
      {{"shifts", "shift"},
       {"holidays", "holiday"},
       {"exceptions", "exception"},
       {"planned_downtime", "planned downtime"}}};
  for (const auto& [key, name] : lists) {
    const auto old_entries = entries(old_json, key);
    const auto new_entries = entries(new_json, key);
    one_sided(old_entries, new_entries, DiffLine::Kind::removed, name);
    one_sided(new_entries, old_entries, DiffLine::Kind::added, name);
  }
}

void append(std::string& out, const std::vector<DiffLine>& lines) {
  for (const auto& line : lines) out += line.to_string() + "\n";
}

}  // namespace

std::string DiffLine::to_string() const {
  switch (kind) {
    case Kind::added:
      return "+ " + what;
    case Kind::removed:
      return "- " + what;
    case Kind::changed:
      return "~ " + what;
  }
  return what;
}

std::string PlantDiff::to_string() const {
  if (empty()) return "No changes.\n";
  std::string out;
  append(out, site);
  append(out, calendar);
  for (const auto& machine : machines) append(out, machine.lines);
  if (reordered) out += "~ the order of machines, signals or shifts\n";
  return out;
}

PlantDiff diff(const Plant& before, const Plant& after) {
  PlantDiff out;
  if (before.name != after.name)
    out.site.push_back({DiffLine::Kind::changed,
                        fmt::format("site: name {} → {}", shown(before.name), shown(after.name))});
  if (before.timezone != after.timezone)
    out.site.push_back({DiffLine::Kind::changed,
                        fmt::format("site: timezone {} → {}", before.timezone, after.timezone)});
  compare_calendars(before.calendar, after.calendar, out.calendar);
  out.calendar_changed = before.timezone != after.timezone || before.calendar != after.calendar;

  std::map<std::string_view, const Machine*> known;
  for (const auto& machine : before.machines) known[machine.id] = &machine;
  std::map<std::string_view, const Machine*> kept;
  for (const auto& machine : after.machines) kept[machine.id] = &machine;
  for (const auto& machine : before.machines)
    if (!kept.contains(machine.id))
      out.machines.push_back(whole_machine(machine, MachineDiff::Kind::removed));
  for (const auto& machine : after.machines) {
    const auto it = known.find(machine.id);
    if (it == known.end())
      out.machines.push_back(whole_machine(machine, MachineDiff::Kind::added));
    else if (auto changes = compare_machines(*it->second, machine); !changes.lines.empty())
      out.machines.push_back(std::move(changes));
  }
  out.reordered = out.empty() && !same_definition(before, after);
  return out;
}

bool same_definition(const Signal& a, const Signal& b) {
  return a.id == b.id && a.unit == b.unit && a.role == b.role && read_alike(a, b);
}

bool same_definition(const Machine& a, const Machine& b) {
  return a.id == b.id && a.name == b.name && a.group == b.group &&
         a.ideal_cycle_s == b.ideal_cycle_s && a.rated_power_kw == b.rated_power_kw &&
         a.profile == b.profile && a.accept_new_signals == b.accept_new_signals &&
         a.connection == b.connection && a.state_rules == b.state_rules &&
         a.count_rules == b.count_rules &&
         std::ranges::equal(a.signals, b.signals,
                            [](const Signal& x, const Signal& y) { return same_definition(x, y); });
}

bool same_definition(const Plant& a, const Plant& b) {
  return a.name == b.name && a.timezone == b.timezone && a.calendar == b.calendar &&
         std::ranges::equal(a.machines, b.machines, [](const Machine& x, const Machine& y) {
           return same_definition(x, y);
         });
}

}  // namespace spindle::plant
