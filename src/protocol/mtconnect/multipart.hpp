#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spindle::mtconnect {

/// Largest document taken from an agent, bytes.
inline constexpr std::size_t document_max = std::size_t{10} << 20;

/// Cuts the body of a multipart/x-mixed-replace response into its parts.
///
/// feed() pieces of any size, then call next() until it has no part. A part's length is its
/// Content-length; without one it ends before the next boundary.
///
/// Source: RFC 2046, 5.1; MTConnect Standard Part 1, sample with interval.
/// Errors: `malformed` (no boundary where one must be, a part above document_max).
/// Memory: one part and what the last feed() brought. Threads: one at a time.
class MultipartReader {
 public:
  /// `boundary` as the content type names it, with or without leading dashes.
  explicit MultipartReader(std::string_view boundary);

  void feed(std::string_view bytes);
  /// The next whole part's content: valid until the next call.
  [[nodiscard]] Result<std::optional<std::string_view>> next();
  /// True after the closing boundary: nothing follows.
  [[nodiscard]] bool closed() const { return state_ == State::closed; }

 private:
  enum class State : std::uint8_t { boundary, headers, content, closed };

  [[nodiscard]] std::optional<std::string_view> take_line();
  [[nodiscard]] Result<void> read_boundary(std::string_view line);
  [[nodiscard]] Result<void> read_header(std::string_view line);
  [[nodiscard]] std::optional<std::string_view> take_content();
  [[nodiscard]] bool is_delimiter(std::string_view line) const;

  std::string delimiter_;  ///< `--boundary`
  State state_ = State::boundary;
  std::string buffer_;
  std::size_t taken_ = 0;     ///< Of buffer_.
  std::size_t searched_ = 0;  ///< Up to here buffer_ holds no line end (or boundary).
  std::size_t preamble_ = 0;  ///< Bytes passed over looking for the boundary.
  std::optional<std::size_t> length_;
};

}  // namespace spindle::mtconnect
