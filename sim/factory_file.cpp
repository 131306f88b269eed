#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <set>

#include "sim/factory.hpp"

namespace spindle::sim {
namespace {

tl::unexpected<Error> wrong(std::string_view file, const YAML::Mark& mark, std::string_view what) {
  return fail(Errc::invalid,
              fmt::format("{}:{}:{}: error: {}", file, mark.line + 1, mark.column + 1, what));
}

const std::map<std::string, double ActorSpec::*>& number_fields() {
  static const std::map<std::string, double ActorSpec::*> fields{
      {"cycle_s", &ActorSpec::cycle_s},
      {"cycle_spread", &ActorSpec::cycle_spread},
      {"load_s", &ActorSpec::load_s},
      {"changeover_s", &ActorSpec::changeover_s},
      {"alarm_share", &ActorSpec::alarm_share},
      {"hold_share", &ActorSpec::hold_share},
      {"starve_share", &ActorSpec::starve_share},
      {"run_kw", &ActorSpec::run_kw},
      {"idle_kw", &ActorSpec::idle_kw}};
  return fields;
}

Result<MachineSpec> parse_machine(const YAML::Node& node, std::string_view file) {
  MachineSpec spec;
  if (!node.IsMap()) return wrong(file, node.Mark(), "a machine is a map: {id: …, speaks: …}");
  for (const auto& field : node) {
    const auto name = field.first.as<std::string>();
    const auto& value = field.second;
    if (name == "id") {
      spec.actor.id = value.as<std::string>();
    } else if (name == "speaks") {
      const auto word = value.as<std::string>();
      if (word == "shdr") {
        spec.speaks = Speaks::shdr;
      } else if (word == "mtconnect") {
        spec.speaks = Speaks::mtconnect;
      } else if (word == "lamp") {
        spec.speaks = Speaks::lamp;
      } else {
        return wrong(file, value.Mark(), "speaks is one of shdr, mtconnect, lamp");
      }
    } else if (name == "port") {
      spec.port = value.as<std::uint16_t>();
    } else if (name == "seed") {
      spec.actor.seed = value.as<std::uint64_t>();
    } else if (name == "first_count") {
      spec.actor.first_count = value.as<std::uint64_t>();
    } else if (name == "parts_per_job") {
      spec.actor.parts_per_job = value.as<unsigned>();
    } else if (name == "programs") {
      spec.actor.programs = value.as<std::vector<std::string>>();
    } else if (const auto it = number_fields().find(name); it != number_fields().end()) {
      spec.actor.*(it->second) = value.as<double>();
    } else {
      return wrong(file, field.first.Mark(), fmt::format("'{}' is not known here", name));
    }
  }
  if (spec.actor.id.empty()) return wrong(file, node.Mark(), "a machine needs an id");
  if (spec.actor.programs.empty()) return wrong(file, node.Mark(), "programs must not be empty");
  if (spec.actor.cycle_s <= 0 || spec.actor.load_s <= 0)
    return wrong(file, node.Mark(), "cycle_s and load_s must be above 0");
  return spec;
}

}  // namespace

Result<FactorySpec> parse_factory(std::string_view text, std::string_view file_name) {
  try {
    const auto root = YAML::Load(std::string(text));
    if (!root.IsMap() || !root["machines"] || !root["machines"].IsSequence())
      return wrong(file_name, root.Mark(), "a simulation file has a list `machines:`");
    FactorySpec spec;
    if (root["speed"]) spec.speed = root["speed"].as<double>();
    if (spec.speed <= 0 || spec.speed > 10'000)
      return wrong(file_name, root["speed"].Mark(), "speed is above 0 and at most 10000");
    const std::uint64_t seed = root["seed"] ? root["seed"].as<std::uint64_t>() : 1;
    std::set<std::string> ids;
    for (const auto& node : root["machines"]) {
      auto machine = parse_machine(node, file_name);
      if (!machine) return tl::unexpected(machine.error());
      if (!ids.insert(machine->actor.id).second)
        return wrong(file_name, node.Mark(),
                     fmt::format("the id '{}' is used twice", machine->actor.id));
      if (!node["seed"]) machine->actor.seed = seed + spec.machines.size();
      spec.machines.push_back(std::move(*machine));
    }
    if (spec.machines.empty()) return wrong(file_name, root.Mark(), "there is no machine");
    return spec;
  } catch (const YAML::Exception& e) {
    return wrong(file_name, e.mark, e.msg);
  }
}

}  // namespace spindle::sim
