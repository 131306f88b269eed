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
  BlockHead head;                      ///< Of a block.
  Bytes block;                         ///< Texts of columns lie in it,
  SeriesRows rows;                     ///< or in these.
  std::size_t row = 0;                 ///< The first that was not handed on.
  std::vector<std::size_t> value{};    ///< Of each column, its first value from `row` on.
  std::vector<DecodedColumn> spare{};  ///< Columns whose memory waits to be used again.

  [[nodiscard]] bool done() const { return row == times.size(); }
  /// A column to be filled, last of all.
  [[nodiscard]] DecodedColumn& add_column() {
    if (spare.empty()) return columns.emplace_back();
    columns.push_back(std::move(spare.back()));
    spare.pop_back();
    return columns.back();
  }
  void drop_column() {
    spare.push_back(std::move(columns.back()));
    columns.pop_back();
  }
  /// Empty again; keeps its memory.
  void clear() {
    while (!columns.empty()) drop_column();
    times.clear();
    rows.clear();
    value.clear();
    row = 0;
    id = 0;
  }
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
