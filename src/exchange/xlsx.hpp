#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "exchange/reader.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

/// Office Open XML workbooks (ECMA-376), one table on one sheet, on further sheets with the same
/// first line when there are more than 1,048,576 rows.
///
/// long     `machine signal t value quality unit type exact time`
/// wide     `t MACHINE/SIGNAL … time`
/// points   `machine signal t min average max last count unit time`
///
/// Numbers, true and false are cells of that kind, so that a sheet can reckon and draw with them. A
/// sheet's number keeps 16 digits: `exact` holds the words of one that needs more, and of the wide
/// layout such a cell is text. `t` is text, in UTC, and what is read back; `time` is the same as a
/// date people can read, in the plant's own time. A text of more than 32,767 characters goes on in
/// cells to the right of the table.
///
/// Reading takes the sheets in their order, inline and shared texts, and the columns by their
/// names; other columns are passed over. A workbook that unpacks to over 100 times its size and
/// more than 64 MiB, or whose parts are missing, is refused. A date cell is no `t`: it has no zone.
[[nodiscard]] Result<std::unique_ptr<Writer>> make_xlsx_writer(WriterOptions options);
[[nodiscard]] Result<std::unique_ptr<Reader>> open_xlsx_reader(const std::filesystem::path& file);
/// Borrows the bytes.
[[nodiscard]] Result<std::unique_ptr<Reader>> read_xlsx_bytes(std::string_view bytes);

}  // namespace spindle::exchange
