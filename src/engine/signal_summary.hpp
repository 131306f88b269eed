#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::engine {

/// How long a text or bool signal held a value inside the window.
struct ValueTime {
  std::string value;  ///< `(none)` before the first; UNAVAILABLE; `(other)`, see below.
  Duration held{};
  std::uint64_t entries = 0;  ///< Changes to it; a repeat is none, nor is the carried-in value.
};

/// Numbers of a signal inside the window.
struct NumberSummary {
  std::uint64_t n = 0;
  double min = 0;
  double max = 0;
  double sum = 0;
  [[nodiscard]] double mean() const { return n == 0 ? 0 : sum / static_cast<double>(n); }
};

/// A counter as it stands in the recording, for cross-checks: not the production, which is
/// part_counter.hpp's business.
struct CountSummary {
  std::uint64_t n_values = 0;  ///< Numeric values in order, without repeats.
  double up_steps = 0;         ///< Sum of rises between neighbours with no UNAVAILABLE between.
  std::uint64_t plus_one_steps = 0;
};

/// Over all conditions of the machine.
struct ConditionSummary {
  std::array<std::uint64_t, 4> reports{};      ///< By Condition::Level.
  std::array<std::uint64_t, 4> activations{};  ///< Warning and fault only.
  Duration fault{};                            ///< At least one fault stood.
  Duration any{};                              ///< At least one fault or warning stood.
};

/// One signal's share; which part is filled depends on its type (and role, for counts).
struct SignalSum {
  enum class Kind : std::uint8_t { values, numbers, condition };
  std::string id;
  Kind kind = Kind::values;
  std::vector<ValueTime> values;  ///< In order of appearance.
  NumberSummary numbers;
  std::optional<CountSummary> counts;  ///< Counter roles only.
};

/// Sums up what each signal said inside [from, to), for replays and reports.
///
/// What was heard before `from` sets the start values and counts for nothing else. Without `to`
/// everything after `from` counts and finish() says where the last values end. A value counts from
/// its own time until the time of its signal's next one, in arrival order; a next one dated back
/// takes the time between from it again, so that the values always add up to the window.
/// A condition's quality `unavailable` without a packed report clears it and is no report.
/// Memory: per text signal at most `values_max` different values; further ones are `(other)`.
class SignalSummary {
 public:
  static constexpr std::size_t values_max = 512;

  SignalSummary(const Machine& machine, Instant from, std::optional<Instant> to = std::nullopt);

  void add(const Batch& batch);
  /// Ends the window: at its own end, or at `end` if that comes first or it has none.
  void finish(Instant end);

  [[nodiscard]] const std::vector<SignalSum>& signals() const { return sums_; }
  [[nodiscard]] const SignalSum* find(std::string_view signal_id) const;
  [[nodiscard]] const ConditionSummary& conditions() const { return conditions_; }

 private:
  struct Now {
    std::optional<std::size_t> value;  ///< Index into the sum's values.
    Instant since{};
    std::optional<double> count;
    bool count_broken = false;
    std::unordered_map<std::string, Condition::Level> standing;  ///< By native code.
  };

  void observe(std::size_t index, const Observation& observation, const Batch& batch, Instant t);
  void hold(SignalSum& sum, Now& now, std::string_view value, Instant t);
  void count(CountSummary& counts, Now& now, std::optional<double> reading, bool unavailable) const;
  /// Applies a report; counts its activation.
  void report(Now& now, const Condition& condition, Instant t);
  void pass(Instant t);  ///< Condition time up to `t`.
  [[nodiscard]] bool inside(Instant t) const { return t >= from_ && (!to_ || t < *to_); }
  [[nodiscard]] Duration part(Instant since, Instant until) const;  ///< Signed.
  std::size_t value_index(SignalSum& sum, std::string_view value);

  Instant from_{};
  std::optional<Instant> to_;
  std::vector<SignalSum> sums_;
  std::vector<Now> now_;
  std::unordered_map<std::uint32_t, std::size_t> index_;
  ConditionSummary conditions_;
  std::array<std::size_t, 4> standing_{};  ///< Codes that stand, by level.
  Instant conditions_since_{};
};

}  // namespace spindle::engine
