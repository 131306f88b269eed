#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "store/database.hpp"
#include "store/held_before.hpp"
#include "store/raw_rows.hpp"
#include "store/rollup.hpp"
#include "store/rollup_files.hpp"
#include "store/segments.hpp"

namespace spindle::store {

/// Makes the roll-ups that are due, a bounded piece of work at a time.
///
/// A machine's hour is made when it is over and the machine was heard past its end, from the rows
/// that are stored: nothing is carried along in memory, so what was due before the program died is
/// made after it started again, and the same comes out. A day is made from its hours, 16 days and
/// 256 days from their days once they are over. An hour with few rows has no minutes of its own:
/// its rows are as soon read.
///
/// What a machine said last, before it fell silent for a week in which others went on, is made as
/// it is, so that its raw rows can be dropped; when it is heard again that is due again.
///
/// Rows that came late make their hour due again, and the hours in which what they said still
/// held. Where raw rows were dropped since, what was made of them stays, and what they said last
/// holds on in the hours after (held_before.hpp).
///
/// Bytes first, then index and dues in one transaction: when the program dies in between, bytes
/// are left that nobody asks for, and the roll-up is still due.
///
/// Threads: those of the Database. Memory: one machine's hour and its day. Errors: those of
/// Database and Disk.
class RollUpMaker {
 public:
  /// Borrows all of them. An hour with fewer than `rows_enough` rows, of all series together, has
  /// no minutes.
  [[nodiscard]] static Result<std::unique_ptr<RollUpMaker>> open(Database& history,
                                                                 RollUpFiles& files,
                                                                 SegmentWriter& segments,
                                                                 std::uint64_t rows_enough = 120);

  /// Makes one block that is due, or finds out what is; false when nothing is to be done.
  /// `rows`: of what is written, not of what waits for it. With `only`, just what raw rows of that
  /// time wait for before they may be dropped, the oldest first; else the newest first.
  [[nodiscard]] Result<bool> turn(RawRows& rows, std::optional<Interval> only = {});

  /// Blocks that are due and can be made now or later.
  [[nodiscard]] Result<std::uint64_t> due();

 private:
  struct Heard {
    MachineKey machine{};
    Instant last{};
    bool quiet = false;  ///< Others were heard long after it.
  };

  struct Hour {
    RollUp made;
    std::uint64_t rows = 0;  ///< Of all series together.
  };

  RollUpMaker(Database& history, RollUpFiles& files, SegmentWriter& segments,
              std::uint64_t rows_enough)
      : history_(history), files_(files), segments_(segments), rows_enough_(rows_enough) {}

  [[nodiscard]] Result<bool> adopt();
  [[nodiscard]] Result<bool> follow_late(RawRows& rows);
  [[nodiscard]] Result<Instant> reach_of(RawRows& rows, MachineKey machine, Instant latest,
                                         Instant through);
  [[nodiscard]] Result<bool> note_days(const Heard& heard);
  [[nodiscard]] Result<bool> make_next(RawRows& rows, const Heard& heard, Level level,
                                       std::optional<Interval> only);
  [[nodiscard]] Result<Hour> hour_of(RawRows& rows, MachineKey machine, Instant hour);
  [[nodiscard]] Result<RollUp> day_of(RawRows& rows, MachineKey machine, Instant day);
  [[nodiscard]] Result<RollUp> longer_of(MachineKey machine, Level level, Instant from);
  [[nodiscard]] Result<void> store(const RollUp& made, bool worth);
  [[nodiscard]] Result<std::vector<Heard>> heard();

  Database& history_;
  RollUpFiles& files_;
  SegmentWriter& segments_;
  std::uint64_t rows_enough_;
  std::unique_ptr<HeldBefore> before_;
  Statement heard_, due_, due_in_, add_due_, done_, add_, remove_, rows_of_, through_, set_through_,
      late_, late_done_, heard_of_, made_due_;
};

}  // namespace spindle::store
