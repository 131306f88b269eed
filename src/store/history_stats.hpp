#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/history_policy.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"
#include "store/disk.hpp"

namespace spindle::store {

/// What a signal takes in the history. Rows and bytes of a series are shared among its signals as
/// they are in its newest block, so they are estimates where a group's signals differ in time.
struct SignalUse {
  MachineKey machine{};
  SignalKey signal{};
  HistoryClass kind = HistoryClass::state;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  Instant from{};  ///< Of the oldest row of its series.
  Instant to{};
};

/// Raw rows and their bytes in a stretch of time, by class.
struct StretchUse {
  std::array<std::uint64_t, 4> rows{};
  std::array<std::uint64_t, 4> bytes{};
};

/// Reads what the history holds from its index and the heads of a few blocks, beside its writer.
/// Cost: signals() looks at the index entry of each block, stretches() at those of the window; a
/// second for some ten million.
///
/// Threads: one at a time. Errors: those of Database; a damaged head costs only the estimate.
class HistoryStats {
 public:
  [[nodiscard]] static Result<std::unique_ptr<HistoryStats>> open(
      const std::filesystem::path& folder, Disk& disk = Disk::system());

  /// In no order. A signal that was in several series comes once, in the class of the newest.
  [[nodiscard]] Result<std::vector<SignalUse>> signals();
  /// Between each two of the rising `edges`. What a block has is shared out over the time it spans:
  /// one that holds a week, as a seldom signal's does or one that was brought over from an earlier
  /// layout, is no day's. An estimate where its rows lie unevenly; the sums are exact.
  [[nodiscard]] Result<std::vector<StretchUse>> stretches(std::span<const Instant> edges);
  /// Bodies an earlier version wrote that could not be read.
  [[nodiscard]] Result<std::uint64_t> damaged_blocks();

 private:
  HistoryStats(std::filesystem::path folder, Disk& disk)
      : folder_(std::move(folder)), disk_(disk) {}

  struct Series {
    std::int64_t id = 0;
    MachineKey machine{};
    SignalKey alone{};
    HistoryClass kind{};
  };
  struct Share {
    SignalKey signal{};
    double rows = 0;   ///< Per row of the series.
    double bytes = 0;  ///< Per byte of it.
  };
  [[nodiscard]] Result<std::vector<Share>> shares(const Series& series);

  std::filesystem::path folder_;
  Disk& disk_;
  std::unique_ptr<Database> database_;
  Statement series_, sums_, newest_, stretch_, damaged_;
};

}  // namespace spindle::store
