#pragma once

#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {

/// The timeline of all scans up to `now`, made the slow and obvious way: the whole past in memory,
/// every rule about time applied to it as it is written, nothing lazy, nothing incremental. Shares
/// only the reading of signals and the table of state rules with the engine.
[[nodiscard]] std::vector<StateInterval> dull_timeline(const Machine& machine, const Batch& scans,
                                                       Instant now);

}  // namespace spindle::engine::testing
