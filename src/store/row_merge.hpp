#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "store/block_format.hpp"
#include "store/block_slice.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {

/// Rows of one block, or of what is not written yet, on their way into one order of time.
struct RowSource {
  std::int64_t id = 0;  ///< Of rows of one time, those of the smaller number came first.
  std::vector<std::int64_t> times;  ///< Rising.
  std::vector<DecodedColumn> columns;
  Bytes block;                       ///< Texts of columns lie in it,
  SeriesRows rows;                   ///< or in these.
  std::size_t row = 0;               ///< The first that was not handed on.
  std::vector<std::size_t> value{};  ///< Of each column, its first value from `row` on.

  [[nodiscard]] bool done() const { return row == times.size(); }
};

/// Rows that are not written yet. They are sorted.
[[nodiscard]] std::unique_ptr<RowSource> source_of(SeriesRows rows);

/// Hands on all rows before `until` of sources that may overlap, as one slice in order of time, and
/// moves the sources on. Rows of one source alone are handed on as they lie. False when `each` said
/// stop. `until`: µs, the largest number for all. Pure but for `each`. Memory: where sources
/// overlap, the overlapping rows.
[[nodiscard]] bool hand_on(const std::vector<std::unique_ptr<RowSource>>& sources,
                           std::int64_t until, const std::function<bool(const BlockSlice&)>& each);

}  // namespace spindle::store
