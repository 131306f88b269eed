#include "engine/state_track.hpp"

#include <algorithm>
#include <utility>

namespace spindle::engine {
namespace {

/// The parts of the context that belong to a state.
StateDetail detail_of(State state, const Inputs& in, const RuleSet& rules, const Context& context) {
  StateDetail detail;
  detail.program = context.program;
  detail.operator_id = context.operator_id;
  detail.work_order = context.work_order;
  if (state == State::alarm || state == State::estop) {
    detail.alarm_code = context.alarm_code;
    detail.alarm_text = context.alarm_text;
  } else if (state == State::wait) {
    detail.reason = context.wait_state;
  } else if (state == State::offline) {
    detail.reason = offline_reason(in, rules);
    if (detail.reason.empty()) detail.reason = context.link_note;
  }
  return detail;
}

}  // namespace

StateTrack::StateTrack(const Machine& machine)
    : rules_(RuleSet::of(machine)), blink_window_(machine.state_rules.blink_window) {}

void StateTrack::hold(Instant t, const Inputs& in, const Context& context, std::uint64_t sequence) {
  Moment moment{t, in, context, sequence};
  for (std::size_t i = 0; i < lamp_count; ++i) {
    if (!rules_.layout.lamps[i]) continue;
    revise(i, lamps_[i].level(t, in.lamps[i], blink_window_));
    moment.in.lamps[i] = lamps_[i].value();
  }
  moments_.push_back(std::move(moment));
}

void StateTrack::silence(Instant since, std::uint64_t sequence) {
  if (moments_.empty() || moments_.back().time < since) {
    moments_.push_back(moments_.empty() ? last_ : moments_.back());
    moments_.back().time = since;
    moments_.back().sequence = sequence;
  }
  for (auto& m : moments_)
    if (m.time >= since) m.in.reach = Reach::silent;
}

void StateTrack::settle(Instant now, Facts& out) {
  Instant horizon = now;
  if (rules_.layout.any_lamp()) {
    settle_lamps(now);
    for (const auto& lamp : lamps_) horizon = std::min(horizon, lamp.open_since().value_or(now));
  }
  feed_before(horizon, out);
  if (!timeline_.started()) return;
  debounce_.advance(horizon, timeline_, out);
  timeline_.commit(debounce_.horizon(horizon), out);
}

void StateTrack::finish(Instant now, std::uint64_t sequence, Facts& out) {
  settle_lamps(now);
  for (auto& m : moments_) feed(m, out);
  moments_.clear();
  debounce_.advance(now, timeline_, out);
  timeline_.finish(now, sequence, out);
}

void StateTrack::revise(std::size_t lamp, std::optional<LampTrack::Revision> revision) {
  if (!revision) return;
  for (auto& m : moments_) {
    auto& value = m.in.lamps[lamp];
    if (m.time >= revision->from && value != LampValue::unknown) value = revision->value;
  }
}

void StateTrack::settle_lamps(Instant now) {
  for (std::size_t i = 0; i < lamp_count; ++i)
    if (rules_.layout.lamps[i]) revise(i, lamps_[i].settle(now, blink_window_));
}

void StateTrack::feed(Moment& moment, Facts& out) {
  const auto verdict = verdict_of(moment.in, rules_);
  debounce_.push({moment.time, verdict.state,
                  detail_of(verdict.state, moment.in, rules_, moment.context), moment.sequence},
                 verdict.hold, timeline_, out);
}

void StateTrack::feed_before(Instant horizon, Facts& out) {
  std::size_t n = 0;
  while (n < moments_.size() && (moments_[n].time < horizon || moments_.size() - n > moments_max)) {
    feed(moments_[n], out);
    ++n;
  }
  if (n == 0) return;
  last_ = std::move(moments_[n - 1]);
  moments_.erase(moments_.begin(), moments_.begin() + static_cast<std::ptrdiff_t>(n));
}

}  // namespace spindle::engine
