#include <fmt/format.h>

#include "store/batch_codec.hpp"
#include "store/batch_format.hpp"

namespace spindle::store {
namespace {

using namespace batch_format;

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

TextRef take_text(Take& take, std::uint64_t pool, TextCursor& cursor) {
  const auto offset = cursor.end + take.zigzag();
  const auto length = take.varint();
  if (offset > pool || length > pool - offset) {
    take.spoil();
    return {};
  }
  cursor.end = offset + length;
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)};
}

void take_layout(Take& take, Batch& out) {
  const auto count = take.varint();
  const auto first = out.observations.size();
  if (count > out.observations.capacity() - first) return take.spoil();
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

void take_values(Take& take, std::span<Observation> row, Row above, std::uint64_t pool,
                 TextCursor& cursor) {
  std::uint64_t bits = 0;
  unsigned bit_count = 0;
  for (auto& o : row) {
    if (o.value.kind != ValueKind::boolean) continue;
    if (bit_count == 0) bits = take.u8();
    o.value.unsigned_integer = 0;
    o.value.boolean = (bits & 1) != 0;
    bits >>= 1;
    bit_count = (bit_count + 1) % 8;
  }
  for (std::size_t n = 0; n < row.size(); ++n) {
    auto& value = row[n].value;
    const auto before = above.empty() ? 0 : above[n].value.unsigned_integer;
    switch (value.kind) {
      case ValueKind::none:
        value.unsigned_integer = 0;
        break;
      case ValueKind::boolean:
        break;
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
        value.unsigned_integer = before + take.zigzag();
        break;
      case ValueKind::real:
        value.unsigned_integer = before ^ take.real();
        break;
      case ValueKind::text:
        value.text = take_text(take, pool, cursor);
        break;
    }
  }
}

void take_scan(Take& take, Batch& out, TextCursor& cursor) {
  const auto flags = static_cast<std::uint8_t>(take.u8());
  const Scan* before = out.scans.empty() ? nullptr : &out.scans.back();
  if ((flags & kind_mask) > last_scan_kind) return take.spoil();
  Scan scan;
  scan.kind = static_cast<ScanKind>(flags & kind_mask);
  const auto time = (before ? bits_of(before->time) : 0) + take.zigzag();
  scan.time = instant_of(time);
  scan.received = flags & has_received ? instant_of(time + take.zigzag()) : scan.time;
  if (flags & has_device) scan.device = instant_of(time + take.zigzag());
  std::uint64_t group = before ? before->group : 0;
  if (flags & has_group) group = take.varint();
  if (group > 0xFFFF) return take.spoil();
  scan.group = static_cast<std::uint16_t>(group);
  if (flags & has_note) {
    const auto note = take_text(take, out.text.size(), cursor);
    scan.note_offset = note.offset;
    scan.note_length = note.length;
  }
  scan.first = static_cast<std::uint32_t>(out.observations.size());
  Row above;
  if (flags & same_layout) {
    if (!before || before->count > out.observations.capacity() - scan.first) return take.spoil();
    // Room was reserved for all observations: `above` stays where it is.
    above = Row(out.observations).subspan(before->first, before->count);
    out.observations.resize(scan.first + above.size());
    for (std::size_t n = 0; n < above.size(); ++n) {
      auto& o = out.observations[scan.first + n];
      o.signal = above[n].signal;
      o.quality = above[n].quality;
      o.value.kind = above[n].value.kind;
    }
  } else {
    take_layout(take, out);
  }
  if (!take.ok()) return;
  scan.count = static_cast<std::uint32_t>(out.observations.size() - scan.first);
  take_values(take, std::span(out.observations).subspan(scan.first), above, out.text.size(),
              cursor);
  out.scans.push_back(scan);
}

}  // namespace

Result<void> decode(ByteView bytes, Batch& out) {
  const auto damaged = [](std::string_view what) {
    return fail(Errc::corrupt, fmt::format("stored batch: {}", what));
  };
  out.clear();
  if (bytes.size() < 5) return damaged("too short");
  const auto body = bytes.first(bytes.size() - 4);
  if (ByteReader(bytes.last(4)).u32_le() != crc32(body)) return damaged("checksum does not match");
  Take take(body);
  if (take.u8() != version) return damaged("unknown version");
  const auto machine = take.varint();
  if (machine > 0xFFFFFFFF) return damaged("machine out of range");
  out.machine = static_cast<MachineKey>(machine);
  const auto text_size = take.varint();
  if (text_size > batch_text_bytes_max) return damaged("text out of range");
  out.text = as_text(take.bytes(text_size));
  const auto scans = take.varint();
  const auto observations = take.varint();
  // A scan takes two bytes at least, so the number of scans is bounded by what is there.
  if (!take.ok() || scans > take.remaining() || scans > batch_scans_max ||
      observations > batch_observations_max)
    return damaged("counts out of range");
  out.scans.reserve(scans);
  out.observations.reserve(observations);
  TextCursor cursor;
  for (std::uint64_t n = 0; n < scans && take.ok(); ++n) {
    take_scan(take, out, cursor);
    if (out.observations.size() > observations) take.spoil();
  }
  if (!take.ok() || take.remaining() != 0 || out.observations.size() != observations)
    return damaged("content does not add up");
  return {};
}

}  // namespace spindle::store
