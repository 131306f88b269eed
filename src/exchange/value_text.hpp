#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "exchange/row.hpp"

namespace spindle::exchange {

/// Values as words, the same in every format.
///
/// | type | words |
/// | --- | --- |
/// | (empty) | no value |
/// | `bool` | `true`, `false` (also read: 1, 0) |
/// | `int`, `uint` | decimal |
/// | `real` | the shortest decimal that gives the number back to the bit; `NaN`, `INF`, `-INF` |
/// | `text` | as it is |
/// | `condition` | `LEVEL\|code\|severity\|qualifier\|text`; `\\` stands before a bar or a
/// backslash of the first parts | | `base64` | a text that XML or a spreadsheet could not carry:
/// control characters, broken UTF-8 |
///
/// Lossless, but that every NaN is the same one.

/// What carries the words: some texts must be wrapped for some.
enum class Medium : std::uint8_t { any, spreadsheet };

/// Appends the value's words and returns its type's word.
[[nodiscard]] std::string_view append_value(const Row& row, Medium medium, std::string& out);

/// Makes words a value of the named type; a text is put into `pool` (emptied before).
/// Errors: `invalid`: what is wrong with the words, or that there is no such type.
[[nodiscard]] Result<Value> value_from(std::string_view type, std::string_view words,
                                       std::string& pool);

/// A cell that stands without words about its type and quality (wide layout, foreign files): the
/// value's words, `!` and the quality when that is not good. Where that would not give the value
/// back for a signal of `type`, the type's word and a colon stand in front.
void append_cell(const Row& row, ValueType type, Medium medium, std::string& out);

/// Reads such a cell for a signal of `type` into value, quality and text (in `pool`) of the row.
/// An empty cell is no value, quality unavailable. A quality of the row that is not good stays.
/// Errors: `invalid`, saying what the signal takes.
[[nodiscard]] Result<void> read_cell(std::string_view cell, ValueType type, Row& row,
                                     std::string& pool);

/// True when the two are the same value with the same quality; all NaN are one.
[[nodiscard]] bool same_value(const Row& a, const Row& b);

[[nodiscard]] std::optional<Quality> quality_from(std::string_view word);

void append_base64(std::string_view bytes, std::string& out);
/// False if the words are no base64.
[[nodiscard]] bool append_unbase64(std::string_view words, std::string& out);

/// True when XML 1.0, JSON and CSV can all carry the text: UTF-8 without control characters other
/// than tab, line feed and carriage return.
[[nodiscard]] bool is_plain_text(std::string_view text);

/// `-12.5`, `3`, `1e-09`: what every spreadsheet reads as a number and never as a formula.
[[nodiscard]] bool is_plain_number(std::string_view words);

}  // namespace spindle::exchange
