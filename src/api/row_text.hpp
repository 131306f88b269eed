#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "store/rollup.hpp"

namespace spindle::api {

/// Writes rows of times and numbers as JSON, fast: answers of charts hold tens of thousands.
///
/// Threads: one at a time. Numbers that are not finite become null.
class RowText {
 public:
  /// Appends to `out`, which it borrows.
  explicit RowText(std::string& out) : out_(out) {}

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
  void null() { out_ += "null"; }
  void text(std::string_view raw) { out_ += raw; }

 private:
  std::string& out_;
  std::int64_t day_ = INT64_MIN;  ///< Days since 1970 of `date_`.
  char date_[12] = {};            ///< `"2024-03-14T`
};

}  // namespace spindle::api
