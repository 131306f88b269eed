#pragma once

#include <vector>

#include "sim/actor.hpp"

namespace spindle::sim {

/// The lives of all machines of a factory, and what flows between them: blanks from the saw to the
/// lathes, power through the main meter.
///
/// What one machine knows of another changes only on whole seconds, so that the same seeds give the
/// same lives however advance() is cut. Threads: one at a time.
class Lives {
 public:
  Lives(const std::vector<ActorSpec>& specs, const std::vector<Incident>& incidents, Instant start);

  /// Appends what happens to each machine in [last call, until) to its place in `out`.
  void advance(Instant until, std::vector<std::vector<Event>>& out);
  void set_sampling(Duration period);

  [[nodiscard]] std::size_t size() const { return actors_.size(); }
  [[nodiscard]] Actor& actor(std::size_t i) { return actors_[i]; }
  [[nodiscard]] Instant now() const { return now_; }

 private:
  void exchange();

  std::vector<Actor> actors_;
  std::vector<std::vector<std::size_t>> feeds_;  // by machine: whom it feeds
  std::vector<std::size_t> meters_;
  bool coupled_ = false;
  Instant now_;
  Instant next_exchange_;
};

}  // namespace spindle::sim
