#include "sim/factory.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace spindle::sim {
namespace {

constexpr auto tick_period = std::chrono::milliseconds{20};

std::unique_ptr<Device> make_device(boost::asio::io_context& io, const MachineSpec& spec) {
  switch (spec.speaks) {
    case Speaks::shdr:
      return make_shdr_device(io, spec.port);
    case Speaks::mtconnect:
      return make_agent_device(io, spec.port, spec.actor.id);
    case Speaks::lamp:
      return make_lamp_device(io, spec.port);
  }
  return nullptr;
}

}  // namespace

FactorySpec demo_factory(std::uint64_t seed) {
  FactorySpec spec;
  ActorSpec mill;
  mill.id = "mill-1";
  mill.cycle_s = 48;
  mill.programs = {"O1203 法蘭盤", "O1207 軸承座"};
  mill.seed = seed;
  spec.machines.push_back({mill, Speaks::shdr, 0});

  ActorSpec lathe;
  lathe.id = "lathe-1";
  lathe.cycle_s = 32;
  lathe.load_s = 6;
  lathe.run_kw = 4.8;
  lathe.programs = {"O0051 傳動軸", "O0054 襯套", "O0060 螺帽"};
  lathe.seed = seed + 1;
  spec.machines.push_back({lathe, Speaks::mtconnect, 0});

  ActorSpec press;
  press.id = "press-1";
  press.cycle_s = 6;
  press.load_s = 3;
  press.parts_per_job = 400;
  press.alarm_share = 0.006;
  press.hold_share = 0.0;
  press.starve_share = 0.02;
  press.run_kw = 9.5;
  press.idle_kw = 2.1;
  press.first_count = 184'220;
  press.seed = seed + 2;
  spec.machines.push_back({press, Speaks::lamp, 0});
  return spec;
}

Factory::Factory(boost::asio::io_context& io, FactorySpec spec,
                 std::function<void(std::string_view)> truth)
    : io_(io), spec_(std::move(spec)), truth_(std::move(truth)), timer_(io) {}

Result<void> Factory::start() {
  started_ = read_clock();
  for (const auto& machine : spec_.machines) {
    auto device = make_device(io_, machine);
    if (auto opened = device->host().open(); !opened) return opened;
    members_.push_back({Actor(machine.actor, started_.wall), std::move(device)});
  }
  running_ = true;
  tick();
  return {};
}

void Factory::stop() {
  running_ = false;
  timer_.cancel();
  members_.clear();
}

std::uint16_t Factory::port(std::size_t machine) const {
  return members_[machine].device->host().port();
}

void Factory::tick() {
  if (!running_) return;
  const auto passed = read_clock().mono - started_.mono;
  const Instant until = started_.wall + from_seconds(to_seconds(passed) * spec_.speed);
  for (auto& member : members_) {
    events_.clear();
    member.actor.advance(until, events_);
    member.device->show(events_);
    member.device->host().tick();
    if (truth_)
      for (const auto& event : events_) tell(member.actor.spec().id, event);
  }
  timer_.expires_after(tick_period);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) tick();
  });
}

void Factory::tell(const std::string& id, const Event& event) {
  nlohmann::json line{{"t", format_rfc3339_us(event.time)}, {"machine", id}};
  if (event.key == "state") {
    line["state"] = event.value;
  } else if (event.key == "part_count") {
    line["part_count"] = std::stoull(event.value);
  } else if (event.key == "energy") {
    line["energy_kwh"] = std::stod(event.value);
  } else if (event.key == "program") {
    line["program"] = event.value;
  } else if (event.key == "condition") {
    const auto first = event.value.find('|');
    const auto second = event.value.find('|', first + 1);
    line["alarm"] = event.value.substr(first + 1, second - first - 1);
    line["active"] = event.value.starts_with("FAULT");
    if (event.value.starts_with("FAULT")) line["text"] = event.value.substr(second + 1);
  } else {
    return;
  }
  truth_(line.dump());
}

}  // namespace spindle::sim
