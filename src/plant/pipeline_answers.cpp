// What the pipeline answers to other threads while it works.
#include <thread>

#include "plant/pipeline.hpp"
#include "plant/record.hpp"

namespace spindle::plant {
namespace {

constexpr int record_attempts_max = 100;

std::uint32_t raw(MachineKey key) { return static_cast<std::uint32_t>(key); }

}  // namespace

Result<Record> Pipeline::record(MachineKey machine, Interval window, Instant now) {
  // Facts move from memory to the ledger at each commit: read both between two
  // commits.
  for (int attempt = 0;;) {
    const auto version = ledger_version_.load();
    Facts recent;
    {
      const std::lock_guard lock(members_mutex_);
      if (const auto it = members_.find(raw(machine)); it != members_.end()) {
        recent = it->second->pending;
        append(recent, it->second->engine.tail(now));
      }
    }
    Record record;
    if (auto states = stores_.reader.states(machine, window))
      record.states = std::move(*states);
    else
      return fail(states.error());
    if (auto spans = stores_.reader.spans(machine, window))
      record.spans = std::move(*spans);
    else
      return fail(spans.error());
    if (auto alarms = stores_.reader.alarms(machine, window))
      record.alarms = std::move(*alarms);
    else
      return fail(alarms.error());
    if (auto parts = stores_.reader.parts(machine, window))
      record.parts = std::move(*parts);
    else
      return fail(parts.error());
    if (auto incidents = stores_.reader.incidents(machine, window))
      record.incidents = std::move(*incidents);
    else
      return fail(incidents.error());
    if (moved_since(version, attempt)) continue;
    add_recent(record, recent, window);
    return record;
  }
}

/// True when facts may have moved from memory to the ledger since: read again.
bool Pipeline::moved_since(std::uint64_t version, int& attempt) const {
  if (version % 2 == 0 && ledger_version_.load() == version) return false;
  if (attempt++ >= record_attempts_max) return false;
  std::this_thread::yield();
  return true;
}

Result<void> Pipeline::read_alarms(const ReadAlarms& read) {
  for (int attempt = 0;;) {
    const auto version = ledger_version_.load();
    std::vector<store::MachineAlarm> recent;
    {
      const std::lock_guard lock(members_mutex_);
      for (const auto& [key, member] : members_) {
        std::vector<AlarmSpan> newest;
        for (const auto& words : {member->pending.alarms_raised, member->pending.alarms_cleared,
                                  member->engine.standing_alarms()})
          for (const auto& alarm : words) put_alarm(newest, alarm);
        for (auto& alarm : newest) recent.push_back({MachineKey{key}, std::move(alarm)});
      }
    }
    if (auto done = read(stores_.reader, recent); !done) return done;
    if (!moved_since(version, attempt)) return {};
  }
}

std::optional<engine::LiveView> Pipeline::view(MachineKey machine, Instant now) const {
  const std::lock_guard lock(members_mutex_);
  const auto it = members_.find(raw(machine));
  if (it == members_.end()) return std::nullopt;
  return it->second->engine.view(now);
}

PipelineCounters Pipeline::counters() const {
  const std::lock_guard lock(counters_mutex_);
  auto out = counters_;
  out.thinned = history_filter_.dropped();
  return out;
}

std::vector<MachineKey> Pipeline::take_late() {
  const std::lock_guard lock(members_mutex_);
  std::vector<MachineKey> late;
  for (auto& [key, member] : members_)
    if (std::exchange(member->late, false)) late.push_back(MachineKey{key});
  return late;
}

}  // namespace spindle::plant
