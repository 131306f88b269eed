#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// Leaves out of what the history is given what the policies of its signals say it need not keep.
/// Stands in front of the history only: journal, engine and live pages see every value.
///
/// Of a signal's values, which come in the order of their times:
/// - Always kept: the first, the first after a silence (link lost or new, gap, clock step) and the
///   last before it, and a change of quality or of kind.
/// - With a dead band, or `at_least_every` alone (a band of 0), the kept value stands for those
///   left out after it: each lies within the band of it. So a value outside is never lost.
/// - With `every`, values that come sooner after the kept one are left out whatever they are; the
///   last of them is kept after all once nothing followed it for as long.
/// - A text over `text_bytes_max` is kept, and so is what comes late; what was left out before
///   it came is not looked at again.
/// A scan of which nothing is left becomes `alive`, so that what was kept goes on holding.
///
/// Nothing of it is stored: after a restart the first value of each signal is kept again.
///
/// Threads: one, but for dropped(). Memory: some 250 bytes and two short texts for each signal with
/// a policy that thins; nothing for others. Cost: a look-up for each batch of a machine without
/// such a signal.
class HistoryFilter {
 public:
  static constexpr std::size_t text_bytes_max = 256;

  /// What is known of a signal stays unless its policy changed.
  void set_plant(const Plant& plant);

  /// What the history shall be given: `batch` itself, or what is left of it, until the next call.
  [[nodiscard]] const Batch& apply(const Batch& batch);

  /// To be called when what apply() gave did not reach the history: the next value of each signal
  /// is kept.
  void forget();

  /// Values left out since the start. Any thread.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  /// A value that outlives its batch.
  struct Known {
    Instant time{};
    Value value;
    std::string text;
    std::uint16_t group = 0;
    bool there = false;
  };
  struct Member {
    SignalKey signal{};
    HistoryPolicy policy;
    Known kept;
    Known held;  ///< The last one left out since; of the same quality.
    Quality quality = Quality::good;
    bool overtaken = false;  ///< What came late stands before `held` now, which is due at once.
  };
  struct MachineState {
    std::vector<Member> members;  ///< By signal.
    Instant heard{};
    Instant look_at = Instant::max();  ///< No held value is due before.
    std::size_t held = 0;              ///< May count some that are no longer.
  };
  enum class Verdict : std::uint8_t { keep, keep_between, keep_before, drop };

  [[nodiscard]] static Member* find(MachineState& machine, SignalKey signal);
  [[nodiscard]] static Verdict judge(const Member& member, Instant time,
                                     const Observation& observation, std::string_view text);
  /// Within the band of what is kept.
  [[nodiscard]] static bool stands_for(const Member& member, const Value& value,
                                       std::string_view text);
  static void keep(Member& member, const Scan& scan, const Observation& observation,
                   std::string_view text);
  static void remember(Known& known, const Scan& scan, const Value& value, std::string_view text);
  void take_values(MachineState& machine, const Batch& batch, const Scan& scan);
  void copy_scan(const Batch& batch, const Scan& scan);
  /// Gives the history what was held, as far as `due` says so.
  template <class Due>
  void release(MachineState& machine, Instant received, const Due& due);

  std::unordered_map<std::uint32_t, MachineState> machines_;
  Batch out_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace spindle::plant
