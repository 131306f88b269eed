#include "plant/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "kpi/calendar_time.hpp"
#include "kpi/zone.hpp"
#include "plant/group_members.hpp"
#include "plant/kpi_json.hpp"
#include "plant/live_json.hpp"
#include "plant/machine_window.hpp"
#include "plant/record.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

struct Stretch {
  Interval when;
  State state = State::offline;
};

/// The state alone, joined over neighbours that differ in their details; `offline` where nothing is
/// known. As partition(), but without a copy of every interval and its words.
std::vector<Stretch> stretches_of(const std::vector<StateInterval>& states, Interval window) {
  std::vector<Stretch> out;
  const auto add = [&](Interval when, State state) {
    if (when.empty()) return;
    if (!out.empty() && out.back().state == state)
      out.back().when.to = when.to;
    else
      out.push_back({when, state});
  };
  auto heard_until = window.from;
  for (const auto& interval : states) {
    const auto when = intersect(interval.when(), Interval{heard_until, window.to});
    if (when.empty()) continue;
    add({heard_until, when.from}, State::offline);
    add(when, interval.state);
    heard_until = when.to;
  }
  add({heard_until, window.to}, State::offline);
  return out;
}

/// Equal steps over the window, each the state that lasted longest in it; neighbours are joined.
std::vector<Stretch> drawn_in(const std::vector<Stretch>& exact, Interval window,
                              std::size_t points) {
  if (exact.size() <= points) return exact;
  std::vector<Stretch> out;
  auto at = exact.begin();
  const auto length = window.length();
  for (std::size_t i = 0; i < points; ++i) {
    const auto edge = [&](std::size_t n) {
      return window.from +
             length / static_cast<std::int64_t>(points) * static_cast<std::int64_t>(n);
    };
    const Interval step{edge(i), i + 1 == points ? window.to : edge(i + 1)};
    std::array<Duration, all_states.size()> lasted{};
    while (at != exact.end() && at->when.to <= step.from) ++at;
    for (auto it = at; it != exact.end() && it->when.from < step.to; ++it)
      lasted[static_cast<std::size_t>(it->state)] += intersect(it->when, step).length();
    const auto longest = std::ranges::max_element(lasted);
    const auto state = static_cast<State>(std::distance(lasted.begin(), longest));
    if (!out.empty() && out.back().state == state)
      out.back().when.to = step.to;
    else
      out.push_back({step, state});
  }
  return out;
}

/// Written as text: two hundred machines have half a million intervals in a shift.
void append_when(std::string& out, Interval when) {
  out += "{\"from\":\"";
  out += format_rfc3339(when.from);
  out += "\",\"to\":\"";
  out += format_rfc3339(when.to);
  out += '"';
}

void append_states(std::string& out, const std::vector<Stretch>& stretches) {
  out += "\"states\":[";
  for (const auto& stretch : stretches) {
    if (out.back() != '[') out += ',';
    append_when(out, stretch.when);
    out += ",\"state\":\"";
    out += to_string(stretch.state);
    out += "\"}";
  }
  out += ']';
}

void append_number(std::string& out, std::optional<double> value) {
  out += value ? Json(*value).dump() : "null";
}

/// Parts of each hour up to now, by the rules the figures count by; what was planned for all of it.
void append_hours(std::string& out, const std::vector<Interval>& hours, kpi::MachineInputs inputs,
                  Instant now) {
  out += "\"hours\":[";
  inputs.states = {};
  const auto first = [](const PartStep& step) { return step.time; };
  auto parts = std::vector<PartStep>(inputs.parts.begin(), inputs.parts.end());
  std::ranges::stable_sort(parts, {}, first);
  for (const auto& hour : hours) {
    if (out.back() != '[') out += ',';
    append_when(out, hour);
    const auto from = std::ranges::lower_bound(parts, hour.from, {}, first);
    const auto to = std::ranges::lower_bound(parts, hour.to, {}, first);
    inputs.parts = {from, to};
    inputs.window = hour;
    const auto figures = kpi::figures_of(kpi::measure(inputs));
    out += ",\"parts\":";
    if (hour.from < now && figures.parts_total)
      out += fmt::format("{}", figures.sums.total);
    else
      out += "null";
    out += ",\"target\":";
    append_number(out, figures.parts_target);
    out += '}';
  }
  out += ']';
}

void append_figures(std::string& out, const kpi::Figures& up_to_now, const kpi::Figures& whole,
                    kpi::Language language) {
  const auto all = kpi_to_json(up_to_now, language);
  Json document = Json::object();
  auto parts = all.at("parts");
  parts.erase("target");
  document["parts"] = std::move(parts);
  document["target"] = up_to_now.parts_target
                           ? Json{{"now", *up_to_now.parts_target}, {"window", *whole.parts_target}}
                           : Json(nullptr);
  for (const auto* name :
       {"achievement", "utilization", "availability", "availability_known", "coverage", "state_s"})
    document[name] = all.at(name);
  Json why = Json::object();
  for (const auto& [figure, reason] : up_to_now.why)
    for (const std::string_view shown :
         {"parts.", "achievement", "utilization.", "availability", "coverage"})
      if (figure.starts_with(shown)) {
        why[figure == "parts.target" ? "target" : figure] = kpi::in(reason.text, language);
        break;
      }
  document["why"] = std::move(why);
  const auto text = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  out += text.substr(1);  // Without the brace: the object is begun already.
}

/// What the machines of a group add up to.
struct GroupSums {
  std::set<const Machine*> members;  ///< Those that count.
  std::size_t machines = 0;
  kpi::Sums up_to_now;
  /// Only of machines that have a target and count: one without must not spoil all the others'.
  std::size_t target_machines = 0;
  kpi::Sums planned_up_to_now;
  kpi::Sums planned_whole;

