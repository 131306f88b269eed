#include "tests/engine/dull_model.hpp"

#include <algorithm>
#include <map>

namespace spindle::engine::testing {
namespace {

struct Past {
  std::map<Instant, Inputs> moments;  // What holds from then on; lamps as levels.
  std::map<Instant, std::optional<Booking>> bookings;
};

Past hear(const Machine& machine, const Batch& scans, Instant now) {
  Past past;
  SignalSlots slots(machine);
  AlarmBook alarms;
  Facts unused;
  const bool polled = machine.connection.protocol == Protocol::modbus_tcp;
  const auto patience = machine.offline_after();
  std::optional<Instant> time;
  Instant word{};
  Reach reach = Reach::nothing_yet;
  bool armed = polled;
  bool up = false;
  const auto note = [&] {
    auto in = slots.inputs();
    in.reach = reach;
    in.fault = alarms.any_fault();
    past.moments[*time] = in;
  };
  const auto silence = [&](Instant until) {
    if (reach != Reach::heard || !armed || until - word <= patience) return false;
    auto in = std::prev(past.moments.upper_bound(word))->second;
    in.reach = Reach::silent;
    past.moments[word] = in;
    return true;
  };
  for (const auto& scan : scans.scans) {
    const auto t = std::max(time.value_or(scan.time), scan.time);
    switch (scan.kind) {
      case ScanKind::gap:
      case ScanKind::clock_step:
        if (time) continue;
        time = t;
        break;
      case ScanKind::booking:
        if (!time) {
          time = std::min(scan.time, scan.received);
          note();
        }
        past.bookings[std::max(*time, scan.time)] = Booking::unpack(scans.note_of(scan));
        continue;
      case ScanKind::link_up:
        if (up && t - word > patience) armed = true;
        [[fallthrough]];
      case ScanKind::link_down:
        silence(t);
        time = t;
        up = scan.kind == ScanKind::link_up;
        if (up) word = t;
        reach = up ? Reach::nothing_yet : Reach::link_down;
        armed = polled;
        slots.trust(false);
        break;
      case ScanKind::alive:
        silence(t);
        time = word = t;
        up = true;
        reach = Reach::heard;
        armed = true;
        slots.trust(true);
        break;
      case ScanKind::values:
        silence(t);
        time = word = t;
        up = true;
        reach = Reach::heard;
        for (std::uint32_t i = scan.first; i < scan.first + scan.count; ++i) {
          const auto& o = scans.observations[i];
          auto* slot = slots.find(o.signal);
          if (slot == nullptr) continue;
          if (!slot->condition) {
            slots.take(*slot, o, scans, machine.state_rules);
            continue;
          }
          const auto condition = Condition::unpack(scans.text_of(o.value));
          slot->known = condition->level != Condition::Level::unavailable;
          slot->trusted = true;
          alarms.report(slot->key, *condition, t, unused);
        }
        break;
    }
    note();
  }
  silence(now);
  return past;
}

/// Blinking is: between two edges no further apart than the window; and after the last of them for
/// as long as it could still go on when the lamp became unknown or the story ends.
void find_blinks(std::map<Instant, Inputs>& moments, Duration window, Instant now) {
  for (std::size_t lamp = 0; lamp < lamp_count; ++lamp) {
    std::vector<Instant> edges;
    std::vector<std::pair<Instant, Instant>> blinks;
    auto before = LampValue::unknown;
    const auto cut_off = [&](Instant t) {
      const auto n = edges.size();
      if (n >= 2 && edges[n - 1] - edges[n - 2] <= window && t - edges[n - 1] <= window)
        blinks.emplace_back(edges[n - 1], t);
    };
    for (const auto& [t, in] : moments) {
      const auto level = in.lamps[lamp];
      if (level == before) continue;
      if (level == LampValue::unknown || before == LampValue::unknown) {
        cut_off(t);
        edges.clear();
      } else {
        if (!edges.empty() && t - edges.back() <= window) blinks.emplace_back(edges.back(), t);
        edges.push_back(t);
      }
      before = level;
    }
    cut_off(now);
    for (auto& [t, in] : moments)
      for (const auto& [from, to] : blinks)
        if (from <= t && (t < to || to == now)) in.lamps[lamp] = LampValue::blink;
  }
}

}  // namespace

std::vector<StateInterval> dull_timeline(const Machine& machine, const Batch& scans, Instant now) {
  auto past = hear(machine, scans, now);
  find_blinks(past.moments, machine.state_rules.blink_window, now);

  struct Raw {
    Instant from;
    State state;
    Duration hold;
  };
  const auto rules = RuleSet::of(machine);
  std::vector<Raw> raw;
  for (const auto& [t, in] : past.moments) {
    const auto verdict = verdict_of(in, rules);
    if (!raw.empty() && raw.back().state == verdict.state) {
      raw.back().hold = std::min(raw.back().hold, verdict.hold);
    } else {
      raw.push_back({t, verdict.state, verdict.hold});
    }
  }
  std::map<Instant, State> physical;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto to = i + 1 < raw.size() ? raw[i + 1].from : now;
    const bool counts = physical.empty() || physical.rbegin()->second == State::offline ||
                        to - raw[i].from >= raw[i].hold;
    if (counts && (physical.empty() || physical.rbegin()->second != raw[i].state))
      physical[raw[i].from] = raw[i].state;
  }

  std::vector<StateInterval> out;
  auto cuts = physical;
  for (const auto& [t, booking] : past.bookings) cuts[std::max(t, physical.begin()->first)];
  for (const auto& [t, ignored] : cuts) {
    if (t >= now) break;
    StateInterval s;
    s.from = t;
    s.physical = std::prev(physical.upper_bound(t))->second;
    const auto b = past.bookings.upper_bound(t);
    if (b != past.bookings.begin() && std::prev(b)->second) s.booked = std::prev(b)->second->state;
    const bool unknown = s.physical == State::offline || s.physical == State::power_off;
    s.state = s.booked && !unknown ? *s.booked : s.physical;
    if (!out.empty() && out.back().physical == s.physical && out.back().booked == s.booked)
      continue;
    if (!out.empty()) out.back().to = t;
    out.push_back(s);
  }
  if (!out.empty()) out.back().to = now;
  return out;
}

}  // namespace spindle::engine::testing
