#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "store/block_layout.hpp"
#include "store/checksum.hpp"
#include "store/integer_codec.hpp"

namespace spindle::store {
namespace {

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(Errc::corrupt, "history block: " + std::string(what));
}

std::optional<ByteView> bytes_of(const BlockPart& part, ByteView block) {
  if (part.at > block.size() || part.size > block.size() - part.at) return std::nullopt;
  const auto bytes = block.subspan(part.at, part.size);
  if (!part.inside && checksum(bytes) != part.sum) return std::nullopt;
  return bytes;
}

bool take_xor(ByteReader& in, std::span<std::uint64_t> out) {
  std::uint64_t before = 0;
  for (std::size_t n = 0; n < out.size();) {
    const auto control = in.u8();
    if (control == 0) {
      const auto run = in.varint();
      if (!in.ok() || run >= out.size() - n) return false;
      std::ranges::fill(out.subspan(n, run + 1), before);
      n += run + 1;
      continue;
    }
    const auto low = static_cast<unsigned>(control) >> 4;
    const auto kept = static_cast<unsigned>(control) & 15;
    if (kept == 0 || low + kept > 8) return false;
    const auto bytes = in.bytes(kept);
    if (!in.ok()) return false;
    std::uint64_t changed = 0;
    for (unsigned k = 0; k < kept; ++k) changed |= static_cast<std::uint64_t>(bytes[k]) << k * 8;
    out[n++] = before ^= changed << low * 8;
  }
  return true;
}

bool take_runs(ByteReader& in, std::span<std::uint64_t> out) {
  std::size_t n = 0;
  for (std::uint64_t present = 0;; present ^= 1) {
    const auto run = in.varint();
    if (!in.ok() || run > out.size() - n) return false;
    // Only the first run may be empty.
    if (run == 0 && n > 0 && n < out.size()) return false;
    std::ranges::fill(out.subspan(n, run), present);
    n += run;
    if (n == out.size()) return true;
  }
}

/// Cells by their runs; sets how many have a value.
bool take_cells(ByteReader& in, std::size_t rows, std::vector<Cell>& cells, std::size_t& valued) {
  cells.resize(rows);
  for (std::size_t n = 0; n < rows;) {
    const auto cell = in.u8();
    const auto run = in.varint();
    if (!in.ok() || cell > cell_last || run >= rows - n) return false;
    std::fill_n(cells.begin() + static_cast<std::ptrdiff_t>(n), run + 1, cell);
    if (has_value(cell)) valued += run + 1;
    n += run + 1;
  }
  return true;
}

bool take_texts(ByteReader& in, DecodedColumn& out) {
  const auto different = in.varint();
  if (different > in.remaining()) return false;
  for (std::uint64_t n = 0; n < different && in.ok(); ++n) out.texts.push_back(in.text());
  return in.ok();
}

/// Values of a column that is not constant.
bool take_values(ByteReader& in, std::span<std::uint64_t> values, DecodedColumn& out) {
  switch (out.kind) {
    case ValueKind::none:
      return values.empty();
    case ValueKind::boolean:
      return take_runs(in, values);
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
      return decode_integers(in, values);
    case ValueKind::real:
      return out.decimals == 0 ? take_xor(in, values) : decode_integers(in, values);
    case ValueKind::text:
      if (!take_texts(in, out) || !decode_integers(in, values)) return false;
      return std::ranges::all_of(values, [&](auto which) { return which < out.texts.size(); });
  }
  return false;
}

/// The bytes zstd made of `bytes`, in `out`.
bool unpack_zstd(ByteView bytes, Bytes& out) {
  ByteReader in(bytes);
  const auto size = in.varint();
  if (!in.ok() || size > block_text_bytes_max) return false;
  const auto frame = bytes.subspan(in.position());
  // Never more memory than the frame itself promises.
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) return false;
  out.resize(size);
  return ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size()) == size;
}

}  // namespace

Result<void> decode_times(const BlockHead& head, ByteView block, std::vector<std::int64_t>& out) {
  const auto bytes = bytes_of(head.times, block);
  if (!bytes) return damaged("the checksum of its times does not match");
  ByteReader in(*bytes);
  out.resize(head.rows);
  // Signed and unsigned of one size may stand for each other.
  const std::span numbers(reinterpret_cast<std::uint64_t*>(out.data()), out.size());
  if (!decode_integers(in, numbers)) return damaged("times do not add up");
  return {};
}

