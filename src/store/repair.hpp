#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spindle::store {

/// Mends a data folder that nobody serves, as far as that takes nothing but what is in it:
///   - what interrupted backups left is removed;
///   - torn ends of segment files are cut off;
///   - indices of SQLite are made again from their tables;
///   - a config.db that is still damaged gives way to its last good copy;
///   - a history.db that is still damaged, not there, or that says something else than its segment
///     files, is made again from them,
///     roll-ups of times whose raw values were dropped included;
///   - rows of the history's index whose segment file is gone are removed, roll-ups made due again.
/// What is damaged is moved aside, never deleted. A damaged ledger.db is left to the next start,
/// which derives it from the journal again; damaged records stay where they are.
///
/// Returns what was done, a line each. Errors: `refused` while a program serves the folder; those
/// of Database and Disk. Changes nothing that is sound; a second call finds nothing to do.
[[nodiscard]] Result<std::vector<std::string>> repair_folder(const std::filesystem::path& folder,
                                                             Instant now);

}  // namespace spindle::store
