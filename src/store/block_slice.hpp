#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/observation.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {

/// One signal's values in a BlockSlice, as they are stored: reals that are decimals stay whole
/// numbers, so that sums over them are exact.
struct ColumnSlice {
  SignalKey signal{};
  ValueKind kind = ValueKind::none;  ///< `none`: no row has a value.
  std::uint8_t decimals = 0;         ///< Of a real: value × 10^(decimals − 1); 0: bits of doubles.
  bool constant = false;  ///< Every row has the same good value: `values` is that one, no cells.
  std::span<const Cell> cells;  ///< One a row (series_rows.hpp); none: every row has a good value.
  /// Of the cells that have one: false and true, whole numbers, decimals or bits; of a text its
  /// place in `texts`.
  std::span<const std::uint64_t> values;
  std::span<const std::string_view> texts;
};

/// Rows of a series between two moments, column by column. Everything it borrows is valid until
/// the callback it was given to returns.
struct BlockSlice {
  std::span<const std::int64_t> times;  ///< µs, rising; of equal ones the later row counts.
  std::span<const ColumnSlice> columns;
};

}  // namespace spindle::store
