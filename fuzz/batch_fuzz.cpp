// Bytes as the store keeps them: a journal batch, or a history block (first byte odd). What reads
// must read again from its own writing, the same to the last bit; all else must be refused.

#include <cstdint>
#include <cstdlib>

#include "store/batch_codec.hpp"
#include "store/block_codec.hpp"

namespace {

using namespace spindle;
using namespace spindle::store;

void require(bool fact) {
  if (!fact) std::abort();
}

bool same(const Batch& a, const Batch& b) {
  if (a.machine != b.machine || a.text != b.text || a.scans.size() != b.scans.size() ||
      a.observations.size() != b.observations.size())
    return false;
  for (std::size_t n = 0; n < a.scans.size(); ++n) {
    const auto& x = a.scans[n];
    const auto& y = b.scans[n];
    if (x.time != y.time || x.device != y.device || x.received != y.received || x.kind != y.kind ||
        x.group != y.group || x.first != y.first || x.count != y.count ||
        a.note_of(x) != b.note_of(y))
      return false;
  }
  for (std::size_t n = 0; n < a.observations.size(); ++n) {
    const auto& x = a.observations[n];
    const auto& y = b.observations[n];
    if (x.signal != y.signal || x.quality != y.quality || x.value.kind != y.value.kind)
      return false;
    if (x.value.kind == ValueKind::text ? a.text_of(x.value) != b.text_of(y.value)
                                        : x.value.unsigned_integer != y.value.unsigned_integer)
      return false;
  }
  return true;
}

void try_batch(ByteView bytes) {
  Batch first;
  if (!decode(bytes, first)) return;
  Bytes again;
  require(encode(first, again).has_value());
  Batch second;
  require(decode(again, second).has_value());
  require(same(first, second));
}

bool same(const SeriesRows& a, const SeriesRows& b) {
  if (a.times != b.times || a.columns.size() != b.columns.size()) return false;
  for (std::size_t n = 0; n < a.columns.size(); ++n) {
    const auto& x = a.columns[n];
    const auto& y = b.columns[n];
    if (x.signal != y.signal || x.kind != y.kind || x.cells != y.cells ||
        x.values.size() != y.values.size())
      return false;
    for (std::size_t k = 0; k < x.values.size(); ++k)
      if (x.kind == ValueKind::text ? a.text_at(x.values[k]) != b.text_at(y.values[k])
                                    : x.values[k] != y.values[k])
        return false;
  }
  return true;
}

void try_block(ByteView bytes) {
  SeriesRows first;
  if (!decode_block(bytes, std::nullopt, first)) return;
  require(fits_block(first));
  Bytes again;
  encode_block(first, again);
  SeriesRows second;
  require(decode_block(again, std::nullopt, second).has_value());
  require(same(first, second));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto input = std::as_bytes(std::span(data + 1, size - 1));
  const auto attempt = data[0] % 2 == 0 ? try_batch : try_block;
  attempt(input);
  // And with the checksum put right, which no guessing would find.
  Bytes sealed(input.begin(), input.end());
  ByteWriter(sealed).u32_le(crc32(input));
  attempt(sealed);
  return 0;
}
