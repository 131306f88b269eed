#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "kpi/reason.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

struct OverviewQuestion {
  Interval window;    ///< May end in the future, as a shift under way does.
  std::string group;  ///< Path; empty or `*`: the whole plant.
  /// Draws states in this many equal steps, each with the state that lasted longest in it. A
  /// machine changes thousands of times in a shift, a screen is a thousand dots wide. None: each
  /// interval.
  std::optional<std::size_t> points;
  /// Only the figures: no states, no hours. Weeks of a plant are compared this way.
  bool figures_only = false;
  kpi::Language language = kpi::Language::zh_tw;
};

/// The longest window with states and hours: a week of shifts beside each other.
inline constexpr Duration overview_window_max = std::chrono::hours{24 * 8};

/// The shift view in one document: for each machine its states, parts and target by the hour of the
/// wall clock, and the figures of the window up to now. All figures are kpi's own: a receipt of the
/// same window tells how each came about.
///
/// {from, to, now, timezone, machines: [{id, name, group, ideal_cycle_s, states: [{from, to,
/// state}], hours: [{from, to, parts, target}], parts: {total, good, scrap}, target: {now, window},
/// achievement, utilization, availability, availability_known, coverage, state_s, why}],
/// groups: [{path, machines, target_machines, parts, target, achievement, …}]}
///
/// `groups` has each path that occurs among the machines asked for, those above it, and `*` for all
/// of them: sums of numerators and denominators of their counted members (group_members.hpp).
/// Target and achievement are of the machines that have a target and count parts, `target_machines`
/// of them; the rest is of all.
///
/// Errors: `invalid` for a window that begins in the future or is too long; the store's.
[[nodiscard]] Result<std::string> overview_document(RunningPlant& running, const Plant& plant,
                                                    const OverviewQuestion& asked);

}  // namespace spindle::plant
