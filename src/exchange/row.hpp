#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "model/value.hpp"

namespace spindle::exchange {

/// One value of one signal at one time, on its way out of or into a box. All words are borrowed:
/// from the caller while writing, from the reader until its next step while reading.
struct Row {
  std::string_view machine;  ///< Id.
  std::string_view signal;   ///< Id.
  std::string_view unit;     ///< As printed; may be empty.
  Instant time{};
  Quality quality = Quality::good;
  Value value;            ///< A text lies in `text`, from its offset on.
  std::string_view text;  ///< Pool of a text value.
  /// False while reading, when the file does not say of what type a value is: `text` then holds the
  /// cell as it stands, and read_cell() (value_text.hpp) makes it a value.
  bool typed = true;
  bool decimal_comma = false;  ///< Of such a cell: `1,5` is a number as well.

  [[nodiscard]] std::string_view words() const {
    return value.kind == ValueKind::text ? text.substr(value.text.offset, value.text.length)
                                         : std::string_view{};
  }
};

/// A slice of time in one row: what a chart draws. Comes out only; nothing reads it in again.
struct Point {
  std::string_view machine;
  std::string_view signal;
  std::string_view unit;
  Instant from{};
  std::optional<double> min;
  std::optional<double> average;  ///< Weighted by time.
  std::optional<double> max;
  std::optional<double> last;
  std::uint64_t count = 0;
};

/// A signal of the wide layout.
struct Column {
  std::string_view machine;
  std::string_view signal;
  std::string_view unit;
  ValueType type = ValueType::float64;  ///< What its cells are without a word about their type.
};

}  // namespace spindle::exchange
