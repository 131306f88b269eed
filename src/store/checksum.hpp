#pragma once

#include <xxhash.h>

#include <cstdint>

#include "base/bytes.hpp"

namespace spindle::store {

/// XXH3 (64 bit) of `bytes`, its lower 32 bits: what guards the records of segment files.
[[nodiscard]] inline std::uint32_t checksum(ByteView bytes, std::uint64_t seed = 0) {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed));
}

}  // namespace spindle::store
