#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/plant.hpp"

namespace spindle::publish {

/// A while in which a machine was to work: a shift, or what breaks and planned downtime leave of
/// it.
struct PlannedTime {
  Interval when;
  Interval whole;                     ///< The shift, breaks and all.
  std::chrono::year_month_day day{};  ///< Business date of the shift.
  std::string shift;
  bool operator==(const PlannedTime&) const = default;
};

/// `2024-03-14`.
[[nodiscard]] std::string text_of(std::chrono::year_month_day day);

/// Planned time of a machine, by begin: of every shift that ends after `first` and whose business
/// date is `last` or earlier. Shifts are whole, also the first. Errors: `invalid` zone. Pure.
[[nodiscard]] Result<std::vector<PlannedTime>> planned_times(const Plant& plant,
                                                             std::string_view machine,
                                                             Instant first,
                                                             std::chrono::sys_days last);

/// How far planned_times is complete in a database, and what it says there.
struct PlanPlace {
  std::chrono::sys_days last{};  ///< Business date, included.
  std::uint32_t checksum = 0;    ///< Of all of them up to `last`.

  /// `2024-03-14 8b1a9953`.
  [[nodiscard]] std::string pack() const;
  /// nullopt if it was not made by pack().
  [[nodiscard]] static std::optional<PlanPlace> unpack(std::string_view packed);
  bool operator==(const PlanPlace&) const = default;
};

/// Checksum of the planned times up to the business date `last`.
[[nodiscard]] std::uint32_t checksum_of(const std::vector<PlannedTime>& plan,
                                        std::chrono::sys_days last);

}  // namespace spindle::publish
