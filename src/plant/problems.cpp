#include "plant/problems.hpp"

#include <spdlog/spdlog.h>

namespace spindle::plant {

void Problems::on_change(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

void Problems::raise(Problem problem) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    auto& standing = standing_[problem.code];
    if (standing.code == problem.code && standing.what == problem.what) return;
    spdlog::error("{}", problem.what);
    standing = std::move(problem);
    listener = listener_;
  }
  if (listener) listener();
}

void Problems::clear(const std::string& code) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    if (standing_.erase(code) == 0) return;
    spdlog::info("over: {}", code);
    listener = listener_;
  }
  if (listener) listener();
}

std::vector<Problem> Problems::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Problem> out;
  out.reserve(standing_.size());
  for (const auto& [code, problem] : standing_) out.push_back(problem);
  return out;
}

}  // namespace spindle::plant
