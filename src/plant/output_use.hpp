#pragma once

#include <cstdint>
#include <filesystem>

#include "model/history_policy.hpp"

namespace spindle::plant {

/// Bytes of what the box wrote for others, as far as it lies on the data folder's own disk. It does
/// not count to the quota (a backup would push out what it is a copy of) but fills the disk.
struct OutputUse {
  std::uint64_t backups = 0;
  std::uint64_t exports = 0;
};

/// Backups in the data folder and in the schedule's, and the files of scheduled exports; only what
/// has a name that we give. Cost: one look at each file of those folders. What can't be read counts
/// nothing.
[[nodiscard]] OutputUse output_use(const std::filesystem::path& data, const Storage& storage);

[[nodiscard]] bool same_disk(const std::filesystem::path& a, const std::filesystem::path& b);
/// `folder` lies on the data's disk and that has no more free than its reserve: nothing is to be
/// written there for others.
[[nodiscard]] bool reserve_is_touched(const std::filesystem::path& data,
                                      const std::filesystem::path& folder, double leave_free);

}  // namespace spindle::plant
