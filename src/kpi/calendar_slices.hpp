#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "kpi/zone.hpp"
#include "model/calendar.hpp"

namespace spindle::kpi {

/// How a window is cut: in so many seconds, or as the plant's calendar has it.
struct Step {
  enum class Kind : std::uint8_t { seconds, hour, day, shift, whole };
  Kind kind = Kind::seconds;
  Duration length{};  ///< Of seconds.

  /// `60`, `15m`, `1h`, `1d`, `shift`, `all`. Errors: `invalid`, naming what may stand there.
  [[nodiscard]] static Result<Step> parse(std::string_view text);
};

struct CalendarSlice {
  Interval when;
  std::string name;  ///< Of a shift.
};

/// Slices of a window, in order, clipped to it, most of the time touching each other:
///   seconds  counted from the midnight before the window, plant time
///   hour     as the plant's wall clock shows them, also where it is changed
///   day      from midnight to midnight of the plant: 23, 24 or 25 hours
///   shift    the shifts; what lies between them is in no slice
///   whole    the window
/// Errors: `invalid` for more than `most` slices. Pure.
[[nodiscard]] Result<std::vector<CalendarSlice>> cut(Step step, const Calendar& calendar,
                                                     const Zone& zone, Interval window,
                                                     std::size_t most);

}  // namespace spindle::kpi
