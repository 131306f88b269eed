#include "exchange/format.hpp"

namespace spindle::exchange {

std::optional<Format> format_from(std::string_view word) {
  for (const auto format :
       {Format::csv, Format::xml, Format::jsonl, Format::json, Format::xlsx, Format::bin})
    if (word == to_string(format)) return format;
  return std::nullopt;
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::csv:
      return "csv";
    case Format::xml:
      return "xml";
    case Format::jsonl:
      return "jsonl";
    case Format::json:
      return "json";
    case Format::xlsx:
      return "xlsx";
    case Format::bin:
      return "bin";
  }
  return "?";
}

std::string_view content_type(Format format) {
  switch (format) {
    case Format::csv:
      return "text/csv; charset=utf-8";
    case Format::xml:
      return "application/xml";
    case Format::jsonl:
      return "application/x-ndjson";
    case Format::json:
      return "application/json";
    case Format::xlsx:
      return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    case Format::bin:
      return "application/octet-stream";
  }
  return "application/octet-stream";
}

std::optional<Format> format_of_file(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::nullopt : format_from(name.substr(dot + 1));
}

std::optional<Layout> layout_from(std::string_view word) {
  if (word == "long") return Layout::long_rows;
  if (word == "wide") return Layout::wide;
  return std::nullopt;
}

}  // namespace spindle::exchange
