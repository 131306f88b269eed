#include <fmt/format.h>

#include "connect/driver.hpp"

namespace spindle::connect {

std::string Endpoint::describe() const {
  if (kind == Kind::tcp) return fmt::format("{}:{}", host, port);
  const char letter = parity == Parity::even ? 'E' : parity == Parity::odd ? 'O' : 'N';
  return fmt::format("{} {} 8{}{}", serial_port, baud, letter, stop_bits);
}

Endpoint endpoint_of(const Connection& connection) {
  Endpoint endpoint;
  if (connection.protocol == Protocol::modbus_rtu) {
    endpoint.kind = Endpoint::Kind::serial;
    endpoint.serial_port = connection.serial_port;
    endpoint.baud = connection.baud;
    endpoint.parity = connection.parity;
    endpoint.stop_bits = connection.stop_bits;
  } else {
    endpoint.host = connection.host;
    endpoint.port = connection.port;
  }
  return endpoint;
}

bool shares_endpoint(Protocol protocol) {
  return protocol == Protocol::modbus_tcp || protocol == Protocol::modbus_rtu;
}

}  // namespace spindle::connect
