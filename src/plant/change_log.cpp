#include "plant/change_log.hpp"

#include <fmt/format.h>

#include <utility>

#include "plant/plant_file.hpp"

namespace spindle::plant {
namespace {

std::optional<Plant> parsed(const store::PlantDocument& document) {
  auto plant = parse_plant(document.text, "stored plant");
  return plant ? std::optional(std::move(*plant)) : std::nullopt;
}

}  // namespace

Result<std::vector<PlantChange>> ChangeLog::changes(std::size_t limit,
                                                    std::optional<std::uint64_t> before) {
  const std::lock_guard lock(mutex_);
  auto newest = configuration_.generation();
  if (!newest) return fail(newest.error());
  std::vector<PlantChange> out;
  // Read on the way down, so that a version is parsed once and not once for each neighbour.
  std::optional<std::pair<std::uint64_t, std::optional<Plant>>> read;
  const auto version = [&](std::uint64_t generation) -> Result<std::optional<Plant>> {
    if (generation == 0) return std::optional(Plant{});
    if (read && read->first == generation) return std::move(read->second);
    auto document = configuration_.plant(generation);
    if (!document) return fail(document.error());
    return *document ? parsed(**document) : std::nullopt;
  };
  auto generation = *newest;
  if (before && *before <= generation) generation = *before == 0 ? 0 : *before - 1;
  for (; generation > 0 && out.size() < limit; --generation) {
    if (const auto it = kept_.find(generation); it != kept_.end()) {
      out.push_back(it->second);
      continue;
    }
    auto document = configuration_.plant(generation);
    if (!document) return fail(document.error());
    if (!*document) continue;
    PlantChange change{generation, (*document)->saved, (*document)->who, nullptr};
    auto after = version(generation);
    if (!after) return fail(after.error());
    auto earlier = version(generation - 1);
    if (!earlier) return fail(earlier.error());
    if (*after && *earlier) change.diff = std::make_shared<PlantDiff>(diff(**earlier, **after));
    read = {generation - 1, std::move(*earlier)};
    if (kept_.size() >= kept_max) kept_.erase(kept_.begin());
    kept_.emplace(generation, change);
    out.push_back(std::move(change));
  }
  return out;
}

Result<Plant> ChangeLog::plant_of(store::Configuration& configuration, std::uint64_t generation) {
  auto document = configuration.plant(generation);
  if (!document) return fail(document.error());
  if (!*document)
    return fail(Errc::invalid, fmt::format("there is no generation {} of the plant", generation));
  auto plant = parse_plant((*document)->text, "stored plant");
  if (!plant)
    return fail(Errc::corrupt, fmt::format("generation {} can't be read: {}", generation,
                                           plant.error().front().to_string()));
  return std::move(*plant);
}

}  // namespace spindle::plant
