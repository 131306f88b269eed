#include "plant/connection_lights.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::plant {
namespace {

constexpr Duration skew_warns = std::chrono::seconds{2};  // domain.md 3.1

using Phase = connect::SessionStatus::Phase;

Light network_light(const connect::SessionStatus& session, Instant now) {
  Light light;
  light.age = std::max(Duration{0}, now - session.since);
  switch (session.phase) {
    case Phase::connected:
      light.status = Light::Status::ok;
      break;
    case Phase::connecting:
      light.status = session.failures > 0 ? Light::Status::down : Light::Status::unknown;
      break;
    case Phase::waiting:
      light.status = Light::Status::down;
      break;
    case Phase::stopped:
      light.status = Light::Status::unknown;
      break;
  }
  if (light.status != Light::Status::ok && session.error) light.error = session.error->what;
  return light;
}

Light session_light(const MachineStatus& status, Instant now) {
  Light light;
  if (status.session->phase != Phase::connected) return light;
  light.age = std::max(Duration{0}, now - status.session->since);
  light.status = Light::Status::ok;
  if (status.session->back_pressure) {
    light.status = Light::Status::warn;
    light.error = "the store can't keep up: reading is slowed down";
  }
  if (!status.health) return light;
  if (!status.health->quarantined.empty()) {
    light.status = Light::Status::warn;
    light.error =
        fmt::format("{} address(es) refused by the device", status.health->quarantined.size());
  }
  if (!status.health->error.empty()) {
    light.status = Light::Status::warn;
    light.error = status.health->error;
  }
  return light;
}

Light freshness_light(const Machine& machine, const MachineStatus& status, Instant now) {
  Light light;
  if (status.view.last_heard == Instant{}) {
    light.error = "nothing has been heard yet";
    return light;
  }
  light.age = std::max(Duration{0}, now - status.view.last_heard);
  const bool may_be_silent =
      machine.connection.protocol == Protocol::push && !machine.state_rules.offline_after;
  if (*light.age <= machine.offline_after() || may_be_silent) {
    light.status = Light::Status::ok;
  } else if (status.view.state != State::offline) {
    // A source that reports changes and promised no heartbeat may be silent; nobody can tell.
    light.status = Light::Status::warn;
    light.error = fmt::format("silent for {:.0f} s, and the source gives no sign of life",
                              to_seconds(*light.age));
  } else {
    light.status = Light::Status::down;
    light.error = fmt::format("no word for {:.0f} s", to_seconds(*light.age));
  }
  return light;
}

Light clock_light(const MachineStatus& status) {
  Light light;
  if (!status.health || !status.health->skew) return light;
  const auto skew = *status.health->skew;
  const bool off = skew > skew_warns || skew < -skew_warns;
  light.status = off ? Light::Status::warn : Light::Status::ok;
  if (off)
    light.error =
        fmt::format("the device's clock is {:.1f} s {}; its times are corrected and marked",
                    std::abs(to_seconds(skew)), skew > Duration{0} ? "behind" : "ahead");
  return light;
}

}  // namespace

std::string_view to_string(Light::Status status) {
  switch (status) {
    case Light::Status::ok:
      return "ok";
    case Light::Status::warn:
      return "warn";
    case Light::Status::down:
      return "down";
    case Light::Status::unknown:
      return "unknown";
  }
  return "?";
}

std::string_view to_string(Overall overall) {
  switch (overall) {
    case Overall::ok:
      return "ok";
    case Overall::stale:
      return "stale";
    case Overall::down:
      return "down";
    case Overall::connecting:
      return "connecting";
  }
  return "?";
}

Lights lights_of(const Machine& machine, const MachineStatus& status, Instant now) {
  Lights lights;
  lights.freshness = freshness_light(machine, status, now);
  if (status.session) {
    lights.network = network_light(*status.session, now);
    lights.session = session_light(status, now);
  }
  lights.clock = clock_light(status);

  const bool fresh = lights.freshness.status == Light::Status::ok ||
                     lights.freshness.status == Light::Status::warn;
  if (!status.session)
    lights.overall = fresh ? Overall::ok : Overall::stale;
  else if (lights.network.status == Light::Status::down)
    lights.overall = Overall::down;
  else if (status.session->phase != Phase::connected)
    lights.overall = Overall::connecting;
  else
    lights.overall = fresh ? Overall::ok : Overall::stale;

  for (const auto* light : {&lights.network, &lights.session, &lights.freshness})
    if (lights.error.empty() && light->status != Light::Status::ok) lights.error = light->error;
  return lights;
}

}  // namespace spindle::plant
