#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/machine_engine.hpp"
#include "model/fact.hpp"
#include "model/plant.hpp"
#include "plant/live_table.hpp"

namespace spindle::plant {

/// Appends `text` as a JSON string; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
/// Appends a value as JSON: number, true/false, string, or null (also for NaN and infinities).
void append_json_value(std::string& out, const LiveValue& value);

/// `{"state":…,"reason":…,"since":…,"who":…,"note":…}`, or null when nothing is booked.
[[nodiscard]] std::string booked_json(const std::optional<engine::StandingBooking>& standing);

/// One line of JSON for each live event.
[[nodiscard]] std::string live_state_json(std::string_view machine, const engine::LiveView& view);
[[nodiscard]] std::string live_parts_json(std::string_view machine, const PartStep& step);
/// With the parts of the plant's present day after it: `today_total`.
[[nodiscard]] std::string live_parts_json(std::string_view machine, const PartStep& step,
                                          std::optional<std::int64_t> today_total);
/// The present values of `signals`; empty if none of them is known.
[[nodiscard]] std::string live_signals_json(const Machine& machine,
                                            std::span<const SignalKey> signals,
                                            const LiveTable& table);

/// `{"reason":…,"alarm_code":…,…}`
[[nodiscard]] std::string detail_json(const StateDetail& detail);

}  // namespace spindle::plant
