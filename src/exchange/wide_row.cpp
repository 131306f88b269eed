#include <fmt/format.h>

#include "exchange/value_text.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

WideRow::WideRow(std::span<const Column> columns) : columns_(columns), cells_(columns.size()) {}

Result<bool> WideRow::put(const Row& row, bool spreadsheet) {
  if (!empty_ && row.time != time_) return false;
  for (std::size_t tried = 0; tried < columns_.size(); ++tried) {
    const auto at = (next_ + tried) % columns_.size();
    const auto& column = columns_[at];
    if (column.signal != row.signal || column.machine != row.machine) continue;
    if (!cells_[at].empty()) return false;
    append_cell(row, column.type, spreadsheet ? Medium::spreadsheet : Medium::any, cells_[at]);
    next_ = at + 1;
    empty_ = false;
    time_ = row.time;
    return true;
  }
  return fail(Errc::invalid,
              fmt::format("{}/{}: has no column in this file", row.machine, row.signal));
}

void WideRow::clear() {
  for (auto& cell : cells_) cell.clear();
  next_ = 0;
  empty_ = true;
}

}  // namespace spindle::exchange
