#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "plant/live_table.hpp"

namespace spindle::plant {

/// A key an SHDR adapter sent, as the signal it would be, with its newest value.
struct HeardKey {
  Signal signal;
  std::optional<LiveValue> value;
};

/// Connects to an SHDR adapter and writes down every key it sends within `listen`, in the order
/// they come: an adapter does not describe itself, but says all it knows to whoever connects.
/// Returns earlier when `give_up` says so; it is asked often.
///
/// Errors: `unreachable` when no connection is made within `limit`; `malformed` when what answers
/// does not speak SHDR. At most 2000 keys and 4 MB are listened to.
[[nodiscard]] Result<std::vector<HeardKey>> listen_to_adapter(const Connection& connection,
                                                              Duration limit, Duration listen,
                                                              const std::function<bool()>& give_up);

}  // namespace spindle::plant
