#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace spindle::api {

/// Memory for the bodies of all requests that are being read or answered: a bound of each alone
/// bounds a thousand of them badly. Small bodies are not counted, since what a thousand of them
/// take is little, and who asks a small thing shall have an answer while others send large ones.
///
/// Nobody waits for room: it is there or it is not. Threads: any.
class BodyBudget {
 public:
  /// A body up to this size is small.
  static constexpr std::size_t small = 64 * 1024;

  explicit BodyBudget(std::size_t bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t used() const { return used_; }

  /// What one body takes; given back at its end, however that comes. Outlives its server, as a
  /// connection may that is never continued.
  class Share {
   public:
    explicit Share(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
    ~Share() { give_back(); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// From now on it is for `bytes` in all. False: there is no room, and it is as it was.
    [[nodiscard]] bool grow_to(std::size_t bytes) {
      if (bytes <= small || bytes <= taken_) return true;
      const auto more = bytes - taken_;
      auto used = budget_->used_.load();
      do {
        if (more > budget_->bytes_ - used) return false;
      } while (!budget_->used_.compare_exchange_weak(used, used + more));
      taken_ = bytes;
      return true;
    }
    void give_back() { budget_->used_ -= std::exchange(taken_, 0); }

   private:
    std::shared_ptr<BodyBudget> budget_;
    std::size_t taken_ = 0;
  };

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace spindle::api
