#pragma once

#include <span>
#include <vector>

#include "base/time.hpp"

namespace spindle::kpi {

/// A set of instants as sorted, disjoint, non-empty half-open intervals that do not touch. Two sets
/// of the same instants therefore compare equal. A value: copies, no threads, no errors.
class IntervalSet {
 public:
  IntervalSet() = default;
  explicit IntervalSet(Interval one);
  /// From intervals in any order: empty ones are dropped, overlapping and touching ones merged.
  [[nodiscard]] static IntervalSet of(std::vector<Interval> any);

  [[nodiscard]] std::span<const Interval> intervals() const { return parts_; }
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  [[nodiscard]] Duration total() const;
  [[nodiscard]] bool contains(Instant t) const;
  /// First interval that ends after `t`; end of intervals() when there is none.
  [[nodiscard]] std::span<const Interval>::iterator first_after(Instant t) const;
  /// How much of `window` is in the set. Logarithmic, plus the intervals met.
  [[nodiscard]] Duration overlap(Interval window) const;

  bool operator==(const IntervalSet&) const = default;

 private:
  std::vector<Interval> parts_;
};

[[nodiscard]] IntervalSet unite(const IntervalSet& a, const IntervalSet& b);
[[nodiscard]] IntervalSet intersect(const IntervalSet& a, const IntervalSet& b);
[[nodiscard]] IntervalSet subtract(const IntervalSet& a, const IntervalSet& b);

}  // namespace spindle::kpi
