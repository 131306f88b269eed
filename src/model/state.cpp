#include "model/state.hpp"

namespace spindle {

std::string_view to_string(State state) {
  switch (state) {
    case State::power_off:
      return "power_off";
    case State::offline:
      return "offline";
    case State::estop:
      return "estop";
    case State::alarm:
      return "alarm";
    case State::maint:
      return "maint";
    case State::setup:
      return "setup";
    case State::manual:
      return "manual";
    case State::warmup:
      return "warmup";
    case State::run:
      return "run";
    case State::hold:
      return "hold";
    case State::wait:
      return "wait";
    case State::idle:
      return "idle";
  }
  return "?";
}

std::optional<State> state_from(std::string_view word) {
  for (const auto state : all_states)
    if (to_string(state) == word) return state;
  return std::nullopt;
}

}  // namespace spindle
