#include "api/row_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace spindle::api {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;

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

std::size_t digits_of(std::uint64_t n) {
  std::size_t digits = 1;
  for (; n >= 10; n /= 10) ++digits;
  return digits;
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

void RowText::time(Instant t, bool micros) {
  const auto us = t.time_since_epoch().count();
  auto day = us / day_us;
  auto rest = us % day_us;
  if (rest < 0) {
    rest += day_us;
    --day;
  }
  if (day != day_) {
    const auto whole = format_rfc3339(Instant{Duration{day * day_us}});
    if (whole.size() != 24) {  // A year of more than four digits.
      out_ += '"' + (micros ? format_rfc3339_us(t) : format_rfc3339(t)) + '"';
      return;
    }
    date_[0] = '"';
    std::memcpy(date_ + 1, whole.data(), 11);
    day_ = day;
  }
  char text[32];
  std::memcpy(text, date_, 12);
  const auto seconds = static_cast<std::uint64_t>(rest / 1'000'000);
  const auto fraction = static_cast<std::uint64_t>(rest % 1'000'000);
  micros = micros && fraction % 1000 != 0;
  auto* at = put2(text + 12, seconds / 3600);
  *at++ = ':';
  at = put2(at, seconds / 60 % 60);
  *at++ = ':';
  at = put2(at, seconds % 60);
  *at++ = '.';
  put_digits(at, micros ? fraction : fraction / 1000, micros ? 6 : 3);
  at += micros ? 6 : 3;
  *at++ = 'Z';
  *at++ = '"';
  out_.append(text, static_cast<std::size_t>(at - text));
}

void RowText::number(double value) {
  if (!std::isfinite(value)) return null();
  // Most readings have three decimals at most: then that decimal is the shortest text, and found
  // without looking for it. −0 is none.
  if (std::fabs(value) < 1e12) {
    const auto thousandths = std::llrint(value * 1000);
    if (thousandths != 0 && static_cast<double>(thousandths) / 1000 == value)
      return number({.decimals = 3}, thousandths);
  }
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out_.append(text, static_cast<std::size_t>(end - text));
}

void RowText::number(store::NumberForm form, std::int64_t key) {
  const auto size = key < 0 ? 0 - static_cast<std::uint64_t>(key) : static_cast<std::uint64_t>(key);
  // Up to 15 digits a decimal is the shortest text of its double; whole numbers stay plain.
  if (!form.is_whole() || size >= powers[15]) return number(form.number(key));
  char text[32];
  auto* at = text;
  if (key < 0) *at++ = '-';
  at = put_decimal(at, size, static_cast<std::size_t>(form.decimals));
  out_.append(text, static_cast<std::size_t>(at - text));
}

void RowText::computed(double value) {
  const auto size = std::fabs(value);
  if (!(size >= 1e-4 && size < 1e15)) return number(value);
  // So many decimals that 15 digits stand in all.
  std::size_t decimals = 0;
  while (decimals < 18 && size * exact[decimals] < 1e14) ++decimals;
  const auto digits = static_cast<std::uint64_t>(std::llround(size * exact[decimals]));
  char text[48];
  auto* at = text;
  if (value < 0) *at++ = '-';
  at = put_decimal(at, digits, decimals);
  out_.append(text, static_cast<std::size_t>(at - text));
}

void RowText::whole(std::uint64_t value) {
  char text[24];
  const auto width = digits_of(value);
  put_digits(text, value, width);
  out_.append(text, width);
}

}  // namespace spindle::api
