#pragma once

#include <algorithm>
#include <utility>

#include "kpi/interval_set.hpp"
#include "kpi/sums.hpp"

namespace spindle::kpi {

/// A while in which neither the state nor the plan changes: what sums and receipts are made of.
struct Piece {
  Interval when;
  State state = State::offline;
  bool in_pot = false;
  bool in_pbt = false;
  bool failure = false;  ///< Belongs to a run of alarm and estop that began inside PBT.
  const StateInterval* source = nullptr;  ///< None: nothing was ever recorded for this while.
};

/// Tells runs of alarm and estop apart: those separated only by `offline` are one.
class FailureRuns {
 public:
  /// The next interval in time. True if a run begins with it.
  bool next(const StateInterval& interval) {
    const bool failing = interval.state == State::alarm || interval.state == State::estop;
    const bool begins = failing && !open_;
    if (begins) began_ = interval.from;
    if (failing)
      open_ = true;
    else if (interval.state != State::offline)
      open_ = false;
    return begins;
  }
  [[nodiscard]] Instant began() const { return began_; }

 private:
  bool open_ = false;
  Instant began_{};
};

/// Whether `t` is in `set`, and until when that stays so (at most `end`).
inline std::pair<bool, Instant> membership(const IntervalSet& set, Instant t, Instant end) {
  const auto it = set.first_after(t);
  if (it == set.intervals().end()) return {false, end};
  const bool in = it->from <= t;
  return {in, std::min(end, in ? it->to : it->from)};
}

/// Calls `visit(const Piece&)` for the pieces of the window, in time; together they are the window.
template <class Visit>
void for_each_piece(const MachineInputs& in, Visit visit) {
  const auto cut = [&](Interval when, State state, bool failure, const StateInterval* source) {
    for (Instant t = when.from; t < when.to;) {
      const auto [in_pot, pot_until] = membership(in.pot, t, when.to);
      const auto [in_pbt, pbt_until] = membership(in.pbt, t, when.to);
      const Instant until = std::min(pot_until, pbt_until);
      visit(Piece{{t, until}, state, in_pot, in_pbt, failure && in_pbt, source});
      t = until;
    }
  };
  FailureRuns runs;
  Instant heard_until = in.window.from;
  for (const StateInterval& interval : in.states) {
    runs.next(interval);
    const bool failing = interval.state == State::alarm || interval.state == State::estop;
    const Interval when = intersect(interval.when(), Interval{heard_until, in.window.to});
    if (when.empty()) continue;
    cut({heard_until, when.from}, State::offline, false, nullptr);
    cut(when, interval.state, failing && in.pbt.contains(runs.began()), &interval);
    heard_until = when.to;
  }
  cut({heard_until, in.window.to}, State::offline, false, nullptr);
}

}  // namespace spindle::kpi
