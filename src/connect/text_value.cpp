#include "connect/text_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace spindle::connect {
namespace {

using std::string_view;

constexpr char condition_separator = '\x1F';

/// `upper` is in capitals already.
bool is_word(string_view words, string_view upper) {
  return words.size() == upper.size() &&
         std::equal(words.begin(), words.end(), upper.begin(), [](char any, char up) {
           return any == up || (any >= 'a' && any <= 'z' && any - 32 == up);
         });
}

/// A counter may say why it was reset: `0:DAY`.
string_view without_reset_trigger(string_view words) {
  const auto colon = words.find(':');
  return colon == string_view::npos || colon == 0 ? words : words.substr(0, colon);
}

template <class T>
std::optional<T> read_all(string_view words) {
  if (words.starts_with('+')) words.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), value);
  if (error != std::errc{} || end != words.data() + words.size()) return std::nullopt;
  return value;
}

std::optional<double> read_real(string_view words) {
  const auto value = read_all<double>(words);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

/// A whole number of type T, also written like `12.0` or `1.2e3`.
template <class T, class Wide>
std::optional<Wide> read_whole(string_view words) {
  if (const auto value = read_all<T>(words)) return *value;
  const auto real = read_real(words);
  // The upper bound as a double may round up to just outside the type: hence `<`.
  if (!real || *real != std::floor(*real) ||
      *real < static_cast<double>(std::numeric_limits<T>::min()) ||
      *real >= std::ldexp(1.0, std::numeric_limits<T>::digits))
    return std::nullopt;
  return static_cast<Wide>(*real);
}

template <class T>
std::optional<Value> signed_value(string_view words) {
  const auto whole = read_whole<T, std::int64_t>(words);
  return whole ? std::optional(Value::of_int(*whole)) : std::nullopt;
}

template <class T>
std::optional<Value> unsigned_value(string_view words) {
  const auto whole = read_whole<T, std::uint64_t>(words);
  return whole ? std::optional(Value::of_uint(*whole)) : std::nullopt;
}

std::optional<Value> bool_value(string_view words) {
  for (const auto yes : {"1", "TRUE", "ON"})
    if (is_word(words, yes)) return Value::of_bool(true);
  for (const auto no : {"0", "FALSE", "OFF"})
    if (is_word(words, no)) return Value::of_bool(false);
  return std::nullopt;
}

/// nullopt also for the types that are no numbers.
std::optional<Value> number_value(ValueType type, string_view words) {
  words = without_reset_trigger(words);
  switch (type) {
    case ValueType::int8:
      return signed_value<std::int8_t>(words);
    case ValueType::int16:
      return signed_value<std::int16_t>(words);
    case ValueType::int32:
      return signed_value<std::int32_t>(words);
    case ValueType::int64:
      return signed_value<std::int64_t>(words);
    case ValueType::uint8:
      return unsigned_value<std::uint8_t>(words);
    case ValueType::uint16:
      return unsigned_value<std::uint16_t>(words);
    case ValueType::uint32:
      return unsigned_value<std::uint32_t>(words);
    case ValueType::uint64:
      return unsigned_value<std::uint64_t>(words);
    case ValueType::float32:
    case ValueType::float64: {
      const auto real = read_real(words);
      return real ? std::optional(Value::of_real(*real)) : std::nullopt;
    }
    case ValueType::boolean:
    case ValueType::text:
    case ValueType::condition:
      return std::nullopt;
  }
  return std::nullopt;
}

/// Length of the valid UTF-8 sequence at the front; 0 if there is none.
std::size_t utf8_length(string_view words) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(words[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || words.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool overlong_or_surrogate =
      (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
      (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong_or_surrogate ? 0 : length;
}

bool is_utf8(string_view words) {
  while (!words.empty()) {
    const auto length = utf8_length(words);
    if (length == 0) return false;
    words.remove_prefix(length);
  }
  return true;
}

Value pooled(Batch& batch, string_view words) {
  const auto offset = batch.text.size();
  append_utf8(batch.text, words);
  return Value::of_text(static_cast<std::uint32_t>(offset),
                        static_cast<std::uint32_t>(batch.text.size() - offset));
}

}  // namespace

void append_utf8(std::string& out, string_view words) {
  const bool ascii = std::ranges::none_of(words, [](char c) { return (c & '\x80') != 0; });
  if (ascii || is_utf8(words)) {
    out += words;
    return;
  }
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
}

void add_text(Batch& batch, const TextTarget& target, string_view words, Quality best) {
  if (target.type == ValueType::condition) {
    const auto level = condition_level_from(words);
    if (!level) return batch.add(target.key, {}, Quality::bad);
    return add_condition(batch, target, Condition{*level, {}, {}, {}, {}}, best);
  }
  if (is_word(words, "UNAVAILABLE")) return batch.add(target.key, {}, Quality::unavailable);
  if (target.type == ValueType::text) return batch.add(target.key, pooled(batch, words), best);

  const auto value =
      target.type == ValueType::boolean ? bool_value(words) : number_value(target.type, words);
  if (!value) return batch.add(target.key, {}, Quality::bad);
  if (target.type == ValueType::boolean || (target.scale == 1.0 && target.offset == 0.0))
    return batch.add(target.key, *value, best);
  batch.add(target.key, Value::of_real(*value->number() * target.scale + target.offset), best);
}

void add_condition(Batch& batch, const TextTarget& target, const Condition& condition,
                   Quality best) {
  const auto quality =
      condition.level == Condition::Level::unavailable ? Quality::unavailable : best;
  if (target.type == ValueType::text) {
    if (quality == Quality::unavailable) return batch.add(target.key, {}, quality);
    return batch.add(target.key, pooled(batch, to_string(condition.level)), quality);
  }
  if (target.type != ValueType::condition) return add_text(batch, target, condition.text, best);

  // Condition::pack() without its string: this runs for every report.
  const auto offset = batch.text.size();
  batch.text += to_string(condition.level);
  for (const auto part :
       {condition.native_code, condition.native_severity, condition.qualifier, condition.text}) {
    batch.text += condition_separator;
    const auto start = batch.text.size();
    append_utf8(batch.text, part);
    std::replace(batch.text.begin() + static_cast<std::ptrdiff_t>(start), batch.text.end(),
                 condition_separator, ' ');
  }
  batch.add(target.key,
            Value::of_text(static_cast<std::uint32_t>(offset),
                           static_cast<std::uint32_t>(batch.text.size() - offset)),
            quality);
}

}  // namespace spindle::connect
