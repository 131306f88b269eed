#pragma once

#include <cmath>

#include "base/time.hpp"

namespace spindle::sim {

/// A temperature that follows its target slowly. Exact at any instant, whenever it is asked.
class Lag {
 public:
  [[nodiscard]] double at(Instant t) const {
    return target_ + (value_ - target_) * std::exp(-to_seconds(t - since_) / tau_s_);
  }
  /// The first target is where it stands.
  void aim(Instant t, double target, double tau_s) {
    value_ = since_ == Instant{} ? target : at(t);
    since_ = t;
    target_ = target;
    tau_s_ = tau_s;
  }

 private:
  double value_ = 0;
  double target_ = 0;
  double tau_s_ = 600;
  Instant since_{};
};

}  // namespace spindle::sim
