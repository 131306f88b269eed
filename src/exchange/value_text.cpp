#include "exchange/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "exchange/decimal_comma.hpp"

namespace spindle::exchange {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> sextets = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

/// Length of the UTF-8 character at the front that XML 1.0 allows; 0 if there is none.
std::size_t plain_character(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = at(0);
  if (first < 0x80)
    return (first >= 0x20 && first != 0x7F) || first == '\t' || first == '\n' || first == '\r' ? 1
                                                                                               : 0;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  std::uint32_t code = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (at(i) & 0x3Fu);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ||
      code == 0xFFFE || code == 0xFFFF)
    return 0;
  return length;
}

/// Excel writes _x000D_ for a character its XML can't hold, and reads any such words back as one.
bool is_spreadsheet_text(std::string_view text) {
  return text.find('\r') == std::string_view::npos && text.find("_x") == std::string_view::npos;
}

bool carries(Medium medium, std::string_view text) {
  return is_plain_text(text) && (medium == Medium::any || is_spreadsheet_text(text));
}

/// `LEVEL|code|severity|qualifier|text`; false if the text is no condition, or not exactly one.
bool append_condition(std::string_view packed, std::string& out) {
  if (packed.find('\x1F') == std::string_view::npos) return false;
  const auto condition = Condition::unpack(packed);
  if (!condition || condition->pack() != packed) return false;
  out += to_string(condition->level);
  for (const auto part :
       {condition->native_code, condition->native_severity, condition->qualifier}) {
    out += '|';
    for (const char c : part) {
      if (c == '|' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += '|';
  out += condition->text;
  return true;
}

bool read_condition(std::string_view words, std::string& pool) {
  std::array<std::string, 4> parts;
  std::size_t at = 0;
  for (auto& part : parts) {
    for (;; ++at) {
      if (at >= words.size()) return false;
      if (words[at] == '|') break;
      if (words[at] == '\\' && at + 1 < words.size()) ++at;
      part += words[at];
    }
    ++at;
  }
  const auto level = condition_level_from(parts[0]);
  if (!level) return false;
  pool = Condition{*level, parts[1], parts[2], parts[3], words.substr(at)}.pack();
  return true;
}

std::string_view append_text(std::string_view text, Medium medium, std::string& out) {
  const auto before = out.size();
  if (append_condition(text, out)) {
    if (carries(medium, std::string_view(out).substr(before))) return "condition";
    out.resize(before);
  } else if (carries(medium, text)) {
    out += text;
    return "text";
  }
  append_base64(text, out);
  return "base64";
}

void append_real(double value, std::string& out) {
  if (std::isnan(value))
    out += "NaN";
  else if (std::isinf(value))
    out += value < 0 ? "-INF" : "INF";
  else
    fmt::format_to(std::back_inserter(out), "{}", value);
}

template <class T>
std::optional<T> number_from(std::string_view words) {
  T value{};
  const auto* const end = words.data() + words.size();
  const auto [stop, ec] = std::from_chars(words.data(), end, value);
  if (ec != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<double> real_from(std::string_view words) {
  if (words == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (words == "INF") return std::numeric_limits<double>::infinity();
  if (words == "-INF") return -std::numeric_limits<double>::infinity();
  if (words.starts_with('+')) words.remove_prefix(1);
  const auto value = number_from<double>(words);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<bool> bool_from(std::string_view words) {
  if (words == "true" || words == "1" || words == "TRUE") return true;
  if (words == "false" || words == "0" || words == "FALSE") return false;
  return std::nullopt;
}

Value pooled(const std::string& pool) {
  return Value::of_text(0, static_cast<std::uint32_t>(pool.size()));
}

Error not_a(std::string_view wanted, std::string_view words) {
  std::string shown(words.substr(0, 40));
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return {Errc::invalid, fmt::format("value: '{}' is not {}", shown, wanted)};
}

/// Whole numbers of the type's width.
template <class T>
std::optional<Value> whole_from(std::string_view words) {
  const auto value = number_from<T>(words);
  if (!value) return std::nullopt;
  if constexpr (std::is_signed_v<T>)
    return Value::of_int(*value);
  else
    return Value::of_uint(*value);
}

/// What words without a type are for a signal of `type`.
Result<Value> natural_value(ValueType type, std::string_view words, std::string& pool) {
  std::optional<Value> value;
  switch (type) {
    case ValueType::boolean:
      if (const auto truth = bool_from(words)) return Value::of_bool(*truth);
      return fail(not_a("true or false", words));
    case ValueType::int8:
      value = whole_from<std::int8_t>(words);
      break;
    case ValueType::uint8:
      value = whole_from<std::uint8_t>(words);
      break;
    case ValueType::int16:
      value = whole_from<std::int16_t>(words);
      break;
    case ValueType::uint16:
      value = whole_from<std::uint16_t>(words);
      break;
    case ValueType::int32:
      value = whole_from<std::int32_t>(words);
      break;
    case ValueType::uint32:
      value = whole_from<std::uint32_t>(words);
      break;
    case ValueType::int64:
      value = whole_from<std::int64_t>(words);
      break;
    case ValueType::uint64:
      value = whole_from<std::uint64_t>(words);
      break;
    case ValueType::float32:
    case ValueType::float64:
      if (const auto real = real_from(words)) return Value::of_real(*real);
      return fail(not_a("a number", words));
    case ValueType::condition:
      if (read_condition(words, pool)) return pooled(pool);
      pool.assign(words);
      return pooled(pool);
    case ValueType::text:
      pool.assign(words);
      return pooled(pool);
  }
  if (value) return *value;
  return fail(not_a(fmt::format("a whole number that {} holds", to_string(type)), words));
}

constexpr std::array<std::string_view, 7> type_words{"bool", "int",       "uint",  "real",
                                                     "text", "condition", "base64"};

/// The type's word a cell begins with, if it begins with one and a colon.
std::optional<std::string_view> tag_of(std::string_view cell) {
  const auto colon = cell.substr(0, 10).find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto word = cell.substr(0, colon);
  return std::ranges::find(type_words, word) != type_words.end() ? std::optional(word)
                                                                 : std::nullopt;
}

void append_quality(Quality quality, bool always, std::string& out) {
  if (quality == Quality::good && !always) return;
  out += '!';
  out += to_string(quality);
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const auto length = plain_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_plain_number(std::string_view words) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (words.starts_with('-')) words.remove_prefix(1);
  if (words.empty() || !digit(words.front())) return false;
  return number_from<double>(words).has_value();
}

std::optional<Quality> quality_from(std::string_view word) {
  for (const auto q : {Quality::good, Quality::uncertain, Quality::bad, Quality::unavailable})
    if (to_string(q) == word) return q;
  return std::nullopt;
}

std::string_view append_value(const Row& row, Medium medium, std::string& out) {
  switch (row.value.kind) {
    case ValueKind::none:
      return "";
    case ValueKind::boolean:
      out += row.value.boolean ? "true" : "false";
      return "bool";
    case ValueKind::integer:
      fmt::format_to(std::back_inserter(out), "{}", row.value.integer);
      return "int";
    case ValueKind::unsigned_integer:
      fmt::format_to(std::back_inserter(out), "{}", row.value.unsigned_integer);
      return "uint";
    case ValueKind::real:
      append_real(row.value.real, out);
      return "real";
    case ValueKind::text:
      return append_text(row.words(), medium, out);
  }
  return "";
}

Result<Value> value_from(std::string_view type, std::string_view words, std::string& pool) {
  pool.clear();
  if (type.empty()) {
    if (words.empty()) return Value{};
    return fail(Errc::invalid, "value: there is one, and its type is missing");
  }
  if (type == "text") {
    pool.assign(words);
    return pooled(pool);
  }
  if (type == "real") {
    if (const auto real = real_from(words)) return Value::of_real(*real);
    return fail(not_a("a number", words));
  }
  if (type == "int") {
    if (const auto whole = number_from<std::int64_t>(words)) return Value::of_int(*whole);
    return fail(not_a("a whole number of 64 bits", words));
  }
  if (type == "uint") {
    if (const auto whole = number_from<std::uint64_t>(words)) return Value::of_uint(*whole);
    return fail(not_a("a whole number of 64 bits without a sign", words));
  }
  if (type == "bool") {
    if (const auto truth = bool_from(words)) return Value::of_bool(*truth);
    return fail(not_a("true or false", words));
  }
  if (type == "condition") {
    if (read_condition(words, pool)) return pooled(pool);
    return fail(not_a("a condition, LEVEL|code|severity|qualifier|text", words));
  }
  if (type == "base64") {
    if (append_unbase64(words, pool)) return pooled(pool);
    return fail(not_a("base64", words));
  }
  return fail(
      Errc::invalid,
      fmt::format("type: '{:.20}' is none of bool, int, uint, real, text, condition, base64",
                  is_plain_text(type) ? type : "?"));
}

void append_cell(const Row& row, ValueType type, Medium medium, std::string& out) {
  if (row.value.kind == ValueKind::none) return append_quality(row.quality, true, out);
  std::string words;
  const auto word = append_value(row, medium, words);
  std::string plain = words;
  append_quality(row.quality, false, plain);
  Row back;
  std::string pool;
  if (word != "base64" && !plain.empty() && read_cell(plain, type, back, pool) &&
      same_value(row, back)) {
    out += plain;
    return;
  }
  out += word;
  out += ':';
  out += words;
  append_quality(row.quality, true, out);
}

Result<void> read_cell(std::string_view cell, ValueType type, Row& row, std::string& pool) {
  pool.clear();
  row.value = {};
  row.text = {};
  row.typed = true;
  if (cell.empty()) {
    if (is_usable(row.quality)) row.quality = Quality::unavailable;
    return {};
  }
  if (const auto mark = cell.rfind('!'); mark != std::string_view::npos) {
    if (const auto quality = quality_from(cell.substr(mark + 1))) {
      row.quality = *quality;
      cell = cell.substr(0, mark);
      if (mark == 0) return {};
    }
  }
  const auto tag = tag_of(cell);
  const bool is_real = type == ValueType::float32 || type == ValueType::float64;
  const auto pointed = row.decimal_comma && is_real ? with_decimal_point(cell) : std::nullopt;
  if (pointed) cell = *pointed;
  auto value =
      tag ? value_from(*tag, cell.substr(tag->size() + 1), pool) : natural_value(type, cell, pool);
  if (!value) return fail(value.error());
  row.value = *value;
  row.text = pool;
  return {};
}

bool same_value(const Row& a, const Row& b) {
  if (a.quality != b.quality || a.value.kind != b.value.kind) return false;
  switch (a.value.kind) {
    case ValueKind::none:
      return true;
    case ValueKind::boolean:
      return a.value.boolean == b.value.boolean;
    case ValueKind::integer:
      return a.value.integer == b.value.integer;
    case ValueKind::unsigned_integer:
      return a.value.unsigned_integer == b.value.unsigned_integer;
    case ValueKind::real:
      return std::bit_cast<std::uint64_t>(a.value.real) ==
                 std::bit_cast<std::uint64_t>(b.value.real) ||
             (std::isnan(a.value.real) && std::isnan(b.value.real));
    case ValueKind::text:
      return a.words() == b.words();
  }
  return false;
}

void append_base64(std::string_view bytes, std::string& out) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const auto have = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= have ? alphabet[group >> (18 - 6 * k) & 0x3F] : '=';
  }
}

bool append_unbase64(std::string_view words, std::string& out) {
  if (words.size() % 4 != 0) return false;
  for (std::size_t i = 0; i < words.size(); i += 4) {
    std::size_t digits = 4;
    if (i + 4 == words.size())
      while (digits > 2 && words[i + digits - 1] == '=') --digits;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto sextet = k < digits ? sextets[static_cast<unsigned char>(words[i + k])] : 0;
      if (sextet < 0) return false;
      group = group << 6 | static_cast<std::uint32_t>(sextet);
    }
    for (std::size_t k = 0; k + 1 < digits; ++k)
      out += static_cast<char>(group >> (16 - 8 * k) & 0xFF);
  }
  return true;
}

}  // namespace spindle::exchange
