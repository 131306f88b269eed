#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "store/history_reader.hpp"

namespace spindle::store {

/// Spreads values that held for a while over slices of equal length. Pure.
///
/// A slice's average is Σ value × time held in it ÷ time known; when values came but none held for
/// any time (the last before a silence), the plain mean of those that came.
class TimeWeight {
 public:
  /// Precondition: `when` is not empty, count > 0.
  TimeWeight(Interval when, std::size_t count);
  /// `value` came at `from` and held until `until` >= from; nullopt ends what was known. In order
  /// of `from`.
  void add(Instant from, Instant until, std::optional<double> value);
  [[nodiscard]] std::vector<Bucket> take();

 private:
  [[nodiscard]] Instant edge(std::size_t n) const;

  Interval when_;
  std::vector<Bucket> buckets_;
  std::vector<double> weighted_;  ///< Σ value × seconds.
  std::vector<double> sums_;      ///< Σ value of those that came.
  std::size_t at_ = 0;            ///< Slices before it are done.
};

}  // namespace spindle::store
