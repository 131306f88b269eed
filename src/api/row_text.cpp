#include "api/row_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

namespace spindle::api {
namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::size_t date_size = 18;
/// No number or time is longer.
constexpr std::size_t longest = 48;

constexpr auto two_digits = [] {
  std::array<char, 200> out{};
  for (std::size_t n = 0; n < 100; ++n) {
    out[n * 2] = static_cast<char>('0' + n / 10);
    out[n * 2 + 1] = static_cast<char>('0' + n % 10);
  }
  return out;
}();

char* put2(char* to, std::uint64_t n) {
  std::memcpy(to, &two_digits[n * 2], 2);
  return to + 2;
}

/// Exactly `width` digits.
void put_digits(char* to, std::uint64_t n, std::size_t width) {
  auto at = width;
  for (; at >= 2; at -= 2, n /= 100) std::memcpy(to + at - 2, &two_digits[n % 100 * 2], 2);
  if (at == 1) *to = static_cast<char>('0' + n % 10);
}

constexpr auto powers = [] {
  std::array<std::uint64_t, 20> out{};
  std::uint64_t power = 1;
  for (auto& one : out) {
    one = power;
    power *= 10;
  }
  return out;
}();

std::size_t digits_of(std::uint64_t n) {
  // 1233 / 4096 is about the logarithm of 2.
  const auto about = static_cast<std::size_t>(std::bit_width(n | 1)) * 1233 >> 12;
  return about + (about < powers.size() && n >= powers[about] ? 1 : 0) + (n == 0 ? 1 : 0);
}

/// Powers of ten that are exact as doubles.
constexpr auto exact = [] {
  std::array<double, 23> out{};
  double power = 1;
  for (auto& one : out) {
    one = power;
    power *= 10;
  }
  return out;
}();

/// n × 10^-decimals without zeros at its end. Returns behind the last character.
char* put_decimal(char* to, std::uint64_t n, std::size_t decimals) {
  while (decimals > 0 && n % 10 == 0) {
    n /= 10;
    --decimals;
  }
  const auto whole = n / powers[decimals];
  const auto width = digits_of(whole);
  put_digits(to, whole, width);
  to += width;
  if (decimals == 0) return to;
  *to++ = '.';
  put_digits(to, n % powers[decimals], decimals);
  return to + decimals;
}

}  // namespace

RowText::RowText(std::string begun, std::size_t expected)
    : text_(std::move(begun)), used_(text_.size()) {
  text_.resize(used_ + expected);
}

void RowText::grow(std::size_t most) { text_.resize(std::max(text_.size() * 2, used_ + most)); }

std::string RowText::take() {
  text_.resize(used_);
  return std::move(text_);
}

void RowText::time(Instant t, bool micros) {
  const auto us = t.time_since_epoch().count();
  auto minute = us / minute_us;
  auto rest = us % minute_us;
  if (rest < 0) {
    rest += minute_us;
    --minute;
  }
  if (minute != minute_) {
    const auto whole = format_rfc3339(Instant{Duration{minute * minute_us}});
    if (whole.size() != 24) {  // A year of more than four digits.
      raw('"');
      raw(micros ? format_rfc3339_us(t) : format_rfc3339(t));
      return raw('"');
    }
    date_[0] = '"';
    std::memcpy(date_ + 1, whole.data(), date_size - 1);
    minute_ = minute;
  }
  auto* at = room(longest);
  std::memcpy(at, date_, date_size);
  const auto seconds = static_cast<std::uint64_t>(rest / 1'000'000);
  const auto fraction = static_cast<std::uint64_t>(rest % 1'000'000);
  micros = micros && fraction % 1000 != 0;
  at = put2(at + date_size, seconds);
  *at++ = '.';
  if (micros)
    put_digits(at, fraction, 6);
  else
    put_digits(at, fraction / 1000, 3);
  at += micros ? 6 : 3;
  *at++ = 'Z';
  *at++ = '"';
  used_until(at);
}

void RowText::number(double value) {
  if (!std::isfinite(value)) return null();
  // Most readings have three decimals at most: then that decimal is the shortest text, and found
  // without looking for it. −0 is none.
  if (std::fabs(value) < 1e12) {
    const auto scaled = value * 1000;
    const auto thousandths = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
    if (thousandths != 0 && static_cast<double>(thousandths) / 1000 == value)
      return number({.decimals = 3}, thousandths);
  }
  auto* at = room(longest);
  used_until(std::to_chars(at, at + longest, value).ptr);
}

void RowText::number(store::NumberForm form, std::int64_t key) {
  const auto size = key < 0 ? 0 - static_cast<std::uint64_t>(key) : static_cast<std::uint64_t>(key);
  // Up to 15 digits a decimal is the shortest text of its double; whole numbers stay plain.
  if (!form.is_whole() || size >= powers[15]) return number(form.number(key));
  auto* at = room(longest);
  if (key < 0) *at++ = '-';
  used_until(put_decimal(at, size, static_cast<std::size_t>(form.decimals)));
}

void RowText::computed(double value) {
  const auto size = std::fabs(value);
  if (!(size >= 1e-4 && size < 1e15)) return number(value);
  // So many decimals that 15 digits stand in all: the exponent tells them, or one less.
  const auto twos = std::max(0, static_cast<int>(std::bit_cast<std::uint64_t>(size) >> 52) - 1023);
  std::size_t decimals = size < 1 ? 14 : 14 - (static_cast<std::size_t>(twos) * 1233 >> 12);
  while (decimals > 0 && size * exact[decimals] >= 1e15) --decimals;
  while (decimals < 18 && size * exact[decimals] < 1e14) ++decimals;
  const auto scaled = size * exact[decimals];
  auto digits = static_cast<std::uint64_t>(scaled);
  if (scaled - static_cast<double>(digits) >= 0.5) ++digits;
  auto* at = room(longest);
  if (value < 0) *at++ = '-';
  used_until(put_decimal(at, digits, decimals));
}

void RowText::whole(std::uint64_t value) {
  const auto width = digits_of(value);
  put_digits(room(longest), value, width);
  used_ += width;
}

}  // namespace spindle::api
