#include "engine/signal_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "engine/signal_slots.hpp"

namespace spindle::engine {
namespace {

constexpr std::string_view unavailable_word = "UNAVAILABLE";

SignalSum::Kind kind_of(ValueType type) {
  if (type == ValueType::condition) return SignalSum::Kind::condition;
  if (type == ValueType::text || type == ValueType::boolean) return SignalSum::Kind::values;
  return SignalSum::Kind::numbers;
}

bool counts(Role role) {
  return role == Role::part_count || role == Role::good_count || role == Role::scrap_count;
}

std::size_t at(Condition::Level level) { return static_cast<std::size_t>(level); }

}  // namespace

SignalSummary::SignalSummary(const Machine& machine, Instant from, std::optional<Instant> to)
    : from_(from), to_(to), now_(machine.signals.size()), conditions_since_(from) {
  for (const auto& signal : machine.signals) {
    index_.emplace(static_cast<std::uint32_t>(signal.key), sums_.size());
    SignalSum sum;
    sum.id = signal.id;
    sum.kind = kind_of(signal.type);
    if (counts(signal.role)) sum.counts.emplace();
    sums_.push_back(std::move(sum));
  }
  for (auto& now : now_) now.since = from;
}

void SignalSummary::add(const Batch& batch) {
  for (const auto& scan : batch.scans) {
    if (scan.kind != ScanKind::values) continue;
    if (to_ && scan.time >= *to_) continue;
    for (const auto& o : std::span(batch.observations).subspan(scan.first, scan.count)) {
      const auto known = index_.find(static_cast<std::uint32_t>(o.signal));
      if (known != index_.end()) observe(known->second, o, batch, scan.time);
    }
  }
}

void SignalSummary::finish(Instant end) {
  if (to_) end = std::min(end, *to_);
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    if (sums_[i].kind != SignalSum::Kind::values) continue;
    auto& now = now_[i];
    const auto held = part(now.since, end);
    if (!now.value && held != Duration{0}) now.value = value_index(sums_[i], "(none)");
    if (now.value) sums_[i].values[*now.value].held += held;
    now.since = end;
  }
  pass(end);
}

const SignalSum* SignalSummary::find(std::string_view signal_id) const {
  const auto found = std::ranges::find(sums_, signal_id, &SignalSum::id);
  return found == sums_.end() ? nullptr : &*found;
}

void SignalSummary::observe(std::size_t index, const Observation& observation, const Batch& batch,
                            Instant t) {
  auto& sum = sums_[index];
  auto& now = now_[index];
  const auto text = batch.text_of(observation.value);
  const bool unavailable =
      observation.quality == Quality::unavailable || same_word(text, unavailable_word);
  if (sum.kind == SignalSum::Kind::condition) {
    const auto condition = Condition::unpack(text);
    if (condition) {
      if (inside(t)) ++conditions_.reports[at(condition->level)];
      report(now, *condition, t);
    } else if (unavailable) {
      report(now, Condition{}, t);  // Clears as a report would, and is none.
    }
    return;
  }
  const bool usable = !unavailable && is_usable(observation.quality);
  const auto reading = usable ? reading_of(observation.value, batch) : std::nullopt;
  if (sum.counts) count(*sum.counts, now, reading, unavailable);
  if (sum.kind == SignalSum::Kind::numbers) {
    if (!reading || !std::isfinite(*reading) || !inside(t)) return;
    auto& numbers = sum.numbers;
    numbers.min = numbers.n == 0 ? *reading : std::min(numbers.min, *reading);
    numbers.max = numbers.n == 0 ? *reading : std::max(numbers.max, *reading);
    numbers.sum += *reading;
    ++numbers.n;
    return;
  }
  if (unavailable) return hold(sum, now, unavailable_word, t);
  if (!usable) return hold(sum, now, "(bad)", t);
  if (observation.value.kind == ValueKind::text) return hold(sum, now, text, t);
  if (observation.value.kind == ValueKind::boolean)
    return hold(sum, now, observation.value.boolean ? "true" : "false", t);
  hold(sum, now, reading ? fmt::format("{}", *reading) : "(none)", t);
}

void SignalSummary::hold(SignalSum& sum, Now& now, std::string_view value, Instant t) {
  const auto held = part(now.since, t);
  if (!now.value && t >= from_) now.value = value_index(sum, "(none)");
  if (now.value) sum.values[*now.value].held += held;
  now.since = t;
  if (now.value && sum.values[*now.value].value == value) return;
  now.value = value_index(sum, value);
  if (inside(t)) ++sum.values[*now.value].entries;
}

void SignalSummary::count(CountSummary& counts, Now& now, std::optional<double> reading,
                          bool unavailable) const {
  if (unavailable) now.count_broken = true;
  if (!reading || (now.count == reading && !now.count_broken)) return;
  if (now.count != reading) ++counts.n_values;
  if (now.count && !now.count_broken && *reading > *now.count) {
    counts.up_steps += *reading - *now.count;
    if (*reading - *now.count == 1) ++counts.plus_one_steps;
  }
  now.count = reading;
  now.count_broken = false;
}

void SignalSummary::report(Now& now, const Condition& condition, Instant t) {
  using Level = Condition::Level;
  pass(t);
  const bool counted = inside(t);
  const bool all = condition.level == Level::unavailable ||
                   (condition.level == Level::normal && condition.native_code.empty());
  if (all) {
    for (const auto& [code, level] : now.standing) --standing_[at(level)];
    now.standing.clear();
    return;
  }
  const auto found = now.standing.find(std::string(condition.native_code));
  if (condition.level == Level::normal) {
    if (found == now.standing.end()) return;
    --standing_[at(found->second)];
    now.standing.erase(found);
    return;
  }
  if (found != now.standing.end()) {
    --standing_[at(found->second)];
    found->second = condition.level;
  } else {
    now.standing.emplace(condition.native_code, condition.level);
    if (counted) ++conditions_.activations[at(condition.level)];
  }
  ++standing_[at(condition.level)];
}

void SignalSummary::pass(Instant t) {
  const auto span = part(conditions_since_, t);
  if (standing_[at(Condition::Level::fault)] > 0) conditions_.fault += span;
  if (standing_[at(Condition::Level::fault)] + standing_[at(Condition::Level::warning)] > 0)
    conditions_.any += span;
  conditions_since_ = t;
}

Duration SignalSummary::part(Instant since, Instant until) const {
  const auto clip = [&](Instant t) { return std::max(from_, to_ ? std::min(t, *to_) : t); };
  return clip(until) - clip(since);
}

std::size_t SignalSummary::value_index(SignalSum& sum, std::string_view value) {
  if (sum.values.size() >= values_max) {
    const auto known = std::ranges::find(sum.values, value, &ValueTime::value);
    if (known == sum.values.end()) value = "(other)";
  }
  const auto found = std::ranges::find(sum.values, value, &ValueTime::value);
  if (found != sum.values.end()) return static_cast<std::size_t>(found - sum.values.begin());
  sum.values.push_back({std::string(value), {}, 0});
  return sum.values.size() - 1;
}

}  // namespace spindle::engine
