#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exchange/reader.hpp"
#include "exchange/source.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

/// RFC 4180: UTF-8 with byte order mark, comma, CRLF, quotes where needed.
///
/// long     `machine,signal,t,value,quality,unit,type`
/// wide     `t,MACHINE/SIGNAL,…`; a cell as append_cell() writes it, empty: nothing was said then
/// points   `machine,signal,t,min,average,max,last,count,unit`
///
/// Safe from formula injection: a field that begins with = + - @ ' tab, line end or one of their
/// full-width forms, and is no number, gets an apostrophe in front; reading takes it off again.
///
/// The reader also takes files others wrote: columns in any order found by their names (`machine`,
/// `quality`, `unit` and `type` may be missing), semicolons or tabs between them, any line end, no
/// byte order mark, blank lines.
[[nodiscard]] std::unique_ptr<Writer> make_csv_writer(WriterOptions options);
[[nodiscard]] std::unique_ptr<Reader> make_csv_reader(std::unique_ptr<Source> source);

/// Appends one field, guarded and quoted.
void append_csv_field(std::string_view field, std::string& out);

}  // namespace spindle::exchange
