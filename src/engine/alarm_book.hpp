#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/fact.hpp"

namespace spindle::engine {

/// The alarms that stand, keyed by (signal, native code), oldest first.
///
/// Conditions: Fault or Warning raises its code once; a change of level of a standing code updates
/// the level and is no new activation; Normal without a code, or Unavailable, clears the whole
/// signal; Normal with a code clears that one. A lost link clears nothing: an alarm stands until
/// its source says otherwise. Source: MTConnect Standard Part 2, Condition.
/// Memory: at most `standing_max` alarms stand; a further one is not taken.
class AlarmBook {
 public:
  static constexpr std::size_t standing_max = 256;

  struct Change {
    bool book = false;    ///< Something was raised, cleared or changed its level.
    bool raised = false;  ///< A new activation.
  };

  Change report(SignalKey signal, const Condition& condition, Instant t, Facts& out);
  /// An alarm input (a bool with a number and words beside it) stands at `t`. Another code is
  /// another alarm.
  Change stand(SignalKey signal, std::string_view code, std::string_view text, Instant t,
               Facts& out);
  Change clear(SignalKey signal, Instant t, Facts& out);

  [[nodiscard]] bool any_fault() const;  ///< From conditions, not from alarm inputs.
  [[nodiscard]] const AlarmSpan* first_fault() const;
  /// Oldest first, `to` empty.
  [[nodiscard]] std::vector<AlarmSpan> standing() const;

  template <class A>
  void visit(A& a) {
    a(entries_);
  }

 private:
  struct Entry {
    AlarmSpan span;
    bool condition = true;

    template <class A>
    void visit(A& a) {
      a(span.signal, span.code, span.level, span.severity, span.text, span.from, condition);
    }
  };

  Change raise(Entry entry, Facts& out);

  std::vector<Entry> entries_;
};

}  // namespace spindle::engine
