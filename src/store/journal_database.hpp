#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "store/journal_record.hpp"

namespace spindle::store {

/// The journal as versions up to 0.1 kept it: a SQLite file with a row for each commit. Only read,
/// to be turned into segments once.
inline constexpr const char* journal_database_name = "journal.db";

struct JournalRow {
  std::uint64_t first = 0;  ///< Sequence of its first batch.
  std::uint64_t batches = 0;
  std::uint64_t through = 0;  ///< Last sequence in the file.
  /// Of its batches; nullopt when that part of the row is damaged, and then the body is no use.
  std::optional<std::vector<DirectoryEntry>> entries;
  ByteView body;  ///< Valid during the call; empty when it is damaged.
};

/// Calls `each` with every row after sequence `after`, oldest first, until it returns false or
/// fails. Returns the largest sequence that file ever gave.
/// Errors: those of Database and of `each`. Memory: one row, about a megabyte.
[[nodiscard]] Result<std::uint64_t> read_journal_database(
    const std::filesystem::path& folder, std::uint64_t after,
    const std::function<Result<void>(const JournalRow&)>& each);

/// Removes the file and what SQLite left beside it.
[[nodiscard]] Result<void> remove_journal_database(const std::filesystem::path& folder);
/// The same of what is left beside a file that is gone, when a removal was interrupted.
[[nodiscard]] Result<void> remove_journal_remains(const std::filesystem::path& folder);

}  // namespace spindle::store
