#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spindle::store {

struct CheckReport {
  std::vector<std::string> problems;  ///< A line each for a person; empty: all is well.
  std::uint64_t batches = 0;          ///< Read from the journal without fault.
  std::uint64_t blocks = 0;           ///< Of the history.
};

/// Reads everything in a data folder and says what is wrong with it: the structure of each file,
/// the checksum of every batch, block and snapshot, and that what speaks of machines and batches
/// speaks of ones that exist. Files that are not there are passed over.
///
/// Changes nothing; a program may be serving the folder. Takes as long as reading all of it. At
/// most 100 problems are listed for each file. Threads: any.
[[nodiscard]] CheckReport check_folder(const std::filesystem::path& folder);

}  // namespace spindle::store
