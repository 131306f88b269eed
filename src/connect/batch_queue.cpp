#include "connect/batch_queue.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace spindle::connect {
namespace {
std::size_t weight(const Batch& batch) {
  return std::max(batch.scans.size(), batch.observations.size());
}
}  // namespace

bool BatchQueue::offer(std::vector<Batch>& batches) {
  std::size_t added = 0;
  for (const auto& batch : batches) added += weight(batch);
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || (depth_ > 0 && depth_ + added > capacity_)) {
      ++refusals_;
      return false;
    }
    std::ranges::move(batches, std::back_inserter(waiting_));
    depth_ += added;
  }
  batches.clear();
  ready_.notify_one();
  return true;
}

void BatchQueue::take(std::vector<Batch>& out, Monotonic deadline) {
  std::unique_lock lock(mutex_);
  ready_.wait_until(lock, deadline, [&] { return !waiting_.empty() || woken_ || closed_; });
  woken_ = false;
  depth_ = 0;
  if (out.empty()) {
    out.swap(waiting_);
  } else {
    std::ranges::move(waiting_, std::back_inserter(out));
    waiting_.clear();
  }
}

void BatchQueue::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  ready_.notify_one();
}

void BatchQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_one();
}

std::size_t BatchQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return depth_;
}

std::uint64_t BatchQueue::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

}  // namespace spindle::connect
