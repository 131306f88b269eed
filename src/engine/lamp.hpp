#pragma once

#include <optional>

#include "base/time.hpp"
#include "engine/inputs.hpp"

namespace spindle::engine {

/// One lamp of a tower: from its levels, when it was steady and when it blinked.
///
/// The lamp blinks between two edges at most `window` apart, else it is steady. So what it is now
/// depends on what comes within the next `window`: the track answers with what it knows so far and,
/// when an edge (or none for long enough) shows otherwise, revises the past since the last edge.
/// Coming from or going to `unknown` is no edge; a blink that is cut off so stays one to its end.
/// Source: domain.md 3.2 (blink detection).
class LampTrack {
 public:
  struct Revision {
    Instant from;
    LampValue value;
  };

  /// The level from `t` on: `unknown`, `off` or `on`. Times never go back.
  [[nodiscard]] std::optional<Revision> level(Instant t, LampValue level, Duration window);
  /// Time is now `now`: a lamp without an edge for longer than `window` is steady since its last.
  [[nodiscard]] std::optional<Revision> settle(Instant now, Duration window);

  /// What holds since the last edge, as far as is known.
  [[nodiscard]] LampValue value() const { return blinking_ ? LampValue::blink : level_; }
  /// From here on a later call may still revise.
  [[nodiscard]] std::optional<Instant> open_since() const { return edge_; }

  template <class A>
  void visit(A& a) {
    a(level_, blinking_, edge_);
  }

 private:
  LampValue level_ = LampValue::unknown;
  bool blinking_ = false;
  std::optional<Instant> edge_;  ///< The last one, while the window after it is open.
};

}  // namespace spindle::engine
