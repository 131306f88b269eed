#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/plant.hpp"
#include "plant/live_table.hpp"

namespace spindle::plant {

struct TestedSignal {
  Signal signal;
  std::optional<LiveValue> value;  ///< None: nothing came in time.
  std::string error;               ///< Why there is no good value; empty if there is one.
  bool refused = false;            ///< The device answered and said no to this address.
};

struct ConnectionReport {
  bool reached = false;        ///< A connection stood.
  std::optional<Error> error;  ///< Why not, or why it ended.
  Duration elapsed{};
  std::vector<TestedSignal> signals;
};

/// Connects as the machine would be connected, reads each signal once, and disconnects. Nothing is
/// stored. Returns as soon as every signal has spoken, at the latest after `limit`, or when
/// `give_up` says so; it is asked often.
/// Threads: runs on the caller's; opens a connection of its own, so a device that takes only one
/// client refuses it while it is being read already.
[[nodiscard]] Result<ConnectionReport> test_connection(Machine machine, Duration limit,
                                                       const std::function<bool()>& give_up = {});

}  // namespace spindle::plant
