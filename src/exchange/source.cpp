#include "exchange/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace spindle::exchange {
namespace {

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

class FileSource final : public Source {
 public:
  FileSource(std::FILE* file, std::filesystem::path name) : file_(file), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<char> piece) override {
    const auto n = std::fread(piece.data(), 1, piece.size(), file_.get());
    if (n == 0 && std::ferror(file_.get()) != 0)
      return fail(Errc::invalid,
                  fmt::format("{}: can't be read: {}", name_.string(), std::strerror(errno)));
    return n;
  }

 private:
  std::unique_ptr<std::FILE, Close> file_;
  std::filesystem::path name_;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  Result<std::size_t> read(std::span<char> piece) override {
    const auto n = std::min(piece.size(), bytes_.size());
    bytes_.copy(piece.data(), n);
    bytes_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

Result<std::unique_ptr<Source>> file_source(const std::filesystem::path& file) {
  std::FILE* const handle = file == "-" ? stdin : std::fopen(file.c_str(), "rb");
  if (!handle)
    return fail(Errc::invalid,
                fmt::format("{}: can't be read: {}", file.string(), std::strerror(errno)));
  return std::make_unique<FileSource>(handle, file);
}

std::unique_ptr<Source> memory_source(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

void Characters::skip(std::size_t n) {
  const auto passed = std::string_view(buffer_).substr(at_, n);
  line_ += static_cast<std::uint64_t>(std::ranges::count(passed, '\n'));
  at_ += n;
}

bool Characters::fill() {
  if (!error_) return false;
  const auto n = source_->read({buffer_.data(), buffer_.size()});
  if (!n) error_ = fail(n.error());
  at_ = 0;
  size_ = n.value_or(0);
  return size_ > 0;
}

}  // namespace spindle::exchange
