#include "plant/history_filter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

namespace spindle::plant {
namespace {

std::uint32_t raw(MachineKey key) { return static_cast<std::uint32_t>(key); }

/// The exact distance of two integers, before it is rounded to a double.
template <class T>
double distance(T a, T b) {
  const auto high = static_cast<std::uint64_t>(std::max(a, b));
  return static_cast<double>(high - static_cast<std::uint64_t>(std::min(a, b)));
}

}  // namespace

void HistoryFilter::set_plant(const Plant& plant) {
  std::unordered_map<std::uint32_t, MachineState> next;
  for (const auto& machine : plant.machines) {
    MachineState state;
    for (const auto& signal : machine.signals)
      if (signal.history.thins())
        state.members.push_back(
            {.signal = signal.key, .policy = signal.history, .kept = {}, .held = {}});
    if (state.members.empty()) continue;
    std::ranges::sort(state.members, {}, &Member::signal);
    if (const auto before = machines_.find(raw(machine.key)); before != machines_.end()) {
      state.heard = before->second.heard;
      state.look_at = before->second.look_at;
      state.held = before->second.held;
      for (auto& member : state.members)
        if (auto* const known = find(before->second, member.signal);
            known && known->policy == member.policy)
          member = std::move(*known);
    }
    next.emplace(raw(machine.key), std::move(state));
  }
  machines_ = std::move(next);
}

void HistoryFilter::forget() {
  for (auto& [key, machine] : machines_) {
    for (auto& member : machine.members) member.kept.there = member.held.there = false;
    machine.held = 0;
    machine.look_at = Instant::max();
  }
}

const Batch& HistoryFilter::apply(const Batch& batch) {
  const auto* const whole = &batch;
  const auto it = machines_.find(raw(batch.machine));
  if (it == machines_.end()) return *whole;
  auto& machine = it->second;
  out_.clear();
  out_.machine = batch.machine;
  for (const auto& scan : batch.scans) {
    switch (scan.kind) {
      case ScanKind::values:
      case ScanKind::alive:
        if (scan.time >= machine.look_at) {
          machine.look_at = Instant::max();
          release(machine, scan.received, [&](const Member& member) {
            if (member.overtaken) return true;
            if (!member.policy.every || stands_for(member, member.held.value, member.held.text))
              return false;
            const auto due = member.held.time + *member.policy.every;
            if (scan.time < due) machine.look_at = std::min(machine.look_at, due);
            return scan.time >= due;
          });
        }
        take_values(machine, batch, scan);
        machine.heard = std::max(machine.heard, scan.time);
        break;
      case ScanKind::link_up:
      case ScanKind::link_down:
      case ScanKind::gap:
      case ScanKind::clock_step:
        release(machine, scan.received, [](const Member&) { return true; });
        for (auto& member : machine.members) member.kept.there = false;
        machine.look_at = Instant::max();
        // A clock that went back starts a new order of times.
        if (scan.kind == ScanKind::clock_step) machine.heard = {};
        copy_scan(batch, scan);
        break;
      case ScanKind::booking:
        copy_scan(batch, scan);
        break;
    }
  }
  return out_;
}

void HistoryFilter::copy_scan(const Batch& batch, const Scan& scan) {
  auto& copy = out_.begin_scan(scan.kind, scan.time, scan.device, scan.received, scan.group);
  const auto note = batch.note_of(scan);
  copy.note_offset = static_cast<std::uint32_t>(out_.text.size());
  copy.note_length = scan.note_length;
  out_.text += note;
}

void HistoryFilter::take_values(MachineState& machine, const Batch& batch, const Scan& scan) {
  copy_scan(batch, scan);
  std::uint64_t dropped = 0;
  for (auto i = scan.first; i < scan.first + scan.count; ++i) {
    const auto& observation = batch.observations[i];
    const auto text = batch.text_of(observation.value);
    if (auto* const member = find(machine, observation.signal)) {
      switch (judge(*member, scan.time, observation, text)) {
        case Verdict::drop:
          if (!std::exchange(member->held.there, true)) ++machine.held;
          remember(member->held, scan, observation.value, text);
          if (member->policy.every)
            machine.look_at = std::min(machine.look_at, scan.time + *member->policy.every);
          ++dropped;
          continue;
        case Verdict::keep:
          if (std::exchange(member->held.there, false)) --machine.held;
          keep(*member, scan, observation, text);
          break;
        case Verdict::keep_between:
          keep(*member, scan, observation, text);
          member->overtaken = true;
          machine.look_at = Instant::min();
          break;
        case Verdict::keep_before:
          break;
      }
    }
    const auto value =
        observation.value.kind == ValueKind::text ? out_.add_text(text) : observation.value;
    out_.add(observation.signal, value, observation.quality);
  }
  if (dropped == 0) return;
  dropped_.fetch_add(dropped, std::memory_order_relaxed);
  if (out_.scans.back().count == 0) out_.scans.back().kind = ScanKind::alive;
}

HistoryFilter::Member* HistoryFilter::find(MachineState& machine, SignalKey signal) {
  const auto it = std::ranges::lower_bound(machine.members, signal, {}, &Member::signal);
  return it != machine.members.end() && it->signal == signal ? &*it : nullptr;
}

HistoryFilter::Verdict HistoryFilter::judge(const Member& member, Instant time,
                                            const Observation& observation, std::string_view text) {
  if (!member.kept.there || text.size() > text_bytes_max) return Verdict::keep;
  if (time < member.kept.time) return Verdict::keep_before;
  if (member.held.there && time < member.held.time) return Verdict::keep_between;
  // A second value of one time corrects the first.
  if (time == member.kept.time || observation.quality != member.quality) return Verdict::keep;
  const auto& policy = member.policy;
  const auto passed = time - member.kept.time;
  if (policy.at_least_every && passed >= *policy.at_least_every) return Verdict::keep;
  if (policy.every && passed < *policy.every) return Verdict::drop;
  const bool by_change = policy.dead_band || policy.dead_band_percent || policy.at_least_every;
  return by_change && stands_for(member, observation.value, text) ? Verdict::drop : Verdict::keep;
}

bool HistoryFilter::stands_for(const Member& member, const Value& value, std::string_view text) {
  const auto& kept = member.kept.value;
  if (kept.kind != value.kind) return false;
  const auto band = [&](double size) {
    const auto absolute = member.policy.dead_band.value_or(0);
    return std::max(absolute, member.policy.dead_band_percent.value_or(0) / 100 * std::abs(size));
  };
  switch (value.kind) {
    case ValueKind::none:
      return true;
    case ValueKind::boolean:
      return kept.boolean == value.boolean;
    case ValueKind::integer:
      return distance(kept.integer, value.integer) <= band(static_cast<double>(kept.integer));
    case ValueKind::unsigned_integer:
      return distance(kept.unsigned_integer, value.unsigned_integer) <=
             band(static_cast<double>(kept.unsigned_integer));
    case ValueKind::real:
      if (std::bit_cast<std::uint64_t>(kept.real) == std::bit_cast<std::uint64_t>(value.real))
        return true;
      return std::isfinite(kept.real) && std::isfinite(value.real) &&
             std::abs(kept.real - value.real) <= band(kept.real);
    case ValueKind::text:
      return member.kept.text == text;
  }
  return false;
}

void HistoryFilter::keep(Member& member, const Scan& scan, const Observation& observation,
                         std::string_view text) {
  remember(member.kept, scan, observation.value, text);
  member.kept.there = text.size() <= text_bytes_max;
  member.quality = observation.quality;
  member.overtaken = false;
}

void HistoryFilter::remember(Known& known, const Scan& scan, const Value& value,
                             std::string_view text) {
  known.time = scan.time;
  known.value = value;
  known.group = scan.group;
  if (text.size() <= text_bytes_max) known.text.assign(text);
}

template <class Due>
void HistoryFilter::release(MachineState& machine, Instant received, const Due& due) {
  if (machine.held == 0) return;
  std::vector<Member*> released;
  for (auto& member : machine.members)
    if (member.held.there && due(member)) released.push_back(&member);
  if (released.empty()) return;
  std::ranges::sort(released, {},
                    [](const Member* m) { return std::tuple(m->held.time, m->held.group); });
  const Scan* last = nullptr;
  for (auto* const member : released) {
    auto& held = member->held;
    if (!last || last->time != held.time || last->group != held.group)
      last = &out_.begin_scan(ScanKind::values, held.time, {}, received, held.group);
    auto value = held.value;
    if (value.kind == ValueKind::text) value = out_.add_text(held.text);
    out_.add(member->signal, value, member->quality);
    std::swap(member->kept, held);
    member->kept.there = true;
    held.there = member->overtaken = false;
  }
  machine.held -= released.size();
  dropped_.fetch_sub(released.size(), std::memory_order_relaxed);
  // The history reads from the order of scans when the machine was heard last: that was later.
  if (machine.heard > released.back()->kept.time)
    out_.begin_scan(ScanKind::alive, machine.heard, {}, received);
}

}  // namespace spindle::plant
