#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/calendar.hpp"
#include "sim/actor.hpp"
#include "sim/lives.hpp"
#include "sim/outlet.hpp"

namespace spindle::sim {

struct MachineSpec {
  ActorSpec actor;
  Speaks speaks = Speaks::shdr;
  std::uint16_t port = 0;  ///< On 127.0.0.1; 0: any free one.
  std::string name{};      ///< For people; empty: by its kind.
  std::string group{};
};

struct FactorySpec {
  double speed = 1.0;  ///< Simulated seconds a real second.
  std::vector<MachineSpec> machines;
  std::vector<Incident> incidents;
  Calendar calendar;  ///< The plant's; each machine has its own share of it.
  std::string timezone = "Asia/Taipei";
};

/// Reads a simulation file (docs/simulation.md). Errors: `invalid`, with file and line.
[[nodiscard]] Result<FactorySpec> parse_factory(std::string_view text, std::string_view file_name);

/// Simulated machines that act in real time (or faster) behind real protocol servers.
///
/// open(), then start_at() and any past (sim/past.hpp), then go(); or start(), which is all three
/// with the real time. Threads: that of the io_context; before go() the caller's.
class Factory {
 public:
  /// @param truth  gets one line of JSON for everything that truly happened: state changes, parts,
  ///               alarms, energy, incidents; may be empty
  Factory(boost::asio::io_context& io, FactorySpec spec,
          std::function<void(std::string_view)> truth);

  /// Opens every port and begins to act. Errors: the port that can't be opened.
  [[nodiscard]] Result<void> start();
  void stop();

  /// Opens every port; nothing is answered yet.
  [[nodiscard]] Result<void> open();
  /// The lives begin at this time.
  void start_at(Instant begin);
  /// Lives up to there while nobody listens and nothing is told.
  void skip_to(Instant until);
  /// Acts from where the lives have come to.
  void go();

  [[nodiscard]] std::uint16_t port(std::size_t machine) const;
  [[nodiscard]] Device& device(std::size_t machine) { return outlets_[machine]->device(); }
  [[nodiscard]] Outlet& outlet(std::size_t machine) { return *outlets_[machine]; }
  [[nodiscard]] const FactorySpec& spec() const { return spec_; }

  // ---- for a past: the caller's time instead of the real one ----

  [[nodiscard]] Lives& lives() { return *lives_; }
  /// What the devices take for the present; none: the real clock.
  void pretend(std::optional<Now> now) { pretended_ = now; }
  /// Tells the truth of these events.
  void tell(std::size_t machine, const std::vector<Event>& events);

 private:
  void tick();
  [[nodiscard]] std::unique_ptr<Device> make_device(const MachineSpec& spec);
  void follow_script(std::size_t machine);

  boost::asio::io_context& io_;
  FactorySpec spec_;
  std::function<void(std::string_view)> truth_;
  std::optional<Now> pretended_;
  std::vector<std::unique_ptr<Outlet>> outlets_;
  std::vector<bool> is_cut_;
  std::unique_ptr<Lives> lives_;
  std::vector<std::vector<Event>> events_;
  boost::asio::steady_timer timer_;
  Now started_{};
  bool running_ = false;
};

/// A line of the truth, empty for what is none (quantities).
[[nodiscard]] std::string truth_of(const std::string& machine, const Event& event);

}  // namespace spindle::sim
