#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "store/database.hpp"
#include "store/disk.hpp"

namespace spindle::store {

/// Compares history.db with the index that its segment files give when it is made again from them,
/// and says what differs, a line for a person. SQLite finds pages that do not fit each other; this
/// finds a row that says something else than was written.
///
/// Looks at blocks, their series, signals, silences, roll-ups and the cursor. Says nothing while
/// blocks of an earlier layout are brought over, when segment files are damaged (then they are what
/// is wrong), and when the newest flush was interrupted before the index had it. Changes nothing.
/// Threads: those of the Database. Memory: little; room on the disk for temporary files, as much as
/// the index takes. Errors: those of Database and Disk.
[[nodiscard]] Result<void> compare_history_index(Database& history, Disk& disk,
                                                 const std::filesystem::path& segments,
                                                 const std::function<void(std::string)>& problem);

/// Reads every roll-up that the index speaks of, and says which is damaged or not what its row
/// says, a line each for a person. Errors: those of Database.
[[nodiscard]] Result<void> check_rollup_rows(Database& history, Disk& disk,
                                             const std::filesystem::path& segments,
                                             const std::function<void(std::string)>& problem);

}  // namespace spindle::store
