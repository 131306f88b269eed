// A journal batch as the store keeps it. What reads must read again from its own writing, the same
// to the last bit; all else must be refused.

#include <cstdint>
#include <cstdlib>

#include "store/batch_codec.hpp"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  try_batch(input);
  // And with the checksum put right, which no guessing would find.
  Bytes sealed(input.begin(), input.end());
  ByteWriter(sealed).u32_le(crc32(input));
  try_batch(sealed);
  return 0;
}
