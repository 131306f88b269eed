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
    if (!terminal_) return;
    const auto now = read_clock().mono;
    if (now < next_) return;
    next_ = now + every;
    shown_ = true;
    fmt::print(stderr, "\r\x1B[K{}: {} rows", doing_, count);
    std::fflush(stderr);
  }

 private:
  static constexpr Duration every = std::chrono::seconds{1};
  std::string_view doing_;
  bool terminal_;
  Monotonic next_;
  bool shown_ = false;
};

}  // namespace spindle::app
