// What the pipeline tells to who watches live.
#include <algorithm>

#include "plant/alarm_json.hpp"
#include "plant/live_json.hpp"
#include "plant/pipeline.hpp"

namespace spindle::plant {

void Pipeline::publish_states(Instant now) {
  const std::lock_guard lock(members_mutex_);
  for (auto& [key, member] : members_) {
    auto view = member->engine.view(now);
    view.last_heard = {};  // moves with every word; the page counts ages itself
    if (member->published == view) continue;
    hub_.publish(LiveTopic::state, member->id, live_state_json(member->id, view));
    member->published = std::move(view);
  }
}

void Pipeline::publish_facts(Member& member, const Facts& facts) {
  const auto today = day_totals_.after(*member.definition, plant_->timezone, facts, member.pending);
  for (const auto& step : facts.parts)
    hub_.publish(LiveTopic::parts, member.id, live_parts_json(member.id, step, today));
  for (const auto& alarm : facts.alarms_raised)
    hub_.publish(LiveTopic::alarm, member.id, live_alarm_json(*member.definition, alarm));
  for (const auto& alarm : facts.alarms_cleared)
    hub_.publish(LiveTopic::alarm, member.id, live_alarm_json(*member.definition, alarm));
}

void Pipeline::publish_signals(Member& member, const Batch& batch, Monotonic now) {
  if (batch.observations.empty() || !hub_.anyone_watches_signals()) return;
  for (const auto& observation : batch.observations) member.changed.push_back(observation.signal);
  // Bounded by what the machine has, however much it says between two events.
  if (member.changed.size() > 4 * member.definition->signals.size() + 64) {
    std::ranges::sort(member.changed);
    const auto repeats = std::ranges::unique(member.changed);
    member.changed.erase(repeats.begin(), repeats.end());
  }
  send_signals(member, now);
}

/// Tells the newest values of what changed, at most once per period; what comes
/// between waits.
void Pipeline::send_signals(Member& member, Monotonic now) {
  if (member.changed.empty() || now - member.last_signal_event < options_.signal_event_every)
    return;
  member.last_signal_event = now;
  std::ranges::sort(member.changed);
  const auto repeats = std::ranges::unique(member.changed);
  member.changed.erase(repeats.begin(), repeats.end());
  const auto event = live_signals_json(*member.definition, member.changed, table_);
  if (!event.empty()) hub_.publish(LiveTopic::signal, member.id, event);
  member.changed.clear();
}

}  // namespace spindle::plant
