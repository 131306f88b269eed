#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace spindle::connect {

/// How long to wait before the next attempt to connect: fast at first, then doubling, capped, and
/// jittered so that fifty machines that lost one switch do not come back in step.
///
/// The default cap is 6 s: together with a 3 s connect time-out a device is found again within
/// 10 s of answering, however long it was away. A cap above 30 s is not accepted.
class Backoff {
 public:
  struct Options {
    Duration first = std::chrono::milliseconds{200};
    Duration cap = std::chrono::seconds{6};
    double jitter = 0.2;  ///< Each wait is spread by this share, both ways; never above the cap.
  };

  Backoff(Options options, std::uint64_t seed) : options_(options), random_(seed | 1) {}

  /// The wait after one more failure.
  [[nodiscard]] Duration next();
  /// After a connection that worked: the next failure starts fast again.
  void reset() { failures_ = 0; }
  [[nodiscard]] unsigned failures() const { return failures_; }

 private:
  Options options_;
  std::uint64_t random_;
  unsigned failures_ = 0;
};

}  // namespace spindle::connect
