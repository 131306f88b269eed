#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "store/block_format.hpp"
#include "store/database.hpp"
#include "store/disk.hpp"

namespace spindle::store {

/// How many raw rows there are of each machine and hour, as the index is made again.
class RawHours {
 public:
  /// Errors: `corrupt` when the block's times are.
  [[nodiscard]] Result<void> add(const BlockHead& head, ByteView block);

  /// By machine and where the hour begins, µs.
  using Rows = std::map<std::pair<std::uint32_t, std::int64_t>, std::uint64_t>;
  [[nodiscard]] const Rows& rows() const { return rows_; }

 private:
  Rows rows_;
  std::vector<std::int64_t> times_;
};

struct RestoredRollUps {
  std::uint64_t blocks = 0;
  std::uint64_t damaged_bytes = 0;  ///< Passed over.
};

/// Fills the tables of roll-ups from their segment files, in the running transaction.
///
/// Of a machine, level and time the roll-up written last counts. Nobody knows any more which of
/// them were due, so each hour of which there are raw rows is due again, but for those of which
/// more rows were there when their roll-up was made: nothing that could be made of the rest would
/// take its place. Longer ones are due where they are missing. Errors: those of Database and Disk.
[[nodiscard]] Result<RestoredRollUps> restore_rollup_index(Database& history, Disk& disk,
                                                           const std::filesystem::path& segments,
                                                           const RawHours& raw);

}  // namespace spindle::store
