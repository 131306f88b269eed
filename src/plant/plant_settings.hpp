#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "kpi/reason.hpp"
#include "model/plant.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

/// GET /plant: what a settings page edits, each part complete, and what it is about.
/// @param generation  0 while nobody ever set anything up
[[nodiscard]] nlohmann::ordered_json settings_to_json(const Plant& plant, std::uint64_t generation);

/// What a change did, or would do: {generation, changes[text], recomputing[machine]}.
[[nodiscard]] nlohmann::ordered_json applied_to_json(const Applied& applied,
                                                     kpi::Language language);

/// The differences in words, at most 200; then one line says how many more.
[[nodiscard]] nlohmann::ordered_json changes_to_json(const PlantDiff& diff, kpi::Language language);

}  // namespace spindle::plant
