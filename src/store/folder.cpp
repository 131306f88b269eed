#include "store/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace spindle::store {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  const auto file = folder / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return fail(Errc::refused,
                fmt::format("{}: cannot be written ({}); give this user write access or choose "
                            "another data folder",
                            folder.string(), std::generic_category().message(errno)));
  FolderLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> text{};
    const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
    std::string owner(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    owner.resize(std::min(owner.size(), owner.find('\n')));  // its address follows
    return fail(Errc::refused,
                fmt::format("{}: already served by process {}; stop it first, or choose another "
                            "data folder",
                            folder.string(), owner.empty() ? "unknown" : owner));
  }
  const auto pid = fmt::format("{}\n", ::getpid());
  // The id is only for the message: a disk too full for it must not stop the program.
  if (::ftruncate(descriptor, 0) == 0)
    static_cast<void>(::pwrite(descriptor, pid.data(), pid.size(), 0));
  return lock;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::filesystem::path> set_aside(const std::filesystem::path& file, Instant now) {
  std::string stamp;
  for (const char c : format_rfc3339(now))
    if (c != '-' && c != ':' && c != '.') stamp += c;
  auto target = file;
  target += ".damaged-" + stamp;
  for (int n = 2; std::filesystem::exists(target); ++n) {
    target = file;
    target += fmt::format(".damaged-{}-{}", stamp, n);
  }
  // Whatever the moment the program dies, nothing is lost and no part passes for the whole: all
  // parts get their second name first, then the file loses its first one, then what belongs to it.
  // (A log whose file is gone says nothing to SQLite.)
  const auto part_of = [](std::filesystem::path whole, const char* part) { return whole += part; };
  const auto is_missing = [](const std::error_code& code) {
    return code == std::errc::no_such_file_or_directory;
  };
  bool linked = true;
  for (const char* part : {"", "-wal", "-shm"}) {
    std::error_code failure;
    std::filesystem::create_hard_link(part_of(file, part), part_of(target, part), failure);
    if (failure && !is_missing(failure)) linked = false;
  }
  for (const char* part : {"", "-wal", "-shm"}) {
    std::error_code failure;
    if (linked)
      std::filesystem::remove(part_of(file, part), failure);
    else  // A disk without links.
      std::filesystem::rename(part_of(file, part), part_of(target, part), failure);
    if (failure && !is_missing(failure))
      return fail(Errc::refused, fmt::format("{}: cannot be moved aside ({}); move it by hand",
                                             part_of(file, part).string(), failure.message()));
  }
  return target;
}

}  // namespace spindle::store
