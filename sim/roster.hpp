#pragma once

#include <cstdint>
#include <vector>

#include "kpi/calendar_time.hpp"

namespace spindle::sim {

/// When somebody works at a machine: its shifts, with people who come a little early and leave a
/// little late, each day differently by the seed. Times are asked for in rising order.
class Roster {
 public:
  struct Duty {
    bool on = true;          ///< Somebody is there.
    bool resting = false;    ///< In a break.
    Instant until{};         ///< When that changes.
    std::uint64_t crew = 0;  ///< Another number each shift.
  };

  /// A calendar without shifts: always on.
  Roster(Calendar calendar, kpi::Zone zone, std::uint64_t seed)
      : calendar_(std::move(calendar)), zone_(zone), seed_(seed) {}

  [[nodiscard]] Duty at(Instant t);
  [[nodiscard]] const kpi::Zone& zone() const { return zone_; }

 private:
  struct Stay {
    Interval when;
    std::vector<Interval> breaks;
    std::uint64_t crew = 0;
  };
  void look_ahead(Instant t);

  Calendar calendar_;
  kpi::Zone zone_;
  std::uint64_t seed_;
  Interval known_{};
  std::vector<Stay> stays_;
};

/// A number in 0..1 that depends on nothing but its arguments.
[[nodiscard]] double chance(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0);

}  // namespace spindle::sim
