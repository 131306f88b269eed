#include "plant/machine_figures.hpp"

#include <algorithm>
#include <initializer_list>

namespace spindle::plant {
namespace {

bool has_signal(const Machine& machine, std::initializer_list<Role> roles) {
  return std::ranges::any_of(machine.signals, [&](const Signal& signal) {
    return std::ranges::find(roles, signal.role) != roles.end();
  });
}

}  // namespace

kpi::MachineInputs machine_inputs(const Calendar& calendar, const kpi::Zone& zone,
                                  const Machine& machine, Interval window,
                                  std::span<const StateInterval> states,
                                  std::span<const PartStep> parts) {
  // The plan of the time before the window tells whether a failure that goes on into it began in
  // planned time.
  Interval planned = window;
  if (!states.empty())
    planned.from = std::clamp(states.front().from, window.from - failure_lookback, window.from);
  kpi::MachineInputs in;
  in.machine = machine.id;
  in.window = window;
  in.states = states;
  in.parts = parts;
  in.pot = kpi::planned_operation(calendar, zone, planned);
  in.pbt = kpi::planned_busy(calendar, zone, planned, machine.id);
  in.ideal_cycle_s = machine.ideal_cycle_s;
  in.counts_total = has_signal(machine, {Role::part_count, Role::cycle_start, Role::cycle_end});
  in.counts_good = has_signal(machine, {Role::good_count});
  in.counts_scrap = has_signal(machine, {Role::scrap_count});
  return in;
}

}  // namespace spindle::plant
