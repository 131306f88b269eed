#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/state.hpp"

namespace spindle::sim {

/// What kind of machine acts, and how. All times in seconds of the machine's own (simulated) time.
struct ActorSpec {
  std::string id;
  double cycle_s = 45.0;        ///< One part.
  double cycle_spread = 0.04;   ///< Standard deviation, as a share of the cycle.
  double load_s = 8.0;          ///< Unload and load between cycles.
  unsigned parts_per_job = 25;  ///< Then a changeover to the next program.
  double changeover_s = 240.0;
  double alarm_share = 0.03;   ///< Chance that a cycle is broken off by an alarm.
  double hold_share = 0.05;    ///< Chance that a person interrupts a cycle for a while.
  double starve_share = 0.06;  ///< Chance of waiting for material after a cycle.
  double run_kw = 6.2;
  double idle_kw = 1.1;
  std::uint64_t first_count = 0;  ///< Where the part counter stands at the start.
  std::vector<std::string> programs{"O1001", "O1002"};
  std::uint64_t seed = 1;
};

/// One thing that happens at a machine. Keys a control would report: `avail estop execution mode
/// fmode program tool part_count load speed power condition wait`; and two only the truth knows:
/// `state` (a word of model/state.hpp) and `energy` (kWh since the start, at each state change).
/// A `condition` is `FAULT|code|text` or `NORMAL|code|`.
struct Event {
  Instant time;
  std::string key;
  std::string value;
};

/// A machine's life as it truly happens: a pure function of (spec, start), told in order.
/// The same seed gives the same life, however advance() is cut.
class Actor {
 public:
  Actor(ActorSpec spec, Instant start);

  /// Appends everything that happens in [last call, until).
  void advance(Instant until, std::vector<Event>& out);

  [[nodiscard]] const ActorSpec& spec() const { return spec_; }

 private:
  /// A stretch of one state; `then` is done at its end.
  struct Phase {
    State state = State::idle;
    double seconds = 0;
    double kw = 0;
    bool makes_part = false;
    std::string alarm_code;
    std::string alarm_text;
  };

  void plan();
  void begin(const Phase& phase);
  void end(const Phase& phase);
  void emit(std::string key, std::string value);
  [[nodiscard]] double uniform();
  [[nodiscard]] double around(double mean, double spread);

  ActorSpec spec_;
  std::mt19937_64 random_;
  Instant now_;
  Instant phase_end_;
  Instant next_sample_;
  std::vector<Phase> planned_;  // in order; the first is the present one
  bool begun_ = false;
  std::uint64_t count_;
  unsigned parts_of_job_ = 0;
  std::size_t program_ = 0;
  unsigned tool_ = 1;
  double energy_kwh_ = 0;
  std::string last_execution_;
  std::vector<Event> events_;
};

}  // namespace spindle::sim
