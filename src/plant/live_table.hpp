#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/observation.hpp"

namespace spindle::plant {

/// The newest value of a signal, with its text if it has one.
struct LiveValue {
  Instant time{};
  Instant received{};
  Quality quality = Quality::unavailable;
  Value value;
  std::string text;
};

/// The newest value of every signal. The writer stores whole batches, the pages read.
/// Threads: any. Memory: 48 bytes a signal, plus text.
class LiveTable {
 public:
  void store(const Batch& batch);
  [[nodiscard]] std::optional<LiveValue> find(SignalKey signal) const;
  /// Several at one moment. A signal that was never seen is given without a value, unavailable.
  [[nodiscard]] std::vector<LiveValue> find(std::span<const SignalKey> signals) const;

 private:
  struct Slot {
    Instant time{};
    Instant received{};
    Value value;
    Quality quality = Quality::unavailable;
    bool known = false;
  };

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  // by signal key: keys are small and dense
  std::unordered_map<std::uint32_t, std::string> texts_;
};

}  // namespace spindle::plant
