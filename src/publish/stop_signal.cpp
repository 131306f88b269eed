#include "publish/stop_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace spindle::publish {

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::runtime_error("no file descriptor is left");
}

StopSignal::~StopSignal() { ::close(descriptor_); }

void StopSignal::raise() {
  raised_ = true;
  ::eventfd_write(descriptor_, 1);
}

bool StopSignal::wait(Duration limit) const {
  pollfd wanted{descriptor_, POLLIN, 0};
  const auto end = read_clock().mono + limit;
  while (!raised()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - read_clock().mono).count();
    if (left <= 0) return false;
    ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
  }
  return true;
}

}  // namespace spindle::publish
