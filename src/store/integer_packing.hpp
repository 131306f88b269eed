#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace spindle::store {

/// Numbers go in groups of this many, so that each group takes the width it needs.
inline constexpr std::size_t packed_group_size = 128;
using PackedGroup = std::array<std::uint64_t, packed_group_size>;

/// Signed to unsigned and back, small ones staying small (zig-zag).
constexpr std::uint64_t fold(std::uint64_t d) { return d << 1 ^ (0 - (d >> 63)); }
constexpr std::uint64_t unfold(std::uint64_t f) { return f >> 1 ^ (0 - (f & 1)); }
constexpr std::size_t varint_size(std::uint64_t v) {
  return (static_cast<std::size_t>(std::bit_width(v | 1)) + 6) / 7;
}

/// Up to 128 numbers on their way to bytes, and what they will take.
struct Packing {
  PackedGroup remainders;
  std::uint64_t least = 0;  ///< Taken off each.
  unsigned width = 0;
  std::size_t exceptions = 0;
  std::size_t bytes = 0;

  /// Takes the least off the first `count` remainders and finds the width that costs least:
  /// numbers that need more bits go behind as exceptions. Precondition: count > 0.
  void measure(std::size_t count);
  /// Appends least, number of exceptions, low bits and exceptions; the width is the caller's.
  void write(std::size_t count, Bytes& out) const;
};

/// Reads what Packing::write() wrote, the least added again. False: no such bytes.
[[nodiscard]] bool unpack(ByteReader& in, unsigned width, std::span<std::uint64_t> out);

/// Numbers of any count: groups of u8 width and a Packing each.
void pack_numbers(std::span<const std::uint64_t> numbers, Bytes& out);
[[nodiscard]] bool unpack_numbers(ByteReader& in, std::span<std::uint64_t> out);

}  // namespace spindle::store
