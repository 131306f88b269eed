#include "plant/instant.hpp"

#include <algorithm>
#include <cmath>

#include "kpi/calendar_time.hpp"
#include "kpi/zone.hpp"
#include "plant/machine_window.hpp"

namespace spindle::plant {
namespace {

constexpr Duration tick{1};

/// The shift that runs at `t`, or else the local day, as far as `t`.
void set_counted(MachineInstant& out, const Plant& plant, const kpi::Zone& zone, Instant t) {
  out.counted = {kpi::local_day(zone, t).from, t};
  for (const auto& shift : kpi::shifts_in(plant.calendar, zone, {t, t + tick}))
    if (shift.when.contains(t)) {
      out.counted.from = shift.when.from;
      out.shift = shift.name;
    }
}

}  // namespace

store::Patience patience_of(const Machine& machine, Instant now) {
  // Who pushes says something only when there is something to say, unless it was agreed otherwise.
  const bool may_be_silent =
      machine.connection.protocol == Protocol::push && !machine.state_rules.offline_after;
  return {now, may_be_silent ? Duration::max() : machine.offline_after()};
}

Result<MachineInstant> machine_at(RunningPlant& running, const Plant& plant, const Machine& machine,
                                  Instant t) {
  const auto now = running.now().wall;
  if (t > now) return fail(Errc::invalid, "t lies in the future: nothing is known of it");
  const auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  MachineInstant out;
  out.t = t;
  set_counted(out, plant, *zone, t);

  auto loaded = MachineWindow::load(running, plant, machine, {out.counted.from, t + tick});
  // A shift that begins this very microsecond: nothing to count yet, and the state is that before.
  if (!loaded) loaded = MachineWindow::load(running, plant, machine, {t - tick, t});
  if (!loaded) return fail(loaded.error());
  const auto& record = loaded->record();
  const auto holds = [&](Instant from, Instant to) {
    // What is still open ends at `now` in a record.
    return from <= t && (t < to || (t == now && to == now));
  };
  for (const auto& state : record.states)
    if (holds(state.from, state.to)) out.state = state;
  out.state_is_open = out.state && out.state->to >= now;
  for (const auto& span : record.spans)
    if (holds(span.from, span.to)) out.lanes.push_back(span);
  auto& acknowledgements = running.configuration().acknowledgements();
  for (const auto& alarm : record.alarms) {
    if (alarm.from > t || (alarm.to && *alarm.to <= t && alarm.from != t)) continue;
    auto ack = acknowledgements.find(machine.key, alarm);
    if (!ack) return fail(ack.error());
    out.alarms.push_back({&machine, alarm, std::move(*ack)});
  }
  if (const auto made = kpi::figures(loaded->inputs()).parts_total) out.parts = std::llround(*made);

  auto reader = running.history().open_reader();
  if (!reader) return fail(reader.error());
  std::vector<SignalKey> signals;
  for (const auto& signal : machine.signals) signals.push_back(signal.key);
  auto values = (*reader)->known_at(machine.key, signals, t, patience_of(machine, now));
  if (!values) return fail(values.error());
  out.values = std::move(*values);
  return out;
}

}  // namespace spindle::plant
