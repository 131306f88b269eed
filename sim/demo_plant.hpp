#pragma once

#include "model/plant.hpp"
#include "sim/factory.hpp"

namespace spindle::sim {

/// The plant that reads a factory: the same machines, as an integrator would describe them.
[[nodiscard]] Plant demo_plant(const Factory& factory);

/// The same for one machine behind this port.
[[nodiscard]] Machine describe(const MachineSpec& spec, std::uint16_t port);

}  // namespace spindle::sim
