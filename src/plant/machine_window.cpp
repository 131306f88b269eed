#include "plant/machine_window.hpp"

#include <algorithm>

#include "kpi/zone.hpp"
#include "plant/machine_figures.hpp"

namespace spindle::plant {
Result<Interval> local_day_of(const Plant& plant, Instant t) {
  auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  const auto day = zone->day(t);
  return Interval{zone->instant(day, std::chrono::minutes{0}),
                  zone->instant(day + std::chrono::days{1}, std::chrono::minutes{0})};
}

Result<MachineWindow> MachineWindow::load(RunningPlant& running, const Plant& plant,
                                          const Machine& machine, Interval window) {
  const auto now = running.now().wall;
  window.to = std::min(window.to, now);
  if (window.empty())
    return fail(Errc::invalid, "the window is empty: `from` must lie before `to` and before now");
  auto zone = kpi::Zone::find(plant.timezone);
  if (!zone) return fail(zone.error());
  auto record = running.record(machine, {window.from - failure_lookback, window.to});
  if (!record) return fail(record.error());

  return MachineWindow(plant, machine, *zone, window, std::move(*record));
}

kpi::MachineInputs MachineWindow::inputs() const {
  return machine_inputs(plant_->calendar, zone_, *machine_, window_, record_.states, record_.parts);
}

}  // namespace spindle::plant
