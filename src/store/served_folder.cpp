#include "store/served_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>

namespace spindle::store {
namespace {

constexpr std::size_t lock_bytes_max = 512;

/// A lock file, open; closed at the end.
class LockFile {
 public:
  LockFile(const std::filesystem::path& folder, int flags)
      : descriptor_(::open((folder / "lock").c_str(), flags | O_CLOEXEC)) {}
  ~LockFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// By another. Looking takes the lock for a moment when nobody holds it.
  [[nodiscard]] bool is_held() const { return ::flock(descriptor_, LOCK_SH | LOCK_NB) != 0; }
  [[nodiscard]] std::string text() const {
    std::array<char, lock_bytes_max> bytes{};
    const auto size = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    return {bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  int descriptor_;
};

}  // namespace

void tell_address(const std::filesystem::path& folder, std::string_view url) {
  const LockFile file(folder, O_RDWR);
  if (!file.is_open()) return;
  const auto text = file.text();
  const auto line = text.find('\n');
  if (line == std::string::npos) return;
  const auto bytes = std::string(url) + '\n';
  static_cast<void>(
      ::pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(line + 1)));
}

std::optional<std::string> served_at(const std::filesystem::path& folder) {
  const LockFile file(folder, O_RDONLY);
  if (!file.is_open()) return std::nullopt;
  const auto text = file.text();
  const auto begin = text.find('\n');
  const auto end = begin == std::string::npos ? begin : text.find('\n', begin + 1);
  if (end == std::string::npos) return std::nullopt;
  // It may be what one that has ended left behind.
  if (!file.is_held()) return std::nullopt;
  return text.substr(begin + 1, end - begin - 1);
}

bool is_served(const std::filesystem::path& folder) {
  const LockFile file(folder, O_RDONLY);
  return file.is_open() && file.is_held();
}

}  // namespace spindle::store
