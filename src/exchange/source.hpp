#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spindle::exchange {

/// Bytes from the front to the end.
class Source {
 public:
  virtual ~Source() = default;
  /// Fills the front of `piece`; 0: the end. Errors: `invalid`, the system's words.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> piece) = 0;
};

/// Errors: `invalid` when the file can't be read.
[[nodiscard]] Result<std::unique_ptr<Source>> file_source(const std::filesystem::path& file);
/// Borrows the bytes.
[[nodiscard]] std::unique_ptr<Source> memory_source(std::string_view bytes);

/// A source read character by character.
class Characters {
 public:
  explicit Characters(std::unique_ptr<Source> source)
      : source_(std::move(source)), buffer_(64 * 1024, '\0') {}

  /// The next character without taking it; -1 at the end, or after an error().
  [[nodiscard]] int peek() {
    if (at_ == size_ && !fill()) return -1;
    return static_cast<unsigned char>(buffer_[at_]);
  }
  int take() {
    const int c = peek();
    if (c >= 0) {
      ++at_;
      line_ += c == '\n';
    }
    return c;
  }
  /// What is in memory, at least one character unless at the end; passed over with skip().
  [[nodiscard]] std::string_view ahead() {
    if (at_ == size_ && !fill()) return {};
    return std::string_view(buffer_).substr(at_, size_ - at_);
  }
  void skip(std::size_t n);

  [[nodiscard]] std::uint64_t line() const { return line_; }  ///< From 1.
  [[nodiscard]] const Result<void>& error() const { return error_; }

 private:
  bool fill();

  std::unique_ptr<Source> source_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t line_ = 1;
  Result<void> error_;
};

}  // namespace spindle::exchange
