#pragma once

#include <cstdint>

#include "sim/factory.hpp"

namespace spindle::sim {

/// A plant to look at: thirteen machines in two lines, with their compressor and main meter, two
/// shifts and a week of scripted incidents. Ports are free ones.
/// @param machines  0: those thirteen; else so many, the factory beside itself as often as needed
[[nodiscard]] FactorySpec demo_factory(std::uint64_t seed, std::size_t machines = 0);

}  // namespace spindle::sim
