#pragma once

#include <memory>
#include <optional>

#include "store/database.hpp"
#include "store/rollup_files.hpp"
#include "store/slice_gatherer.hpp"

namespace spindle::store {

/// What signals held when an hour began, from the roll-ups before it: for those of which no raw row
/// from before is left. So it is all the same in which order hours are made and raw rows dropped.
///
/// Raw rows are dropped only when their hour, or its day, is rolled up. So the newest roll-up
/// before an hour tells what held at its end, and what came since is still there as rows.
///
/// Threads: those of the Database. Errors: those of Database and Disk; a damaged roll-up tells
/// nothing.
class HeldBefore {
 public:
  /// Borrows both.
  [[nodiscard]] static Result<std::unique_ptr<HeldBefore>> open(Database& history,
                                                                RollUpFiles& files);

  /// Whose hour is asked about next.
  void begin(MachineKey machine, Instant hour);
  /// Tells `gatherer`, to which no row was added, the value that held on from before, if any.
  [[nodiscard]] Result<void> tell(SignalKey signal, SignalGatherer& gatherer);

 private:
  struct Place {
    Level level = Level::raw;
    Instant from{};
  };

  explicit HeldBefore(RollUpFiles& files) : files_(files) {}
  [[nodiscard]] Result<std::optional<Place>> newest();

  RollUpFiles& files_;
  Statement newest_;
  MachineKey machine_{};
  Instant hour_{};
  std::optional<std::optional<Place>>
      place_;            ///< Once it was looked for: where it is, if anywhere.
  bool loaded_ = false;  ///< The files hold a part of that block.
  RollUp block_;
};

}  // namespace spindle::store
