#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/database.hpp"

namespace spindle::store {

/// One open file of a Disk. Threads: reading from several at once is fine; else one at a time.
/// Errors: those of Disk.
class DiskFile {
 public:
  virtual ~DiskFile() = default;

  /// Bytes read from `at`; fewer than asked for only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<std::byte> to, std::uint64_t at) = 0;
  /// Writes all of `bytes`. After an error any part of them may have been written.
  [[nodiscard]] virtual Result<void> write(ByteView bytes, std::uint64_t at) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
  /// What was written so far survives a power cut when this returns.
  [[nodiscard]] virtual Result<void> sync() = 0;
};

struct DiskEntry {
  std::string name;
  std::uint64_t bytes = 0;
};

/// The file calls that segments need. Tests put a faulty disk in its place.
///
/// Errors of all calls: `overloaded` the disk is full or fails (nothing else is lost; try again);
/// `refused` the file is not there or this user may not touch it. Threads: any.
class Disk {
 public:
  virtual ~Disk() = default;

  /// The disk of this computer.
  [[nodiscard]] static Disk& system();

  /// Creates a missing folder, with its parents.
  [[nodiscard]] virtual Result<void> create_folder(const std::filesystem::path& folder) = 0;
  /// The plain files in `folder`, in no order; none when there is no such folder.
  [[nodiscard]] virtual Result<std::vector<DiskEntry>> list(
      const std::filesystem::path& folder) = 0;
  /// For writing, a missing file is created; for reading, that is `refused`.
  [[nodiscard]] virtual Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& file,
                                                               Access access) = 0;
  /// Files created, removed or renamed in `folder` so far are so after a power cut too.
  [[nodiscard]] virtual Result<void> sync_folder(const std::filesystem::path& folder) = 0;
  /// A file that is not there counts as removed.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& file) = 0;
  [[nodiscard]] virtual Result<void> rename(const std::filesystem::path& from,
                                            const std::filesystem::path& to) = 0;
};

}  // namespace spindle::store
