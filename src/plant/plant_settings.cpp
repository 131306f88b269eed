#include "plant/plant_settings.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t changes_max = 200;

/// The groups that machines are in, in the order of the machines.
Json groups_of(const Plant& plant) {
  Json out = Json::array();
  std::set<std::string_view> seen;
  for (const auto& machine : plant.machines)
    if (!machine.group.empty() && seen.insert(machine.group).second) out.push_back(machine.group);
  return out;
}

}  // namespace

Json settings_to_json(const Plant& plant, std::uint64_t generation) {
  auto site = site_to_json(plant);
  if (!site.contains("name")) site["name"] = "";
  const auto written = calendar_to_json(plant.calendar);
  Json calendar = Json::object();
  for (const char* part : {"shifts", "holidays", "exceptions", "planned_downtime"})
    calendar[part] = written.contains(part) ? written[part] : Json::array();
  return {{"generation", generation},
          {"site", std::move(site)},
          {"calendar", std::move(calendar)},
          {"reasons", reasons_to_json(plant.reasons, JsonDetail::all)},
          {"storage", storage_to_json(plant.storage, JsonDetail::all)},
          {"groups", groups_of(plant)},
          {"machines", plant.machines.size()},
          {"set_up", generation > 0}};
}

Json changes_to_json(const PlantDiff& diff, kpi::Language language) {
  auto lines = diff.said(language);
  if (lines.size() > changes_max) {
    const auto more = lines.size() - changes_max;
    lines.resize(changes_max);
    lines.push_back(language == kpi::Language::zh_tw ? fmt::format("另有 {} 項變更", more)
                                                     : fmt::format("and {} more changes", more));
  }
  return lines;
}

Json applied_to_json(const Applied& applied, kpi::Language language) {
  return {{"generation", applied.generation},
          {"changes", changes_to_json(applied.diff, language)},
          {"recomputing", applied.recomputing}};
}

}  // namespace spindle::plant
