// Blocks of the history as they lie on the disk or come with an import. What reads must read again
// from its own writing, the same to the last bit; all else must be refused.

#include <cstdint>
#include <cstdlib>

#include "store/block_format.hpp"
#include "store/checksum.hpp"

namespace {

using namespace spindle;
using namespace spindle::store;

void require(bool fact) {
  if (!fact) std::abort();
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
  BlockHead head;
  SeriesRows first;
  if (!decode_block(bytes, head, first)) return;
  require(fits_block(first));
  Bytes again;
  encode_block(head.name, first, again);
  BlockHead head_again;
  SeriesRows second;
  require(decode_block(again, head_again, second).has_value());
  require(same(first, second));
  DecodedColumn column;
  for (const auto& one : head_again.columns)
    require(decode_column(head_again, one, again, column).has_value());
}

/// A column as if its bytes stood in the head: of any size, and with no checksum of their own that
/// no guessing would find.
void try_column(ByteView input) {
  ByteReader in(input);
  BlockHead head;
  ColumnHead column;
  head.rows = 1u + in.u8() * 16u;
  const auto type = in.u8();
  const auto flags = in.u8();
  column.kind = static_cast<ValueKind>(type % (static_cast<int>(ValueKind::text) + 1));
  if (column.kind == ValueKind::real) column.decimals = static_cast<std::uint8_t>(type >> 4 & 7);
  column.plain = (flags & 1) != 0 && column.kind != ValueKind::none;
  column.constant = (flags & 2) != 0 && column.kind != ValueKind::none;
  column.zstd = (flags & 4) != 0;
  if (!in.ok()) return;
  const auto body = input.subspan(in.position());
  column.part = {0, static_cast<std::uint32_t>(body.size()), 0, true};
  DecodedColumn out;
  if (!decode_column(head, column, body, out)) return;
  std::size_t valued = out.cells.empty() ? head.rows : 0;
  require(out.cells.empty() || out.cells.size() == head.rows);
  for (const auto cell : out.cells) valued += has_value(cell);
  require(out.values.size() == (out.constant ? 1 : valued));
  if (column.kind == ValueKind::text)
    for (const auto which : out.values) require(which < out.texts.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  try_block(input);
  try_column(input);
  // And with the head's checksum put right, which no guessing would find.
  ByteReader front(input);
  front.u8();
  front.u8();
  const auto rest = front.varint();
  if (!front.ok() || rest > front.remaining() || front.remaining() - rest < 4) return 0;
  const auto end = front.position() + rest;
  Bytes sealed(input.begin(), input.end());
  const auto sum = checksum(input.first(end));
  for (std::size_t n = 0; n < 4; ++n) sealed[end + n] = static_cast<std::byte>(sum >> n * 8);
  try_block(sealed);
  return 0;
}
