#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spindle::modbus {

/// How the bytes of a value lie in its registers; A is the most significant byte. The standard
/// orders bytes within a register only, so devices differ. Values of four registers follow the same
/// rule: cdab and dcba send the last register first, badc and dcba swap the bytes in each register.
/// In one register only that swap is left.
enum class WordOrder : std::uint8_t { abcd, cdab, badc, dcba };

[[nodiscard]] constexpr bool reverses_registers(WordOrder order) {
  return order == WordOrder::cdab || order == WordOrder::dcba;
}
[[nodiscard]] constexpr bool swaps_bytes(WordOrder order) {
  return order == WordOrder::badc || order == WordOrder::dcba;
}

/// What the registers hold. int8 and uint8 are the low byte of a register; boolean is false when
/// the register is 0.
enum class NumberType : std::uint8_t {
  boolean,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64,
};

/// 1, 2 or 4.
[[nodiscard]] constexpr std::uint16_t registers_of(NumberType type) {
  switch (type) {
    case NumberType::boolean:
    case NumberType::int8:
    case NumberType::uint8:
    case NumberType::int16:
    case NumberType::uint16:
      return 1;
    case NumberType::int32:
    case NumberType::uint32:
    case NumberType::float32:
      return 2;
    case NumberType::int64:
    case NumberType::uint64:
    case NumberType::float64:
      return 4;
  }
  return 1;
}

/// A number as the device means it, none of its bits lost.
struct Number {
  enum class Kind : std::uint8_t { boolean, integer, unsigned_integer, real };
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
    double real;
  };
  Kind kind;

  Number() : integer(0), kind(Kind::integer) {}
  [[nodiscard]] static Number of_bool(bool v);
  [[nodiscard]] static Number of_int(std::int64_t v);
  [[nodiscard]] static Number of_uint(std::uint64_t v);
  [[nodiscard]] static Number of_real(double v);
};

/// Pre: `registers` has at least 2 × registers_of(type) bytes, as sent. Allocates nothing.
[[nodiscard]] Number decode_number(ByteView registers, NumberType type, WordOrder order);

/// The registers that decode_number() reads back as `value`; as many as registers_of(type) are
/// written to the front of `out`. A real is rounded to the nearest integer where the type is one.
/// Errors: `invalid` when the type can't hold the value. Pre: `out` is long enough.
[[nodiscard]] Result<void> encode_number(Number value, NumberType type, WordOrder order,
                                         std::span<std::uint16_t> out);

/// Appends the text in `registers`, two characters each, up to the first NUL and without spaces at
/// its end. Only the byte swap of `order` matters. Bytes are passed on as they are.
void append_text(std::string& out, ByteView registers, WordOrder order);

/// The registers that append_text() reads back, filled up with NUL.
/// Errors: `invalid` when the text is longer than `out`.
[[nodiscard]] Result<void> encode_text(std::string_view text, WordOrder order,
                                       std::span<std::uint16_t> out);

}  // namespace spindle::modbus
