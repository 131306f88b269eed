#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.hpp"
#include "store/database.hpp"
#include "store/disk.hpp"

namespace spindle::store {

struct RestoredRollUps {
  std::uint64_t blocks = 0;
  std::uint64_t damaged_bytes = 0;  ///< Passed over.
};

/// Fills the tables of roll-ups from their segment files, in the running transaction; those of raw
/// blocks are filled already.
///
/// Of a machine, level and time the roll-up written last counts. Nobody knows any more which of
/// them were due, so RollUpMaker makes each hour again of which there are raw rows, and keeps what
/// was made of more. Longer ones are due where they are missing. Errors: those of Database and
/// Disk.
[[nodiscard]] Result<RestoredRollUps> restore_rollup_index(Database& history, Disk& disk,
                                                           const std::filesystem::path& segments);

}  // namespace spindle::store
