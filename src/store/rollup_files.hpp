#pragma once

#include <memory>
#include <optional>
#include <string>

#include "store/database.hpp"
#include "store/query_plan.hpp"
#include "store/rollup.hpp"
#include "store/segments.hpp"

namespace spindle::store {

/// Of the segment files of roll-ups, among those of the history.
inline constexpr const char* rollup_prefix = "rollup";

/// Finds and reads stored roll-ups.
///
/// Threads: those of the Database, which it borrows. Errors: those of Database.
class RollUpFiles {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RollUpFiles>> open(
      Database& history, Disk& disk, const std::filesystem::path& segments);

  /// What there is of a machine in a window, down to `finest`, less what is due. Nothing from
  /// `unwritten` on.
  [[nodiscard]] Result<RollUpCover> cover(MachineKey machine, Interval when, Level finest,
                                          std::optional<Instant> unwritten);
  /// The block of a level that begins at `from` and holds `signal`; false when there is none.
  /// Errors: also `corrupt` for one that is damaged.
  [[nodiscard]] Result<bool> load(MachineKey machine, Level level, Instant from, SignalKey signal);
  /// The same with all signals; one without columns when there is no such block.
  [[nodiscard]] Result<bool> load_all(MachineKey machine, Level level, Instant from, RollUp& out);
  /// What load() found last, and which signals may be in it.
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  [[nodiscard]] bool holds(SignalKey signal) const { return first_ <= signal && signal <= last_; }

 private:
  RollUpFiles(Disk& disk, const std::filesystem::path& segments)
      : segments_(disk, segments, rollup_prefix) {}

  SegmentReader segments_;
  Statement blocks_, dues_, late_, place_, places_;
  Bytes bytes_;
  SignalKey first_{};
  SignalKey last_{};
};

}  // namespace spindle::store
