#pragma once

#include <string_view>
#include <vector>

#include "model/plant.hpp"

namespace spindle::plant {

/// True if a machine's group is `group` or lies below it; `*` and nothing are the whole plant.
[[nodiscard]] bool in_group(const Machine& machine, std::string_view group);

/// The machines that make up a group's figures: its work units, or all of it when it has none (the
/// compressors and meters of a plant, as a group of their own). Pointers into `plant`.
[[nodiscard]] std::vector<const Machine*> counted_members(const Plant& plant,
                                                          std::string_view group);

}  // namespace spindle::plant
