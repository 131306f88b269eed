#pragma once

#include "model/plant.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_file_fields.hpp"

namespace spindle::plant {

/// The parts of a plant, decoded from a tree. Each complains to `reading` of all that is wrong and
/// returns what it could read; the result is only worth something if nobody complained.

[[nodiscard]] Calendar read_calendar(Reading& reading, NodeIndex node);
/// The items of `reasons`.
[[nodiscard]] std::vector<StopReason> read_reasons(Reading& reading,
                                                   const std::vector<NodeIndex>& items);
/// Name and time zone, into `plant`.
void read_site(Reading& reading, NodeIndex node, Plant& plant);
[[nodiscard]] Connection read_connection(Reading& reading, NodeIndex node);
[[nodiscard]] Signal read_signal(Reading& reading, NodeIndex node, Protocol protocol,
                                 const PlantFileChecks& checks);
[[nodiscard]] Machine read_machine(Reading& reading, NodeIndex node, const PlantFileChecks& checks);
[[nodiscard]] Plant read_plant(Reading& reading, NodeIndex node, const PlantFileChecks& checks);

inline constexpr std::size_t reasons_max = 200;

/// Complains of planned downtimes of machines the plant does not have.
void check_downtime_machines(Reading& reading, NodeIndex calendar, const Plant& plant);
/// Asks `checks` for the last word on the calendar of `plant`, which the node `calendar` holds.
void check_whole_calendar(Reading& reading, NodeIndex calendar, const Plant& plant,
                          const PlantFileChecks& checks);

/// How a signal's values are read when the plant file does not say. Modbus: bits are bool, the
/// rest uint16. Others: text for words (execution, program …), bool for yes or no, else float64;
/// door and estop are words where the device speaks MTConnect's.
[[nodiscard]] ValueType default_type(Protocol protocol, Role role, std::string_view address);

/// `corrected`, `device`, `box`.
[[nodiscard]] std::string_view clock_word(ClockPolicy policy);

/// True if an address may be left out because it is usually the signal's own id.
[[nodiscard]] bool address_may_be_id(Protocol protocol);

}  // namespace spindle::plant
