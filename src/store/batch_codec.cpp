#include "store/batch_codec.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

namespace spindle::store {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t kind_mask = 0x07;
constexpr std::uint8_t has_device = 0x08;
constexpr std::uint8_t has_note = 0x10;
constexpr std::uint8_t has_received = 0x20;
constexpr std::uint8_t has_group = 0x40;
constexpr std::uint8_t same_layout = 0x80;
constexpr auto last_scan_kind = static_cast<std::uint8_t>(ScanKind::booking);
constexpr auto last_value_kind = static_cast<std::uint8_t>(ValueKind::text);
constexpr auto last_quality = static_cast<std::uint8_t>(Quality::unavailable);

// What one observation or scan can take at most; lets the encoder write without asking for room.
constexpr std::size_t observation_bytes_max = 24;
constexpr std::size_t scan_bytes_max = 64;
constexpr std::size_t header_bytes_max = 64;

std::uint64_t bits_of(Instant t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}
Instant instant_of(std::uint64_t bits) {
  return Instant{Duration{static_cast<std::int64_t>(bits)}};
}
constexpr std::uint64_t fold(std::uint64_t difference) {
  return difference << 1 ^ (0 - (difference >> 63));
}
constexpr std::uint64_t unfold(std::uint64_t folded) { return folded >> 1 ^ (0 - (folded & 1)); }

/// Writes into memory that is known to be large enough.
class Put {
 public:
  explicit Put(std::byte* at) : at_(at) {}
  void u8(std::uint64_t v) { *at_++ = static_cast<std::byte>(v); }
  void varint(std::uint64_t v) {
    while (v >= 0x80) {
      u8(v | 0x80);
      v >>= 7;
    }
    u8(v);
  }
  void zigzag(std::uint64_t difference) { varint(fold(difference)); }
  void bytes(ByteView v) {
    if (!v.empty()) std::memcpy(at_, v.data(), v.size());
    at_ += v.size();
  }
  void real(std::uint64_t changed) {
    if (changed == 0) return u8(0);
    const auto low = static_cast<unsigned>(std::countr_zero(changed)) / 8;
    const auto kept = 8 - low - static_cast<unsigned>(std::countl_zero(changed)) / 8;
    u8(low << 4 | kept);
    changed >>= low * 8;
    for (unsigned n = 0; n < kept; ++n, changed >>= 8) u8(changed);
  }
  [[nodiscard]] std::byte* at() const { return at_; }

