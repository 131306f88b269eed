#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace spindle {

/// The twelve machine states, highest priority first. Source: domain.md 3.2.
enum class State : std::uint8_t {
  power_off,
  offline,
  estop,
  alarm,
  maint,
  setup,
  manual,
  warmup,
  run,
  hold,
  wait,
  idle,
};

inline constexpr std::array<State, 12> all_states{
    State::power_off, State::offline, State::estop, State::alarm, State::maint, State::setup,
    State::manual,    State::warmup,  State::run,   State::hold,  State::wait,  State::idle};

/// The words of the contract: `run idle wait hold manual warmup setup maint alarm estop offline
/// power_off`.
[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::optional<State> state_from(std::string_view word);

}  // namespace spindle
