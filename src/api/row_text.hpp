#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "store/rollup.hpp"

namespace spindle::api {

/// Writes rows of times and numbers as JSON, fast: answers of charts hold tens of thousands.
///
/// Threads: one at a time. Memory: the text, and as much again while it grows. Numbers that are not
/// finite become null.
class RowText {
 public:
  /// Goes on behind `begun`; `expected` characters more are likely.
  explicit RowText(std::string begun = {}, std::size_t expected = 0);

  /// `"2024-03-14T00:00:00.000Z"`, with its quotes; with micros six decimals
  /// where three would lose something.
  void time(Instant t, bool micros = false);
  /// The shortest text that reads back to the same double.
  void number(double value);
  /// Of a stored number: the same text, found sooner where it is a decimal.
  void number(store::NumberForm form, std::int64_t key);
  /// To 15 digits, for what was computed.
  void computed(double value);
  void whole(std::uint64_t value);
  void null() { raw("null"); }
  /// As it is.
  void raw(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    used_ += text.size();
  }
  void raw(char c) {
    *room(1) = c;
    ++used_;
  }
  /// What was written last. Precondition: something was.
  [[nodiscard]] char last() const { return text_[used_ - 1]; }
  /// All of it; nothing is to be written after.
  [[nodiscard]] std::string take();

 private:
  /// Where `most` characters may be put. A string's own append looks at much more each time.
  char* room(std::size_t most) {
    if (text_.size() - used_ < most) grow(most);
    return text_.data() + used_;
  }
  void used_until(const char* end) { used_ = static_cast<std::size_t>(end - text_.data()); }
  void grow(std::size_t most);

  std::string text_;  ///< Longer than what was written.
  std::size_t used_ = 0;
  std::int64_t minute_ = INT64_MIN;  ///< Since 1970, of `date_`.
  char date_[24] = {};               ///< `"2024-03-14T08:15:`
};

}  // namespace spindle::api