Result<void> decode_column(const BlockHead& head, const ColumnHead& column, ByteView block,
                           DecodedColumn& out) {
  out.signal = column.signal;
  out.kind = column.kind;
  out.decimals = column.decimals;
  out.constant = column.constant && column.plain;
  out.cells.clear();
  out.texts.clear();
  auto bytes = bytes_of(column.part, block);
  if (!bytes) return damaged("the checksum of a column does not match");
  if (column.zstd) {
    if (!unpack_zstd(*bytes, out.unpacked)) return damaged("a column does not unpack");
    bytes = out.unpacked;
  }
  ByteReader in(*bytes);
  std::size_t valued = column.plain ? head.rows : 0;
  if (!column.plain && !take_cells(in, head.rows, out.cells, valued))
    return damaged("cells do not add up");
  if (column.constant) {
    const bool text = column.kind == ValueKind::text;
    if (text && (!take_texts(in, out) || out.texts.size() != 1))
      return damaged("a text does not add up");
    if (valued == 0) return damaged("a value without rows");
    out.values.assign(out.constant ? 1 : valued, text ? 0 : column.value);
  } else {
    out.values.resize(valued);
    if (!take_values(in, out.values, out)) return damaged("values do not add up");
  }
  if (!in.ok() || !in.at_end()) return damaged("content does not add up");
  return {};
}

namespace {

bool take_all_times(const BlockHead& head, ByteView block, SeriesRows& out) {
  const auto bytes = bytes_of(head.times, block);
  if (!bytes) return false;
  ByteReader in(*bytes);
  std::vector<std::uint64_t> numbers(head.rows);
  const auto instant = [](std::uint64_t bits) {
    return Instant{Duration{static_cast<std::int64_t>(bits)}};
  };
  const auto bits = [](Instant t) {
    return static_cast<std::uint64_t>(t.time_since_epoch().count());
  };
  if (!decode_integers(in, numbers)) return false;
  out.times.resize(head.rows);
  for (std::size_t n = 0; n < head.rows; ++n) {
    const auto time = instant(numbers[n]);
    out.times[n] = {time, {}, time};
  }
  if (head.flags & block::has_device) {
    if (!decode_integers(in, numbers)) return false;
    for (std::size_t n = 0; n < head.rows; ++n)
      out.times[n].device = instant(bits(out.times[n].time) + numbers[n]);
  }
  if (head.flags & block::has_received) {
    if (!decode_integers(in, numbers)) return false;
    const bool differs = (head.flags & block::received_differs) != 0;
    for (std::size_t n = 0; n < head.rows; ++n)
      out.times[n].received = instant(numbers[n] + (differs ? bits(out.times[n].time) : 0));
  }
  return in.ok() && in.at_end();
}

/// As rows keep them: bits of values, all cells, texts in the rows' pool.
Column as_rows(DecodedColumn& from, std::size_t rows, SeriesRows& out) {
  Column column;
  column.signal = from.signal;
  column.kind = from.kind;
  column.cells = from.cells;
  if (column.cells.empty()) column.cells.assign(rows, 1);
  column.values = from.values;
  if (from.constant) column.values.assign(rows, from.values[0]);
  if (from.kind == ValueKind::real && from.decimals > 0) {
    const auto power = block::powers_of_ten[from.decimals - 1u];
    for (auto& value : column.values)
      value = std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(value)) /
                                           power);
  }
  if (from.kind != ValueKind::text) return column;
  std::vector<std::uint64_t> places;
  for (const auto text : from.texts) {
    places.push_back(std::uint64_t{out.text.size()} << 32 | text.size());
    out.text += text;
  }
  for (auto& value : column.values) value = places[value];
  return column;
}

}  // namespace

Result<void> decode_block(ByteView bytes, BlockHead& head, SeriesRows& out) {
  out.clear();
  if (auto ok = read_block_head(bytes, bytes.size(), head); !ok) return ok;
  if (!take_all_times(head, bytes, out)) return damaged("times do not add up");
  DecodedColumn column;
  for (const auto& one : head.columns) {
    if (auto ok = decode_column(head, one, bytes, column); !ok) return ok;
    // A short frame may promise much, and a block may have many.
    auto text = out.text.size();
    for (const auto words : column.texts) text += words.size();
    if (text > block_text_bytes_max) return damaged("more text than a block may have");
    out.columns.push_back(as_rows(column, head.rows, out));
  }
  return {};
}

}  // namespace spindle::store
