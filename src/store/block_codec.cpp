#include "store/block_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "store/integer_codec.hpp"

namespace spindle::store {
namespace {

constexpr std::uint8_t version = 2;
constexpr std::uint8_t has_device = 1;
constexpr std::uint8_t has_received = 2;
constexpr std::array powers_of_ten{1.0, 10.0, 100.0, 1000.0, 10'000.0, 100'000.0, 1'000'000.0};
// Above this a double is not sure to hold every integer.
constexpr double exact_integers = 9'007'199'254'740'992.0;

std::uint64_t bits_of(Instant t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}
Instant instant_of(std::uint64_t bits) {
  return Instant{Duration{static_cast<std::int64_t>(bits)}};
}
void put_times(const SeriesRows& rows, Bytes& out) {
  const auto& times = rows.times;
  std::uint8_t flags = 0;
  for (const auto& t : times) {
    if (t.device != Instant{}) flags |= has_device;
    if (t.received != t.time) flags |= has_received;
  }
  ByteWriter(out).u8(flags);
  std::vector<std::uint64_t> numbers(times.size());
  const auto put = [&](auto&& number_of) {
    std::ranges::transform(times, numbers.begin(), number_of);
    encode_integers(numbers, out);
  };
  put([](const RowTime& t) { return bits_of(t.time); });
  if (flags & has_device) put([](const RowTime& t) { return bits_of(t.device) - bits_of(t.time); });
  if (flags & has_received)
    put([](const RowTime& t) { return bits_of(t.received) - bits_of(t.time); });
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
  const auto take = [&](Instant RowTime::* field) {
    numbers.clear();
    if (!decode_integers(in, rows, numbers)) return false;
    for (std::size_t n = 0; n < rows; ++n)
      out.times[n].*field = instant_of(bits_of(out.times[n].time) + numbers[n]);
    return true;
  };
  if ((flags & has_device) && !take(&RowTime::device)) return false;
  return !(flags & has_received) || take(&RowTime::received);
}

/// The integer that times 10^-decimals is `value` to the last bit; nullopt if there is none.
std::optional<std::int64_t> scaled(double value, double power) {
  const double up = std::nearbyint(value * power);
  if (!(std::fabs(up) < exact_integers)) return std::nullopt;
  // By way of the integer, as the reader does: −0 has none.
  const double back = static_cast<double>(static_cast<std::int64_t>(up)) / power;
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value))
    return std::nullopt;
  return static_cast<std::int64_t>(up);
}

/// Fewest decimals that hold all values exactly, plus one; 0 if none do.
std::uint8_t decimals_of(const std::vector<std::uint64_t>& values) {
  std::uint8_t decimals = 0;
  for (const auto bits : values) {
    while (decimals < powers_of_ten.size() &&
           !scaled(std::bit_cast<double>(bits), powers_of_ten[decimals]))
      ++decimals;
    if (decimals == powers_of_ten.size()) return 0;
  }
  // A value that needed few decimals may not be exact with many.
  for (const auto bits : values)
    if (!scaled(std::bit_cast<double>(bits), powers_of_ten[decimals])) return 0;
  return static_cast<std::uint8_t>(decimals + 1);
}

