#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace date {
class time_zone;
}

namespace spindle::kpi {

/// An IANA time zone: the rules of one place for turning its wall clock into instants and back.
/// A cheap handle into the system's zone table, which lives as long as the program. Any thread.
class Zone {
 public:
  /// Errors: `invalid` for a name the system's zone table does not hold. Reads files the first
  /// time.
  [[nodiscard]] static Result<Zone> find(std::string_view iana);

  [[nodiscard]] std::string name() const;
  /// The instant at which the wall clock of that day shows `since_midnight` (may exceed 24 h).
  /// A time skipped in spring is the moment of the skip; a time that comes twice in autumn is its
  /// first: so a later wall-clock time never becomes an earlier instant.
  [[nodiscard]] Instant instant(std::chrono::sys_days day,
                                std::chrono::minutes since_midnight) const;
  /// What to add to UTC at `t` to get the wall clock.
  [[nodiscard]] std::chrono::seconds offset(Instant t) const;
  /// The calendar day that the wall clock shows at `t`.
  [[nodiscard]] std::chrono::sys_days day(Instant t) const;

  bool operator==(const Zone&) const = default;

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;
};

/// The plant-local calendar day around `t`: 23 to 25 hours, midnight to midnight.
[[nodiscard]] Interval local_day(const Zone& zone, Instant t);

/// The window cut where the plant's wall clock shows a whole hour: the first and the last may be
/// shorter, and so is an hour the clock leaves out half of. Together they are the window.
[[nodiscard]] std::vector<Interval> local_hours(const Zone& zone, Interval window);

/// `2024-03-14T08:00:00.000+08:00`: the wall clock of the plant, unambiguous by its offset.
[[nodiscard]] std::string local_time(const Zone& zone, Instant t);

}  // namespace spindle::kpi
