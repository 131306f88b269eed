#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>

#include "store/disk.hpp"

namespace spindle::store::testing_support {

/// A disk in memory that fails when told, and knows what a power cut would leave of it.
///
/// After sync() a file's content is safe. Of what was written since, a cut keeps any of the
/// 512-byte sectors and loses the others, in no order; what it loses beyond the safe size reads as
/// zeros, or the file ends before. A file made since the last sync_folder() may be missing, one
/// removed since may be back. Copies are independent of each other. Threads: one at a time.
class FaultyDisk final : public Disk {
 public:
  enum class Fault {
    full,         ///< Nothing is written.
    short_write,  ///< Half of it is written.
    lost_sync,    ///< Nothing is written; what a sync could not write through is lost for good.
  };

  /// The `n`-th change from now on (0: the next one; writes, truncations and syncs count) fails,
  /// and all after it until heal().
  void fail_after(std::size_t n, Fault fault) {
    changes_left_ = n;
    fault_ = fault;
  }
  void heal() { changes_left_.reset(); }
  [[nodiscard]] bool failed() const { return failed_; }

  /// What a power cut leaves: `keep_percent` of the unsynced sectors.
  [[nodiscard]] FaultyDisk cut(std::mt19937_64& random, unsigned keep_percent) const;

  /// Gives all that lies in one folder a place in another.
  void move(const std::filesystem::path& from, const std::filesystem::path& to);

  /// A file's bytes, to be damaged by a test. Pre: it exists.
  [[nodiscard]] std::string& content(const std::filesystem::path& file) {
    return files_.at(file.string()).now;
  }
  [[nodiscard]] bool has(const std::filesystem::path& file) const {
    return files_.contains(file.string());
  }
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] std::size_t syncs() const { return syncs_; }

  Result<void> create_folder(const std::filesystem::path& folder) override;
  Result<std::vector<DiskEntry>> list(const std::filesystem::path& folder) override;
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& file, Access access) override;
  Result<void> sync_folder(const std::filesystem::path& folder) override;
  Result<void> remove(const std::filesystem::path& file) override;
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;

 private:
  struct Change {
    bool truncate = false;
    std::uint64_t offset = 0;  ///< Or the new size.
    std::string bytes;
  };
  struct Content {
    std::string now;
    std::string safe;
    std::vector<Change> unsafe;
  };
  class File;

  static void apply(std::string& content, const Change& change);
  /// Whether the next change may happen; counts it.
  [[nodiscard]] bool may_change();
  [[nodiscard]] Result<void> change(const std::string& name, Change change);

  std::map<std::string, Content> files_;
  std::map<std::string, Content> safe_names_;  ///< What the folders hold after a cut.
  std::optional<std::size_t> changes_left_;
  Fault fault_ = Fault::full;
  bool failed_ = false;
  std::uint64_t bytes_written_ = 0;
  std::size_t syncs_ = 0;
};

}  // namespace spindle::store::testing_support
