#include "plant/problems.hpp"

#include <spdlog/spdlog.h>

namespace spindle::plant {

std::string_view to_string(ProblemEvent::Kind kind) {
  switch (kind) {
    case ProblemEvent::Kind::raised:
      return "raised";
    case ProblemEvent::Kind::changed:
      return "changed";
    case ProblemEvent::Kind::cleared:
      return "cleared";
  }
  return "?";
}

std::string_view to_string(Problem::Severity severity) {
  return severity == Problem::Severity::error ? "error" : "warning";
}

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
    note(standing.code.empty() ? ProblemEvent::Kind::raised : ProblemEvent::Kind::changed, problem);
    standing = std::move(problem);
    listener = listener_;
  }
  if (listener) listener();
}

void Problems::clear(const std::string& code) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    const auto standing = standing_.find(code);
    if (standing == standing_.end()) return;
    note(ProblemEvent::Kind::cleared, standing->second);
    standing_.erase(standing);
    spdlog::info("over: {}", code);
    listener = listener_;
  }
  if (listener) listener();
}

/// Pre: the lock is held.
void Problems::note(ProblemEvent::Kind kind, const Problem& problem) {
  log_.push_front({clock_().wall, kind, problem});
  if (log_.size() > log_max) log_.pop_back();
}

std::vector<ProblemEvent> Problems::log() const {
  const std::lock_guard lock(mutex_);
  return {log_.begin(), log_.end()};
}

std::vector<Problem> Problems::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Problem> out;
  out.reserve(standing_.size());
  for (const auto& [code, problem] : standing_) out.push_back(problem);
  return out;
}

}  // namespace spindle::plant
