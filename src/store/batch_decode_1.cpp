#include "store/batch_take.hpp"

namespace spindle::store::batch_format {
namespace {

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

void take_scan(Take& take, std::uint64_t observations_max, Batch& out, TextCursor& cursor) {
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
    if (!before || before->count > observations_max - scan.first) return take.spoil();
    out.observations.resize(scan.first + std::size_t{before->count});
    above = Row(out.observations).subspan(before->first, before->count);
    for (std::size_t n = 0; n < above.size(); ++n) {
      auto& o = out.observations[scan.first + n];
      o.signal = above[n].signal;
      o.quality = above[n].quality;
      o.value.kind = above[n].value.kind;
    }
  } else {
    take_layout(take, observations_max, out);
  }
  if (!take.ok()) return;
  scan.count = static_cast<std::uint32_t>(out.observations.size() - scan.first);
  take_values(take, std::span(out.observations).subspan(scan.first), above, out.text.size(),
              cursor);
  out.scans.push_back(scan);
}

}  // namespace

void take_scans_1(Take& take, std::uint64_t scans, std::uint64_t observations, Batch& out) {
  // A scan takes two bytes at least, so the number of scans is bounded by what is there.
  if (scans > take.remaining()) return take.spoil();
  out.scans.reserve(scans);
  TextCursor cursor;
  for (std::uint64_t n = 0; n < scans && take.ok(); ++n) take_scan(take, observations, out, cursor);
}

}  // namespace spindle::store::batch_format
