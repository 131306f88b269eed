#include "engine/part_counter.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace spindle::engine {
namespace {

// Above 2^53 a double no longer tells neighbours apart; no counter gets there.
constexpr double reading_max = 9007199254740992.0;

std::string_view role_word(CountKind kind) {
  switch (kind) {
    case CountKind::total:
      return "part_count";
    case CountKind::good:
      return "good_count";
    case CountKind::scrap:
      return "scrap_count";
  }
  return "part_count";
}

}  // namespace

Result<CounterStep> part_step(std::optional<std::uint64_t> previous, std::uint64_t current,
                              CounterRule rule) {
  if (rule.modulus != 0 && current >= rule.modulus)
    return fail(Errc::invalid, fmt::format("reading {} is not below the counter's modulus {}",
                                           current, rule.modulus));
  if (!previous) return CounterStep{};
  const auto judged = [&](StepKind kind, std::uint64_t counts) {
    return CounterStep{counts > rule.step_max ? StepKind::suspect : kind, counts};
  };
  if (current >= *previous) return judged(StepKind::normal, current - *previous);
  if (rule.modulus > *previous) {
    const auto wrapped = current + (rule.modulus - *previous);
    if (wrapped <= rule.step_max) return CounterStep{StepKind::rollover, wrapped};
  }
  return judged(StepKind::reset, current);
}

std::uint64_t plausible_step(Duration dt, std::optional<double> ideal_cycle_s) {
  const double each = ideal_cycle_s && *ideal_cycle_s > 0 ? 0.5 * *ideal_cycle_s : 0.25;
  // Rounded to whole microseconds first: 0.5 s / 0.25 s is 2, not 2.0000000001.
  const auto each_us = std::max(1.0, std::round(each * 1e6));
  const auto steps =
      std::ceil(static_cast<double>(std::max<Duration::rep>(0, dt.count())) / each_us);
  return static_cast<std::uint64_t>(std::min(steps, reading_max)) + 1;
}

PartCounter::PartCounter(CountKind kind, const Machine& machine)
    : kind_(kind),
      modulus_(machine.count_rules.modulus),
      parts_per_count_(machine.count_rules.parts_per_count),
      step_max_(machine.count_rules.step_max),
      ideal_cycle_s_(machine.ideal_cycle_s) {}

std::optional<PartStep> PartCounter::read(Instant t, std::optional<double> reading, Facts& out) {
  if (!reading) {
    ignore(t, fmt::format("{}: no usable reading, ignored", role_word(kind_)), out);
    return std::nullopt;
  }
  if (!(*reading >= 0 && *reading < reading_max) || std::floor(*reading) != *reading) {
    ignore(t, fmt::format("{}: {} is not a count, ignored", role_word(kind_), *reading), out);
    return std::nullopt;
  }
  const auto current = static_cast<std::uint64_t>(*reading);
  if (last_ == current) {  // The usual poll: nothing was made since.
    last_time_ = t;
    nonsense_ = false;
    return std::nullopt;
  }
  const auto step_max = step_max_.value_or(plausible_step(t - last_time_, ideal_cycle_s_));
  const auto step = part_step(last_, current, {modulus_, step_max});
  if (!step) {
    ignore(t, fmt::format("{}: {}, ignored", role_word(kind_), step.error().what), out);
    return std::nullopt;
  }
  nonsense_ = false;
  const bool fell = last_ && current < *last_;
  const auto before = last_.value_or(0);
  last_ = current;
  last_time_ = t;
  if (fell && step->kind != StepKind::rollover)
    out.incidents.push_back({t, Incident::Kind::counter_reset,
                             fmt::format("{}: {} -> {}", role_word(kind_), before, current)});
  if (step->kind == StepKind::suspect)
    out.incidents.push_back({t, Incident::Kind::suspect_step,
                             fmt::format("{}: {} -> {}, more than {} in one step is not plausible",
                                         role_word(kind_), before, current, step_max)});
  if (step->counts == 0) return std::nullopt;
  return PartStep{t, kind_, step->kind, step->counts * parts_per_count_, false, {}};
}

void PartCounter::ignore(Instant t, std::string note, Facts& out) {
  if (nonsense_) return;
  nonsense_ = true;
  out.incidents.push_back({t, Incident::Kind::suspect_step, std::move(note)});
}

PulseCounter::PulseCounter(bool rising, const Machine& machine)
    : rising_(rising),
      apart_(machine.ideal_cycle_s && *machine.ideal_cycle_s > 0
                 ? from_seconds(0.5 * *machine.ideal_cycle_s)
                 : Duration{std::chrono::milliseconds{200}}),
      parts_per_count_(machine.count_rules.parts_per_count) {}

std::optional<PartStep> PulseCounter::read(Instant t, std::optional<bool> level) {
  if (!level) return std::nullopt;
  const bool edge = level_ && *level_ != *level && *level == rising_;
  level_ = level;
  if (!edge || (last_pulse_ && t - *last_pulse_ < apart_)) return std::nullopt;
  last_pulse_ = t;
  return PartStep{t, CountKind::total, StepKind::normal, parts_per_count_, false, {}};
}

}  // namespace spindle::engine
