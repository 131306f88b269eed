#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "store/disk.hpp"

namespace spindle::store::testing_support {

/// The computer's disk, with what was asked of it.
class CountingDisk final : public Disk {
 public:
  std::size_t lists = 0;
  std::uint64_t bytes_read = 0;

  Result<void> create_folder(const std::filesystem::path& folder) override {
    return system().create_folder(folder);
  }
  Result<std::vector<DiskEntry>> list(const std::filesystem::path& folder) override {
    ++lists;
    return system().list(folder);
  }
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& file,
                                         Access access) override {
    auto opened = system().open(file, access);
    if (!opened) return opened;
    return std::make_unique<File>(std::move(*opened), bytes_read);
  }
  Result<void> sync_folder(const std::filesystem::path& folder) override {
    return system().sync_folder(folder);
  }
  Result<void> remove(const std::filesystem::path& file) override { return system().remove(file); }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return system().rename(from, to);
  }

 private:
  class File final : public DiskFile {
   public:
    File(std::unique_ptr<DiskFile> file, std::uint64_t& bytes_read)
        : file_(std::move(file)), bytes_read_(bytes_read) {}
    Result<std::size_t> read(std::span<std::byte> to, std::uint64_t at) override {
      auto got = file_->read(to, at);
      bytes_read_ += got.value_or(0);
      return got;
    }
    Result<void> write(ByteView bytes, std::uint64_t at) override {
      return file_->write(bytes, at);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
    Result<void> sync() override { return file_->sync(); }

   private:
    std::unique_ptr<DiskFile> file_;
    std::uint64_t& bytes_read_;
  };
};

}  // namespace spindle::store::testing_support
