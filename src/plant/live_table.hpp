#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
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
