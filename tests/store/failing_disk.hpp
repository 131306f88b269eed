#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <optional>

#include "store/disk.hpp"

namespace spindle::store::testing_support {

/// Which change of a disk goes wrong, and how. Shared by FailingDisk and FailingVfs, so that every
/// change a program makes, to segments and to databases, has one number.
class Faults {
 public:
  enum class Kind : std::uint8_t {
    full,         ///< No space: nothing is written.
    short_write,  ///< No space after half of it.
    broken,       ///< An error of the device: nothing is written.
  };

  /// The `n`-th change from now on (0: the next one) fails; `lasting`: and all after it until
  /// heal().
  void fail_at(std::size_t n, Kind kind, bool lasting) {
    left_ = n;
    kind_ = kind;
    lasting_ = lasting;
    hit_ = false;
  }
  void heal() { left_.reset(); }
  /// Whether the fault was met.
  [[nodiscard]] bool hit() const { return hit_; }
  [[nodiscard]] std::size_t changes() const { return changes_; }

  /// Counts a change; how it fails, or nullopt.
  [[nodiscard]] std::optional<Kind> change() {
    ++changes_;
    if (!left_) return std::nullopt;
    if (*left_ > 0) {
      --*left_;
      return std::nullopt;
    }
    if (!lasting_) left_.reset();
    hit_ = true;
    return kind_;
  }

 private:
  std::optional<std::size_t> left_;
  Kind kind_ = Kind::full;
  bool lasting_ = false;
  bool hit_ = false;
  std::size_t changes_ = 0;
};

/// The system's disk with faults. Nothing is written through: no test cuts the power of it.
/// Threads: one at a time.
class FailingDisk final : public Disk {
 public:
  explicit FailingDisk(Faults& faults) : faults_(faults) {}

  Result<void> create_folder(const std::filesystem::path& folder) override {
    return Disk::system().create_folder(folder);
  }
  Result<std::vector<DiskEntry>> list(const std::filesystem::path& folder) override {
    return Disk::system().list(folder);
  }
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& file, Access access) override;
  Result<void> sync_folder(const std::filesystem::path& folder) override;
  Result<void> remove(const std::filesystem::path& file) override {
    return Disk::system().remove(file);
  }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;

 private:
  class File;
  [[nodiscard]] Result<void> change(const std::filesystem::path& file);

  Faults& faults_;
};

/// The same for SQLite. Register one at a time. Threads: one at a time.
class FailingVfs {
 public:
  explicit FailingVfs(Faults& faults);
  ~FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  [[nodiscard]] const char* name() const { return "failing"; }

 private:
  struct File;
  struct Methods;
  static int open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder);

  Faults& faults_;
  sqlite3_vfs* real_;
  sqlite3_vfs own_{};
};

}  // namespace spindle::store::testing_support
