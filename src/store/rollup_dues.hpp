#pragma once

#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"

namespace spindle::store {

/// Notes which roll-ups must be made, or made again, because of what is written.
///
/// Called inside the transaction that writes the rows, so that rows and dues are there together or
/// not at all: whatever the moment the program dies, a roll-up is either true or due.
/// Threads: those of the Database, which must outlive this. Errors: those of Database.
class RollUpDues {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RollUpDues>> open(Database& history);

  /// Rows of a machine were written, the earliest and the latest at these times.
  [[nodiscard]] Result<void> note_rows(MachineKey machine, Instant earliest, Instant latest);
  /// From `moment` on nothing was known of a machine; learnt only now.
  [[nodiscard]] Result<void> note_silence(MachineKey machine, Instant moment);
  /// A machine that was last heard at `before` is heard again: what was made beyond that was made
  /// of silence.
  [[nodiscard]] Result<void> note_heard_on(MachineKey machine, Instant before);
  /// A machine was last heard at `now`, which is before what was thought until then: nothing is
  /// known from there on, whatever was made.
  [[nodiscard]] Result<void> note_heard_back(MachineKey machine, Instant now);

 private:
  RollUpDues() = default;
  [[nodiscard]] Result<std::optional<Instant>> through(MachineKey machine);
  [[nodiscard]] Result<void> add_late(MachineKey machine, Instant earliest, Instant latest);
  [[nodiscard]] Result<void> note(MachineKey machine, Instant earliest, Instant latest, bool rows);

  Statement due_, late_, through_;
};

}  // namespace spindle::store
