#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace spindle::plant {

/// A stamp further ahead than this is a wrong clock, not a time: refused rather than kept for ever.
inline constexpr Duration pushed_ahead_max = std::chrono::hours{24};
/// No machine of ours spoke before: a clock that was never set, or a time in the wrong unit. One
/// such value would claim decades for the state it names.
inline constexpr Instant pushed_earliest{std::chrono::sys_days{std::chrono::year{1980} / 1 / 1}};

[[nodiscard]] inline bool is_pushed_time(Instant t, Instant now) {
  return t <= now + pushed_ahead_max && t >= pushed_earliest;
}
/// Why what is pushed or imported can't be of this time, and what to look at; none when it can.
[[nodiscard]] inline std::optional<std::string> why_no_pushed_time(Instant t, Instant now) {
  if (is_pushed_time(t, now)) return std::nullopt;
  return format_rfc3339(t) +
         (t > now ? " lies in the future; check the sender's clock"
                  : " lies before 1980; check the sender's clock, or the time's unit");
}

}  // namespace spindle::plant
