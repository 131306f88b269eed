#include "store/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace spindle::store {
namespace {

tl::unexpected<Error> failed(const std::filesystem::path& file, std::string_view doing, int code) {
  const auto reason = std::generic_category().message(code);
  switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return fail(Errc::overloaded,
                  fmt::format("{}: the disk is full ({}); free some space in {} (nothing was "
                              "taken, it goes on by itself)",
                              file.string(), reason, file.parent_path().string()));
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case EROFS:
      return fail(Errc::refused,
                  fmt::format("{}: {} failed ({}); check that the folder exists and that this "
                              "user may write it",
                              file.string(), doing, reason));
    default:
      return fail(Errc::overloaded,
                  fmt::format("{}: {} failed ({}); check the disk", file.string(), doing, reason));
  }
}

class SystemFile final : public DiskFile {
 public:
  SystemFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  ~SystemFile() override { ::close(descriptor_); }
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;

  Result<std::size_t> read(std::span<std::byte> to, std::uint64_t at) override {
    std::size_t done = 0;
    while (done < to.size()) {
      const auto got =
          ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(at + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed(path_, "reading", errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }
  Result<void> write(ByteView bytes, std::uint64_t at) override {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto put = ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(at + done));
      if (put < 0 && errno == EINTR) continue;
      // A disk that takes nothing without giving a reason is full.
      if (put <= 0) return failed(path_, "writing", put < 0 ? errno : ENOSPC);
      done += static_cast<std::size_t>(put);
    }
    return {};
  }
  Result<std::uint64_t> size() override {
    struct stat status{};
    if (::fstat(descriptor_, &status) != 0) return failed(path_, "reading", errno);
    return static_cast<std::uint64_t>(status.st_size);
  }
  Result<void> truncate(std::uint64_t size) override {
    while (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
      if (errno != EINTR) return failed(path_, "cutting", errno);
    return {};
  }
  Result<void> sync() override {
    while (::fdatasync(descriptor_) != 0)
      if (errno != EINTR) return failed(path_, "writing through", errno);
    return {};
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

class SystemDisk final : public Disk {
 public:
  Result<void> create_folder(const std::filesystem::path& folder) override {
    std::error_code failure;
    const bool made = std::filesystem::create_directories(folder, failure);
    if (failure) return failed(folder, "creating the folder", failure.value());
    if (!made) return {};
    // What is put into it is only as safe from a power cut as its own name.
    return sync_folder(std::filesystem::absolute(folder).lexically_normal().parent_path());
  }
  Result<std::vector<DiskEntry>> list(const std::filesystem::path& folder) override {
    std::vector<DiskEntry> out;
    std::error_code failure;
    for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
      std::error_code gone;
      if (!at->is_regular_file(gone)) continue;
      const auto bytes = at->file_size(gone);
      if (!gone) out.push_back({at->path().filename().string(), bytes});
    }
    if (failure && failure != std::errc::no_such_file_or_directory)
      return failed(folder, "listing", failure.value());
    return out;
  }
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& file,
                                         Access access) override {
    const int flags = O_CLOEXEC | (access == Access::read_only ? O_RDONLY : O_RDWR | O_CREAT);
    const int descriptor = ::open(file.c_str(), flags, 0644);
    if (descriptor < 0) return failed(file, "opening", errno);
    return std::make_unique<SystemFile>(file, descriptor);
  }
  Result<void> sync_folder(const std::filesystem::path& folder) override {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed(folder, "opening", errno);
    const int code = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    // Some filesystems know no syncing of folders; they have nothing to lose there.
    if (code != 0 && code != EINVAL) return failed(folder, "writing through", code);
    return {};
  }
  Result<void> remove(const std::filesystem::path& file) override {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) return failed(file, "removing", errno);
    return {};
  }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed(from, "renaming", errno);
    return {};
  }
};

}  // namespace

Disk& Disk::system() {
  static SystemDisk disk;
  return disk;
}

}  // namespace spindle::store
