// Shifts and incidents of a simulation file: what has times of day in it.
#include <algorithm>
#include <array>
#include <charconv>

#include "sim/factory_file.hpp"

namespace spindle::sim {
namespace {

constexpr std::array<std::string_view, 7> day_words{"mon", "tue", "wed", "thu",
                                                    "fri", "sat", "sun"};

std::optional<unsigned> day_from(std::string_view word) {
  const auto it = std::ranges::find(day_words, word);
  if (it == day_words.end()) return std::nullopt;
  return static_cast<unsigned>(it - day_words.begin());
}

std::optional<std::chrono::minutes> time_from(std::string_view word) {
  unsigned hour = 0;
  unsigned minute = 0;
  const auto* const end = word.data() + word.size();
  const auto [colon, bad_hour] = std::from_chars(word.data(), end, hour);
  if (bad_hour != std::errc{} || colon == end || *colon != ':') return std::nullopt;
  const auto [rest, bad_minute] = std::from_chars(colon + 1, end, minute);
  if (bad_minute != std::errc{} || rest != end || hour > 24 || minute > 59) return std::nullopt;
  return std::chrono::minutes{60 * hour + minute};
}

Result<std::chrono::minutes> time_of(const YAML::Node& node, const FileWords& words) {
  const auto time = node ? time_from(node.as<std::string>()) : std::nullopt;
  if (!time) return words.wrong(node, "a time of day is written \"08:00\"");
  return *time;
}

/// `mon-fri`, `sat`
Result<std::array<bool, 7>> days_of(const YAML::Node& node, const FileWords& words) {
  const auto text = node.as<std::string>();
  const auto dash = text.find('-');
  const auto first = day_from(std::string_view(text).substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : day_from(std::string_view(text).substr(dash + 1));
  if (!first || !last || *last < *first)
    return words.wrong(node, "days are written mon-fri, or sat");
  std::array<bool, 7> days{};
  for (auto day = *first; day <= *last; ++day) days[day] = true;
  return days;
}

Result<BreakTemplate> break_of(const YAML::Node& node, const FileWords& words) {
  const auto text = node.as<std::string>();
  const auto dash = text.find('-');
  if (dash != std::string::npos) {
    const auto start = time_from(std::string_view(text).substr(0, dash));
    const auto end = time_from(std::string_view(text).substr(dash + 1));
    if (start && end) return BreakTemplate{*start, *end};
  }
  return words.wrong(node, "a break is written \"12:00-13:00\"");
}

Result<Incident> incident_of(const YAML::Node& node, const FileWords& words,
                             const FactorySpec& spec) {
  if (!node.IsMap()) return words.wrong(node, "an incident is a map: {what: …, machines: […]}");
  Incident incident;
  for (const auto& field : node) {
    const auto name = field.first.as<std::string>();
    const auto& value = field.second;
    if (name == "what") {
      const auto what = mishap_from(value.as<std::string>());
      if (!what)
        return words.wrong(value,
                           "what is one of cut_cable, frozen, clock_2000, reset_counter, "
                           "alarm_flood, power_cut");
      incident.what = *what;
    } else if (name == "machines") {
      incident.machines = value.as<std::vector<std::string>>();
    } else if (name == "group") {
      for (const auto& machine : spec.machines)
        if (machine.group == value.as<std::string>()) incident.machines.push_back(machine.actor.id);
    } else if (name == "day") {
      incident.weekday = day_from(value.as<std::string>());
      if (!incident.weekday) return words.wrong(value, "day is one of mon … sun");
    } else if (name == "at") {
      auto at = time_of(value, words);
      if (!at) return fail(at.error());
      incident.at = *at;
    } else if (name == "after_s") {
      incident.after_s = value.as<double>();
    } else if (name == "lasts_s") {
      incident.lasts_s = value.as<double>();
    } else {
      return words.wrong(field.first, fmt::format("'{}' is not known here", name));
    }
  }
  if (!node["what"]) return words.wrong(node, "an incident says what happens");
  if (node["day"].IsDefined() != node["at"].IsDefined() ||
      node["day"].IsDefined() == node["after_s"].IsDefined())
    return words.wrong(node, "an incident has a day and a time (`at`), or `after_s`");
  if (!(incident.lasts_s >= 0 && incident.after_s >= 0))
    return words.wrong(node, "times must not be below 0");
  if (incident.machines.empty()) return words.wrong(node, "an incident names its machines");
  for (const auto& id : incident.machines)
    if (std::ranges::none_of(spec.machines, [&](const auto& m) { return m.actor.id == id; }))
      return words.wrong(node, fmt::format("there is no machine '{}'", id));
  return incident;
}

}  // namespace

Result<void> parse_shifts(const YAML::Node& list, const FileWords& words, FactorySpec& spec) {
  for (const auto& node : list) {
    ShiftTemplate shift;
    if (!node.IsMap() || !node["name"])
      return words.wrong(node, "a shift is a map: {name: …, days: mon-fri, start: …, end: …}");
    shift.name = node["name"].as<std::string>();
    auto days =
        node["days"]
            ? days_of(node["days"], words)
            : Result<std::array<bool, 7>>(std::array{true, true, true, true, true, true, true});
    if (!days) return fail(days.error());
    shift.days = *days;
    auto start = time_of(node["start"], words);
    if (!start) return fail(start.error());
    auto end = time_of(node["end"], words);
    if (!end) return fail(end.error());
    shift.start = *start;
    shift.end = *end;
    for (const auto& rest : node["breaks"]) {
      auto read = break_of(rest, words);
      if (!read) return fail(read.error());
      shift.breaks.push_back(*read);
    }
    spec.calendar.shifts.push_back(std::move(shift));
  }
  if (auto checked = kpi::check_calendar(spec.calendar, spec.timezone); !checked)
    return words.wrong(list, checked.error().what);
  return {};
}

Result<void> parse_incidents(const YAML::Node& list, const FileWords& words, FactorySpec& spec) {
  for (const auto& node : list) {
    auto incident = incident_of(node, words, spec);
    if (!incident) return fail(incident.error());
    spec.incidents.push_back(std::move(*incident));
  }
  return {};
}

}  // namespace spindle::sim
