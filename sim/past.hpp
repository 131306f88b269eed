#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/past_session.hpp"

namespace spindle::sim {

/// The past of a factory, as a box would have heard it: lives fast through a stretch of time, with
/// a session for each machine of the plant. Afterwards the factory's devices show what holds at its
/// end, and Factory::go() lets the same lives go on.
class Past {
 public:
  /// Gets what was heard, machine by machine, in pieces of some minutes.
  using Sink = std::function<void(Batch)>;

  /// `factory` is open and its lives have begun; `plant` has keys and describes its machines in the
  /// factory's order. Both outlive it. Errors: `invalid`, a machine that can't be read.
  [[nodiscard]] static Result<Past> make(Factory& factory, const Plant& plant);

  /// Quantities are told this often: denser is slower and larger.
  static constexpr Duration sampling = std::chrono::seconds{10};

  void live(Instant until, const Sink& sink);
  /// The box stops listening. The last thing to do.
  void close(const Sink& sink);

 private:
  explicit Past(Factory& factory) : factory_(&factory) {}

  Factory* factory_;
  std::vector<std::unique_ptr<PastSession>> sessions_;
  std::vector<std::vector<Event>> events_;
  std::vector<Batch> batches_;
};

}  // namespace spindle::sim