  void add(const kpi::Figures& now, const kpi::Figures& whole) {
    ++machines;
    up_to_now += now.sums;
    if (!now.parts_target || !now.parts_total) return;
    ++target_machines;
    planned_up_to_now += now.sums;
    planned_whole += whole.sums;
  }
};

/// By path; `*` is all of them.
using Groups = std::map<std::string, GroupSums, std::less<>>;

/// A group for each path that occurs and those above it.
Groups groups_of(const Plant& plant, std::string_view asked) {
  Groups groups;
  for (const auto& machine : plant.machines) {
    if (!in_group(machine, asked)) continue;
    groups["*"];
    const std::string_view path = machine.group;
    for (std::size_t end = 0; !path.empty() && end != std::string_view::npos;) {
      end = path.find('/', end + 1);
      groups[std::string(path.substr(0, end))];
    }
  }
  for (auto& [path, group] : groups) {
    for (const auto* machine : counted_members(plant, path))
      if (in_group(*machine, asked)) group.members.insert(machine);
  }
  return groups;
}

void add_to_groups(Groups& groups, const Machine& machine, const kpi::Figures& now,
                   const kpi::Figures& whole) {
  for (auto& [path, group] : groups)
    if (group.members.contains(&machine)) group.add(now, whole);
}

Json group_document(const std::string& path, const GroupSums& group, kpi::Language language) {
  const auto all = kpi_to_json(kpi::figures_of(group.up_to_now), language);
  const auto planned = kpi::figures_of(group.planned_up_to_now);
  const auto whole = kpi::figures_of(group.planned_whole);
  auto parts = all.at("parts");
  parts.erase("target");
  Json document{{"path", path},
                {"machines", group.machines},
                {"target_machines", group.target_machines},
                {"parts", std::move(parts)},
                {"target", nullptr},
                {"achievement", nullptr}};
  if (group.target_machines > 0) {
    document["target"] = {{"now", *planned.parts_target}, {"window", *whole.parts_target}};
    if (planned.achievement) document["achievement"] = *planned.achievement;
  }
  for (const auto* name :
       {"utilization", "availability", "availability_known", "coverage", "state_s"})
    document[name] = all.at(name);
  return document;
}

void append_groups(std::string& out, const Groups& groups, kpi::Language language) {
  out += ",\"groups\":[";
  for (const auto& [path, group] : groups) {
    if (out.back() != '[') out += ',';
    out +=
        group_document(path, group, language).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  out += ']';
}

Result<void> append_machine(std::string& out, Groups& groups, RunningPlant& running,
                            const Plant& plant, const Machine& machine, const kpi::Zone& zone,
                            const std::vector<Interval>& hours, const OverviewQuestion& asked,
                            Instant now) {
  const auto loaded = MachineWindow::load(running, plant, machine,
                                          {asked.window.from, std::min(asked.window.to, now)});
  if (!loaded) return fail(loaded.error());
  const auto inputs = loaded->inputs();
  // The plan of the whole window: also of what is still to come.
  auto ahead = inputs;
  ahead.window = asked.window;
  ahead.pot = kpi::planned_operation(plant.calendar, zone, asked.window);
  ahead.pbt = kpi::planned_busy(plant.calendar, zone, asked.window, machine.id);

  out += "{\"id\":";
  append_json_string(out, machine.id);
  out += ",\"name\":";
  append_json_string(out, machine.name);
  out += ",\"group\":";
  append_json_string(out, machine.group);
  out += ",\"ideal_cycle_s\":";
  append_number(out, machine.ideal_cycle_s);
  out += ',';
  if (!asked.figures_only) {
    auto stretches = stretches_of(loaded->record().states, loaded->window());
    if (asked.points) stretches = drawn_in(stretches, loaded->window(), *asked.points);
    append_states(out, stretches);
    out += ',';
    append_hours(out, hours, ahead, now);
    out += ',';
  }
  ahead.states = {};
  ahead.parts = {};
  const auto up_to_now = kpi::figures(inputs);
  const auto whole = kpi::figures(ahead);
  append_figures(out, up_to_now, whole, asked.language);
  add_to_groups(groups, machine, up_to_now, whole);
  return {};
}

}  // namespace

Result<std::string> overview_document(RunningPlant& running, const Plant& plant,
                                      const OverviewQuestion& asked) {
  const auto now = running.now().wall;
  if (asked.window.from >= now)
    return fail(Errc::invalid, "the window lies in the future: nothing is known of it");
  if (!asked.figures_only && asked.window.length() > overview_window_max)
    return fail(Errc::invalid,
                "the window is too long for states and hours; ask for at most 8 days, or for "
                "figures only with states=false");
  const auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  const auto hours =
      asked.figures_only ? std::vector<Interval>{} : kpi::local_hours(*zone, asked.window);
  auto groups = groups_of(plant, asked.group);
  std::string out = "{";
  append_when(out, asked.window);
  out.erase(0, 1);  // The object was begun with it.
  out += fmt::format(",\"now\":\"{}\",\"timezone\":", format_rfc3339(now));
  append_json_string(out, plant.timezone);
  out += ",\"machines\":[";
  for (const auto& machine : plant.machines) {
    if (!in_group(machine, asked.group)) continue;
    if (out.back() != '[') out += ',';
    if (auto added = append_machine(out, groups, running, plant, machine, *zone, hours, asked, now);
        !added)
      return fail(added.error());
  }
  out += ']';
  append_groups(out, groups, asked.language);
  out += '}';
  return out;
}

}  // namespace spindle::plant
