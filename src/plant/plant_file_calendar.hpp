#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "model/calendar.hpp"

namespace spindle::plant {

/// How a plant file writes the calendar's small things, both ways.

/// `HH:MM`, 00:00 to 24:00.
[[nodiscard]] std::optional<MinuteOfDay> parse_minute(std::string_view text);
[[nodiscard]] std::string format_minute(MinuteOfDay minute);

/// `HH:MM-HH:MM`
[[nodiscard]] std::optional<BreakTemplate> parse_break(std::string_view text);
[[nodiscard]] std::string format_break(const BreakTemplate& rest);

/// `daily`, `mon-fri`, `mon,wed,fri`, `fri-mon`, `mon-wed,sat`; Monday first.
[[nodiscard]] std::optional<std::array<bool, 7>> parse_days(std::string_view text);
[[nodiscard]] std::string format_days(const std::array<bool, 7>& days);

/// `2026-02-17`, a day that exists, years 1970 to 9999.
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(std::chrono::year_month_day date);

}  // namespace spindle::plant
