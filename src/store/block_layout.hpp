#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "store/block_format.hpp"

namespace spindle::store::block {

// Bits of block_format.hpp that its writer and its reader share.
inline constexpr std::uint8_t has_device = 1;
inline constexpr std::uint8_t has_received = 2;
inline constexpr std::uint8_t received_differs = 4;
inline constexpr std::uint8_t times_ordered = 8;

inline constexpr std::uint8_t kind_bits = 7;
inline constexpr std::uint8_t kind_zstd = 8;

inline constexpr std::uint8_t plain = 1;
inline constexpr std::uint8_t constant = 2;
inline constexpr std::uint8_t summed = 4;

inline constexpr std::size_t part_inside_max = 32;

inline constexpr std::array powers_of_ten{1.0,      10.0,      100.0,      1000.0,
                                          10'000.0, 100'000.0, 1'000'000.0};

[[nodiscard]] inline bool is_double(ValueKind kind, std::uint8_t decimals) {
  return kind == ValueKind::real && decimals == 0;
}
[[nodiscard]] inline bool is_number(ValueKind kind) {
  return kind != ValueKind::none && kind != ValueKind::text;
}
/// Added to a stored whole number, it compares signed as the numbers do.
[[nodiscard]] inline std::uint64_t order_bias(ValueKind kind) {
  return kind == ValueKind::unsigned_integer ? std::uint64_t{1} << 63 : 0;
}

/// A column on its way to bytes.
struct ColumnWork {
  bool plain = false;
  bool constant = false;
  std::uint8_t decimals = 0;
  std::vector<std::uint64_t> numbers;  ///< Values as stored; of texts which of the different ones.
  ColumnSummary summary;
  Bytes body;
  Bytes packed;
};

/// Values of a real column as whole numbers of 10^-(d−1) with the fewest decimals that give back
/// all of them to the bit; returns d, or 0 when there is no such, and then their bits.
[[nodiscard]] std::uint8_t as_decimals(std::span<const std::uint64_t> values,
                                       std::vector<std::uint64_t>& numbers);

/// Fills the summary. `times` never go back when `ordered`.
void sum_up(const Column& column, std::span<const std::int64_t> times, bool ordered,
            ColumnWork& work);

}  // namespace spindle::store::block
