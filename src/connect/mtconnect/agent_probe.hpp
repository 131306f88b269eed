#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "protocol/mtconnect/devices.hpp"

namespace spindle::connect {

/// The devices an MTConnect agent describes (GET /probe), its entry for itself left out.
///
/// Waits for the answer, at most `limit`; opens a connection of its own.
/// Errors: `unreachable`; `malformed` when what answers is no agent.
[[nodiscard]] Result<std::vector<mtconnect::Device>> probe_agent(const Connection& connection,
                                                                 Duration limit);

}  // namespace spindle::connect
