#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/plant.hpp"

namespace spindle::engine {

/// A yes-or-no input. `unknown`: never heard, bad quality, or not heard again since a link loss.
enum class Tri : std::uint8_t { unknown, no, yes };

/// MTConnect Execution. Source: MTConnect schema 2.4, ExecutionEnum.
enum class Execution : std::uint8_t {
  unknown,
  active,
  wait,
  interrupted,
  feed_hold,
  optional_stop,
  program_stopped,
  ready,
  stopped,
  program_completed,
};

/// MTConnect ControllerMode, with the legacy FEED_HOLD.
enum class ControllerMode : std::uint8_t {
  unknown,
  automatic,
  semi_automatic,
  manual,
  manual_data_input,
  edit,
  feed_hold,
};

/// MTConnect FunctionalMode.
enum class FunctionalMode : std::uint8_t {
  unknown,
  production,
  setup,
  teardown,
  maintenance,
  process_development,
};

/// A signal lamp; `blink` is a value of its own, not toggling (see lamp.hpp).
enum class LampValue : std::uint8_t { unknown, off, on, blink };

/// Order of a tower's lamps in arrays.
enum class Lamp : std::uint8_t { red, yellow, green, blue };
inline constexpr std::size_t lamp_count = 4;

/// A motor or supply current against the two thresholds of the state rules.
enum class CurrentBand : std::uint8_t { unknown, off, idle, run };

/// Whether the source can be heard.
enum class Reach : std::uint8_t { nothing_yet, heard, link_down, silent };

/// All that the state rules look at, at one instant. A value: copies and compares, owns nothing.
struct Inputs {
  Reach reach = Reach::nothing_yet;
  Tri available = Tri::unknown;
  Tri power_on = Tri::unknown;
  Tri estop = Tri::unknown;
  Tri alarm = Tri::unknown;
  Tri run = Tri::unknown;
  Execution execution = Execution::unknown;
  ControllerMode mode = ControllerMode::unknown;
  FunctionalMode functional_mode = FunctionalMode::unknown;
  std::array<LampValue, lamp_count> lamps{};
  CurrentBand current = CurrentBand::unknown;
  bool fault = false;             ///< A condition stands at level Fault.
  bool conditions_known = false;  ///< A condition reported something other than Unavailable.
  bool warmup_program = false;    ///< The program is on the warm-up list.

  [[nodiscard]] LampValue lamp(Lamp which) const { return lamps[static_cast<std::size_t>(which)]; }
  bool operator==(const Inputs&) const = default;

  template <class A>
  void visit(A& a) {
    a(reach, available, power_on, estop, alarm, run, execution, mode, functional_mode, lamps,
      current, fault, conditions_known, warmup_program);
  }
};

/// Which inputs a machine has at all: the rules read "unknown" differently when nobody ever
/// connected that wire. Derived once from the definition.
struct Layout {
  bool execution = false;
  bool mode = false;
  bool run = false;
  bool current = false;  ///< Only with a threshold set.
  std::array<bool, lamp_count> lamps{};
  bool other = false;  ///< power_on, estop, alarm, availability, a condition …

  [[nodiscard]] bool any_lamp() const { return lamps[0] || lamps[1] || lamps[2] || lamps[3]; }
  /// An input that says what the machine is doing, not only whether something is wrong.
  [[nodiscard]] bool activity() const { return execution || mode || run || current || any_lamp(); }
  [[nodiscard]] bool lamp_only() const {
    return any_lamp() && !execution && !mode && !run && !current;
  }
  [[nodiscard]] bool tells_state() const { return activity() || other; }
};

[[nodiscard]] Layout layout_of(const Machine& machine);

/// The words of the standards, in any case. Words that are not in the list say nothing: `unknown`.
[[nodiscard]] Execution execution_from(std::string_view word);
[[nodiscard]] ControllerMode controller_mode_from(std::string_view word);
[[nodiscard]] FunctionalMode functional_mode_from(std::string_view word);
/// ON/OFF, TRUE/FALSE, YES/NO, 1/0, TRIGGERED/ARMED, AVAILABLE/UNAVAILABLE, ACTIVE/INACTIVE.
[[nodiscard]] Tri tri_from(std::string_view word);
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

/// Below `off_below` off, above `run_above` run, else idle; a NaN or no threshold: unknown.
[[nodiscard]] CurrentBand current_band(double amperes, const StateRules& rules);

}  // namespace spindle::engine
