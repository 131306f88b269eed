#pragma once

#include <cstdint>

#include "base/error.hpp"
#include "store/history.hpp"

namespace spindle::store {

/// Brings blocks of an earlier layout, which lay in history.db itself, into segment files.
///
/// A bounded number of blocks in each transaction, the oldest of a series first: interrupted at any
/// moment, it goes on where it was. Blocks of a series are put together on the way. What cannot be
/// read is set aside in the table `damaged_block`, never thrown away. Until all is done the old
/// blocks take their room; then the file is made small.
///
/// Threads: the one of open(). Memory: a few MB.
class HistoryConversion {
 public:
  explicit HistoryConversion(History& history) : history_(history) {}

  /// Does nothing when there is nothing old. Errors: those of History.
  [[nodiscard]] Result<void> run();

 private:
  struct OldSeries {
    MachineKey machine{};
    std::uint64_t name = 0;
  };
  /// Some blocks of one series; false when none is left.
  [[nodiscard]] Result<bool> turn();
  [[nodiscard]] Result<void> note_times();
  [[nodiscard]] Result<void> bring(std::int64_t series);
  [[nodiscard]] Result<OldSeries> series_of(std::int64_t series);
  [[nodiscard]] Result<void> finish();

  History& history_;
  std::uint64_t done_ = 0;
};

}  // namespace spindle::store
