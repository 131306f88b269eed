#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "plant/plant_file.hpp"

namespace spindle::plant {

/// Machines as JSON, with the keys, units and rules of the plant file: the bodies of
/// `POST /machines` and `PUT /machines/{id}`. One decoder reads both, so they can't drift apart.

/// How much is written. Absent optionals are null with `all`.
enum class JsonDetail : std::uint8_t {
  needed,  ///< Only what differs from the defaults.
  all,     ///< Every key, for forms and for comparing.
};

/// Keys keep the plant file's order. Assign to a nlohmann::json where order does not matter.
[[nodiscard]] nlohmann::ordered_json machine_to_json(const Machine& machine,
                                                     JsonDetail detail = JsonDetail::needed);
/// @param protocol  of the signal's machine: it decides what type and address mean by default
[[nodiscard]] nlohmann::ordered_json signal_to_json(const Signal& signal, Protocol protocol,
                                                    JsonDetail detail = JsonDetail::needed);
[[nodiscard]] nlohmann::ordered_json connection_to_json(const Connection& connection,
                                                        JsonDetail detail = JsonDetail::needed);
[[nodiscard]] nlohmann::ordered_json calendar_to_json(const Calendar& calendar);
[[nodiscard]] nlohmann::ordered_json reasons_to_json(const std::vector<StopReason>& reasons,
                                                     JsonDetail detail = JsonDetail::needed);
[[nodiscard]] nlohmann::ordered_json history_policy_to_json(const HistoryPolicy& policy,
                                                            JsonDetail detail = JsonDetail::needed);
[[nodiscard]] nlohmann::ordered_json storage_to_json(const Storage& storage,
                                                     JsonDetail detail = JsonDetail::needed);
/// Name, zone, and whether machines may come by themselves.
[[nodiscard]] nlohmann::ordered_json site_to_json(const Plant& plant,
                                                  JsonDetail detail = JsonDetail::needed);
[[nodiscard]] nlohmann::ordered_json plant_to_json(const Plant& plant,
                                                   JsonDetail detail = JsonDetail::needed);

/// One thing that is wrong with a JSON document, and where.
struct JsonProblem {
  std::string pointer;  ///< RFC 6901: `/signals/0/type`; empty: the whole document.
  std::string what;
  bool operator==(const JsonProblem&) const = default;
};

template <class T>
using JsonResult = tl::expected<T, std::vector<JsonProblem>>;

/// Keys (MachineKey, SignalKey) are left 0. `key: null` means the same as no key.
[[nodiscard]] JsonResult<Machine> machine_from_json(const nlohmann::json& json,
                                                    const PlantFileChecks& checks = {});
[[nodiscard]] JsonResult<Signal> signal_from_json(const nlohmann::json& json, Protocol protocol,
                                                  const PlantFileChecks& checks = {});
[[nodiscard]] JsonResult<Connection> connection_from_json(const nlohmann::json& json);
[[nodiscard]] JsonResult<Plant> plant_from_json(const nlohmann::json& json,
                                                const PlantFileChecks& checks = {});

/// `present` with the parts that a document of settings holds: {site?, calendar?, reasons?,
/// storage?} as the plant file writes them. What is left out stays, also of the site; a calendar
/// and a list of reasons are taken whole. Other keys are passed over.
[[nodiscard]] JsonResult<Plant> plant_with_settings(const Plant& present,
                                                    const nlohmann::json& settings,
                                                    const PlantFileChecks& checks = {});

/// All problems as one line, for a problem+json `detail`: `/signals/0/type: …; /id: …`
[[nodiscard]] Error to_error(const std::vector<JsonProblem>& problems);

}  // namespace spindle::plant
