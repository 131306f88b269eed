#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kpi/reason.hpp"

namespace spindle::plant {

/// What another plant on this box would take. `signals` of each machine are read every `rate_s`.
struct SizingInputs {
  double machines = 0;
  double signals = 0;
  double rate_s = 1;
  double days = 365;
  /// What the data folder may hold there; none: what it may hold on this box.
  std::optional<double> room_bytes = std::nullopt;
};

/// What one value costs on a box: measured, or what is usual.
struct ValueCosts {
  double raw_bytes = usual_raw_bytes;
  double rollup_bytes_per_signal_day = usual_rollup_bytes_per_signal_day;
  double cpu_us = usual_cpu_us;
  bool bytes_measured = false;
  bool cpu_measured = false;

  /// Measured on the shared workload of the benchmarks (docs/performance.md), a margin added: real
  /// plants are noisier than simulated ones.
  static constexpr double usual_raw_bytes = 0.6;
  static constexpr double usual_rollup_bytes_per_signal_day = 5'500;
  /// Of one core: polled, stored, followed by the engine and shown. Measured 0.4 to 1.8 on a server
  /// (docs/performance.md); a small box is a third as fast.
  static constexpr double usual_cpu_us = 5;
};

/// What a box is measured by. Below these limits too little was seen to tell.
struct MeasuredCosts {
  std::uint64_t raw_values = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t rollup_bytes = 0;
  double signal_days = 0;          ///< Of the values the roll-ups are of.
  std::uint64_t observations = 0;  ///< Since the start,
  double cpu_s = 0;                ///< and what the program used since then.
};
inline constexpr std::uint64_t sizing_values_min = 100'000;

[[nodiscard]] ValueCosts value_costs(const MeasuredCosts& measured);

struct Sizing {
  std::uint64_t raw_bytes = 0;
  std::uint64_t rollup_bytes = 0;
  std::uint64_t journal_bytes = 0;
  std::uint64_t total_bytes = 0;
  double cpu_share = 0;  ///< Of all cores.
  std::uint64_t memory_bytes = 0;
  std::uint64_t room_bytes = 0;  ///< What `fits` is about.
  /// For how long raw values fit into the room, with the roll-ups and the journal that go with
  /// them; none when nothing is written, or for longer than anybody asks (100 years).
  std::optional<double> lasts_days;
  bool fits = false;
  kpi::Text why;
};

/// @param quota_bytes         what the data folder may hold on this box
/// @param journal_bytes_max   the journal's share of it; of another room it takes an eighth at most
[[nodiscard]] Sizing size_plant(const SizingInputs& inputs, const ValueCosts& costs, unsigned cores,
                                std::uint64_t quota_bytes, std::uint64_t journal_bytes_max);

}  // namespace spindle::plant
