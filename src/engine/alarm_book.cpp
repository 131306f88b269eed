#include "engine/alarm_book.hpp"

#include <algorithm>
#include <utility>

namespace spindle::engine {

AlarmBook::Change AlarmBook::report(SignalKey signal, const Condition& condition, Instant t,
                                    Facts& out) {
  using Level = Condition::Level;
  if (condition.level == Level::unavailable ||
      (condition.level == Level::normal && condition.native_code.empty()))
    return clear(signal, t, out);

  const auto at = std::ranges::find_if(entries_, [&](const Entry& e) {
    return e.condition && e.span.signal == signal && e.span.code == condition.native_code;
  });
  if (condition.level == Level::normal) {
    if (at == entries_.end()) return {};
    at->span.to = t;
    out.alarms_cleared.push_back(std::move(at->span));
    entries_.erase(at);
    return {.book = true};
  }
  if (at == entries_.end()) {
    return raise(
        {{signal, std::string(condition.native_code), condition.level,
          std::string(condition.native_severity), std::string(condition.text), t, std::nullopt},
         true},
        out);
  }
  if (at->span.level == condition.level) return {};
  at->span.level = condition.level;
  return {.book = true};
}

AlarmBook::Change AlarmBook::stand(SignalKey signal, std::string_view code, std::string_view text,
                                   Instant t, Facts& out) {
  const auto at = std::ranges::find_if(
      entries_, [&](const Entry& e) { return !e.condition && e.span.signal == signal; });
  if (at != entries_.end()) {
    if (at->span.code == code) return {};
    (void)clear(signal, t, out);
  }
  return raise(
      {{signal, std::string(code), Condition::Level::fault, {}, std::string(text), t, std::nullopt},
       false},
      out);
}

AlarmBook::Change AlarmBook::clear(SignalKey signal, Instant t, Facts& out) {
  const auto before = entries_.size();
  std::erase_if(entries_, [&](Entry& e) {
    if (e.span.signal != signal) return false;
    e.span.to = t;
    out.alarms_cleared.push_back(std::move(e.span));
    return true;
  });
  return {.book = entries_.size() != before};
}

AlarmBook::Change AlarmBook::raise(Entry entry, Facts& out) {
  if (entries_.size() >= standing_max) return {};
  out.alarms_raised.push_back(entry.span);
  entries_.push_back(std::move(entry));
  return {.book = true, .raised = true};
}

bool AlarmBook::any_fault() const {
  return std::ranges::any_of(entries_, [](const Entry& e) {
    return e.condition && e.span.level == Condition::Level::fault;
  });
}

const AlarmSpan* AlarmBook::first_fault() const {
  const auto at = std::ranges::find_if(
      entries_, [](const Entry& e) { return e.span.level == Condition::Level::fault; });
  return at == entries_.end() ? nullptr : &at->span;
}

std::vector<AlarmSpan> AlarmBook::standing() const {
  std::vector<AlarmSpan> out;
  out.reserve(entries_.size());
  for (const auto& e : entries_) out.push_back(e.span);
  return out;
}

}  // namespace spindle::engine
