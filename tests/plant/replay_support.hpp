#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plant/replay.hpp"

namespace spindle::plant::testing {

/// Hands out a text in pieces of at most `at_once` bytes.
inline RecordingSource source_of(std::string_view text, std::size_t at_once = 1 << 16) {
  return [text, at_once](std::span<std::byte> piece) mutable -> Result<std::size_t> {
    const auto n = std::min({text.size(), piece.size(), at_once});
    std::memcpy(piece.data(), text.data(), n);
    text.remove_prefix(n);
    return n;
  };
}

inline Instant at(std::string_view text) { return *parse_rfc3339(text); }

inline Signal signal(std::string id, ValueType type, Role role = Role::none) {
  Signal out;
  out.id = out.address = std::move(id);
  out.type = type;
  out.role = role;
  return out;
}

/// A plant with one machine, `mill`, that speaks SHDR.
inline Plant plant_of(std::vector<Signal> signals) {
  Plant plant;
  plant.timezone = "America/New_York";
  Machine machine;
  machine.id = "mill";
  machine.connection.protocol = Protocol::shdr;
  machine.signals = std::move(signals);
  plant.machines = {machine};
  return plant;
}

}  // namespace spindle::plant::testing
