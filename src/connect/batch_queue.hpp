#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::connect {

/// The one door from the sessions to the writer: bounded, many producers, one consumer.
///
/// Full is an answer: offer() then takes nothing and the session stops reading its device until
/// there is room, so memory never grows with a slow disk. Nothing taken is ever dropped.
class BatchQueue {
 public:
  /// @param capacity  observations (a scan without any counts as one) that may wait.
  explicit BatchQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Takes all of `batches` (and empties it), or nothing. A queue that is empty takes any amount,
  /// so one oversized delivery can't block for ever. False when full or closed.
  [[nodiscard]] bool offer(std::vector<Batch>& batches);

  /// Waits until there is something, the deadline passes, wake() is called or the queue closes;
  /// then moves all that waits into `out` (appended).
  void take(std::vector<Batch>& out, Monotonic deadline);

  void wake();
  /// No more offers; take() returns what is left, then nothing.
  void close();

  [[nodiscard]] std::size_t depth() const;  ///< Observations waiting.
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint64_t refusals() const;  ///< Offers that found it full.

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Batch> waiting_;
  std::size_t depth_ = 0;
  std::uint64_t refusals_ = 0;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace spindle::connect
