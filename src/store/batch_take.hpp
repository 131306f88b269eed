#pragma once

#include "base/bytes.hpp"
#include "store/batch_format.hpp"

/// What the readers of both versions of a stored batch share; not for others.
namespace spindle::store::batch_format {

/// Reads; past the end it gives zeros and ok() turns false for good.
class Take {
 public:
  explicit Take(ByteView in) : at_(in.data()), end_(in.data() + in.size()) {}
  std::uint64_t u8() {
    if (at_ == end_) [[unlikely]] {
      ok_ = false;
      return 0;
    }
    return static_cast<std::uint64_t>(*at_++);
  }
  std::uint64_t varint() {
    std::uint64_t v = u8();
    if (v < 0x80) [[likely]]
      return v;
    v &= 0x7F;
    for (unsigned shift = 7; shift < 64; shift += 7) {
      const auto b = u8();
      if (shift == 63 && b > 1) break;
      v |= (b & 0x7F) << shift;
      if (b < 0x80) return v;
    }
    ok_ = false;
    return 0;
  }
  std::uint64_t zigzag() { return unfold(varint()); }
  ByteView bytes(std::uint64_t size) {
    if (size > remaining()) {
      ok_ = false;
      return {};
    }
    const ByteView out(at_, static_cast<std::size_t>(size));
    at_ += size;
    return out;
  }
  std::uint64_t real() {
    const auto control = u8();
    const auto low = control >> 4;
    const auto kept = control & 0xF;
    if (low + kept > 8 || kept > remaining()) {
      ok_ = false;
      return 0;
    }
    if (kept == 0) return 0;
    std::uint64_t v = 0;
    for (std::uint64_t n = 0; n < kept; ++n) v |= static_cast<std::uint64_t>(at_[n]) << n * 8;
    at_ += kept;
    return v << low * 8;
  }
  void spoil() { ok_ = false; }
  [[nodiscard]] std::uint64_t remaining() const { return static_cast<std::uint64_t>(end_ - at_); }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  const std::byte* at_;
  const std::byte* end_;
  bool ok_ = true;
};

inline TextRef take_text(Take& take, std::uint64_t pool, TextCursor& cursor) {
  const auto offset = cursor.end + take.zigzag();
  const auto length = take.varint();
  if (offset > pool || length > pool - offset) {
    take.spoil();
    return {};
  }
  cursor.end = offset + length;
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

/// Adds a row of observations without values to `out`, which may hold `observations_max` of them.
inline void take_layout(Take& take, std::uint64_t observations_max, Batch& out) {
  const auto count = take.varint();
  const auto first = out.observations.size();
  if (!take.ok() || count > observations_max - first) return take.spoil();
  out.observations.resize(first + count);
  auto* row = out.observations.data() + first;
  std::uint64_t expected = 0;
  for (std::uint64_t n = 0; n < count;) {
    const auto key = expected + take.zigzag();
    const auto length = take.varint() + 1;
    if (!take.ok() || length == 0 || length > count - n || key > 0xFFFFFFFF) return take.spoil();
    for (std::uint64_t k = 0; k < length; ++k)
      row[n + k].signal = static_cast<SignalKey>(static_cast<std::uint32_t>(key + k));
    expected = static_cast<std::uint32_t>(key + length);
    n += length;
  }
  for (std::uint64_t n = 0; n < count;) {
    const auto type = take.u8();
    const auto length = take.varint() + 1;
    const auto kind = type & 7;
    const auto quality = type >> 3;
    if (!take.ok() || length == 0 || length > count - n || kind > last_value_kind ||
        quality > last_quality)
      return take.spoil();
    for (std::uint64_t k = 0; k < length; ++k) {
      row[n + k].value.kind = static_cast<ValueKind>(kind);
      row[n + k].quality = static_cast<Quality>(quality);
    }
    n += length;
  }
}

/// The scans of a batch of version 1; they may hold `observations` in all.
void take_scans_1(Take& take, std::uint64_t scans, std::uint64_t observations, Batch& out);

}  // namespace spindle::store::batch_format
