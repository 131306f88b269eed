#pragma once

#include "plant/plant_file.hpp"

namespace spindle::plant {

/// The checks every command and route of the program holds a plant against: addresses as the
/// drivers read them, the calendar as the figures use it, device profiles from the
/// library that this program carries.
[[nodiscard]] PlantFileChecks standard_checks();

}  // namespace spindle::plant
