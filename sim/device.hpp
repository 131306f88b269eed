#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
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
  /// Shows what happened, in order. Then everybody who listens must be told: TcpHost::tick(), or
  /// Conversation::tick() of each talk.
  virtual void show(const std::vector<Event>& events) = 0;
  [[nodiscard]] virtual TcpHost& host() = 0;
  /// A talk with one client, without a socket. The device outlives it.
  [[nodiscard]] virtual std::unique_ptr<Conversation> make_talk() = 0;
  /// How often it changes by itself now: a lamp that blinks.
  [[nodiscard]] virtual std::optional<Duration> restless() const { return std::nullopt; }
};

/// How a device tells the time.
using Clock = std::function<Now()>;

/// An SHDR adapter: on connecting the present values with the time each began, then every change;
/// answers PING with a period of 5 s. Source: MTConnect SHDR, adapter side.
[[nodiscard]] std::unique_ptr<Device> make_shdr_device(boost::asio::io_context& io,
                                                       std::uint16_t port);

/// A PLC over Modbus TCP, any unit, with the register map of its kind (kinds.cpp). `lamp`: a
/// tri-colour lamp (yellow blinks at 1 Hz while waiting for material), a counter and a power.
[[nodiscard]] std::unique_ptr<Device> make_plc_device(boost::asio::io_context& io,
                                                      std::uint16_t port, Kind kind, Speaks speaks,
                                                      Clock clock);

/// An MTConnect agent (HTTP) with one device of the given name: probe, current, sample.
[[nodiscard]] std::unique_ptr<Device> make_agent_device(boost::asio::io_context& io,
                                                        std::uint16_t port, const std::string& name,
                                                        Kind kind, Clock clock);

/// The three parts of a condition's event.
struct ConditionWords {
  std::string_view level;
  std::string_view code;
  std::string_view text;
  static ConditionWords of(std::string_view value) {
    const auto first = value.find('|');
    const auto second = value.find('|', first + 1);
    return {value.substr(0, first), value.substr(first + 1, second - first - 1),
            value.substr(second + 1)};
  }
};

}  // namespace spindle::sim
