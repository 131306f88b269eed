#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace spindle::publish {

/// How a mirror does, for people and monitors.
struct MirrorStatus {
  enum class State : std::uint8_t {
    connecting,  ///< No connection yet, or not any more.
    behind,      ///< It writes, and there is more to write.
    current,     ///< Everything the ledger holds is in the database.
    off,         ///< Its address makes no sense: nothing is tried.
  };
  State state = State::connecting;
  std::string server;  ///< Without a password.
  double lag_s = 0;    ///< Since everything was in the database; since the start if it never was.
  std::uint64_t rows = 0;          ///< Sent since the start.
  std::uint64_t transactions = 0;  ///< Committed since the start.
  std::uint64_t connects = 0;
  std::optional<Instant> complete_until;  ///< Everything known then is in the database.
  std::string problem;                    ///< Why it does not go on; empty: it does.
};

[[nodiscard]] std::string_view to_string(MirrorStatus::State state);

}  // namespace spindle::publish
