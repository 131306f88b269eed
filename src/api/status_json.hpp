#pragma once

#include <nlohmann/json.hpp>

#include "plant/running_plant.hpp"

namespace spindle::api {

/// GET /status, and the live event `status`.
[[nodiscard]] nlohmann::ordered_json status_json(plant::RunningPlant& running);

}  // namespace spindle::api
