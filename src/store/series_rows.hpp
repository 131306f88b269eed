#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// What one cell of a column says.
///   0 nothing: the row does not speak of this signal
///   1..4  a value, of quality cell − 1
///   5..8  no value, of quality cell − 5
using Cell = std::uint8_t;
inline constexpr Cell absent = 0;
inline constexpr Cell cell_last = 8;

[[nodiscard]] inline Cell cell_of(Quality quality, bool has_value) {
  return static_cast<Cell>(static_cast<unsigned>(quality) + (has_value ? 1u : 5u));
}
[[nodiscard]] inline bool has_value(Cell cell) { return cell >= 1 && cell <= 4; }
[[nodiscard]] inline Quality quality_of(Cell cell) { return static_cast<Quality>((cell - 1) & 3); }

struct RowTime {
  Instant time{};
  Instant device{};  ///< 1970: none.
  Instant received{};
  bool operator==(const RowTime&) const = default;
};

/// One kind of value of one signal. A signal that changes its kind has a column for each.
struct Column {
  SignalKey signal{};
  ValueKind kind = ValueKind::none;   ///< `none` until a value came.
  std::vector<Cell> cells;            ///< One a row; missing ones at the end are absent.
  std::vector<std::uint64_t> values;  ///< Bits of the cells that have a value, in order; of a text
                                      ///< its offset << 32 | length in the rows' pool.
};

/// Rows of a poll group, or of one signal alone, column by column under one time column.
///
/// Memory: about 24 bytes a row and 9 a value. Values of different batches may be added: texts are
/// copied into the own pool. Threads: one at a time.
class SeriesRows {
 public:
  void begin_row(const RowTime& when);
  /// To the row begun last; a second value of the same signal starts another row of the same time.
  /// `text` is the value's text when it is one.
  void add(SignalKey signal, Quality quality, Value value, std::string_view text);
  /// All rows of `other` after the own ones.
  void append(const SeriesRows& other);
  void clear();
  /// Brings the rows in order of time; rows of one time stay as they came.
  void sort();
  /// Rows [first, last) alone.
  [[nodiscard]] SeriesRows part(std::size_t first, std::size_t last) const;

  [[nodiscard]] std::size_t rows() const { return times.size(); }
  [[nodiscard]] bool empty() const { return times.empty(); }
  [[nodiscard]] std::string_view text_at(std::uint64_t bits) const {
    return std::string_view(text).substr(bits >> 32, bits & 0xFFFFFFFF);
  }

  std::vector<RowTime> times;
  std::vector<Column> columns;
  std::string text;

 private:
  [[nodiscard]] Column& column_for(SignalKey signal, ValueKind kind);
  std::size_t next_column_ = 0;  ///< Rows mostly name their signals in the same order.
};

}  // namespace spindle::store
