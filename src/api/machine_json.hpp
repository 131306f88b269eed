#pragma once

#include <nlohmann/json.hpp>

#include "kpi/reason.hpp"
#include "plant/connection_test.hpp"
#include "plant/running_plant.hpp"

namespace spindle::api {

/// A machine as lists and tiles show it (GET /machines): state, since, connection with its four
/// lights, signals with their newest values, and the present day's figures.
[[nodiscard]] std::string machine_status_text(plant::RunningPlant& running, const Plant& plant,
                                              const Machine& machine, kpi::Language language,
                                              bool with_signals);

/// The connection part alone: for the live events too.
[[nodiscard]] nlohmann::ordered_json connection_status_json(const Machine& machine,
                                                            const plant::MachineStatus& status,
                                                            Instant now);

/// The answer of POST /connections/test.
[[nodiscard]] nlohmann::ordered_json connection_report_json(const plant::ConnectionReport& report);

/// A value as JSON: number, bool, string or null.
[[nodiscard]] nlohmann::ordered_json value_json(const plant::LiveValue& value);

}  // namespace spindle::api
