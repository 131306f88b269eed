#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "plant/live_table.hpp"

namespace spindle::plant {

/// A signal that a device offers, ready for a plant file, and its value now.
struct BrowsedSignal {
  Signal signal;
  std::optional<LiveValue> value;  ///< None: nothing was said of it in time.
};

struct BrowseReport {
  bool reached = false;
  std::optional<Error> error;        ///< Why not, or why nothing could be listed.
  std::vector<std::string> devices;  ///< MTConnect: the machines the agent speaks for.
  std::vector<BrowsedSignal> signals;
};

struct BrowseOptions {
  Duration limit = std::chrono::seconds{8};   ///< For the connection and its first answer.
  Duration listen = std::chrono::seconds{3};  ///< SHDR: how long keys are collected.
  std::function<bool()> give_up = [] { return false; };  ///< Asked often.
};

/// Asks a device what it has to say. MTConnect: what the agent describes, with present values; of
/// several machines the one `connection.device` names, none without it. SHDR: what the adapter says
/// in the first seconds. Modbus: whether somebody answers; registers do not describe themselves.
///
/// Ids are unique, and each role that only one signal may have is suggested once, so that all
/// signals together are a machine a plant file may hold. Nothing is stored. Errors: `unsupported`
/// for machines that others push to. Threads: runs on the caller's; opens connections of its own,
/// one after the other.
[[nodiscard]] Result<BrowseReport> browse(const Connection& connection,
                                          const BrowseOptions& options);

}  // namespace spindle::plant
