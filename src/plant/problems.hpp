#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace spindle::plant {

/// Something a person should know about the box itself: a banner on every page until it is over.
struct Problem {
  enum class Severity : unsigned char { warning, error };
  std::string code;  ///< Stable word for pages and scripts: `journal_write`, `disk_low`.
  Severity severity = Severity::error;
  std::string what;  ///< What, where, what to do.
};

/// The standing problems, one per code. Threads: any.
class Problems {
 public:
  /// Called after each change, on the thread that made it.
  void on_change(std::function<void()> listener);
  /// Raises it, or replaces its words.
  void raise(Problem problem);
  void clear(const std::string& code);
  [[nodiscard]] std::vector<Problem> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Problem> standing_;
  std::function<void()> listener_;
};

}  // namespace spindle::plant
