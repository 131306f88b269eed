#pragma once

#include <poll.h>

#include <chrono>

#include "base/time.hpp"

namespace spindle::test {

/// Looks again and again until `is_so()`; false if it is not so within `limit`.
template <class F>
[[nodiscard]] bool eventually(Duration limit, F&& is_so) {
  const auto end = read_clock().mono + limit;
  while (true) {
    if (is_so()) return true;
    if (read_clock().mono >= end) return false;
    ::poll(nullptr, 0, 5);
  }
}

}  // namespace spindle::test
