#pragma once

#include <cstdint>
#include <filesystem>

namespace spindle::plant {

/// Bytes of a data folder by what they are; SQLite's logs count to their files.
struct FolderUse {
  std::uint64_t journal = 0;
  std::uint64_t ledger = 0;
  std::uint64_t configuration = 0;
  std::uint64_t index = 0;  ///< Of the history: where its blocks lie, and the log of its flushes.
  std::uint64_t other = 0;  ///< What was set aside, and what is not ours.

  /// All that retention never drops.
  [[nodiscard]] std::uint64_t fixed() const { return ledger + configuration + index + other; }
};

/// Without the history's files of blocks, which say their sizes themselves. A file that goes while
/// it is looked at counts nothing. Cost: one look at each file of three folders.
[[nodiscard]] FolderUse folder_use(const std::filesystem::path& folder);

}  // namespace spindle::plant
