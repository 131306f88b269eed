#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace spindle::plant {

/// Something a person should know about the box itself: a banner on every page until it is over.
struct Problem {
  enum class Severity : unsigned char { warning, error };
  std::string code;  ///< Stable word for pages and scripts: `journal_write`, `disk_low`.
  Severity severity = Severity::error;
  std::string what;  ///< What, where, what to do.
};

/// That one came, changed its words, or went.
struct ProblemEvent {
  enum class Kind : unsigned char { raised, changed, cleared };
  Instant time{};
  Kind kind = Kind::raised;
  Problem problem;
};

[[nodiscard]] std::string_view to_string(ProblemEvent::Kind kind);
[[nodiscard]] std::string_view to_string(Problem::Severity severity);

/// The standing problems, one per code, and what became of the last ones. Threads: any.
class Problems {
 public:
  static constexpr std::size_t log_max = 100;

  explicit Problems(std::function<Now()> clock = read_clock) : clock_(std::move(clock)) {}

  /// Called after each change, on the thread that made it.
  void on_change(std::function<void()> listener);
  /// Raises it, or replaces its words.
  void raise(Problem problem);
  void clear(const std::string& code);
  [[nodiscard]] std::vector<Problem> all() const;
  /// Newest first, since the program began. Kept in memory only.
  [[nodiscard]] std::vector<ProblemEvent> log() const;

 private:
  void note(ProblemEvent::Kind kind, const Problem& problem);

  const std::function<Now()> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Problem> standing_;
  std::deque<ProblemEvent> log_;
  std::function<void()> listener_;
};

}  // namespace spindle::plant
