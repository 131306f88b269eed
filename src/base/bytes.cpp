#include "base/bytes.hpp"

#include <zlib.h>

namespace spindle {

std::uint32_t crc32(ByteView bytes, std::uint32_t seed) {
  return static_cast<std::uint32_t>(
      ::crc32_z(seed, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace spindle
