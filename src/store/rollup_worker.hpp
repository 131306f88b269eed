#pragma once

#include <memory>

#include "store/history.hpp"
#include "store/reader_rows.hpp"
#include "store/rollup_maker.hpp"

namespace spindle::store {

/// Makes a history's roll-ups beside its flushes, a bounded piece of work a turn.
///
/// Threads: that of History::flush(). Memory and errors: those of RollUpMaker.
class RollUpWorker {
 public:
  /// Borrows the history.
  [[nodiscard]] static Result<std::unique_ptr<RollUpWorker>> open(History& history);

  /// Makes one block that is due; false when there is nothing to make now. With `only`, just what
  /// raw rows of that time wait for before they may be dropped.
  [[nodiscard]] Result<bool> turn(std::optional<Interval> only = {});
  /// Blocks that are due, now or once their time is over.
  [[nodiscard]] Result<std::uint64_t> due() { return maker_->due(); }

 private:
  RollUpWorker() = default;

  std::unique_ptr<HistoryReader> reader_;  ///< Of what is written only.
  std::unique_ptr<ReaderRows> rows_;
  std::unique_ptr<RollUpFiles> files_;
  std::unique_ptr<RollUpMaker> maker_;
};

}  // namespace spindle::store
