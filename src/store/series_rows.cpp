#include "store/series_rows.hpp"

#include <algorithm>
#include <numeric>

namespace spindle::store {

void SeriesRows::begin_row(const RowTime& when) {
  times.push_back(when);
  next_column_ = 0;
}

Column& SeriesRows::column_for(SignalKey signal, ValueKind kind) {
  // Starts where the last row would go on, and comes around.
  for (std::size_t n = 0; n < columns.size(); ++n) {
    auto at = next_column_ + n;
    if (at >= columns.size()) at -= columns.size();
    auto& column = columns[at];
    if (column.signal != signal) continue;
    if (column.kind == kind || kind == ValueKind::none || column.kind == ValueKind::none) {
      if (column.kind == ValueKind::none) column.kind = kind;
      next_column_ = at + 1;
      return column;
    }
  }
  next_column_ = columns.size() + 1;
  auto& column = columns.emplace_back();
  column.signal = signal;
  column.kind = kind;
  return column;
}

void SeriesRows::add(SignalKey signal, Quality quality, Value value, std::string_view words) {
  auto* column = &column_for(signal, value.kind);
  if (column->cells.size() == rows()) {
    const auto next = next_column_;
    begin_row(RowTime(times.back()));
    next_column_ = next;
  }
  if (column->cells.size() + 1 < rows()) column->cells.resize(rows() - 1, absent);
  const bool valued = value.kind != ValueKind::none;
  column->cells.push_back(cell_of(quality, valued));
  if (!valued) return;
  if (value.kind == ValueKind::text) {
    column->values.push_back(std::uint64_t{text.size()} << 32 | words.size());
    text += words;
  } else if (value.kind == ValueKind::boolean) {
    column->values.push_back(value.boolean ? 1 : 0);
  } else {
    column->values.push_back(value.unsigned_integer);
  }
}

void SeriesRows::append(const SeriesRows& other) {
  const auto before = rows();
  const auto pool = std::uint64_t{text.size()} << 32;
  times.insert(times.end(), other.times.begin(), other.times.end());
  text += other.text;
  next_column_ = 0;
  for (const auto& from : other.columns) {
    auto& to = column_for(from.signal, from.kind);
    to.cells.resize(before, absent);
    to.cells.insert(to.cells.end(), from.cells.begin(), from.cells.end());
    const auto shift = from.kind == ValueKind::text ? pool : 0;
    for (const auto bits : from.values) to.values.push_back(bits + shift);
  }
}

void SeriesRows::sort() {
  const auto earlier = [](const RowTime& a, const RowTime& b) { return a.time < b.time; };
  if (std::is_sorted(times.begin(), times.end(), earlier)) return;
  std::vector<std::size_t> order(rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return times[a].time < times[b].time; });
  std::vector<RowTime> sorted_times;
  sorted_times.reserve(rows());
  for (const auto n : order) sorted_times.push_back(times[n]);
  times = std::move(sorted_times);
  std::vector<std::size_t> place(rows());  // Of a row's value, when it has one.
  for (auto& column : columns) {
    column.cells.resize(rows(), absent);
    std::size_t next = 0;
    for (std::size_t n = 0; n < rows(); ++n) {
      place[n] = next;
      next += has_value(column.cells[n]);
    }
    std::vector<Cell> cells;
    std::vector<std::uint64_t> values;
    cells.reserve(rows());
    values.reserve(column.values.size());
    for (const auto n : order) {
      cells.push_back(column.cells[n]);
      if (has_value(column.cells[n])) values.push_back(column.values[place[n]]);
    }
    column.cells = std::move(cells);
    column.values = std::move(values);
  }
}

SeriesRows SeriesRows::part(std::size_t first, std::size_t last) const {
  SeriesRows out;
  const auto iterator = [](const auto& of, std::size_t n) {
    return of.begin() + static_cast<std::ptrdiff_t>(n);
  };
  out.times.assign(iterator(times, first), iterator(times, last));
  for (const auto& column : columns) {
    const auto end = std::min(last, column.cells.size());
    if (first >= end) continue;
    const auto before = std::count_if(column.cells.begin(), iterator(column.cells, first),
                                      [](Cell cell) { return has_value(cell); });
    const auto valued = std::count_if(iterator(column.cells, first), iterator(column.cells, end),
                                      [](Cell cell) { return has_value(cell); });
    Column part{column.signal, column.kind, {}, {}};
    part.cells.assign(iterator(column.cells, first), iterator(column.cells, end));
    if (std::ranges::all_of(part.cells, [](Cell cell) { return cell == absent; })) continue;
    part.values.assign(column.values.begin() + before, column.values.begin() + before + valued);
    if (column.kind == ValueKind::text)
      for (auto& bits : part.values) {
        const auto words = text_at(bits);
        bits = std::uint64_t{out.text.size()} << 32 | words.size();
        out.text += words;
      }
    out.columns.push_back(std::move(part));
  }
  return out;
}

void SeriesRows::clear() {
  times.clear();
  columns.clear();
  text.clear();
  next_column_ = 0;
}

}  // namespace spindle::store
