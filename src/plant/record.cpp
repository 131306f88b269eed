#include "plant/record.hpp"

#include <algorithm>

namespace spindle::plant {
namespace {

bool overlaps(Instant from, Instant to, Interval window) {
  return from < window.to && window.from < to;
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void append(Facts& to, const Facts& from) {
  append(to.states, from.states);
  append(to.spans, from.spans);
  append(to.alarms_raised, from.alarms_raised);
  append(to.alarms_cleared, from.alarms_cleared);
  append(to.parts, from.parts);
  append(to.incidents, from.incidents);
}

void put_alarm(std::vector<AlarmSpan>& alarms, const AlarmSpan& alarm) {
  const auto it = std::ranges::find_if(alarms, [&](const AlarmSpan& known) {
    return known.signal == alarm.signal && known.code == alarm.code && known.from == alarm.from;
  });
  if (it == alarms.end())
    alarms.push_back(alarm);
  else
    *it = alarm;
}

void add_recent(Record& record, const Facts& recent, Interval window) {
  for (const auto& state : recent.states)
    if (overlaps(state.from, state.to, window)) record.states.push_back(state);
  for (const auto& span : recent.spans)
    if (overlaps(span.from, span.to, window)) record.spans.push_back(span);
  for (const auto& step : recent.parts)
    if (window.contains(step.time)) record.parts.push_back(step);
  for (const auto& incident : recent.incidents)
    if (window.contains(incident.time)) record.incidents.push_back(incident);
  for (const auto* alarms : {&recent.alarms_raised, &recent.alarms_cleared})
    for (const auto& alarm : *alarms)
      if (overlaps(alarm.from, alarm.to.value_or(Instant::max()), window))
        put_alarm(record.alarms, alarm);
  std::ranges::stable_sort(record.spans, {}, &LaneSpan::from);
  std::ranges::stable_sort(record.alarms, {}, &AlarmSpan::from);
}

std::vector<StateInterval> partition(const std::vector<StateInterval>& states, Interval window) {
  std::vector<StateInterval> out;
  Instant heard_until = window.from;
  const auto silence = [&](Instant until) {
    if (until <= heard_until) return;
    StateInterval offline;
    offline.from = heard_until;
    offline.to = until;
    out.push_back(std::move(offline));
  };
  for (const StateInterval& state : states) {
    const Interval when = intersect(state.when(), Interval{heard_until, window.to});
    if (when.empty()) continue;
    silence(when.from);
    out.push_back(state);
    out.back().from = when.from;
    out.back().to = when.to;
    heard_until = when.to;
  }
  silence(window.to);
  return out;
}

}  // namespace spindle::plant
