#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "connect/driver.hpp"
#include "sim/factory.hpp"

namespace spindle::sim {

/// What a session would have heard from a simulated machine, had it been there: the real driver and
/// the real device talk to each other, byte by byte, in a time that is told to both.
///
/// It looks once for each thing that happens, as soon as the driver would ask, and else every few
/// seconds: the times are those of a box that looked, only less often. Connections that break are
/// made again as Session does, every few seconds. Threads: one at a time.
class PastSession {
 public:
  /// `factory` outlives it and gives the devices the same time.
  [[nodiscard]] static Result<std::unique_ptr<PastSession>> make(Factory& factory,
                                                                 std::size_t machine,
                                                                 const Machine& definition,
                                                                 Instant begin);

  /// Lives through [last call, until), with what happened at the machine meanwhile.
  void live(std::span<const Event> events, Instant until);
  /// The box stops listening.
  void close();
  /// Appends what was heard since the last call.
  void poll_batches(std::vector<Batch>& out) { driver_->poll_batches(out); }

 private:
  PastSession(Factory& factory, std::size_t machine, Instant begin)
      : factory_(factory), machine_(machine), wanted_(begin), last_look_(begin), next_try_(begin) {}

  [[nodiscard]] Instant next_look() const;
  void show(std::span<const Event> events);
  void look(Instant t);
  void follow_restlessness(Instant t);
  void connect(Now now);
  void disconnect(Now now, const Error& why);
  [[nodiscard]] bool converse(Now now);

  Factory& factory_;
  std::size_t machine_;
  std::unique_ptr<connect::Driver> driver_;
  std::unique_ptr<Conversation> talk_;
  bool connected_ = false;
  Duration look_every_{};
  Duration settle_{0};             // how long until each signal was asked, or the agent spoke
  bool polled_ = false;            // asked register by register, not told
  Duration look_again_{};          // when not all has come at a look
  std::optional<Instant> wanted_;  // something happened: look again then
  Instant last_look_;
  Instant restless_until_{};
  Duration restless_period_{};
  Instant next_try_;
  Bytes asked_;
  Bytes answered_;
};

}  // namespace spindle::sim
