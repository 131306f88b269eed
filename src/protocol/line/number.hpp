#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace spindle::line {

/// What a number at the front of some text is.
struct Number {
  enum class Kind : std::uint8_t {
    real,
    integer,           ///< `42i`
    unsigned_integer,  ///< `42u`
    none,              ///< Not a number.
    too_large,         ///< A number, but none that 64 bits hold.
    negative,          ///< `-1u`
  };
  Kind kind = Kind::none;
  const char* end = nullptr;  ///< Behind it, its suffix included.
  union {
    double real = 0;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
  };
};

/// Reads a number of line protocol: `-1.5`, `1e3`, `42i`, `42u`. A real is the nearest double.
/// What follows it is not looked at. No words: `NaN` and `inf` are none.
/// @param at  the first byte, before `end`
[[nodiscard]] Number scan_number(const char* at, const char* end);

/// All powers of ten that a double holds exactly.
inline constexpr std::array<double, 23> exact_powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The short way, for what most numbers are: a real of at most 15 digits that ends at a comma or
/// blank before `end`, with digits on both sides of its point if it has one. The byte behind it;
/// null when it is anything else, for scan_number() to read.
[[nodiscard]] inline const char* scan_short_real(const char* at, const char* end, double& out) {
  constexpr std::ptrdiff_t digits_max = 15;  // never more than a double holds exactly
  const auto digit = [&] { return static_cast<unsigned>(*at) - '0'; };
  if (at == end) return nullptr;
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const first = at;
  std::uint64_t value = 0;
  for (; at != end && digit() <= 9; ++at) value = value * 10 + digit();
  auto digits = at - first;
  std::ptrdiff_t decimals = 0;
  if (at != end && *at == '.' && digits > 0) {
    const char* const point = at++;
    for (; at != end && digit() <= 9; ++at) value = value * 10 + digit();
    decimals = at - point - 1;
    digits += decimals;
    if (decimals == 0) return nullptr;
  }
  if (digits == 0 || digits > digits_max || at == end || (*at != ',' && *at != ' ')) return nullptr;
  // One division of two exact doubles rounds once, and so rightly.
  out = static_cast<double>(value);
  if (decimals > 0) out /= exact_powers[static_cast<std::size_t>(decimals)];
  if (negative) out = -out;
  return at;
}

}  // namespace spindle::line
