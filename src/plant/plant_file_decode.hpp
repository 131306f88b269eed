#pragma once

#include "model/plant.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_file_fields.hpp"

namespace spindle::plant {

/// The parts of a plant, decoded from a tree. Each complains to `reading` of all that is wrong and
/// returns what it could read; the result is only worth something if nobody complained.

[[nodiscard]] Calendar read_calendar(Reading& reading, NodeIndex node);
[[nodiscard]] Connection read_connection(Reading& reading, NodeIndex node);
[[nodiscard]] Signal read_signal(Reading& reading, NodeIndex node, Protocol protocol,
                                 const PlantFileChecks& checks);
/// @param type  the signal's: only numbers have a dead band
[[nodiscard]] HistoryPolicy read_history_policy(Reading& reading, NodeIndex node, ValueType type);
[[nodiscard]] Storage read_storage(Reading& reading, NodeIndex node);
[[nodiscard]] Machine read_machine(Reading& reading, NodeIndex node, const PlantFileChecks& checks);
[[nodiscard]] Plant read_plant(Reading& reading, NodeIndex node, const PlantFileChecks& checks);

/// `present` with what a document of settings says instead (plant_with_settings).
[[nodiscard]] Plant read_settings(Reading& reading, NodeIndex node, const Plant& present,
                                  const PlantFileChecks& checks);

/// How a signal's values are read when the plant file does not say. Modbus: bits are bool, the
/// rest uint16. Others: text for words (execution, program …), bool for yes or no, else float64;
/// door and estop are words where the device speaks MTConnect's.
[[nodiscard]] ValueType default_type(Protocol protocol, Role role, std::string_view address);

/// Neither yes or no nor words: it can be scaled, and has a dead band.
[[nodiscard]] bool is_numeric(ValueType type);

/// Roles the engine can follow from one signal only: two would contradict each other. Execution,
/// modes and availability may come once for each path of a control: the engine merges them.
[[nodiscard]] bool is_unique(Role role);

/// `corrected`, `device`, `box`.
[[nodiscard]] std::string_view clock_word(ClockPolicy policy);

/// True if an address may be left out because it is usually the signal's own id.
[[nodiscard]] bool address_may_be_id(Protocol protocol);

}  // namespace spindle::plant
