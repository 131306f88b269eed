#include <fmt/format.h>

#include "exchange/binary.hpp"
#include "exchange/csv.hpp"
#include "exchange/jsonl.hpp"
#include "exchange/reader.hpp"
#include "exchange/source.hpp"
#include "exchange/writer.hpp"
#include "exchange/xlsx.hpp"
#include "exchange/xml.hpp"

namespace spindle::exchange {
namespace {

Result<std::unique_ptr<Reader>> make_reader(Format format, std::unique_ptr<Source> source) {
  switch (format) {
    case Format::csv:
      return make_csv_reader(std::move(source));
    case Format::xml:
      return make_xml_reader(std::move(source));
    case Format::jsonl:
    case Format::json:
      return make_jsonl_reader(std::move(source));
    case Format::bin:
      return make_binary_reader(std::move(source));
    case Format::xlsx:
      break;
  }
  return fail(Errc::unsupported, "a workbook is no stream");
}

}  // namespace

Result<std::unique_ptr<Writer>> make_writer(WriterOptions options) {
  const bool table = options.format == Format::csv || options.format == Format::xlsx;
  if (options.layout == Layout::wide && (!table || options.points))
    return fail(Errc::invalid,
                fmt::format("layout: {}{} has no wide layout; csv and xlsx have one",
                            to_string(options.format), options.points ? " of points" : ""));
  if (options.points && options.format == Format::bin)
    return fail(Errc::invalid, "points: bin has none; choose csv, xml, jsonl, json or xlsx");
  switch (options.format) {
    case Format::csv:
      return make_csv_writer(std::move(options));
    case Format::xml:
      return make_xml_writer(options);
    case Format::jsonl:
    case Format::json:
      return make_jsonl_writer(options);
    case Format::xlsx:
      return make_xlsx_writer(std::move(options));
    case Format::bin:
      return make_binary_writer(options);
  }
  return fail(Errc::unsupported, "this format is not written");
}

Result<std::unique_ptr<Reader>> open_reader(Format format, const std::filesystem::path& file) {
  if (format == Format::xlsx) {
    if (file == "-")
      return fail(Errc::invalid, "a workbook is read from its end: name a file instead of -");
    return open_xlsx_reader(file);
  }
  auto source = file_source(file);
  if (!source) return fail(source.error());
  return make_reader(format, std::move(*source));
}

Result<std::unique_ptr<Reader>> read_bytes(Format format, std::string_view bytes) {
  if (format == Format::xlsx) return read_xlsx_bytes(bytes);
  return make_reader(format, memory_source(bytes));
}

}  // namespace spindle::exchange
