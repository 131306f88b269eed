#pragma once

#include <span>
#include <string_view>

#include "kpi/calendar_time.hpp"
#include "kpi/figures.hpp"
#include "model/fact.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// How far before a window state intervals should be asked for, so that a failure that goes on into
/// the window is not taken for a new one (kpi::MachineInputs::states).
inline constexpr Duration failure_lookback = std::chrono::hours{24};

/// What the figures of a machine are made of, from its definition and the plant's calendar.
///
/// @param states  of the machine, sorted; may begin before the window (see failure_lookback)
/// @param parts   of the machine
/// The result borrows `machine`, `states` and `parts`. Pure.
[[nodiscard]] kpi::MachineInputs machine_inputs(const Calendar& calendar, const kpi::Zone& zone,
                                                const Machine& machine, Interval window,
                                                std::span<const StateInterval> states,
                                                std::span<const PartStep> parts);

}  // namespace spindle::plant
