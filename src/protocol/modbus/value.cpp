#include "protocol/modbus/value.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "protocol/modbus/pdu.hpp"

namespace spindle::modbus {
namespace {

std::uint16_t swapped(std::uint16_t v) { return static_cast<std::uint16_t>(v << 8 | v >> 8); }

/// The value's bits, most significant register first.
template <std::size_t count>
std::uint64_t load(ByteView registers, WordOrder order) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = register_at(registers, reverses_registers(order) ? count - 1 - i : i);
    bits = bits << 16 | (swaps_bytes(order) ? swapped(word) : word);
  }
  return bits;
}

void store(std::uint64_t bits, std::size_t count, WordOrder order, std::span<std::uint16_t> out) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = static_cast<std::uint16_t>(bits >> (16 * (count - 1 - i)));
    out[reverses_registers(order) ? count - 1 - i : i] = swaps_bytes(order) ? swapped(word) : word;
  }
}

double to_real(Number value) {
  switch (value.kind) {
    case Number::Kind::boolean:
      return value.boolean ? 1.0 : 0.0;
    case Number::Kind::integer:
      return static_cast<double>(value.integer);
    case Number::Kind::unsigned_integer:
      return static_cast<double>(value.unsigned_integer);
    case Number::Kind::real:
      return value.real;
  }
  return 0;
}

/// The integer T that `value` is; none if it is outside T.
template <class T>
std::optional<T> to_integer(Number value) {
  switch (value.kind) {
    case Number::Kind::boolean:
      return static_cast<T>(value.boolean ? 1 : 0);
    case Number::Kind::integer:
      if (std::in_range<T>(value.integer)) return static_cast<T>(value.integer);
      return std::nullopt;
    case Number::Kind::unsigned_integer:
      if (std::in_range<T>(value.unsigned_integer)) return static_cast<T>(value.unsigned_integer);
      return std::nullopt;
    case Number::Kind::real: {
      const auto rounded = std::nearbyint(value.real);
      // Both limits are powers of two and so exact; NaN fails the first comparison.
      const auto below = std::ldexp(1.0, std::numeric_limits<T>::digits);
      const auto lowest = std::is_signed_v<T> ? -below : 0.0;
      if (rounded >= lowest && rounded < below) return static_cast<T>(rounded);
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// As many bits as T has.
template <class T>
std::optional<std::uint64_t> integer_bits(Number value) {
  const auto fitted = to_integer<T>(value);
  if (!fitted) return std::nullopt;
  return static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(*fitted));
}

std::optional<std::uint64_t> bits_of(Number value, NumberType type) {
  switch (type) {
    case NumberType::boolean:
      return to_real(value) != 0 ? 1 : 0;
    case NumberType::int8:
      return integer_bits<std::int8_t>(value);
    case NumberType::uint8:
      return integer_bits<std::uint8_t>(value);
    case NumberType::int16:
      return integer_bits<std::int16_t>(value);
    case NumberType::uint16:
      return integer_bits<std::uint16_t>(value);
    case NumberType::int32:
      return integer_bits<std::int32_t>(value);
    case NumberType::uint32:
      return integer_bits<std::uint32_t>(value);
    case NumberType::int64:
      return integer_bits<std::int64_t>(value);
    case NumberType::uint64:
      return integer_bits<std::uint64_t>(value);
    case NumberType::float32: {
      const auto real = to_real(value);
      if (std::isfinite(real) && std::abs(real) > double{std::numeric_limits<float>::max()})
        return std::nullopt;
      return std::bit_cast<std::uint32_t>(static_cast<float>(real));
    }
    case NumberType::float64:
      return std::bit_cast<std::uint64_t>(to_real(value));
  }
  return std::nullopt;
}

}  // namespace

Number Number::of_bool(bool v) {
  Number n;
  n.boolean = v;
  n.kind = Kind::boolean;
  return n;
}
Number Number::of_int(std::int64_t v) {
  Number n;
  n.integer = v;
  n.kind = Kind::integer;
  return n;
}
Number Number::of_uint(std::uint64_t v) {
  Number n;
  n.unsigned_integer = v;
  n.kind = Kind::unsigned_integer;
  return n;
}
Number Number::of_real(double v) {
  Number n;
  n.real = v;
  n.kind = Kind::real;
  return n;
}

Number decode_number(ByteView registers, NumberType type, WordOrder order) {
  switch (type) {
    case NumberType::boolean:
      return Number::of_bool(load<1>(registers, order) != 0);
    case NumberType::int8:
      return Number::of_int(static_cast<std::int8_t>(load<1>(registers, order)));
    case NumberType::uint8:
      return Number::of_uint(static_cast<std::uint8_t>(load<1>(registers, order)));
    case NumberType::int16:
      return Number::of_int(static_cast<std::int16_t>(load<1>(registers, order)));
    case NumberType::uint16:
      return Number::of_uint(load<1>(registers, order));
    case NumberType::int32:
      return Number::of_int(static_cast<std::int32_t>(load<2>(registers, order)));
    case NumberType::uint32:
      return Number::of_uint(load<2>(registers, order));
    case NumberType::int64:
      return Number::of_int(static_cast<std::int64_t>(load<4>(registers, order)));
    case NumberType::uint64:
      return Number::of_uint(load<4>(registers, order));
    case NumberType::float32:
      return Number::of_real(static_cast<double>(
          std::bit_cast<float>(static_cast<std::uint32_t>(load<2>(registers, order)))));
    case NumberType::float64:
      return Number::of_real(std::bit_cast<double>(load<4>(registers, order)));
  }
  return {};
}

Result<void> encode_number(Number value, NumberType type, WordOrder order,
                           std::span<std::uint16_t> out) {
  const auto bits = bits_of(value, type);
  if (!bits)
    return fail(Errc::invalid,
                fmt::format("{} does not fit the type it is written as", to_real(value)));
  store(*bits, registers_of(type), order, out);
  return {};
}

void append_text(std::string& out, ByteView registers, WordOrder order) {
  const auto start = out.size();
  for (std::size_t i = 0; i + 1 < registers.size(); i += 2) {
    const auto high = std::to_integer<char>(registers[i]);
    const auto low = std::to_integer<char>(registers[i + 1]);
    out += swaps_bytes(order) ? low : high;
    out += swaps_bytes(order) ? high : low;
  }
  const auto end = std::min(out.find('\0', start), out.size());
  const auto last = std::string_view(out).substr(start, end - start).find_last_not_of(' ');
  out.resize(last == std::string_view::npos ? start : start + last + 1);
}

Result<void> encode_text(std::string_view text, WordOrder order, std::span<std::uint16_t> out) {
  if (text.size() > 2 * out.size())
    return fail(Errc::invalid, fmt::format("text of {} bytes in {} registers, which hold {}",
                                           text.size(), out.size(), 2 * out.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto character = [&](std::size_t at) {
      return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const auto word = static_cast<std::uint16_t>(character(2 * i) << 8 | character(2 * i + 1));
    out[i] = swaps_bytes(order) ? swapped(word) : word;
  }
  return {};
}

}  // namespace spindle::modbus
