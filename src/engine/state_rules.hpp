#pragma once

#include "engine/inputs.hpp"
#include "model/state.hpp"

namespace spindle::engine {

/// What the rules say of one instant.
struct Verdict {
  State state = State::offline;
  /// How long it must last before it counts (then from when it began). Zero: at once.
  Duration hold{0};
  bool operator==(const Verdict&) const = default;
};

/// What the rules need of a machine's definition. Copied from it: no reference is kept.
struct RuleSet {
  Layout layout;
  Duration min_hold{};   ///< Already the lamp's own where lamps are all there is.
  Duration dark_hold{};  ///< A dark tower is unknown only after the offline time-out.
  bool fault_stops_run = false;

  [[nodiscard]] static RuleSet of(const Machine& machine);
};

/// A current above the run threshold must last this long (domain.md 3.3, current clamp).
inline constexpr Duration current_run_hold = std::chrono::seconds{3};

/// The machine's physical state for these inputs: the first rule of an ordered table that holds.
///
/// Sources: domain.md 3.2 (priorities), 3.3 (MTConnect table, tri-colour lamp table, current
/// clamp). Where the tables are silent:
///  - Execution ACTIVE with an unknown or EDIT mode is `run`; with the legacy mode FEED_HOLD,
///  `hold`.
///  - A `run` bool stands for Execution ACTIVE when there is no Execution.
///  - Mode alone does not say what a machine does: with an Execution signal that is unknown (and
///    no run, lamp or current) the answer is `offline`.
///  - A tower without a yellow lamp shows idle by being dark; only with a yellow lamp is "all off"
///    unknown, and then after the offline time-out. A power input that says on makes it `idle`.
/// Pure.
[[nodiscard]] Verdict verdict_of(const Inputs& in, const RuleSet& rules);

/// Why the state is offline, for people; empty when the link's own words say it.
[[nodiscard]] std::string_view offline_reason(const Inputs& in, const RuleSet& rules);

}  // namespace spindle::engine
