#include "sim/factory_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/factory.hpp"

namespace spindle::sim {
namespace {

const std::map<std::string, double ActorSpec::*>& number_fields() {
  static const std::map<std::string, double ActorSpec::*> fields{
      {"cycle_s", &ActorSpec::cycle_s},
      {"cycle_spread", &ActorSpec::cycle_spread},
      {"load_s", &ActorSpec::load_s},
      {"changeover_s", &ActorSpec::changeover_s},
      {"alarm_share", &ActorSpec::alarm_share},
      {"hold_share", &ActorSpec::hold_share},
      {"starve_share", &ActorSpec::starve_share},
      {"scrap_share", &ActorSpec::scrap_share},
      {"run_kw", &ActorSpec::run_kw},
      {"idle_kw", &ActorSpec::idle_kw},
      {"phase_min_s", &ActorSpec::phase_min_s},
      {"warmup_s", &ActorSpec::warmup_s},
      {"daily_check_s", &ActorSpec::daily_check_s},
      {"tool_life_parts", &ActorSpec::tool_life_parts},
      {"tool_every_s", &ActorSpec::tool_every_s},
      {"unattended_s", &ActorSpec::unattended_s}};
  return fields;
}

const std::map<std::string, unsigned ActorSpec::*>& count_fields() {
  static const std::map<std::string, unsigned ActorSpec::*> fields{
      {"strokes", &ActorSpec::strokes},
      {"parts_per_job", &ActorSpec::parts_per_job},
      {"buffer_max", &ActorSpec::buffer_max}};
  return fields;
}

const std::map<std::string, std::vector<std::string> ActorSpec::*>& list_fields() {
  static const std::map<std::string, std::vector<std::string> ActorSpec::*> fields{
      {"programs", &ActorSpec::programs},
      {"operators", &ActorSpec::operators},
      {"feeds", &ActorSpec::feeds}};
  return fields;
}

std::optional<Speaks> speaks_from(std::string_view word) {
  if (word == "shdr") return Speaks::shdr;
  if (word == "mtconnect") return Speaks::mtconnect;
  if (word == "lamp") return Speaks::lamp;
  if (word == "plc") return Speaks::plc;
  return std::nullopt;
}

/// Which of the file's shifts it is worked in; an empty list: round the clock.
Result<Calendar> own_shifts(const YAML::Node& names, const FileWords& words, const Calendar& all) {
  Calendar own;
  for (const auto& node : names) {
    const auto name = node.as<std::string>();
    const auto it = std::ranges::find(all.shifts, name, &ShiftTemplate::name);
    if (it == all.shifts.end())
      return words.wrong(node, fmt::format("there is no shift '{}' in `shifts:`", name));
    own.shifts.push_back(*it);
  }
  return own;
}

Result<void> check_machine(const MachineSpec& spec, const YAML::Node& node,
                           const FileWords& words) {
  const auto& actor = spec.actor;
  if (actor.id.empty()) return words.wrong(node, "a machine needs an id");
  if (actor.programs.empty()) return words.wrong(node, "programs must not be empty");
  if (actor.cycle_s <= 0 || actor.load_s <= 0)
    return words.wrong(node, "cycle_s and load_s must be above 0");
  if (actor.strokes == 0) return words.wrong(node, "strokes must be at least 1");
  if (spec.speaks == Speaks::plc && channels_of(actor.kind, Speaks::plc).front().address.empty())
    return words.wrong(node, fmt::format("a {} has no register map; `speaks: plc` goes with saw, "
                                         "furnace, washer, compressor and meter",
                                         to_string(actor.kind)));
  return {};
}

Result<MachineSpec> parse_machine(const YAML::Node& node, const FileWords& words,
                                  const FactorySpec& factory) {
  MachineSpec spec;
  if (!node.IsMap()) return words.wrong(node, "a machine is a map: {id: …, speaks: …}");
  auto& actor = spec.actor;
  actor.timezone = factory.timezone;
  actor.calendar = factory.calendar;
  for (const auto& field : node) {
    const auto name = field.first.as<std::string>();
    const auto& value = field.second;
    if (name == "id") {
      actor.id = value.as<std::string>();
    } else if (name == "name") {
      spec.name = value.as<std::string>();
    } else if (name == "group") {
      spec.group = value.as<std::string>();
    } else if (name == "speaks") {
      const auto speaks = speaks_from(value.as<std::string>());
      if (!speaks) return words.wrong(value, "speaks is one of shdr, mtconnect, lamp, plc");
      spec.speaks = *speaks;
    } else if (name == "kind") {
      const auto kind = kind_from(value.as<std::string>());
      if (!kind)
        return words.wrong(value,
                           "kind is one of mill, lathe, saw, grinder, press, robot, furnace, edm, "
                           "washer, compressor, meter");
      actor.kind = *kind;
    } else if (name == "shifts") {
      auto own = own_shifts(value, words, factory.calendar);
      if (!own) return fail(own.error());
      actor.calendar = std::move(*own);
    } else if (name == "port") {
      spec.port = value.as<std::uint16_t>();
    } else if (name == "seed") {
      actor.seed = value.as<std::uint64_t>();
    } else if (name == "first_count") {
      actor.first_count = value.as<std::uint64_t>();
    } else if (name == "works_breaks") {
      actor.works_breaks = value.as<bool>();
    } else if (name == "warmup_program") {
      actor.warmup_program = value.as<std::string>();
    } else if (const auto number = number_fields().find(name); number != number_fields().end()) {
      actor.*(number->second) = value.as<double>();
    } else if (const auto count = count_fields().find(name); count != count_fields().end()) {
      actor.*(count->second) = value.as<unsigned>();
    } else if (const auto list = list_fields().find(name); list != list_fields().end()) {
      actor.*(list->second) = value.as<std::vector<std::string>>();
    } else {
      return words.wrong(field.first, fmt::format("'{}' is not known here", name));
    }
  }
  if (auto checked = check_machine(spec, node, words); !checked) return fail(checked.error());
  return spec;
}

Result<void> parse_machines(const YAML::Node& list, const FileWords& words, std::uint64_t seed,
                            FactorySpec& spec) {
  std::set<std::string> ids;
  for (const auto& node : list) {
    auto machine = parse_machine(node, words, spec);
    if (!machine) return fail(machine.error());
    if (!ids.insert(machine->actor.id).second)
      return words.wrong(node, fmt::format("the id '{}' is used twice", machine->actor.id));
    if (!node["seed"]) machine->actor.seed = seed + spec.machines.size();
    spec.machines.push_back(std::move(*machine));
  }
  if (spec.machines.empty()) return words.wrong(list, "there is no machine");
  return {};
}

}  // namespace

Result<FactorySpec> parse_factory(std::string_view text, std::string_view file_name) {
  const FileWords words{file_name};
  try {
    const auto root = YAML::Load(std::string(text));
    if (!root.IsMap() || !root["machines"] || !root["machines"].IsSequence())
      return words.wrong(root, "a simulation file has a list `machines:`");
    static const std::set<std::string> known{"seed",   "speed",    "timezone",
                                             "shifts", "machines", "incidents"};
    for (const auto& field : root)
      if (!known.contains(field.first.as<std::string>()))
        return words.wrong(field.first,
                           fmt::format("'{}' is not known here", field.first.as<std::string>()));
    FactorySpec spec;
    if (root["speed"]) spec.speed = root["speed"].as<double>();
    if (!(spec.speed > 0 && spec.speed <= 10'000))
      return words.wrong(root["speed"], "speed is above 0 and at most 10000");
    if (root["timezone"]) spec.timezone = root["timezone"].as<std::string>();
    if (auto zone = kpi::Zone::find(spec.timezone); !zone)
      return words.wrong(root["timezone"], zone.error().what);
    if (root["shifts"])
      if (auto read = parse_shifts(root["shifts"], words, spec); !read) return fail(read.error());
    const std::uint64_t seed = root["seed"] ? root["seed"].as<std::uint64_t>() : 1;
    if (auto read = parse_machines(root["machines"], words, seed, spec); !read)
      return fail(read.error());
    if (root["incidents"])
      if (auto read = parse_incidents(root["incidents"], words, spec); !read)
        return fail(read.error());
    return spec;
  } catch (const YAML::Exception& e) {
    return fail(Errc::invalid, fmt::format("{}:{}:{}: error: {}", file_name, e.mark.line + 1,
                                           e.mark.column + 1, e.msg));
  }
}

}  // namespace spindle::sim
