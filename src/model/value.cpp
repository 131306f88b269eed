#include "model/value.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace spindle {
namespace {

constexpr char separator = '\x1F';

constexpr std::array<std::pair<ValueType, std::string_view>, 13> type_words{{
    {ValueType::boolean, "bool"},
    {ValueType::int8, "int8"},
    {ValueType::uint8, "uint8"},
    {ValueType::int16, "int16"},
    {ValueType::uint16, "uint16"},
    {ValueType::int32, "int32"},
    {ValueType::uint32, "uint32"},
    {ValueType::int64, "int64"},
    {ValueType::uint64, "uint64"},
    {ValueType::float32, "float32"},
    {ValueType::float64, "float64"},
    {ValueType::text, "text"},
    {ValueType::condition, "condition"},
}};

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view to_string(ValueType type) {
  for (const auto& [t, word] : type_words)
    if (t == type) return word;
  return "?";
}

std::optional<ValueType> value_type_from(std::string_view word) {
  for (const auto& [type, w] : type_words)
    if (w == word) return type;
  return std::nullopt;
}

std::string_view to_string(Quality quality) {
  switch (quality) {
    case Quality::good:
      return "good";
    case Quality::uncertain:
      return "uncertain";
    case Quality::bad:
      return "bad";
    case Quality::unavailable:
      return "unavailable";
  }
  return "?";
}

Value Value::of_bool(bool v) {
  Value out;
  out.integer = 0;
  out.boolean = v;
  out.kind = ValueKind::boolean;
  return out;
}
Value Value::of_int(std::int64_t v) {
  Value out;
  out.integer = v;
  out.kind = ValueKind::integer;
  return out;
}
Value Value::of_uint(std::uint64_t v) {
  Value out;
  out.unsigned_integer = v;
  out.kind = ValueKind::unsigned_integer;
  return out;
}
Value Value::of_real(double v) {
  Value out;
  out.real = v;
  out.kind = ValueKind::real;
  return out;
}
Value Value::of_text(std::uint32_t offset, std::uint32_t length) {
  Value out;
  out.text = TextRef{offset, length};
  out.kind = ValueKind::text;
  return out;
}

std::optional<double> Value::number() const {
  switch (kind) {
    case ValueKind::boolean:
      return boolean ? 1.0 : 0.0;
    case ValueKind::integer:
      return static_cast<double>(integer);
    case ValueKind::unsigned_integer:
      return static_cast<double>(unsigned_integer);
    case ValueKind::real:
      return real;
    case ValueKind::text:
    case ValueKind::none:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<bool> Value::truth() const {
  if (kind == ValueKind::boolean) return boolean;
  if (const auto n = number()) return *n != 0.0;
  return std::nullopt;
}

std::string_view to_string(Condition::Level level) {
  switch (level) {
    case Condition::Level::unavailable:
      return "UNAVAILABLE";
    case Condition::Level::normal:
      return "NORMAL";
    case Condition::Level::warning:
      return "WARNING";
    case Condition::Level::fault:
      return "FAULT";
  }
  return "?";
}

std::optional<Condition::Level> condition_level_from(std::string_view word) {
  for (const auto level : {Condition::Level::unavailable, Condition::Level::normal,
                           Condition::Level::warning, Condition::Level::fault})
    if (same_word(word, to_string(level))) return level;
  return std::nullopt;
}

std::string Condition::pack() const {
  std::string out{to_string(level)};
  for (const auto part : {native_code, native_severity, qualifier, text}) {
    out += separator;
    out += part;
  }
  return out;
}

std::optional<Condition> Condition::unpack(std::string_view packed) {
  std::array<std::string_view, 5> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = i + 1 < parts.size() ? packed.find(separator) : packed.size();
    if (end == std::string_view::npos) return std::nullopt;
    parts[i] = packed.substr(0, end);
    packed.remove_prefix(std::min(packed.size(), end + 1));
  }
  const auto level = condition_level_from(parts[0]);
  if (!level) return std::nullopt;
  return Condition{*level, parts[1], parts[2], parts[3], parts[4]};
}

}  // namespace spindle
