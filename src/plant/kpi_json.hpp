#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "kpi/figures.hpp"
#include "kpi/receipt.hpp"

namespace spindle::plant {

/// The KPI document of the contract (GET /machines/{id}/kpi), the same wherever figures are shown:
/// lengths in seconds, ratios 0..1, a figure that can't be had null and its reason in `why`.
/// Beyond the contract: `run_outside_plan_s`, `planned_state_s`, `notes[{code,text}]` and
/// `formulas{figure:text}`. Who it is about and when is for the caller to add.
[[nodiscard]] nlohmann::ordered_json kpi_to_json(const kpi::Figures& figures,
                                                 kpi::Language language);

/// GET /machines/{id}/kpi/receipt.
/// @param window    what the figure was asked for
/// @param timezone  IANA name, for whoever renders the times
[[nodiscard]] nlohmann::ordered_json receipt_to_json(const kpi::Receipt& receipt, Interval window,
                                                     std::string_view timezone,
                                                     kpi::Language language);

}  // namespace spindle::plant
