#pragma once

#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

#include "model/fact.hpp"

namespace spindle::engine {

/// From one completed part to the next.
struct Cycle {
  Instant from{};
  Instant to{};
  Duration gross{};
  Duration net{};  ///< Without the time in hold, alarm (and estop) or offline (and power_off).
  bool operator==(const Cycle&) const = default;
};

/// @param completions  when parts were completed, rising
/// @param states       the machine's intervals over that time, in order
/// Source: domain.md 3.8. Pure.
[[nodiscard]] std::vector<Cycle> cycles_of(std::span<const Instant> completions,
                                           std::span<const StateInterval> states);

/// Robust statistics of cycle times, seconds.
struct CycleStats {
  std::size_t n = 0;
  double median = 0;
  double mad = 0;  ///< Median of |x - median|, unscaled.
  double p10 = 0;  ///< Best.
  double p90 = 0;
  double mean = 0;       ///< Of all.
  std::size_t kept = 0;  ///< Within 3 × 1.4826 × MAD of the median (MAD 0: within ±50 %).
  double kept_mean = 0;
};

/// Percentiles interpolate between neighbours (rank p × (n - 1)). Values that are not finite are
/// left out; of nothing, all is 0. Source: domain.md 3.8. Pure.
[[nodiscard]] CycleStats cycle_stats(std::span<const double> seconds);

/// Whether the ideal cycle should be looked at again: the median of 50 or more differs from it by
/// more than 5 %.
[[nodiscard]] bool ideal_cycle_doubtful(const CycleStats& stats, double ideal_cycle_s);

}  // namespace spindle::engine
