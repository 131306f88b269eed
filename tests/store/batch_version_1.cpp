#include "tests/store/batch_version_1.hpp"

#include <bit>
#include <cstring>

#include "store/batch_format.hpp"

namespace spindle::store::samples {
namespace {

using namespace batch_format;

// What one observation or scan can take at most; lets the encoder write without asking for room.
constexpr std::size_t observation_bytes_max = 24;
constexpr std::size_t scan_bytes_max = 64;
constexpr std::size_t header_bytes_max = 64;

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

void put_text(Put& put, TextRef text, TextCursor& cursor) {
  put.zigzag(text.offset - cursor.end);
  put.varint(text.length);
  cursor.end = std::uint64_t{text.offset} + text.length;
}

std::uint64_t type_of(const Observation& o) {
  return static_cast<std::uint64_t>(o.value.kind) | static_cast<std::uint64_t>(o.quality) << 3;
}

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

}  // namespace

Bytes encode_version_1(const Batch& batch) {
  Bytes out;
  const auto start = out.size();
  out.resize(start + header_bytes_max + batch.text.size() + batch.scans.size() * scan_bytes_max +
             batch.observations.size() * observation_bytes_max);
  Put put(out.data() + start);
  put.u8(1);
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
  return out;
}

}  // namespace spindle::store::samples
