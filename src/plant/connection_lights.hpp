#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connect/session.hpp"
#include "engine/machine_engine.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// How one machine stands, for lists and tiles.
struct MachineStatus {
  engine::LiveView view;
  std::optional<connect::SessionStatus> session;  ///< None for pushed machines.
  std::optional<connect::MachineHealth> health;
};

struct Light {
  enum class Status : std::uint8_t { ok, warn, down, unknown } status = Status::unknown;
  std::optional<Duration> age;  ///< Since when it is so, or of the newest value.
  std::string error;            ///< The exact words; empty when all is well.
};

[[nodiscard]] std::string_view to_string(Light::Status status);

enum class Overall : std::uint8_t { ok, stale, down, connecting };

[[nodiscard]] std::string_view to_string(Overall overall);

/// Four separate answers, because one light lies: a socket can stand while no value comes, and
/// values can come with a clock that is years off.
struct Lights {
  Light network;    ///< Is there a connection?
  Light session;    ///< Does the device answer in its protocol? Refused addresses warn.
  Light freshness;  ///< Do trustworthy values come? Judged by values alone.
  Light clock;      ///< Is the device's clock plausible? Warns above 2 s of skew.
  Overall overall = Overall::connecting;
  std::string error;  ///< The first that matters.
};

/// Pure.
[[nodiscard]] Lights lights_of(const Machine& machine, const MachineStatus& status, Instant now);

}  // namespace spindle::plant
