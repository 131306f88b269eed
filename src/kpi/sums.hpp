#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "kpi/interval_set.hpp"
#include "model/fact.hpp"
#include "model/state.hpp"

namespace spindle::kpi {

/// Divided, not multiplied: a decimal number of seconds prints as it was measured.
[[nodiscard]] inline double in_seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

/// A length for each of the twelve states.
class StateTimes {
 public:
  Duration& operator[](State s) { return times_[static_cast<std::size_t>(s)]; }
  Duration operator[](State s) const { return times_[static_cast<std::size_t>(s)]; }
  [[nodiscard]] Duration total() const;
  StateTimes& operator+=(const StateTimes& other);
  bool operator==(const StateTimes&) const = default;

 private:
  std::array<Duration, all_states.size()> times_{};
};

/// All that the figures of one machine and window are made of. Borrows; a value otherwise.
struct MachineInputs {
  std::string_view machine;  ///< Id, named in reasons; may be empty.
  Interval window;
  /// Sorted, not overlapping, as stored: not clipped to the window. What they leave open is
  /// `offline`. Whether an alarm at the start of the window is new or goes on is seen from the
  /// intervals before it, so give at least those back to the last one that is neither alarm, estop
  /// nor offline.
  std::span<const StateInterval> states;
  std::span<const PartStep> parts;  ///< In any order; those outside the window are passed over.
  /// Planned operation and busy time. May reach beyond the window; only what is in it counts.
  IntervalSet pot;
  IntervalSet pbt;
  std::optional<double> ideal_cycle_s;  ///< PRI, planned run time per item.
  bool counts_total = false;            ///< The machine has a signal of that role.
  bool counts_good = false;
  bool counts_scrap = false;
};

/// What adds up: over the parts of a window and over the machines of a group. Every figure is a
/// function of this alone, which is why a group's figures are never averages.
///
/// Lengths are microseconds and counts integers, so adding is exact and in any order the same.
struct Sums {
  Duration window{};
  Duration pot{};
  Duration pbt{};
  StateTimes state;          ///< In the window; its total is `window`.
  StateTimes planned_state;  ///< In PBT; its total is `pbt`.
  Duration run_pot{};        ///< Run in POT.

  /// Parts in the window. Try-out parts of a booked set-up and suspect steps are not among them.
  /// `good` is negative when more scrap was booked than parts were made in the window.
  std::int64_t total = 0;
  std::int64_t good = 0;
  std::int64_t scrap = 0;
  std::int64_t total_planned = 0;  ///< Of `total`, made inside PBT.
  std::int64_t suspect = 0;        ///< Left out: steps that wait for a person.
  std::int64_t setup = 0;          ///< Left out: made while set-up was booked.
  Duration ideal{};                ///< PRI × total.
  Duration ideal_good{};           ///< PRI × good.
  Duration ideal_planned{};        ///< PRI × total_planned.
  /// PBT by PRI in microseconds: what planned parts are made of, so that they add exactly.
  std::map<std::int64_t, Duration> planned_by_cycle;

  std::int64_t failures = 0;  ///< Runs of alarm and estop that begin in the window, inside PBT.
  Duration repair{};          ///< Alarm and estop inside PBT of runs that began inside PBT.

  /// Machines that lack what a figure needs; ids.
  std::set<std::string, std::less<>> no_ideal_cycle;
  std::set<std::string, std::less<>> no_total;
  std::set<std::string, std::less<>> no_good;
  bool counts = false;  ///< The total of at least one machine is known.

  [[nodiscard]] Duration run() const { return state[State::run]; }
  [[nodiscard]] Duration run_planned() const { return planned_state[State::run]; }
  [[nodiscard]] Duration run_outside_plan() const { return run() - run_planned(); }
  /// Part of PBT of which something is known.
  [[nodiscard]] Duration known() const { return pbt - planned_state[State::offline]; }
  /// Part of the window in which the machine was seen to have power.
  [[nodiscard]] Duration powered() const {
    return window - state[State::offline] - state[State::power_off];
  }

  Sums& operator+=(const Sums& other);
  bool operator==(const Sums&) const = default;
};

/// Measures one machine in one window. State intervals are cut by the plan, never prorated. Pure;
/// linear in the intervals and parts. Source: domain.md 3.3 to 3.5, 3.7, 3.14.
[[nodiscard]] Sums measure(const MachineInputs& in);

}  // namespace spindle::kpi
