#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace spindle::store::testing_support {

/// A disk that forgets: a file layer for SQLite that knows what was synced and what was not.
///
/// Everything goes through to the real files; beside them it keeps what a power cut would leave.
/// After sync a file's content is safe. Of what was written since, a cut keeps any of the 512-byte
/// sectors and loses the others, in no order; the same for truncations.
/// Threads: one at a time. Register one at a time.
class PowerCutVfs {
 public:
  PowerCutVfs();
  ~PowerCutVfs();
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;

  [[nodiscard]] const char* name() const { return "power-cut"; }
  /// Writes to `target` what would be left of the files in `folder`. `keep_percent` of the
  /// unsynced sectors stay.
  void cut(const std::filesystem::path& folder, const std::filesystem::path& target,
           std::mt19937_64& random, unsigned keep_percent) const;
  [[nodiscard]] std::uint64_t syncs() const { return syncs_; }

 private:
  struct Change {
    bool truncate = false;
    std::uint64_t offset = 0;  ///< Or the new size.
    std::string bytes;
  };
  struct Disk {
    std::string safe;
    std::vector<Change> unsafe;
  };
  struct File;
  struct Methods;

  static void apply(std::string& content, const Change& change);
  static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder);

  sqlite3_vfs* real_;
  sqlite3_vfs own_{};
  std::map<std::string, Disk> disks_;
  std::uint64_t syncs_ = 0;
};

}  // namespace spindle::store::testing_support