 private:
  std::byte* at_;
};

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

/// Where the text before ended: texts mostly follow each other in the pool.
struct TextCursor {
  std::uint64_t end = 0;
};

void put_text(Put& put, TextRef text, TextCursor& cursor) {
  put.zigzag(text.offset - cursor.end);
  put.varint(text.length);
  cursor.end = std::uint64_t{text.offset} + text.length;
}

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

bool lies_in(std::uint64_t offset, std::uint64_t length, std::uint64_t pool) {
  return offset <= pool && length <= pool - offset;
}

Result<void> check(const Batch& batch) {
  const auto wrong = [&](std::string_view what) {
    return fail(Errc::invalid, fmt::format("batch of machine {}: {}",
                                           static_cast<std::uint32_t>(batch.machine), what));
  };
  if (batch.observations.size() > batch_observations_max || batch.scans.size() > batch_scans_max ||
      batch.text.size() > batch_text_bytes_max)
    return wrong("too large; send it in smaller pieces");
  std::uint64_t next = 0;
  for (const auto& scan : batch.scans) {
    if (scan.first != next) return wrong("its scans do not follow each other");
    next += scan.count;
    if (!lies_in(scan.note_offset, scan.note_length, batch.text.size()))
      return wrong("a note lies outside its text");
    if (static_cast<std::uint8_t>(scan.kind) > last_scan_kind) return wrong("unknown kind of scan");
  }
  if (next != batch.observations.size()) return wrong("its scans do not cover its observations");
  for (const auto& o : batch.observations) {
    if (static_cast<std::uint8_t>(o.value.kind) > last_value_kind ||
        static_cast<std::uint8_t>(o.quality) > last_quality)
      return wrong("unknown kind of value");
    if (o.value.kind == ValueKind::text &&
        !lies_in(o.value.text.offset, o.value.text.length, batch.text.size()))
      return wrong("a value lies outside its text");
  }
  return {};
}

std::uint64_t type_of(const Observation& o) {
  return static_cast<std::uint64_t>(o.value.kind) | static_cast<std::uint64_t>(o.quality) << 3;
}

using Row = std::span<const Observation>;

bool has_layout_of(Row row, Row above) {
  if (row.size() != above.size() || row.empty()) return false;
  for (std::size_t n = 0; n < row.size(); ++n)
    if (row[n].signal != above[n].signal || row[n].value.kind != above[n].value.kind ||
        row[n].quality != above[n].quality)
      return false;
  return true;
}

void put_layout(Put& put, Row row) {
  put.varint(row.size());
  std::uint32_t expected = 0;
  for (std::size_t n = 0; n < row.size();) {
    const auto first = static_cast<std::uint32_t>(row[n].signal);
    std::uint32_t length = 1;
    while (n + length < row.size() &&
           static_cast<std::uint32_t>(row[n + length].signal) == first + length)
      ++length;
    put.zigzag(std::uint64_t{first} - expected);
    put.varint(length - 1);
    expected = first + length;
    n += length;
  }
  for (std::size_t n = 0; n < row.size();) {
    const auto type = type_of(row[n]);
    std::size_t length = 1;
    while (n + length < row.size() && type_of(row[n + length]) == type) ++length;
    put.u8(type);
    put.varint(length - 1);
    n += length;
  }
}

void put_values(Put& put, Row row, Row above, TextCursor& cursor) {
  std::uint64_t bits = 0;
  unsigned bit_count = 0;
  for (const auto& o : row) {
    if (o.value.kind != ValueKind::boolean) continue;
    bits |= static_cast<std::uint64_t>(o.value.boolean) << bit_count;
    if (++bit_count == 8) {
      put.u8(bits);
      bits = bit_count = 0;
    }
  }
  if (bit_count > 0) put.u8(bits);
  for (std::size_t n = 0; n < row.size(); ++n) {
    const auto& value = row[n].value;
    const auto before = above.empty() ? 0 : above[n].value.unsigned_integer;
    switch (value.kind) {
      case ValueKind::none:
      case ValueKind::boolean:
        break;
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
        put.zigzag(value.unsigned_integer - before);
        break;
      case ValueKind::real:
        put.real(value.unsigned_integer ^ before);
        break;
      case ValueKind::text:
        put_text(put, value.text, cursor);
        break;
    }
  }
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

Result<void> encode(const Batch& batch, Bytes& out) {
  if (auto sound = check(batch); !sound) return sound;
  const auto start = out.size();
  out.resize(start + header_bytes_max + batch.text.size() + batch.scans.size() * scan_bytes_max +
             batch.observations.size() * observation_bytes_max);
  Put put(out.data() + start);
  put.u8(version);
  put.varint(static_cast<std::uint32_t>(batch.machine));
  put.varint(batch.text.size());
  put.bytes(as_bytes(batch.text));
  put.varint(batch.scans.size());
  put.varint(batch.observations.size());
  TextCursor cursor;
  std::uint64_t time_before = 0;
  std::uint16_t group_before = 0;
  Row row_before;
  for (const auto& scan : batch.scans) {
    const auto row = Row(batch.observations).subspan(scan.first, scan.count);
    const bool same = has_layout_of(row, row_before);
    const bool note = scan.note_length != 0 || scan.note_offset != 0;
    put.u8(static_cast<unsigned>(scan.kind) | (scan.device != Instant{} ? has_device : 0u) |
           (note ? has_note : 0u) | (scan.received != scan.time ? has_received : 0u) |
           (scan.group != group_before ? has_group : 0u) | (same ? same_layout : 0u));
    const auto time = bits_of(scan.time);
    put.zigzag(time - time_before);
    if (scan.received != scan.time) put.zigzag(bits_of(scan.received) - time);
    if (scan.device != Instant{}) put.zigzag(bits_of(scan.device) - time);
    if (scan.group != group_before) put.varint(scan.group);
    if (note) put_text(put, {scan.note_offset, scan.note_length}, cursor);
    if (!same) put_layout(put, row);
    put_values(put, row, same ? row_before : Row{}, cursor);
    time_before = time;
    group_before = scan.group;
    row_before = row;
  }
  const auto size = static_cast<std::size_t>(put.at() - (out.data() + start));
  const auto sum = crc32(ByteView(out).subspan(start, size));
  out.resize(start + size);
  ByteWriter(out).u32_le(sum);
  return {};
}

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
