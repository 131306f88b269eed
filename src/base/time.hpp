#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spindle {

/// A length of time. Microseconds hold 292,000 years, so sums never overflow in practice.
using Duration = std::chrono::microseconds;

/// A moment in UTC (no leap seconds), microseconds since 1970. What is stored and computed with.
using Instant = std::chrono::sys_time<Duration>;

/// A moment of the box's monotonic clock: for time-outs and durations, never stored.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Both clocks read at once. Only app/ and plant/ read the real ones; below them it is an argument.
struct Now {
  Instant wall;
  Monotonic mono;
};

/// The real clocks. For the top of the program only.
[[nodiscard]] Now read_clock();

/// Half-open [from, to). Empty when to <= from.
struct Interval {
  Instant from;
  Instant to;

  [[nodiscard]] bool empty() const { return to <= from; }
  [[nodiscard]] Duration length() const { return empty() ? Duration{0} : to - from; }
  [[nodiscard]] bool contains(Instant t) const { return from <= t && t < to; }
  bool operator==(const Interval&) const = default;
};

/// The common part of two intervals; empty if there is none.
[[nodiscard]] Interval intersect(Interval a, Interval b);

/// Reads RFC 3339: `2024-03-14T08:00:00+08:00`, `…Z`, up to 9 decimals (cut to microseconds).
/// An offset is required: a local time without one is ambiguous.
/// Errors: `invalid`, naming the text.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

/// The same without ever failing with text: for hot paths. Also takes a missing offset as UTC when
/// `assume_utc` is set (SHDR adapters write such stamps).
[[nodiscard]] std::optional<Instant> scan_rfc3339(std::string_view text, bool assume_utc = false);

/// `2024-03-14T00:00:00.000Z`; 24 bytes.
[[nodiscard]] std::string format_rfc3339(Instant t);
/// The same with microseconds; 27 bytes.
[[nodiscard]] std::string format_rfc3339_us(Instant t);

[[nodiscard]] inline double to_seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }
/// Rounded to the nearest microsecond.
[[nodiscard]] Duration from_seconds(double s);

}  // namespace spindle
