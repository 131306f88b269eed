#include "plant/connection_lights.hpp"

#include <gtest/gtest.h>

namespace spindle::plant {
namespace {

using std::chrono::seconds;

const Instant now{seconds{1'000'000}};

Machine machine_of(Protocol protocol) {
  Machine machine;
  machine.id = "m-1";
  machine.connection.protocol = protocol;
  return machine;
}

MachineStatus connected(State state, Duration silent_for) {
  MachineStatus status;
  status.view.state = state;
  status.view.last_heard = now - silent_for;
  status.session.emplace();
  status.session->phase = connect::SessionStatus::Phase::connected;
  status.session->since = now - seconds{60};
  status.health.emplace();
  return status;
}

TEST(Lights, AConnectionWithoutValuesIsNotGreen) {
  const auto lights =
      lights_of(machine_of(Protocol::modbus_tcp), connected(State::offline, seconds{45}), now);
  EXPECT_EQ(lights.network.status, Light::Status::ok);
  EXPECT_EQ(lights.freshness.status, Light::Status::down);
  EXPECT_EQ(lights.overall, Overall::stale);
  EXPECT_EQ(lights.error, "no word for 45 s");
}

TEST(Lights, ASourceWithoutSignsOfLifeIsDoubtedButNotCondemned) {
  const auto lights =
      lights_of(machine_of(Protocol::shdr), connected(State::idle, seconds{45}), now);
  EXPECT_EQ(lights.freshness.status, Light::Status::warn);
  EXPECT_EQ(lights.overall, Overall::ok);
}

TEST(Lights, ADeadNetworkIsToldInTheDevicesOwnWords) {
  auto status = connected(State::offline, seconds{45});
  status.session->phase = connect::SessionStatus::Phase::waiting;
  status.session->error = Error{Errc::unreachable, "127.0.0.1:502: nothing answers"};
  const auto lights = lights_of(machine_of(Protocol::modbus_tcp), status, now);
  EXPECT_EQ(lights.network.status, Light::Status::down);
  EXPECT_EQ(lights.session.status, Light::Status::unknown);
  EXPECT_EQ(lights.overall, Overall::down);
  EXPECT_EQ(lights.error, "127.0.0.1:502: nothing answers");
}

TEST(Lights, AClockThatIsOffWarnsAndSaysWhichWay) {
  auto status = connected(State::run, seconds{1});
  status.health->skew = seconds{-30};
  const auto lights = lights_of(machine_of(Protocol::shdr), status, now);
  EXPECT_EQ(lights.clock.status, Light::Status::warn);
  EXPECT_NE(lights.clock.error.find("30.0 s ahead"), std::string::npos) << lights.clock.error;
  EXPECT_EQ(lights.overall, Overall::ok) << "a wrong clock is corrected, the values are good";
}

TEST(Lights, RefusedAddressesWarnWhileTheRestIsWell) {
  auto status = connected(State::run, seconds{1});
  status.health->quarantined = {"s7 (hr:6): illegal data address (exception 2)"};
  const auto lights = lights_of(machine_of(Protocol::modbus_tcp), status, now);
  EXPECT_EQ(lights.session.status, Light::Status::warn);
  EXPECT_EQ(lights.overall, Overall::ok);
}

TEST(Lights, APushedMachineIsStaleOnlyWhenItsSilenceIsLimited) {
  MachineStatus status;
  status.view.state = State::run;
  status.view.last_heard = now - seconds{3600};
  EXPECT_EQ(lights_of(machine_of(Protocol::push), status, now).overall, Overall::ok);
  auto limited = machine_of(Protocol::push);
  limited.state_rules.offline_after = seconds{60};
  status.view.state = State::offline;
  EXPECT_EQ(lights_of(limited, status, now).overall, Overall::stale);
}

}  // namespace
}  // namespace spindle::plant
