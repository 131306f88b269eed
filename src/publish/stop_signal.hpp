#pragma once

#include <atomic>

#include "base/time.hpp"

namespace spindle::publish {

/// Ends waiting, for good: of a thread that waits for a server, a socket or the next turn.
///
/// A file descriptor stands behind it, so that it can be waited for together with a socket.
/// Threads: any. Throws std::runtime_error when the system has no descriptor left.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void raise();
  [[nodiscard]] bool raised() const { return raised_.load(); }
  /// Waits; true if it was raised meanwhile.
  bool wait(Duration limit) const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> raised_{false};
};

}  // namespace spindle::publish
