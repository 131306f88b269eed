#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "plant/problems.hpp"
#include "store/history.hpp"

namespace spindle::plant {

/// Writes the history's buffer to the disk on a thread of its own, so that a slow disk does not
/// hold up the journal and what is live.
///
/// It writes every `every`, and when asked. What else must not run beside a write (roll-ups,
/// dropping what is old) is work of this thread, too. A write that fails is a standing problem
/// until one succeeds; what was not written stays in the buffer. Threads: all functions from any
/// thread.
class HistoryWriter {
 public:
  HistoryWriter(store::History& history, Problems& problems, Duration every);
  ~HistoryWriter();

  /// Has `task` run on the writer's thread, between two writes, again and again: it says after how
  /// long. Before start().
  void add_work(std::function<Duration()> task);

  void start();
  /// Writes what is left, then ends the thread.
  void stop();

  /// Asks for a write and goes on.
  void flush_soon();
  /// Waits until all that is in the buffer now is written. Errors: those of History::flush();
  /// `refused` when the thread does not run.
  [[nodiscard]] Result<void> flush_and_wait();

  /// Somebody asked for a write, or for the end: long work breaks off.
  [[nodiscard]] bool is_asked();
  /// Asks for a write that is synced as well, and goes on.
  void sync_soon();

  /// Last batch whose values survive a power cut: what lies before it the journal may forget.
  [[nodiscard]] std::uint64_t synced_through() const { return synced_.load(); }

 private:
  struct Work {
    std::function<Duration()> task;
    Monotonic next;
  };
  void loop();
  void do_work(Monotonic now);
  [[nodiscard]] Result<void> write(bool last);

  store::History& history_;
  Problems& problems_;
  const Duration every_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t asked_ = 0;  // writes asked for
  std::uint64_t done_ = 0;   // of these, carried out
  Result<void> outcome_;
  std::vector<Work> work_;
  Monotonic next_sync_{};
  std::atomic<bool> sync_asked_{false};
  bool running_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> synced_{0};
};

}  // namespace spindle::plant
