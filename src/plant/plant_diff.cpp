#include "plant/plant_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "plant/plant_diff_words.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

/// Keys of a machine whose change moves its past; the rest of it is shown, or is the connection's.
bool moves_the_past(std::string_view key) {
  return key == "ideal_cycle_s" || key.starts_with("state.") || key.starts_with("counting.");
}

kpi::Text same(const std::string& text) { return {text, text}; }

kpi::Text shown(const Json& value) {
  const bool empty = value.is_null() || (value.is_array() && value.empty()) ||
                     (value.is_string() && value.get_ref<const std::string&>().empty());
  if (empty) return nothing();
  if (value.is_number_float()) return same(fmt::format("{}", value.get<double>()));
  if (value.is_string()) return same(value.get<std::string>());
  return same(value.dump());
}

/// `ideal_cycle_s 30 → 28`
kpi::Text changed(const std::string& key, const Json& before, const Json& after) {
  return kpi::Text{fmt::format("{} ", word_for_key(key)), key + " "} + shown(before) + same(" → ") +
         shown(after);
}

struct FieldChange {
  std::string key;  ///< With dots: `connection.host`.
  kpi::Text text;
};

/// The fields of two objects that differ, with dots between the keys of nested ones.
void compare_fields(const Json& before, const Json& after, const std::string& prefix,
                    std::vector<FieldChange>& out) {
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
      out.push_back({name, changed(name, old_value, new_value)});
  };
  for (const auto& [key, value] : before.items()) compare(key);
  for (const auto& [key, value] : after.items())
    if (!before.contains(key)) compare(key);
}

/// `signal run (di:0, bool, run)` of a machine.
kpi::Text about_signal(std::string_view machine, const std::string& words) {
  return about_machine(machine) + kpi::Text{"訊號 " + words, "signal " + words};
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
    out.lines.push_back({DiffLine::Kind::removed, about_signal(after.id, describe(signal))});
    note_signal(out, signal);
  }
  for (const auto& signal : after.signals) {
    const auto it = known.find(signal.id);
    if (it == known.end()) {
      out.lines.push_back({DiffLine::Kind::added, about_signal(after.id, describe(signal))});
      note_signal(out, signal);
      continue;
    }
    const auto& old = *it->second;
    if (same_definition(old, signal)) continue;
    std::vector<FieldChange> fields;
    compare_fields(signal_to_json(old, before.connection.protocol, JsonDetail::all),
                   signal_to_json(signal, after.connection.protocol, JsonDetail::all), "", fields);
    for (const auto& [key, text] : fields)
      out.lines.push_back({DiffLine::Kind::changed,
                           about_signal(after.id, signal.id) + kpi::Text{"：", ": "} + text});
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
  std::vector<FieldChange> fields;
  compare_fields(old_json, new_json, "", fields);
  for (const auto& [key, text] : fields) {
    out.lines.push_back({DiffLine::Kind::changed, about_machine(after.id) + text});
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
  const auto protocol = to_string(machine.connection.protocol);
  DiffLine line{added ? DiffLine::Kind::added : DiffLine::Kind::removed,
                {fmt::format("設備 {}{}（{}，{} 個訊號）", machine.id, name, protocol,
                             machine.signals.size()),
                 fmt::format("machine {}{} ({}, {} signals)", machine.id, name, protocol,
                             machine.signals.size())}};
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
      kpi::Text words{fmt::format("{}：", word_for_key(name)), fmt::format("{}:", name)};
      bool first = true;
      for (const auto& [key, value] : entry.items()) {
        words = words +
                kpi::Text{fmt::format("{}{} ", first ? "" : "，", word_for_key(key)),
                          fmt::format(" {} ", key)} +
                shown(value);
        first = false;
      }
      out.push_back({kind, std::move(words)});
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

kpi::Text about_reason(const std::string& words) {
  return {"停機原因 " + words, "reason " + words};
}

void compare_reasons(const std::vector<StopReason>& before, const std::vector<StopReason>& after,
                     std::vector<DiffLine>& out) {
  const auto in = [](const std::vector<StopReason>& list, const std::string& id) {
    const auto it = std::ranges::find(list, id, &StopReason::id);
    return it == list.end() ? nullptr : &*it;
  };
  const auto whole = [](const StopReason& reason) {
    return about_reason(reason.name == reason.id ? reason.id : reason.id + " " + reason.name);
  };
  for (const auto& reason : before)
    if (!in(after, reason.id)) out.push_back({DiffLine::Kind::removed, whole(reason)});
  for (const auto& reason : after) {
    const auto* const old = in(before, reason.id);
    if (!old) {
      out.push_back({DiffLine::Kind::added, whole(reason)});
      continue;
    }
    std::vector<FieldChange> fields;
    compare_fields(reasons_to_json({*old}, JsonDetail::all).front(),
                   reasons_to_json({reason}, JsonDetail::all).front(), "", fields);
    for (const auto& [key, text] : fields)
      out.push_back(
          {DiffLine::Kind::changed, about_reason(reason.id) + kpi::Text{"：", ": "} + text});
  }
}

DiffLine reordering() {
  return {
      DiffLine::Kind::changed,
      {"設備、訊號、班別或停機原因的順序", "the order of machines, signals, shifts or reasons"}};
}

void compare_storage(const Storage& before, const Storage& after, std::vector<DiffLine>& out) {
  std::vector<FieldChange> fields;
  compare_fields(storage_to_json(before, JsonDetail::all), storage_to_json(after, JsonDetail::all),
                 "", fields);
  for (const auto& [key, text] : fields)
    out.push_back({DiffLine::Kind::changed, kpi::Text{"儲存：", "storage: "} + text});
}

void append(std::string& out, const std::vector<DiffLine>& lines) {
  for (const auto& line : lines) out += line.to_string() + "\n";
}

}  // namespace

std::string DiffLine::to_string() const {
  switch (kind) {
    case Kind::added:
      return "+ " + what.en;
    case Kind::removed:
      return "- " + what.en;
    case Kind::changed:
      return "~ " + what.en;
  }
  return what.en;
}

std::string DiffLine::said(kpi::Language language) const {
  const auto with = [&](std::string_view zh, std::string_view en) {
    return language == kpi::Language::zh_tw ? fmt::format("{}{}", zh, what.zh)
                                            : fmt::format("{} {}", en, what.en);
  };
  switch (kind) {
    case Kind::added:
      return with("新增", "Added");
    case Kind::removed:
      return with("移除", "Removed");
    case Kind::changed:
      return with("變更", "Changed");
  }
  return kpi::in(what, language);
}

std::string PlantDiff::to_string() const {
  if (empty()) return "No changes.\n";
  std::string out;
  append(out, site);
  append(out, calendar);
  append(out, reasons);
  append(out, storage);
  for (const auto& machine : machines) append(out, machine.lines);
  if (reordered) out += reordering().to_string() + "\n";
  return out;
}

std::vector<std::string> PlantDiff::said(kpi::Language language) const {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<DiffLine>& lines) {
    for (const auto& line : lines) out.push_back(line.said(language));
  };
  add(site);
  add(calendar);
  add(reasons);
  add(storage);
  for (const auto& machine : machines) add(machine.lines);
  if (reordered) out.push_back(reordering().said(language));
  return out;
}

