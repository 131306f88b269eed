#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct zip;
struct zip_source;

namespace spindle::store {

/// One ZIP archive, written or read. Threads: one at a time. Errors of all calls: `corrupt` the
/// archive is damaged or none; `overloaded` the disk is full; `refused` a file can't be read or
/// written, the passphrase is wrong, or the work was cancelled.
class ArchiveWriter {
 public:
  /// The archive appears under its name at finish().
  [[nodiscard]] static Result<std::unique_ptr<ArchiveWriter>> create(
      const std::filesystem::path& file, const std::string& passphrase);
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  /// The first `bytes` of a file, which must stay until finish().
  [[nodiscard]] Result<void> add_file(const std::string& name, const std::filesystem::path& source,
                                      std::uint64_t bytes, bool deflate);
  [[nodiscard]] Result<void> add_text(const std::string& name, std::string_view text);
  /// Reads all sources and writes the archive through to the disk. `progress` as in backup.hpp.
  [[nodiscard]] Result<void> finish(const std::function<bool(double)>& progress);

 private:
  ArchiveWriter(std::filesystem::path file, std::string passphrase)
      : file_(std::move(file)), passphrase_(std::move(passphrase)) {}
  [[nodiscard]] Result<void> take(const std::string& name, zip_source* source, bool deflate);

  std::filesystem::path file_;
  std::string passphrase_;
  zip* archive_ = nullptr;
};

class ArchiveReader {
 public:
  struct Entry {
    std::uint64_t index = 0;
    std::string name;
    std::uint64_t bytes = 0;
    bool sealed = false;
  };

  [[nodiscard]] static Result<std::unique_ptr<ArchiveReader>> open(
      const std::filesystem::path& file, const std::string& passphrase);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  [[nodiscard]] std::uint64_t entries() const;
  [[nodiscard]] Result<Entry> entry(std::uint64_t index) const;
  /// Hands the entry over piece by piece, and checks it to its end. `each` returns an error to
  /// stop.
  [[nodiscard]] Result<void> read(const Entry& entry,
                                  const std::function<Result<void>(std::string_view)>& each);

 private:
  explicit ArchiveReader(std::filesystem::path file) : file_(std::move(file)) {}

  std::filesystem::path file_;
  zip* archive_ = nullptr;
};

}  // namespace spindle::store
