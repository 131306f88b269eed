#include "sim/demo_plant.hpp"

namespace spindle::sim {
namespace {

Signal signal(std::string id, std::string address, ValueType type, Role role,
              std::string unit = {}) {
  Signal out;
  out.id = std::move(id);
  out.address = std::move(address);
  out.type = type;
  out.role = role;
  out.unit = std::move(unit);
  return out;
}

/// What a machining centre's adapter and agent both offer.
std::vector<Signal> control_signals() {
  return {signal("avail", "avail", ValueType::text, Role::availability),
          signal("estop", "estop", ValueType::text, Role::estop),
          signal("execution", "execution", ValueType::text, Role::execution),
          signal("mode", "mode", ValueType::text, Role::mode),
          signal("fmode", "fmode", ValueType::text, Role::functional_mode),
          signal("wait", "wait", ValueType::text, Role::wait_state),
          signal("program", "program", ValueType::text, Role::program),
          signal("tool", "tool", ValueType::text, Role::tool),
          signal("part_count", "part_count", ValueType::uint32, Role::part_count),
          signal("condition", "condition", ValueType::condition, Role::none),
          signal("load", "load", ValueType::float64, Role::spindle_load, "%"),
          signal("speed", "speed", ValueType::float64, Role::spindle_speed, "rpm"),
          signal("power", "power", ValueType::float64, Role::power, "kW")};
}

std::vector<Signal> lamp_signals() {
  auto power = signal("power", "ir:20", ValueType::float32, Role::power, "kW");
  power.order = WordOrder::cdab;
  return {signal("green", "di:0", ValueType::boolean, Role::lamp_green),
          signal("yellow", "di:1", ValueType::boolean, Role::lamp_yellow),
          signal("red", "di:2", ValueType::boolean, Role::lamp_red),
          signal("count", "hr:10", ValueType::uint32, Role::part_count), power};
}

}  // namespace

Plant demo_plant(const Factory& factory) {
  Plant plant;
  plant.name = "示範工廠";
  plant.timezone = "Asia/Taipei";
  for (std::size_t i = 0; i < factory.spec().machines.size(); ++i) {
    const auto& spec = factory.spec().machines[i];
    Machine machine;
    machine.id = spec.actor.id;
    machine.ideal_cycle_s = spec.actor.cycle_s + spec.actor.load_s;
    machine.connection.host = "127.0.0.1";
    machine.connection.port = factory.port(i);
    machine.connection.poll = std::chrono::milliseconds{500};
    switch (spec.speaks) {
      case Speaks::shdr:
        machine.name = "立式加工機";
        machine.group = "一廠/加工線";
        machine.connection.protocol = Protocol::shdr;
        machine.signals = control_signals();
        break;
      case Speaks::mtconnect:
        machine.name = "數控車床";
        machine.group = "一廠/加工線";
        machine.connection.protocol = Protocol::mtconnect;
        machine.signals = control_signals();
        break;
      case Speaks::lamp:
        machine.name = "沖床";
        machine.group = "一廠/沖壓線";
        machine.connection.protocol = Protocol::modbus_tcp;
        machine.signals = lamp_signals();
        break;
    }
    plant.machines.push_back(std::move(machine));
  }
  return plant;
}

}  // namespace spindle::sim
