#pragma once

#include <fmt/core.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "base/time.hpp"

namespace spindle::app {

/// How far long work is, once a second on standard error: over itself on a terminal, nothing at all
/// elsewhere. Its line is wiped at the end.
class Progress {
 public:
  explicit Progress(std::string_view doing)
      : doing_(doing), terminal_(::isatty(STDERR_FILENO) != 0), next_(read_clock().mono + every) {}
  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\x1B[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void rows(std::uint64_t count) {
    if (!due()) return;
    fmt::print(stderr, "\r\x1B[K{}: {} rows", doing_, count);
    std::fflush(stderr);
  }
  /// @param done  0…1
  void share(double done) {
    if (!due()) return;
    fmt::print(stderr, "\r\x1B[K{}: {:.0f} %", doing_, 100 * done);
    std::fflush(stderr);
  }

 private:
  [[nodiscard]] bool due() {
    if (!terminal_) return false;
    const auto now = read_clock().mono;
    if (now < next_) return false;
    next_ = now + every;
    return shown_ = true;
  }

  static constexpr Duration every = std::chrono::seconds{1};
  std::string_view doing_;
  bool terminal_;
  Monotonic next_;
  bool shown_ = false;
};

}  // namespace spindle::app
