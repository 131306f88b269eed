#include "api/gunzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

namespace spindle::api {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS;
constexpr std::size_t first_guess = 64u << 10;
constexpr std::size_t usual_ratio = 8;

/// Gives zlib's memory back, however it ends.
struct Inflater {
  z_stream stream{};
  bool ready = inflateInit2(&stream, gzip_only) == Z_OK;

  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
};

}  // namespace

Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  Inflater inflater;
  if (!inflater.ready) return fail(Errc::overloaded, "no memory to unpack this; try again");
  auto& z = inflater.stream;
  // zlib takes what it reads as not const, and leaves it alone.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  out.resize(std::min(bytes_max + 1, std::max(first_guess, packed.size() * usual_ratio)));
  std::size_t used = 0;
  while (true) {
    if (used == out.size()) out.resize(std::min(bytes_max + 1, 2 * out.size()));
    const auto room = out.size() - used;
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = static_cast<uInt>(room);
    const int state = inflate(&z, Z_NO_FLUSH);
    used += room - z.avail_out;
    if (used > bytes_max)
      return fail(Errc::unsupported, fmt::format("unpacked it holds more than {} MiB; send it in "
                                                 "pieces",
                                                 bytes_max >> 20));
    if (state == Z_STREAM_END) {
      if (z.avail_in == 0) break;
      if (inflateReset(&z) == Z_OK) continue;
    }
    if (state == Z_OK && (z.avail_in > 0 || z.avail_out == 0)) continue;
    return fail(Errc::invalid,
                "the body is no whole gzip stream; send it anew, or without "
                "Content-Encoding");
  }
  out.resize(used);
  return out;
}

}  // namespace spindle::api
