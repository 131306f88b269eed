#pragma once

#include <algorithm>
#include <optional>

#include "engine/state_rules.hpp"
#include "engine/timeline.hpp"

namespace spindle::engine {

/// Lets a raw state count only when it lasted, and then from when it began.
///
/// A raw state that lasts its hold or longer counts from its begin; a shorter one is absorbed by
/// the state before it (A, B for too short, C: A lasts until C begins). Leaving `offline` is
/// immediate, so is everything with a hold of zero (`offline`, `power_off`). Source: domain.md 3.2.
///
/// Deadlines are evaluated at their exact times whenever later input comes, so the answer does not
/// depend on how the input is cut. Times never go back.
class Debounce {
 public:
  /// The raw state is `change.state` from `change.from` on.
  void push(PhysicalChange change, Duration hold, Timeline& sink, Facts& out);
  /// Nothing changed before `t`.
  void advance(Instant t, Timeline& sink, Facts& out);
  /// No change will count from before this: `t`, or the begin of a state that may still count.
  [[nodiscard]] Instant horizon(Instant t) const {
    return candidate_ ? std::min(t, candidate_->from) : t;
  }

  template <class A>
  void visit(A& a) {
    a(counted_, candidate_, hold_);
  }

 private:
  std::optional<State> counted_;
  std::optional<PhysicalChange> candidate_;
  Duration hold_{};  ///< The candidate's.
};

}  // namespace spindle::engine
