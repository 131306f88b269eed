#pragma once

#include <nlohmann/json.hpp>

#include "plant/box_health.hpp"
#include "plant/running_plant.hpp"

namespace spindle::api {

/// What every page should know: standing problems, work in the background. Microseconds.
[[nodiscard]] nlohmann::ordered_json status_json(plant::RunningPlant& running);

/// The same, and how store, queue and the machine underneath are. Milliseconds.
[[nodiscard]] nlohmann::ordered_json full_status_json(plant::RunningPlant& running,
                                                      plant::BoxHealth& health, Now started);

}  // namespace spindle::api
