#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spindle::store {

/// A whole data folder in one file.
///
/// The file is a ZIP archive (ZIP64 where it must be) that any such tool opens: `backup.json` (what
/// it is, when it was taken, the files and their sizes), copies of the databases, and the segment
/// files of journal and history. Segments are packed already and stored as they are; databases are
/// deflated. With a passphrase every entry is sealed with AES-256 (WinZip's AE-2), which also shows
/// when it was tampered with; without one the CRC-32 of each entry shows damage.
///
/// Taken while a program serves the folder, or not: no lock is needed. Segment files only grow at
/// their end and go as a whole, so hard links hold them still; databases are copied by SQLite, each
/// at one moment. The journal is cut last, so that it has everything the other files do not: a
/// restored box goes on from it as after a power cut. What the writers are in the middle of is left
/// out as a start would cut it off, so that no backup has a torn end.
///
/// There are no passwords and no keys in a data folder, and so none in a backup; but it has all
/// that the machines said.
struct BackupOptions {
  std::string passphrase{};  ///< Empty: not sealed. Never logged.
  Instant now{};             ///< Written into the file.
  /// Told now and then what share of the work is done, 0…1; false cancels.
  std::function<bool(double)> progress{};
  /// Share of the disk written to that stays free, 0…1: what would take more room than that leaves
  /// is not begun. A backup on another disk than its folder may fill that.
  double leave_free = 0;
  bool links = true;  ///< False: as on a disk that knows no hard links. For tests.
};

struct BackupInfo {
  struct File {
    std::string name;  ///< Within the data folder, `journal/00000001.seg`.
    std::uint64_t bytes = 0;
  };
  Instant taken{};
  std::vector<File> files;
  bool sealed = false;

  [[nodiscard]] std::uint64_t bytes() const;  ///< Of all files, unpacked.
};

/// Copies `folder` into `file`, which appears under its name only when it is whole and on the disk.
/// Errors: `invalid` when `folder` is none or `file` exists; `corrupt` when a database is damaged;
/// `overloaded` when there is not enough room (asked first), or the disk fails; `refused` when the
/// file can't be written, or cancelled.
/// Threads: any. Memory: little. Takes on the disk, for a while, what the databases take.
[[nodiscard]] Result<BackupInfo> write_backup(const std::filesystem::path& folder,
                                              const std::filesystem::path& file,
                                              const BackupOptions& options);

/// What a backup says of itself. A sealed one needs its passphrase.
/// Errors: `corrupt`, `unsupported` when a newer version wrote it, `refused` for a wrong
/// passphrase.
[[nodiscard]] Result<BackupInfo> read_backup(const std::filesystem::path& file,
                                             const std::string& passphrase);

/// Makes a data folder of a backup. `folder` must not exist, or be empty: it appears whole or not
/// at all. Every byte is checked on the way, nothing else is: see check.hpp.
/// Errors: those of read_backup(); `invalid` when there is something in `folder`; `overloaded` when
/// the disk has not enough room (asked first).
[[nodiscard]] Result<BackupInfo> restore_backup(const std::filesystem::path& file,
                                                const std::filesystem::path& folder,
                                                const BackupOptions& options);

/// Restores into a folder inside `scratch`, examines that as a data folder, and removes it again.
/// Returns what is wrong, a line each; none: the backup is good. Errors: those of restore_backup().
[[nodiscard]] Result<std::vector<std::string>> verify_backup(const std::filesystem::path& file,
                                                             const std::filesystem::path& scratch,
                                                             const BackupOptions& options);

/// The first line of a file: an editor's line end at its end is no part of a passphrase.
/// Errors: `invalid` when there is none.
[[nodiscard]] Result<std::string> read_passphrase(const std::filesystem::path& file);

/// Removes what an interrupted write_backup() or verify_backup() left in a data folder. At a start,
/// by the one program that serves the folder.
void clear_backup_remains(const std::filesystem::path& folder);

}  // namespace spindle::store
