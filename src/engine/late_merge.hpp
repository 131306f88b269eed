#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "model/observation.hpp"

namespace spindle::engine {

/// Which scans of a machine's journal came too late for the engine, by the engine's own rule:
/// values and bookings more than `late_after` behind the newest time heard. Arrival order decides,
/// so the answer is the same at every reading.
class LateRule {
 public:
  /// Takes the next scan in arrival order.
  [[nodiscard]] bool is_late(const Scan& scan);

 private:
  std::optional<Instant> newest_;
};

/// Reads one machine's journal in the order in which the past is derived anew: arrival order,
/// except that late scans stand at their own time, before the first scan that is newer. A number
/// that comes late for a signal and a time that were spoken of already corrects it: the former one
/// is left out, so that a counter is not counted up to both (journal and history keep it).
///
/// Two readings of the same batches: note() each first, then merge() each. Only the late scans are
/// kept, so a year streams through. After merging, no scan is late for the engine any more.
/// Memory: at most `observations_max` late observations. One thread at a time.
class LateMerge {
 public:
  static constexpr std::size_t observations_max = 4'000'000;

  /// First reading. Errors: `overloaded` if too much came late to be kept.
  [[nodiscard]] Result<void> note(const Batch& batch);
  [[nodiscard]] bool nothing_late() const { return late_.empty(); }

  /// Second reading: what to apply instead of `in`; `in` itself when nothing moves, else
  /// `scratch`. Valid until either changes.
  [[nodiscard]] const Batch& merge(const Batch& in, Batch& scratch);

 private:
  [[nodiscard]] bool is_corrected(const Observation& told, Instant time) const;
  [[nodiscard]] bool is_corrected(const Batch& batch, const Scan& scan) const;
  void leave_out_corrected(Batch& batch) const;

  LateRule noting_;
  LateRule merging_;
  std::multimap<Instant, Batch> late_;  ///< One scan each; equal times in order of arrival.
  std::size_t observations_ = 0;
};

/// Copies one scan with its observations and words.
void append_scan(const Batch& from, const Scan& scan, Batch& to);

}  // namespace spindle::engine
