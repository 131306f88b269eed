#include "sim/demo_plant.hpp"

#include <cmath>

namespace spindle::sim {
namespace {

using namespace std::chrono_literals;

std::string name_of(Kind kind) {
  switch (kind) {
    case Kind::mill:
      return "立式加工機";
    case Kind::lathe:
      return "CNC 車床";
    case Kind::saw:
      return "帶鋸床";
    case Kind::grinder:
      return "磨床";
    case Kind::press:
      return "沖床";
    case Kind::robot:
      return "機器人單元";
    case Kind::furnace:
      return "熱處理爐";
    case Kind::edm:
      return "放電加工機";
    case Kind::washer:
      return "清洗機";
    case Kind::compressor:
      return "空壓機";
    case Kind::meter:
      return "電表";
  }
  return {};
}

Protocol protocol_of(Speaks speaks) {
  switch (speaks) {
    case Speaks::shdr:
      return Protocol::shdr;
    case Speaks::mtconnect:
      return Protocol::mtconnect;
    case Speaks::lamp:
    case Speaks::plc:
      return Protocol::modbus_tcp;
  }
  return Protocol::shdr;
}

Signal signal_of(const Channel& channel, bool modbus) {
  Signal out;
  out.id = channel.id;
  out.address = modbus ? channel.address : channel.id;
  out.type = channel.type;
  out.role = channel.role;
  out.unit = channel.unit;
  if (!modbus) return out;
  out.order = channel.order;
  out.scale = channel.scale;
  if (channel.poll_s > 0) out.poll = from_seconds(channel.poll_s);
  return out;
}

/// Agents without news say so every 10 s, and a busy PLC may be late: three times that is silence.
constexpr Duration silence = 30s;

/// What one part takes at best, without its loading.
std::optional<double> ideal_cycle(const ActorSpec& actor) {
  if (actor.kind == Kind::compressor || actor.kind == Kind::meter) return std::nullopt;
  return std::round(actor.cycle_s * 95) / 100;
}

}  // namespace

Machine describe(const MachineSpec& spec, std::uint16_t port) {
  Machine machine;
  machine.id = spec.actor.id;
  machine.name = spec.name.empty() ? name_of(spec.actor.kind) : spec.name;
  machine.group = spec.group;
  machine.ideal_cycle_s = ideal_cycle(spec.actor);
  machine.work_unit = spec.actor.kind != Kind::compressor && spec.actor.kind != Kind::meter;
  machine.connection.protocol = protocol_of(spec.speaks);
  machine.connection.host = "127.0.0.1";
  machine.connection.port = port;
  machine.connection.poll = spec.speaks == Speaks::plc ? 1000ms : 500ms;
  if (spec.speaks != Speaks::shdr) machine.state_rules.offline_after = silence;
  if (!spec.actor.warmup_program.empty())
    machine.state_rules.warmup_programs = {spec.actor.warmup_program};
  const bool modbus = machine.connection.protocol == Protocol::modbus_tcp;
  for (const auto& channel : channels_of(spec.actor.kind, spec.speaks))
    machine.signals.push_back(signal_of(channel, modbus));
  return machine;
}

Plant demo_plant(const Factory& factory) {
  Plant plant;
  plant.name = "示範工廠";
  plant.timezone = factory.spec().timezone;
  plant.calendar = factory.spec().calendar;
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i)
    plant.machines.push_back(describe(factory.spec().machines[i], factory.port(i)));
  return plant;
}

}  // namespace spindle::sim