void put_xor(const std::vector<std::uint64_t>& values, Bytes& out) {
  ByteWriter writer(out);
  std::uint64_t before = 0;
  std::uint64_t run = 0;
  const auto end_run = [&] {
    if (run == 0) return;
    writer.u8(0);
    writer.varint(run - 1);
    run = 0;
  };
  for (const auto bits : values) {
    auto changed = bits ^ std::exchange(before, bits);
    if (changed == 0) {
      ++run;
      continue;
    }
    end_run();
    const auto low = static_cast<unsigned>(std::countr_zero(changed)) / 8;
    const auto kept = 8 - low - static_cast<unsigned>(std::countl_zero(changed)) / 8;
    writer.u8(static_cast<std::uint8_t>(low << 4 | kept));
    changed >>= low * 8;
    for (unsigned n = 0; n < kept; ++n, changed >>= 8)
      writer.u8(static_cast<std::uint8_t>(changed));
  }
  end_run();
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

void put_texts(const SeriesRows& rows, const Column& column, Bytes& out) {
  std::unordered_map<std::string_view, std::uint64_t> numbers;
  std::vector<std::string_view> texts;
  std::vector<std::uint64_t> which;
  which.reserve(column.values.size());
  for (const auto bits : column.values) {
    const auto text = rows.text_at(bits);
    const auto [at, fresh] = numbers.emplace(text, texts.size());
    if (fresh) texts.push_back(text);
    which.push_back(at->second);
  }
  ByteWriter writer(out);
  writer.varint(texts.size());
  for (const auto text : texts) writer.text(text);
  encode_integers(which, out);
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

void put_values(const SeriesRows& rows, const Column& column, std::uint8_t decimals, Bytes& out) {
  switch (column.kind) {
    case ValueKind::none:
      return;
    case ValueKind::boolean: {
      ByteWriter writer(out);
      std::uint64_t present = 0;
      std::uint64_t run = 0;
      for (const auto v : column.values) {
        if (v != present) {
          writer.varint(run);
          present = v;
          run = 0;
        }
        ++run;
      }
      writer.varint(run);
      return;
    }
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
      return encode_integers(column.values, out);
    case ValueKind::real: {
      if (decimals == 0) return put_xor(column.values, out);
      const auto power = powers_of_ten[decimals - 1u];
      std::vector<std::uint64_t> numbers(column.values.size());
      std::ranges::transform(column.values, numbers.begin(), [power](std::uint64_t bits) {
        return static_cast<std::uint64_t>(*scaled(std::bit_cast<double>(bits), power));
      });
      return encode_integers(numbers, out);
    }
    case ValueKind::text:
      return put_texts(rows, column, out);
  }
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

void put_column(const SeriesRows& rows, const Column& column, std::uint32_t signal_before,
                Bytes& scratch, Bytes& out) {
  scratch.clear();
  ByteWriter inner(scratch);
  for (std::size_t n = 0; n < rows.rows();) {
    const auto cell = n < column.cells.size() ? column.cells[n] : absent;
    auto end = n + 1;
    if (n >= column.cells.size()) end = rows.rows();
    while (end < rows.rows() && end < column.cells.size() && column.cells[end] == cell) ++end;
    if (cell == absent && end == column.cells.size()) end = rows.rows();
    inner.u8(cell);
    inner.varint(end - n - 1);
    n = end;
  }
  const auto decimals =
      column.kind == ValueKind::real ? decimals_of(column.values) : std::uint8_t{0};
  put_values(rows, column, decimals, scratch);
  ByteWriter writer(out);
  writer.zigzag(static_cast<std::int64_t>(static_cast<std::uint32_t>(column.signal)) -
                signal_before);
  writer.u8(
      static_cast<std::uint8_t>(static_cast<unsigned>(column.kind) | unsigned{decimals} << 4));
  writer.varint(scratch.size());
  writer.bytes(scratch);
}

bool take_column(ByteReader& in, std::optional<SignalKey> only, std::size_t rows,
                 std::int64_t& signal, SeriesRows& out) {
  signal += in.zigzag();
  const auto type = in.u8();
  const auto body = in.bytes(in.varint());
  if (!in.ok() || signal < 0 || signal > 0xFFFFFFFF ||
      (type & 15) > static_cast<unsigned>(ValueKind::text))
    return false;
  if (only && static_cast<SignalKey>(signal) != *only) return true;
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

bool fits_block(const SeriesRows& rows) {
  return rows.rows() <= block_rows_max &&
         rows.rows() * (rows.columns.size() + 1) <= block_cells_max;
}

void encode_block(const SeriesRows& rows, Bytes& out) {
  const auto start = out.size();
  ByteWriter writer(out);
  writer.u8(version);
  writer.varint(rows.rows());
  writer.varint(rows.columns.size());
  put_times(rows, out);
  Bytes scratch;
  std::uint32_t signal_before = 0;
  for (const auto& column : rows.columns) {
    put_column(rows, column, signal_before, scratch, out);
    signal_before = static_cast<std::uint32_t>(column.signal);
  }
  const auto sum = crc32(ByteView(out).subspan(start));
  ByteWriter(out).u32_le(sum);
}

Result<void> decode_block(ByteView bytes, std::optional<SignalKey> only, SeriesRows& out) {
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
    if (!in.ok() || !take_column(in, only, rows, signal, out))
      return damaged("content does not add up");
  if (!in.ok() || !in.at_end()) return damaged("content does not add up");
  return {};
}

}  // namespace spindle::store