PlantDiff diff(const Plant& before, const Plant& after) {
  PlantDiff out;
  if (before.name != after.name)
    out.site.push_back({DiffLine::Kind::changed,
                        kpi::Text{"廠區：", "site: "} + changed("name", before.name, after.name)});
  if (before.timezone != after.timezone)
    out.site.push_back(
        {DiffLine::Kind::changed,
         kpi::Text{"廠區：", "site: "} + changed("timezone", before.timezone, after.timezone)});
  if (before.accept_new_machines != after.accept_new_machines)
    out.site.push_back(
        {DiffLine::Kind::changed,
         kpi::Text{"廠區：", "site: "} + changed("accept_new_machines", before.accept_new_machines,
                                                 after.accept_new_machines)});
  compare_calendars(before.calendar, after.calendar, out.calendar);
  compare_reasons(before.reasons, after.reasons, out.reasons);
  compare_storage(before.storage, after.storage, out.storage);
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
  return a.id == b.id && a.unit == b.unit && a.role == b.role && a.history == b.history &&
         read_alike(a, b);
}

bool same_definition(const Machine& a, const Machine& b) {
  return a.id == b.id && a.name == b.name && a.group == b.group &&
         a.ideal_cycle_s == b.ideal_cycle_s && a.rated_power_kw == b.rated_power_kw &&
         a.profile == b.profile && a.accept_new_signals == b.accept_new_signals &&
         a.work_unit == b.work_unit && a.connection == b.connection &&
         a.state_rules == b.state_rules && a.count_rules == b.count_rules &&
         std::ranges::equal(a.signals, b.signals,
                            [](const Signal& x, const Signal& y) { return same_definition(x, y); });
}

bool same_definition(const Plant& a, const Plant& b) {
  return a.name == b.name && a.timezone == b.timezone &&
         a.accept_new_machines == b.accept_new_machines && a.calendar == b.calendar &&
         a.reasons == b.reasons && a.storage == b.storage &&
         std::ranges::equal(a.machines, b.machines, [](const Machine& x, const Machine& y) {
           return same_definition(x, y);
         });
}

}  // namespace spindle::plant
