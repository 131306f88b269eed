#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

/// Numbers of one column of a batch as bits; shared by its writer and its reader, not for others.
namespace spindle::store::batch_format {

inline constexpr unsigned decimals_max = 9;
inline constexpr unsigned decimals_none = 15;  ///< Of a column of reals kept as their bits.
inline constexpr double ten_to[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/// The whole number `n` with n / 10^decimals == value to the last bit; false when there is none.
inline bool scale(std::uint64_t bits, unsigned decimals, std::uint64_t& n) {
  constexpr double rounder = 0x1.8p52;  // Adding it leaves a whole number in the low bits.
  const auto value = std::bit_cast<double>(bits);
  const double scaled = value * ten_to[decimals];
  if (!(std::fabs(scaled) < 0x1p51)) return false;
  const double rounded = scaled + rounder;
  n = std::bit_cast<std::uint64_t>(rounded) - std::bit_cast<std::uint64_t>(rounder);
  return std::bit_cast<std::uint64_t>((rounded - rounder) / ten_to[decimals]) == bits;
}

inline std::uint64_t unscale(std::uint64_t n, unsigned decimals) {
  return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(n)) /
                                      ten_to[decimals]);
}

/// Whether the value can have decimals at all: whoever has few has more of them as well.
inline bool may_scale(std::uint64_t bits) {
  std::uint64_t ignored = 0;
  const double size = std::fabs(std::bit_cast<double>(bits));
  if (size < 2e6) return scale(bits, decimals_max, ignored);
  return size < 0x1p51;
}

constexpr std::size_t packed_bytes(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

/// Writes `count` numbers below 2^width, lowest bits first. `to` has 8 bytes more than they take.
inline void pack(const std::uint64_t* numbers, std::size_t count, unsigned width, std::byte* to) {
  std::uint64_t word = 0;
  unsigned used = 0;
  for (std::size_t n = 0; n < count; ++n) {
    word |= numbers[n] << used;
    if (used + width < 64) {
      used += width;
      continue;
    }
    for (unsigned byte = 0; byte < 8; ++byte) *to++ = static_cast<std::byte>(word >> byte * 8);
    const auto taken = 64 - used;
    word = taken < 64 ? numbers[n] >> taken : 0;
    used = used + width - 64;
  }
  for (; used > 0; used = used > 8 ? used - 8 : 0, word >>= 8) *to++ = static_cast<std::byte>(word);
}

/// Reads what pack() wrote, number by number. Pre: packed_bytes(count, width) bytes.
class Unpack {
 public:
  Unpack(ByteView in, unsigned width)
      : in_(in), width_(width), mask_(width < 64 ? (std::uint64_t{1} << width) - 1 : ~0ULL) {}
  std::uint64_t next() {
    const auto byte = at_ >> 3;
    const auto shift = static_cast<unsigned>(at_ & 7);
    at_ += width_;
    auto number = word(byte) >> shift;
    if (shift + width_ > 64) number |= static_cast<std::uint64_t>(in_[byte + 8]) << (64 - shift);
    return number & mask_;
  }

 private:
  [[nodiscard]] std::uint64_t word(std::size_t byte) const {
    std::uint64_t out = 0;
    if (byte + 8 <= in_.size() && std::endian::native == std::endian::little) [[likely]] {
      std::memcpy(&out, in_.data() + byte, 8);
      return out;
    }
    for (std::size_t n = 0; n < 8 && byte + n < in_.size(); ++n)
      out |= static_cast<std::uint64_t>(in_[byte + n]) << n * 8;
    return out;
  }

  ByteView in_;
  unsigned width_;
  std::uint64_t mask_;
  std::size_t at_ = 0;
};

}  // namespace spindle::store::batch_format
