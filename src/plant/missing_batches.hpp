#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "model/observation.hpp"

namespace spindle::plant {

/// Finds where numbers are missing among batches that are read again, so that no value is thought
/// to hold across what the journal no longer has.
class MissingBatches {
 public:
  explicit MissingBatches(std::uint64_t after) : expected_(after + 1) {}

  /// The batch as the history shall have it: a machine's first one after a gap begins with that.
  /// The answer is `batch`, or valid until the next call.
  const Batch& marked(std::uint64_t sequence, const Batch& batch) {
    const auto* const whole = &batch;
    if (sequence > std::exchange(expected_, sequence + 1)) resumed_.emplace();
    if (!resumed_ || batch.scans.empty() ||
        !resumed_->insert(static_cast<std::uint32_t>(batch.machine)).second)
      return *whole;
    copy_ = batch;
    auto gap = copy_.scans.front();
    gap.kind = ScanKind::gap;
    gap.first = gap.count = gap.note_length = 0;
    copy_.scans.insert(copy_.scans.begin(), gap);
    return copy_;
  }

 private:
  std::uint64_t expected_;
  std::optional<std::unordered_set<std::uint32_t>> resumed_;  ///< Machines heard since a gap.
  Batch copy_;
};

}  // namespace spindle::plant
