#include "protocol/line/number.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace spindle::line {
namespace {

constexpr std::uint64_t exact_whole = 1ULL << 53;
constexpr std::ptrdiff_t safe_digits = 19;  // never more than 64 bits

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

const char* skip_digits(const char* at, const char* end, std::uint64_t& value) {
  while (at != end && is_digit(*at)) value = value * 10 + static_cast<unsigned char>(*at++ - '0');
  return at;
}

/// The long way, for what the short one can't hold exactly.
Number scan_real(const char* first, const char* end, bool negative) {
  Number out;
  const auto [stop, ec] = std::from_chars(first, end, out.real);
  out.end = stop;
  if (ec == std::errc::result_out_of_range) {
    out.kind = Number::Kind::too_large;
  } else if (ec == std::errc{}) {
    out.kind = Number::Kind::real;
    if (negative) out.real = -out.real;
  }
  return out;
}

/// @param digits  the first digit; `suffix` lies behind the last
Number whole(const char* digits, const char* suffix, std::uint64_t value, bool negative) {
  Number out;
  out.end = suffix + 1;
  if (suffix - digits > safe_digits) {
    const auto read = std::from_chars(digits, suffix, value);
    if (read.ec != std::errc{}) {
      out.kind = Number::Kind::too_large;
      return out;
    }
  }
  if (*suffix == 'u') {
    out.kind = negative ? Number::Kind::negative : Number::Kind::unsigned_integer;
    out.unsigned_integer = value;
    return out;
  }
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > most + (negative ? 1 : 0)) {
    out.kind = Number::Kind::too_large;
    return out;
  }
  out.kind = Number::Kind::integer;
  out.integer = static_cast<std::int64_t>(negative ? 0 - value : value);
  return out;
}

}  // namespace

Number scan_number(const char* at, const char* end) {
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  const char* const first = at;
  std::uint64_t value = 0;
  at = skip_digits(at, end, value);
  if (at != end && at != first && (*at == 'i' || *at == 'u'))
    return whole(first, at, value, negative);
  std::ptrdiff_t decimals = 0;
  auto digits = at - first;
  if (at != end && *at == '.') {
    const char* const point = at;
    at = skip_digits(at + 1, end, value);
    decimals = at - point - 1;
    digits += decimals;
  }
  if (digits == 0) return {};
  const bool has_exponent = at != end && (*at == 'e' || *at == 'E');
  // One division of two exact doubles rounds once, and so rightly.
  if (!has_exponent && digits <= safe_digits && value <= exact_whole) {
    Number out;
    out.kind = Number::Kind::real;
    out.end = at;
    out.real = static_cast<double>(value) / exact_powers[static_cast<std::size_t>(decimals)];
    if (negative) out.real = -out.real;
    return out;
  }
  return scan_real(first, end, negative);
}

}  // namespace spindle::line
