#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "exchange/reader.hpp"
#include "exchange/row.hpp"

namespace spindle::exchange {

/// What the columns of a table are, from its first line: of CSV, and of a sheet.
struct TableHeader {
  enum Field : std::uint8_t { machine, signal, time, value, quality, unit, type, exact };
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);

  bool wide = false;
  std::array<std::size_t, 8> at{};  ///< Column of each Field, or absent. Wide: of the time only.
  struct Wide {
    std::size_t at = 0;
    std::string machine;
    std::string signal;
  };
  std::vector<Wide> columns;

  /// Errors: `invalid`: which columns are missing, or that these are points.
  [[nodiscard]] static Result<TableHeader> read(const std::vector<std::string>& names);
};

/// Rows of a table from its cells, whichever its layout.
class TableRows {
 public:
  /// @param decimal_comma  the table comes from where 1.5 is written 1,5
  explicit TableRows(TableHeader header, bool decimal_comma = false)
      : header_(std::move(header)), decimal_comma_(decimal_comma) {}

  /// Takes a line's cells, which stay as they are until it is done.
  void begin(const std::vector<std::string>& cells) {
    cells_ = &cells;
    next_ = 0;
    timed_ = false;
  }
  enum class Step : std::uint8_t { row, wrong, done };
  [[nodiscard]] Step next(Row& row, std::string& problem);

 private:
  [[nodiscard]] std::string_view cell(std::size_t at) const;
  [[nodiscard]] std::string_view cell(TableHeader::Field field) const {
    return cell(header_.at[field]);
  }
  [[nodiscard]] Step long_row(Row& row, std::string& problem);
  [[nodiscard]] Step wide_row(Row& row, std::string& problem);

  TableHeader header_;
  bool decimal_comma_;
  const std::vector<std::string>* cells_ = nullptr;
  std::size_t next_ = 0;
  bool timed_ = false;
  Instant time_{};
  std::string pool_;
};

/// Reads `t` of a row. Errors: `invalid`.
[[nodiscard]] Result<Instant> time_from(std::string_view words);
/// Reads value and quality of a row from their words. Errors: `invalid`.
[[nodiscard]] Result<void> fill_row(std::string_view type, std::string_view value,
                                    std::string_view quality, Row& row, std::string& pool);

}  // namespace spindle::exchange
