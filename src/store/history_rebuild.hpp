#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "store/segments.hpp"

namespace spindle::store {

struct RestoredIndex {
  std::uint64_t blocks = 0;         ///< Of raw values.
  std::uint64_t rollups = 0;        ///< Records of roll-ups.
  std::uint64_t damaged_bytes = 0;  ///< Of segment files, passed over.
  std::uint64_t cursor = 0;         ///< The last journal batch in it.
  bool operator==(const RestoredIndex&) const = default;
};

/// When `history` is new and empty but `segments` has files, fills it from them: every flush that
/// was completed is there again, with its silences and the cursor, and every roll-up, also those
/// whose raw rows are gone (rollup_rebuild.hpp). All in one transaction; does nothing else, and
/// nothing at all while blocks of an earlier layout are brought over. Errors: those of Database and
/// Disk.
[[nodiscard]] Result<RestoredIndex> restore_history_index(Database& history, Disk& disk,
                                                          const std::filesystem::path& segments);

/// The same for a data folder that nobody serves: history.db, damaged or not, is moved aside and
/// made again. For repair. Errors: also those of set_aside().
[[nodiscard]] Result<RestoredIndex> rebuild_history_index(const std::filesystem::path& folder,
                                                          Instant now);

}  // namespace spindle::store
