#pragma once

#include "kpi/figures.hpp"
#include "kpi/zone.hpp"
#include "model/plant.hpp"
#include "plant/record.hpp"
#include "plant/running_plant.hpp"

namespace spindle::plant {

/// What a machine's figures are made of in one window. Owns what its inputs borrow: keep it while
/// they are used. Borrows plant and machine.
class MachineWindow {
 public:
  /// A window that reaches into the future is cut at now: nothing is known of it.
  /// Errors: `invalid` for a window that is empty or begins in the future; the store's.
  [[nodiscard]] static Result<MachineWindow> load(RunningPlant& running, const Plant& plant,
                                                  const Machine& machine, Interval window);

  [[nodiscard]] Interval window() const { return window_; }
  [[nodiscard]] const Record& record() const { return record_; }
  [[nodiscard]] kpi::MachineInputs inputs() const;

 private:
  MachineWindow(const Plant& plant, const Machine& machine, kpi::Zone zone, Interval window,
                Record record)
      : plant_(&plant),
        machine_(&machine),
        zone_(zone),
        window_(window),
        record_(std::move(record)) {}

  const Plant* plant_;
  const Machine* machine_;
  kpi::Zone zone_;
  Interval window_;
  Record record_;
};

/// The plant-local calendar day of `t`.
[[nodiscard]] Result<Interval> local_day_of(const Plant& plant, Instant t);

}  // namespace spindle::plant
