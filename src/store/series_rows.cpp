#include "store/series_rows.hpp"

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

void SeriesRows::clear() {
  times.clear();
  columns.clear();
  text.clear();
  next_column_ = 0;
}

}  // namespace spindle::store
