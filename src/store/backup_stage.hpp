#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "store/backup.hpp"

namespace spindle::store {

/// What will be in the archive, held still in a folder of our own.
struct StagedFile {
  std::string name;  ///< Within the data folder.
  std::filesystem::path source;
  std::uint64_t bytes = 0;  ///< So many of its beginning.
  bool deflate = false;
};

/// Share of a backup's work that is copying databases; the rest is writing the archive.
inline constexpr double backup_copying_share = 0.2;

/// Holds all that a backup of `folder` takes still in `scratch`, an empty folder on the same disk.
/// Errors: those of write_backup().
[[nodiscard]] Result<std::vector<StagedFile>> stage_backup(const std::filesystem::path& folder,
                                                           const std::filesystem::path& scratch,
                                                           const BackupOptions& options);

/// Whether `bytes` more may lie in `folder` with that share of its disk left free.
/// Errors: `overloaded`, saying how much there is.
[[nodiscard]] Result<void> has_room_for(const std::filesystem::path& folder, std::uint64_t bytes,
                                        double leave_free);

}  // namespace spindle::store
