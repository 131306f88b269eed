#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spindle::store {

struct CheckupReport {
  std::vector<std::string> done;   ///< One line a check that passed, with its counts.
  std::vector<std::string> wrong;  ///< One line a thing that is wrong: file, what, what to do.
};

/// Reads a whole data folder: SQLite's own integrity check of each file, every batch's and every
/// snapshot's checksum, that no cursor is ahead of the journal, that each machine's intervals are
/// gapless and do not overlap. Changes nothing; works beside a running box.
[[nodiscard]] CheckupReport check_up(const std::filesystem::path& folder);

}  // namespace spindle::store
