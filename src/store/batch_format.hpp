#pragma once

#include <cstdint>
#include <span>

#include "model/observation.hpp"

/// What batch_codec.cpp (writes) and batch_decode.cpp (reads) share; not for others. The layout is
/// described in batch_codec.hpp.
namespace spindle::store::batch_format {

inline constexpr std::uint8_t version_1 = 1;
inline constexpr std::uint8_t version = 2;
inline constexpr unsigned whole_milliseconds = 0x80;  ///< Beside the width of a column of times.
inline constexpr std::uint8_t kind_mask = 0x07;
inline constexpr std::uint8_t has_device = 0x08;
inline constexpr std::uint8_t has_note = 0x10;
inline constexpr std::uint8_t has_received = 0x20;
inline constexpr std::uint8_t has_group = 0x40;
inline constexpr std::uint8_t same_layout = 0x80;
inline constexpr auto last_scan_kind = static_cast<std::uint8_t>(ScanKind::booking);
inline constexpr auto last_value_kind = static_cast<std::uint8_t>(ValueKind::text);
inline constexpr auto last_quality = static_cast<std::uint8_t>(Quality::unavailable);

inline std::uint64_t bits_of(Instant t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}
inline Instant instant_of(std::uint64_t bits) {
  return Instant{Duration{static_cast<std::int64_t>(bits)}};
}
constexpr std::uint64_t fold(std::uint64_t difference) {
  return difference << 1 ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unfold(std::uint64_t folded) { return folded >> 1 ^ (0 - (folded & 1)); }

/// Where the text before ended: texts mostly follow each other in the pool.
struct TextCursor {
  std::uint64_t end = 0;
};

using Row = std::span<const Observation>;

}  // namespace spindle::store::batch_format
