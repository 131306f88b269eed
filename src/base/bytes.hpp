#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace spindle {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// CRC-32 (IEEE 802.3), continued from `seed`.
[[nodiscard]] std::uint32_t crc32(ByteView bytes, std::uint32_t seed = 0);

/// Appends numbers to a byte vector it borrows. Varints are LEB128; signed ones zig-zag first.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}

  void u8(std::uint8_t v) { out_.push_back(static_cast<std::byte>(v)); }
  void u16_be(std::uint16_t v) {
    u8(static_cast<std::uint8_t>(v >> 8));
    u8(static_cast<std::uint8_t>(v));
  }
  void u32_be(std::uint32_t v) {
    u16_be(static_cast<std::uint16_t>(v >> 16));
    u16_be(static_cast<std::uint16_t>(v));
  }
  void u32_le(std::uint32_t v) {
    for (int shift = 0; shift < 32; shift += 8) u8(static_cast<std::uint8_t>(v >> shift));
  }
  void u64_le(std::uint64_t v) {
    for (int shift = 0; shift < 64; shift += 8) u8(static_cast<std::uint8_t>(v >> shift));
  }
  void varint(std::uint64_t v) {
    while (v >= 0x80) {
      u8(static_cast<std::uint8_t>(v | 0x80));
      v >>= 7;
    }
    u8(static_cast<std::uint8_t>(v));
  }
  void zigzag(std::int64_t v) {
    varint((static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63));
  }
  void f64(double v) { u64_le(std::bit_cast<std::uint64_t>(v)); }
  void bytes(ByteView v) { out_.insert(out_.end(), v.begin(), v.end()); }
  /// Length (varint), then the bytes.
  void text(std::string_view v) {
    varint(v.size());
    bytes(as_bytes(v));
  }

 private:
  Bytes& out_;
};

/// Reads what ByteWriter wrote. Past the end every read gives zero and ok() turns false for good,
/// so a decoder checks once, at its end, and never reads outside the span.
class ByteReader {
 public:
  explicit ByteReader(ByteView in) : in_(in) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return position_ == in_.size(); }
  [[nodiscard]] std::size_t remaining() const { return in_.size() - position_; }
  [[nodiscard]] std::size_t position() const { return position_; }

  std::uint8_t u8() {
    if (position_ >= in_.size()) {
      ok_ = false;
      return 0;
    }
    return static_cast<std::uint8_t>(in_[position_++]);
  }
  std::uint16_t u16_be() {
    const auto high = u8();
    return static_cast<std::uint16_t>(high << 8 | u8());
  }
  std::uint32_t u32_be() {
    const std::uint32_t high = u16_be();
    return high << 16 | u16_be();
  }
  std::uint32_t u32_le() {
    std::uint32_t v = 0;
    for (int shift = 0; shift < 32; shift += 8) v |= static_cast<std::uint32_t>(u8()) << shift;
    return v;
  }
  std::uint64_t u64_le() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 8) v |= static_cast<std::uint64_t>(u8()) << shift;
    return v;
  }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      const std::uint64_t b = u8();
      if (shift == 63 && b > 1) break;
      v |= (b & 0x7F) << shift;
      if (b < 0x80) return v;
    }
    ok_ = false;
    return 0;
  }
  std::int64_t zigzag() {
    const auto v = varint();
    return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
  }
  double f64() { return std::bit_cast<double>(u64_le()); }
  ByteView bytes(std::size_t n) {
    if (n > remaining()) {
      ok_ = false;
      return {};
    }
    const auto v = in_.subspan(position_, n);
    position_ += n;
    return v;
  }
  std::string_view text() { return as_text(bytes(varint())); }

 private:
  ByteView in_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace spindle
