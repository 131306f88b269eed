#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "sim/actor.hpp"
#include "sim/device.hpp"

namespace spindle::sim {

enum class Speaks : std::uint8_t { shdr, mtconnect, lamp };

struct MachineSpec {
  ActorSpec actor;
  Speaks speaks = Speaks::shdr;
  std::uint16_t port = 0;  ///< On 127.0.0.1; 0: any free one.
};

struct FactorySpec {
  double speed = 1.0;  ///< Simulated seconds a real second.
  std::vector<MachineSpec> machines;
};

/// Reads a simulation file (docs/simulation.md). Errors: `invalid`, with file and line.
[[nodiscard]] Result<FactorySpec> parse_factory(std::string_view text, std::string_view file_name);

/// Three machines to show what a plant looks like: a mill over SHDR, a lathe behind an MTConnect
/// agent, a press with only a lamp and a counter. Ports are free ones.
[[nodiscard]] FactorySpec demo_factory(std::uint64_t seed);

/// Simulated machines that act in real time (or faster) behind real protocol servers.
/// Threads: that of the io_context.
class Factory {
 public:
  /// @param truth  gets one line of JSON for everything that truly happened: state changes, parts,
  ///               alarms, energy; may be empty
  Factory(boost::asio::io_context& io, FactorySpec spec,
          std::function<void(std::string_view)> truth);

  /// Opens every port and begins to act. Errors: the port that can't be opened.
  [[nodiscard]] Result<void> start();
  void stop();

  [[nodiscard]] std::uint16_t port(std::size_t machine) const;
  [[nodiscard]] Device& device(std::size_t machine) { return *members_[machine].device; }
  [[nodiscard]] const FactorySpec& spec() const { return spec_; }

 private:
  struct Member {
    Actor actor;
    std::unique_ptr<Device> device;
  };
  void tick();
  void tell(const std::string& id, const Event& event);

  boost::asio::io_context& io_;
  FactorySpec spec_;
  std::function<void(std::string_view)> truth_;
  std::vector<Member> members_;
  std::vector<Event> events_;
  boost::asio::steady_timer timer_;
  Now started_{};
  bool running_ = false;
};

}  // namespace spindle::sim
