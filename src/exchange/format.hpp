#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spindle::exchange {

/// jsonl: a JSON document a line; json: the same lines as one array.
enum class Format : std::uint8_t { csv, xml, jsonl, json, xlsx, bin };

/// `csv xml jsonl json xlsx bin`
[[nodiscard]] std::optional<Format> format_from(std::string_view word);
[[nodiscard]] std::string_view to_string(Format format);
[[nodiscard]] std::string_view content_type(Format format);
/// By the end of a file's name; nullopt when it says nothing.
[[nodiscard]] std::optional<Format> format_of_file(std::string_view name);

/// long: a row a value. wide: a row a time and a column a signal (CSV and XLSX).
enum class Layout : std::uint8_t { long_rows, wide };

[[nodiscard]] std::optional<Layout> layout_from(std::string_view word);

}  // namespace spindle::exchange
