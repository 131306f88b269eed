#include "store/row_merge.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "store/block_layout.hpp"

namespace spindle::store {
namespace {

std::size_t end_of(const RowSource& source, std::int64_t until) {
  if (until == INT64_MAX) return source.times.size();
  const auto from = source.times.begin() + static_cast<std::ptrdiff_t>(source.row);
  return static_cast<std::size_t>(std::lower_bound(from, source.times.end(), until) -
                                  source.times.begin());
}

/// Values of a column in rows [first, last).
std::size_t values_in(const DecodedColumn& column, std::size_t first, std::size_t last) {
  if (column.cells.empty()) return last - first;
  std::size_t out = 0;
  for (auto n = first; n < last; ++n) out += has_value(column.cells[n]);
  return out;
}

bool hand_on_alone(RowSource& source, std::size_t end,
                   const std::function<bool(const BlockSlice&)>& each) {
  source.value.resize(source.columns.size());
  const auto first = source.row;
  std::vector<ColumnSlice> columns;
  columns.reserve(source.columns.size());
  for (std::size_t n = 0; n < source.columns.size(); ++n) {
    const auto& column = source.columns[n];
    auto slice = column.slice();
    if (!column.cells.empty()) slice.cells = slice.cells.subspan(first, end - first);
    if (!column.constant) {
      const bool whole = first == 0 && end == source.times.size();
      const auto count = whole ? column.values.size() : values_in(column, first, end);
      slice.values = slice.values.subspan(source.value[n], count);
      source.value[n] += count;
    }
    columns.push_back(slice);
  }
  source.row = end;
  return each({std::span(source.times).subspan(first, end - first), columns});
}

/// One column put together from those of several sources.
struct Merged {
  DecodedColumn column;
  bool has_decimals = false;  ///< `column.decimals` is that of all so far.
  struct Value {
    std::uint64_t bits = 0;
    std::uint8_t decimals = 0;
  };
  std::vector<Value> values;  ///< One a row.
};

std::uint64_t as_double_bits(std::uint64_t stored, std::uint8_t decimals) {
  if (decimals == 0) return stored;
  return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(stored)) /
                                      block::powers_of_ten[decimals - 1u]);
}

struct RowPlace {
  std::int64_t time = 0;
  std::int64_t id = 0;
  std::size_t source = 0;
  std::size_t row = 0;
  auto operator<=>(const RowPlace&) const = default;
};

void merge_column(const DecodedColumn& from, std::size_t first, std::size_t end, std::size_t value,
                  const std::vector<std::size_t>& place, Merged& to) {
  const auto texts = to.column.texts.size();
  to.column.texts.insert(to.column.texts.end(), from.texts.begin(), from.texts.end());
  if (from.kind != ValueKind::none) {
    if (to.has_decimals && to.column.decimals != from.decimals) to.column.decimals = 0;
    if (!to.has_decimals) to.column.decimals = from.decimals;
    to.has_decimals = true;
  }
  for (auto row = first; row < end; ++row) {
    const auto cell = from.cells.empty() ? Cell{1} : from.cells[row];
    const auto at = place[row - first];
    to.column.cells[at] = cell;
    if (!has_value(cell)) continue;
    auto bits = from.values[from.constant ? 0 : value++];
    if (from.kind == ValueKind::text) bits += texts;
    to.values[at] = {bits, from.decimals};
  }
}

bool hand_on_together(const std::vector<std::unique_ptr<RowSource>>& sources,
                      const std::vector<std::size_t>& ends,
                      const std::function<bool(const BlockSlice&)>& each) {
  std::vector<RowPlace> order;
  for (std::size_t s = 0; s < sources.size(); ++s)
    for (auto row = sources[s]->row; row < ends[s]; ++row)
      order.push_back({sources[s]->times[row], sources[s]->id, s, row});
  std::sort(order.begin(), order.end());
  std::vector<std::vector<std::size_t>> places(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) places[s].resize(ends[s] - sources[s]->row);
  std::vector<std::int64_t> times;
  times.reserve(order.size());
  for (const auto& one : order) {
    places[one.source][one.row - sources[one.source]->row] = times.size();
    times.push_back(one.time);
  }
  std::map<std::pair<SignalKey, ValueKind>, Merged> merged;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    auto& source = *sources[s];
    source.value.resize(source.columns.size());
    if (ends[s] == source.row) continue;
    for (std::size_t n = 0; n < source.columns.size(); ++n) {
      const auto& column = source.columns[n];
      auto& to = merged[{column.signal, column.kind}];
      if (to.column.cells.empty()) {
        to.column.signal = column.signal;
        to.column.kind = column.kind;
        to.column.cells.assign(order.size(), absent);
        to.values.resize(order.size());
      }
      merge_column(column, source.row, ends[s], source.value[n], places[s], to);
      if (!column.constant) source.value[n] += values_in(column, source.row, ends[s]);
    }
    source.row = ends[s];
  }
  std::vector<ColumnSlice> columns;
  for (auto& [name, to] : merged) {
    for (std::size_t row = 0; row < order.size(); ++row) {
      if (!has_value(to.column.cells[row])) continue;
      const auto& value = to.values[row];
      to.column.values.push_back(
          to.column.decimals == 0 ? as_double_bits(value.bits, value.decimals) : value.bits);
    }
    columns.push_back(to.column.slice());
  }
  return each({times, columns});
}

}  // namespace

std::unique_ptr<RowSource> source_of(SeriesRows rows) {
  auto out = std::make_unique<RowSource>();
  rows.sort();
  out->rows = std::move(rows);
  for (const auto& t : out->rows.times) out->times.push_back(t.time.time_since_epoch().count());
  for (auto& from : out->rows.columns) {
    auto& to = out->columns.emplace_back();
    to.signal = from.signal;
    to.kind = from.kind;
    to.cells = from.cells;
    to.cells.resize(out->times.size(), absent);
    to.values = from.values;
    if (from.kind != ValueKind::text) continue;
    for (auto& value : to.values) {
      to.texts.push_back(out->rows.text_at(value));
      value = to.texts.size() - 1;
    }
  }
  return out;
}

bool hand_on(const std::vector<std::unique_ptr<RowSource>>& sources, std::int64_t until,
             const std::function<bool(const BlockSlice&)>& each) {
  std::vector<std::size_t> ends;
  ends.reserve(sources.size());
  RowSource* alone = nullptr;
  std::size_t with_rows = 0;
  for (const auto& source : sources) {
    ends.push_back(end_of(*source, until));
    if (ends.back() == source->row) continue;
    ++with_rows;
    alone = source.get();
  }
  if (with_rows == 0) return true;
  if (with_rows > 1) return hand_on_together(sources, ends, each);
  return hand_on_alone(*alone, end_of(*alone, until), each);
}

}  // namespace spindle::store
