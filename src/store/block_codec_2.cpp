#include "store/block_codec_2.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <optional>

#include "store/block_format.hpp"
#include "store/integer_codec.hpp"

namespace spindle::store {
namespace {

constexpr std::uint8_t version = 2;
constexpr std::uint8_t has_device = 1;
constexpr std::uint8_t has_received = 2;
constexpr std::array powers_of_ten{1.0, 10.0, 100.0, 1000.0, 10'000.0, 100'000.0, 1'000'000.0};

std::uint64_t bits_of(Instant t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}
Instant instant_of(std::uint64_t bits) {
  return Instant{Duration{static_cast<std::int64_t>(bits)}};
}
bool take_times(ByteReader& in, std::size_t rows, SeriesRows& out) {
  const auto flags = in.u8();
  std::vector<std::uint64_t> numbers;
  if (!decode_integers(in, rows, numbers)) return false;
  out.times.resize(rows);
  for (std::size_t n = 0; n < rows; ++n) {
    const auto time = instant_of(numbers[n]);
    out.times[n] = {time, {}, time};
  }
  const auto take = [&](auto field) {
    numbers.clear();
    if (!decode_integers(in, rows, numbers)) return false;
    for (std::size_t n = 0; n < rows; ++n)
      out.times[n].*field = instant_of(bits_of(out.times[n].time) + numbers[n]);
    return true;
  };
  if ((flags & has_device) && !take(&RowTime::device)) return false;
  return !(flags & has_received) || take(&RowTime::received);
}

bool take_xor(ByteReader& in, std::size_t count, std::vector<std::uint64_t>& out) {
  std::uint64_t before = 0;
  while (out.size() < count) {
    const auto control = in.u8();
    if (control == 0) {
      const auto run = in.varint();
      if (!in.ok() || run >= count - out.size()) return false;
      out.insert(out.end(), run + 1, before);
      continue;
    }
    const auto low = static_cast<unsigned>(control) >> 4;
    const auto kept = static_cast<unsigned>(control) & 15;
    if (kept == 0 || low + kept > 8) return false;
    std::uint64_t changed = 0;
    for (unsigned n = 0; n < kept; ++n) changed |= std::uint64_t{in.u8()} << n * 8;
    before ^= changed << low * 8;
    out.push_back(before);
    if (!in.ok()) return false;
  }
  return true;
}

bool take_texts(ByteReader& in, std::size_t count, SeriesRows& rows, Column& column) {
  const auto different = in.varint();
  if (different > in.remaining()) return false;
  std::vector<std::uint64_t> places;
  for (std::uint64_t n = 0; n < different && in.ok(); ++n) {
    const auto text = in.text();
    places.push_back(std::uint64_t{rows.text.size()} << 32 | text.size());
    rows.text += text;
  }
  if (!decode_integers(in, count, column.values)) return false;
  for (auto& value : column.values) {
    if (value >= places.size()) return false;
    value = places[value];
  }
  return true;
}

bool take_values(ByteReader& in, std::size_t count, unsigned decimals, SeriesRows& rows,
                 Column& column) {
  auto& values = column.values;
  values.reserve(count);
  switch (column.kind) {
    case ValueKind::none:
      return count == 0;
    case ValueKind::boolean: {
      for (std::uint64_t present = 0;; present ^= 1) {
        const auto run = in.varint();
        if (!in.ok() || run > count - values.size()) return false;
        values.insert(values.end(), run, present);
        if (values.size() == count) return true;
        // Only the first run may be empty.
        if (run == 0 && !values.empty()) return false;
        if (in.at_end()) return false;
      }
    }
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
      return decode_integers(in, count, values);
    case ValueKind::real: {
      if (decimals == 0) return take_xor(in, count, values);
      if (decimals > powers_of_ten.size()) return false;
      if (!decode_integers(in, count, values)) return false;
      const auto power = powers_of_ten[decimals - 1];
      for (auto& value : values)
        value = std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(value)) /
                                             power);
      return true;
    }
    case ValueKind::text:
      return take_texts(in, count, rows, column);
  }
  return false;
}

bool take_column(ByteReader& in, std::size_t rows, std::int64_t& signal, SeriesRows& out) {
  const auto step = in.zigzag();
  if (step < -signal || step > UINT32_MAX - signal) return false;
  signal += step;
  const auto type = in.u8();
  const auto body = in.bytes(in.varint());
  if (!in.ok() || (type & 15) > static_cast<unsigned>(ValueKind::text)) return false;
  Column column;
  column.signal = static_cast<SignalKey>(signal);
  column.kind = static_cast<ValueKind>(type & 15);
  column.cells.reserve(rows);
  ByteReader inner(body);
  std::size_t valued = 0;
  while (column.cells.size() < rows) {
    const auto cell = inner.u8();
    const auto run = inner.varint();
    if (!inner.ok() || cell > cell_last || run >= rows - column.cells.size()) return false;
    column.cells.insert(column.cells.end(), run + 1, cell);
    if (has_value(cell)) valued += run + 1;
  }
  if (!take_values(inner, valued, static_cast<unsigned>(type) >> 4, out, column)) return false;
  if (!inner.ok() || !inner.at_end()) return false;
  out.columns.push_back(std::move(column));
  return true;
}

}  // namespace

Result<void> decode_block_2(ByteView bytes, SeriesRows& out) {
  const auto damaged = [](std::string_view what) {
    return fail(Errc::corrupt, fmt::format("history block: {}", what));
  };
  out.clear();
  if (bytes.size() < 5) return damaged("too short");
  const auto front = bytes.first(bytes.size() - 4);
  if (ByteReader(bytes.last(4)).u32_le() != crc32(front)) return damaged("checksum does not match");
  ByteReader in(front);
  if (in.u8() != version) return damaged("unknown version");
  const auto rows = in.varint();
  const auto columns = in.varint();
  if (!in.ok() || rows == 0 || rows > block_rows_max || columns > block_cells_max ||
      rows * (columns + 1) > block_cells_max)
    return damaged("counts out of range");
  if (!take_times(in, rows, out)) return damaged("times do not add up");
  std::int64_t signal = 0;
  for (std::uint64_t n = 0; n < columns; ++n)
    if (!in.ok() || !take_column(in, rows, signal, out)) return damaged("content does not add up");
  if (!in.ok() || !in.at_end()) return damaged("content does not add up");
  return {};
}

}  // namespace spindle::store
