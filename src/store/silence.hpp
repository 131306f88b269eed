#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// Finds the moments after which nothing is known of a machine until it speaks again.
///
/// A value holds until the next one, but never past such a moment: a lost link ends it at the time
/// the device fell silent; a new link or a gap without a loss before it (the box was off, the
/// source lost data) ends it at the last time anything was heard.
class Silence {
 public:
  explicit Silence(std::optional<Instant> heard = {}) : heard_(heard) {}

  void add(const Scan& scan) {
    switch (scan.kind) {
      case ScanKind::values:
      case ScanKind::alive:
        // What comes late says nothing of the present; only a clock that was set back moves it.
        if (!heard_ || scan.time > *heard_ || scan.received < *heard_) heard_ = scan.time;
        return;
      case ScanKind::link_down:
        heard_ = scan.time;
        moments_.push_back(scan.time);
        return;
      case ScanKind::link_up:
      case ScanKind::gap:
        if (heard_) moments_.push_back(*heard_);
        return;
      case ScanKind::clock_step:
      case ScanKind::booking:
        return;
    }
  }

  /// Lets `earlier` stand for both, where each says no more than that the machine spoke: a Silence
  /// that is told of it knows what it knew after the two. False: nothing less than the two does.
  [[nodiscard]] static bool merge(Scan& earlier, const Scan& later) {
    const auto spoke = [](const Scan& s) {
      return s.kind == ScanKind::values || s.kind == ScanKind::alive;
    };
    if (!spoke(earlier) || !spoke(later)) return false;
    // A scan leaves alone what was heard from its time until it was received.
    const auto received = std::max(earlier.time, earlier.received);
    if (later.time >= earlier.time) {
      earlier.time = later.time;
      earlier.received = std::min(received, later.received);
      return true;
    }
    if (later.received >= received) return true;
    if (later.received >= earlier.time) return false;
    earlier.time = earlier.received = later.time;
    return true;
  }

  /// The last time the machine spoke.
  [[nodiscard]] std::optional<Instant> heard() const { return heard_; }
  [[nodiscard]] const std::vector<Instant>& moments() const { return moments_; }

 private:
  std::optional<Instant> heard_;
  std::vector<Instant> moments_;
};

}  // namespace spindle::store
