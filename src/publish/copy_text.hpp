#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace spindle::publish {

/// Rows in PostgreSQL's COPY text format: columns between tabs, a row a line, `\N` for nothing.
///
/// Text arrives as the server takes it: UTF-8 without NUL. What is not (a controller's own code
/// page) has each wrong byte replaced by U+FFFD; a mirror must not stand still over one word.
/// Source: PostgreSQL 15 documentation, COPY, Text Format. Pure.
class CopyText {
 public:
  CopyText& text(std::string_view value);
  /// Nothing instead of an empty word.
  CopyText& word(std::string_view value) { return value.empty() ? null() : text(value); }
  CopyText& integer(std::int64_t value);
  CopyText& count(std::uint64_t value);
  CopyText& real(double value);
  CopyText& real(const std::optional<double>& value) { return value ? real(*value) : null(); }
  CopyText& truth(bool value);
  CopyText& instant(Instant value);
  CopyText& instant(const std::optional<Instant>& value) {
    return value ? instant(*value) : null();
  }
  CopyText& null();
  void end_row();

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  void clear();

 private:
  void begin_column();

  std::string bytes_;
  std::size_t rows_ = 0;
  bool first_ = true;
};

/// `value` as UTF-8 without NUL: wrong bytes replaced by U+FFFD.
[[nodiscard]] std::string sound_text(std::string_view value);

/// A word that can be part of a key: at most 500 bytes; of a longer one the begin and a checksum of
/// the whole, so that different words stay different.
[[nodiscard]] std::string key_text(std::string_view value);

}  // namespace spindle::publish
