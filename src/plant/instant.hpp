#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/plant.hpp"
#include "plant/alarm_view.hpp"
#include "plant/running_plant.hpp"
#include "store/history_reader.hpp"

namespace spindle::plant {

/// What was known of a machine at one moment, with what is known of it today.
struct MachineInstant {
  Instant t{};
  std::optional<StateInterval> state;  ///< Nothing: before the machine's first word.
  bool state_is_open = false;          ///< It goes on now: its `to` is only now.
  std::vector<LaneSpan> lanes;         ///< At most one of each.
  std::vector<Alarm> alarms;           ///< That stood then.
  store::LastValues values;            ///< Of the machine's signals, in their order.
  Interval counted{};                  ///< Begin of the shift, or of the local day, until then.
  std::string shift;                   ///< Its name; empty: the day.
  std::optional<std::int64_t> parts;   ///< Made in it; nothing: no counter.
};

/// `machine` belongs to `plant`; the result borrows it.
/// Errors: `invalid` for a moment in the future or an unknown zone; the stores'.
[[nodiscard]] Result<MachineInstant> machine_at(RunningPlant& running, const Plant& plant,
                                                const Machine& machine, Instant t);

/// How long the newest value of a machine is taken to hold after its last word: as long as the
/// engine takes the machine to be there.
[[nodiscard]] store::Patience patience_of(const Machine& machine, Instant now);

}  // namespace spindle::plant
