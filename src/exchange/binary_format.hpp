#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spindle::exchange::binary {

// What binary.hpp says, for its two halves.
inline constexpr std::string_view magic{"SPINDLE\x01", 8};
inline constexpr char names_record = 'N';
inline constexpr char block_record = 'B';
inline constexpr char end_record = 'E';
inline constexpr std::size_t record_head = 9;
inline constexpr std::size_t content_max = 64u << 20;

}  // namespace spindle::exchange::binary
