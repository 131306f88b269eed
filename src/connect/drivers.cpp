#include <fmt/format.h>

#include "connect/driver.hpp"
#include "connect/modbus/modbus_driver.hpp"
#include "connect/mtconnect/mtconnect_driver.hpp"
#include "connect/shdr/shdr_driver.hpp"

namespace spindle::connect {

Result<std::unique_ptr<Driver>> make_driver(std::vector<Machine> machines) {
  if (machines.empty()) return fail(Errc::invalid, "a driver needs a machine");
  const auto protocol = machines.front().connection.protocol;
  switch (protocol) {
    case Protocol::modbus_tcp:
    case Protocol::modbus_rtu:
      return make_modbus_driver(machines);
    case Protocol::shdr:
      return make_shdr_driver(std::move(machines.front()));
    case Protocol::mtconnect:
      return make_mtconnect_driver(std::move(machines.front()));
    case Protocol::push:
      break;
  }
  return fail(Errc::invalid, fmt::format("{}: nothing connects to a '{}' machine; it pushes",
                                         machines.front().id, to_string(protocol)));
}

Result<void> check_address(Protocol protocol, const Signal& signal) {
  switch (protocol) {
    case Protocol::modbus_tcp:
    case Protocol::modbus_rtu:
      return check_modbus_address(signal);
    case Protocol::shdr:
      return check_shdr_address(signal);
    case Protocol::mtconnect:
      return check_mtconnect_address(signal);
    case Protocol::push:
      break;
  }
  // The address of a pushed signal is the field's name.
  if (signal.address.empty()) return fail(Errc::invalid, "the address is the field's name");
  return {};
}

}  // namespace spindle::connect
