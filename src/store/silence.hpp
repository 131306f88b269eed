#pragma once

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

  /// The last time the machine spoke.
  [[nodiscard]] std::optional<Instant> heard() const { return heard_; }
  [[nodiscard]] const std::vector<Instant>& moments() const { return moments_; }

 private:
  std::optional<Instant> heard_;
  std::vector<Instant> moments_;
};

}  // namespace spindle::store
