#pragma once

#include "model/plant.hpp"
#include "sim/factory.hpp"

namespace spindle::sim {

/// The plant that reads demo_factory(): the same machines, as an integrator would describe them.
[[nodiscard]] Plant demo_plant(const Factory& factory);

}  // namespace spindle::sim
