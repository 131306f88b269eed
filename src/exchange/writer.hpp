#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "exchange/format.hpp"
#include "exchange/row.hpp"

namespace spindle::exchange {

struct WriterOptions {
  Format format = Format::csv;
  Layout layout = Layout::long_rows;
  bool points = false;          ///< point() is called instead of row().
  std::vector<Column> columns;  ///< All signals, in order. Their words outlive the writer.
  /// XLSX only: a folder for what has to lie on the disk until the workbook is whole.
  std::filesystem::path scratch;
  /// XLSX only: what to add to UTC for the column people read as a date; empty: nothing.
  std::function<Duration(Instant)> local;
};

/// Writes one file, row by row, into memory that the caller takes away as it grows.
///
/// Calls: begin(), then rows (or points), then finish() until it says false. Of the wide layout a
/// row is a cell: rows come by time, and of one time in any order.
///
/// Memory: a row, or of a wide row its cells. XLSX grows on the disk, in `scratch`, and comes out
/// of finish(); nothing is left there when the writer goes. Threads: one at a time.
/// Errors: `invalid` for a format that has no such layout; `refused` when the disk says no.
class Writer {
 public:
  virtual ~Writer() = default;

  [[nodiscard]] virtual Result<void> begin(std::string& out) = 0;
  [[nodiscard]] virtual Result<void> row(const Row& row, std::string& out) = 0;
  [[nodiscard]] virtual Result<void> point(const Point& point, std::string& out) = 0;
  /// Appends the end, a piece at a time; false: that was the last.
  [[nodiscard]] virtual Result<bool> finish(std::string& out) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Writer>> make_writer(WriterOptions options);

/// What a wide row is gathered in: the cells of one time. A signal that speaks twice at one time
/// makes two rows of it.
class WideRow {
 public:
  explicit WideRow(std::span<const Column> columns);
  /// False: the row is full or of another time; write it, clear(), and put again.
  [[nodiscard]] Result<bool> put(const Row& row, bool spreadsheet);
  void clear();
  [[nodiscard]] bool empty() const { return empty_; }
  [[nodiscard]] Instant time() const { return time_; }
  [[nodiscard]] const std::vector<std::string>& cells() const { return cells_; }

 private:
  std::span<const Column> columns_;
  std::vector<std::string> cells_;  ///< Empty: the signal said nothing.
  Instant time_{};
  std::size_t next_ = 0;  ///< Where the next cell most likely belongs.
  bool empty_ = true;
};

}  // namespace spindle::exchange
