#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spindle {

/// Minutes since local midnight, 0..1440.
using MinuteOfDay = std::chrono::minutes;

/// A part of a shift that is not worked. Wall-clock times inside the shift; may lie past midnight.
struct BreakTemplate {
  MinuteOfDay start{};
  MinuteOfDay end{};
  bool operator==(const BreakTemplate&) const = default;
};

/// A shift as people write it down: wall-clock times in the plant's zone. `end <= start` runs into
/// the next day; its business date (班別日期) is the day it starts.
struct ShiftTemplate {
  std::string name;
  std::array<bool, 7> days{};  ///< Monday first.
  MinuteOfDay start{};
  MinuteOfDay end{};
  std::vector<BreakTemplate> breaks;
  std::optional<std::chrono::year_month_day> valid_from;   ///< First business date.
  std::optional<std::chrono::year_month_day> valid_until;  ///< Last business date.
  bool operator==(const ShiftTemplate&) const = default;
};

/// A day that differs from the weekly pattern: a holiday (no shifts) or overtime (its own shifts).
struct CalendarException {
  std::chrono::year_month_day date{};
  std::string name;
  std::vector<ShiftTemplate> shifts;  ///< Replace the day's shifts; `days` is ignored.
  bool operator==(const CalendarException&) const = default;
};

/// Time taken out of the plan: planned maintenance, a trial. Not subtracted twice inside a break.
struct PlannedDowntime {
  std::string machine;  ///< Machine id; empty: the whole plant.
  Interval when{};
  std::string reason;
  bool operator==(const PlannedDowntime&) const = default;
};

/// When the plant plans to work. Without any shift every instant is planned (24 h).
struct Calendar {
  std::vector<ShiftTemplate> shifts;
  std::vector<CalendarException> exceptions;
  std::vector<PlannedDowntime> planned_downtime;

  [[nodiscard]] bool always() const { return shifts.empty() && exceptions.empty(); }
  bool operator==(const Calendar&) const = default;
};

}  // namespace spindle
