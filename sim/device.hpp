#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "sim/actor.hpp"
#include "sim/tcp_host.hpp"

namespace spindle::sim {

/// A simulated machine's protocol server: shows what an Actor does, in one protocol.
/// Threads: that of the io_context.
class Device {
 public:
  virtual ~Device() = default;
  /// Shows what happened, in order.
  virtual void show(const std::vector<Event>& events) = 0;
  [[nodiscard]] virtual TcpHost& host() = 0;
};

/// An SHDR adapter: on connecting the present values with the time each began, then every change;
/// answers PING with a period of 5 s. Source: MTConnect SHDR, adapter side.
[[nodiscard]] std::unique_ptr<Device> make_shdr_device(boost::asio::io_context& io,
                                                       std::uint16_t port);

/// A PLC with a tri-colour lamp, a counter and a meter over Modbus TCP, any unit:
/// di:0 green, di:1 yellow, di:2 red · hr:10-11 counter (uint32, ABCD) · ir:20-21 power (float32,
/// kW, CDAB). Yellow blinks at 1 Hz while waiting for material.
[[nodiscard]] std::unique_ptr<Device> make_lamp_device(boost::asio::io_context& io,
                                                       std::uint16_t port);

/// An MTConnect agent (HTTP) with one device of the given name: probe, current, sample.
[[nodiscard]] std::unique_ptr<Device> make_agent_device(boost::asio::io_context& io,
                                                        std::uint16_t port,
                                                        const std::string& name);

}  // namespace spindle::sim
