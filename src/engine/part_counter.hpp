#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "model/fact.hpp"
#include "model/plant.hpp"

namespace spindle::engine {

/// What a counter may do between two readings.
struct CounterRule {
  std::uint64_t modulus = 0;   ///< Wraps to 0 at this value; 0: never wraps.
  std::uint64_t step_max = 0;  ///< Largest plausible step, counts.
};

struct CounterStep {
  StepKind kind = StepKind::normal;
  std::uint64_t counts = 0;
  bool operator==(const CounterStep&) const = default;
};

/// Counts between two readings of a cumulative counter.
///
/// The very first reading is a baseline and never production. A step above `rule.step_max` is
/// `suspect`: not production until a person confirms it. A reading that fell is a rollover if the
/// wrapped distance is plausible, else a reset, and then counts from 0.
///
/// @param previous  last accepted reading, counts; none at the first one
/// @param current   this reading, counts
/// Errors: `invalid` if `current >= rule.modulus` and there is one. Source: domain.md 3.7. Pure.
[[nodiscard]] Result<CounterStep> part_step(std::optional<std::uint64_t> previous,
                                            std::uint64_t current, CounterRule rule);

/// The largest plausible step: ceil(dt / (0.5 × ideal cycle)) + 1, without an ideal cycle
/// ceil(dt / 0.25 s) + 1. Source: domain.md 3.7.
[[nodiscard]] std::uint64_t plausible_step(Duration dt, std::optional<double> ideal_cycle_s);

/// One cumulative counter of a machine, reading by reading.
///
/// Which readings are a baseline (0 parts), and why:
///  - the first reading of a counter never read before: the parts it shows were made before
///    anybody looked;
///  - the first one after the source itself said UNAVAILABLE: controllers that restart send 0 and
///    then their true counter, which is not production.
/// After a lost link or a restart of the box the difference to the last reading is real and
/// counts: the machine went on working while nobody listened.
class PartCounter {
 public:
  PartCounter() = default;
  PartCounter(CountKind kind, const Machine& machine);

  /// A reading at `t`. Not a whole number ≥ 0 (NaN, negative, fraction, bad quality: none) is
  /// ignored, with one incident for each run of them.
  /// @return parts to report, already × parts_per_count; `during_setup` and `program` are left to
  ///         the caller. None: nothing was made.
  [[nodiscard]] std::optional<PartStep> read(Instant t, std::optional<double> reading, Facts& out);
  /// The source says it does not know: the next reading is a baseline again.
  void forget() {
    last_.reset();
    nonsense_ = false;
  }

  [[nodiscard]] std::optional<std::uint64_t> last() const { return last_; }

  template <class A>
  void visit(A& a) {
    a(last_, last_time_, nonsense_);
  }

 private:
  void ignore(Instant t, std::string note, Facts& out);

  CountKind kind_ = CountKind::total;
  std::uint64_t modulus_ = 0;
  std::uint32_t parts_per_count_ = 1;
  std::optional<std::uint64_t> step_max_;
  std::optional<double> ideal_cycle_s_;

  std::optional<std::uint64_t> last_;
  Instant last_time_{};
  bool nonsense_ = false;
};

/// Counts edges where there is no counter: rising ones of `cycle_end`, else falling ones of
/// `cycle_start`. Two pulses closer than half the ideal cycle (without one 0.2 s) are one.
class PulseCounter {
 public:
  PulseCounter() = default;
  PulseCounter(bool rising, const Machine& machine);

  /// The level at `t`; none (bad quality) says nothing.
  [[nodiscard]] std::optional<PartStep> read(Instant t, std::optional<bool> level);
  /// The source says it does not know: the next level is no edge.
  void forget() { level_.reset(); }

  template <class A>
  void visit(A& a) {
    a(level_, last_pulse_);
  }

 private:
  bool rising_ = true;
  Duration apart_{};
  std::uint32_t parts_per_count_ = 1;
  std::optional<bool> level_;
  std::optional<Instant> last_pulse_;
};

}  // namespace spindle::engine
