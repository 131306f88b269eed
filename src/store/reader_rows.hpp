#pragma once

#include <memory>

#include "store/history_reader.hpp"
#include "store/raw_rows.hpp"
#include "store/rollup_files.hpp"

namespace spindle::store {

/// A HistoryReader's rows and roll-ups, as queries over slices see them: of the moment that its
/// running call began at.
class ReaderRows : public RawRows {
 public:
  /// Borrows the reader, which owns this.
  [[nodiscard]] static Result<std::unique_ptr<ReaderRows>> open(HistoryReader& reader);

  [[nodiscard]] Result<std::uint64_t> columns(MachineKey machine,
                                              std::span<const SignalKey> signals, Interval when,
                                              const Each& each) override;
  [[nodiscard]] Result<std::vector<std::int64_t>> silences(MachineKey machine,
                                                           Interval when) override;
  [[nodiscard]] Result<std::optional<Instant>> earliest(SignalKey signal) override;
  [[nodiscard]] Result<std::optional<Instant>> earliest_unwritten(MachineKey machine) override;
  [[nodiscard]] Result<std::vector<SignalKey>> signals_of(MachineKey machine) override;

  [[nodiscard]] RollUpFiles* rollups() { return rollups_.get(); }
  [[nodiscard]] Result<void> begin() { return reader_.begin({}); }
  void end() { reader_.end(); }

 private:
  explicit ReaderRows(HistoryReader& reader) : reader_(reader) {}

  HistoryReader& reader_;
  std::unique_ptr<RollUpFiles> rollups_;
  Statement earliest_, signals_;
};

}  // namespace spindle::store
