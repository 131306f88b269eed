#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "store/block_layout.hpp"
#include "store/checksum.hpp"
#include "store/integer_codec.hpp"

namespace spindle::store {
namespace block {
namespace {

// Below this every whole number is a double, and so is what lies between two of them by halves.
constexpr double whole_max = 2'251'799'813'685'248.0;

/// The nearest whole number, without a call: adding this leaves no room for a fraction.
double nearest(double value) {
  constexpr double shift = 6'755'399'441'055'744.0;
  return value + shift - shift;
}

/// The integer that times 10^-decimals is `bits` to the last bit. By way of the integer, as the
/// reader does: −0 has none.
bool scale(std::uint64_t bits, double power, std::uint64_t& out) {
  const double up = nearest(std::bit_cast<double>(bits) * power);
  if (!(std::fabs(up) < whole_max)) return false;
  const auto whole = static_cast<std::int64_t>(up);
  out = static_cast<std::uint64_t>(whole);
  return std::bit_cast<std::uint64_t>(static_cast<double>(whole) / power) == bits;
}

}  // namespace

std::uint8_t as_decimals(std::span<const std::uint64_t> values,
                         std::vector<std::uint64_t>& numbers) {
  numbers.resize(values.size());
  for (std::size_t decimals = 0; decimals < powers_of_ten.size(); ++decimals) {
    const auto power = powers_of_ten[decimals];
    std::size_t i = 0;
    std::uint64_t before = values.empty() ? 0 : ~values[0];
    for (; i < values.size(); ++i) {
      if (values[i] == before) {
        numbers[i] = numbers[i - 1];
        continue;
      }
      if (!scale(values[i], power, numbers[i])) break;
      before = values[i];
    }
    if (i == values.size()) return static_cast<std::uint8_t>(decimals + 1);
  }
  std::ranges::copy(values, numbers.begin());
  return 0;
}

namespace {

void put_wide(WideSum v, Bytes& out) {
  while (v >= 0x80) {
    out.push_back(static_cast<std::byte>(static_cast<std::uint8_t>(v) | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<std::byte>(v));
}

void put_xor(std::span<const std::uint64_t> values, Bytes& out) {
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

void put_runs(std::span<const std::uint64_t> bools, Bytes& out) {
  ByteWriter writer(out);
  std::uint64_t present = 0;
  std::uint64_t run = 0;
  for (const auto v : bools) {
    if (v != present) {
      writer.varint(run);
      present = v;
      run = 0;
    }
    ++run;
  }
  writer.varint(run);
}

void put_cells(const Column& column, std::size_t rows, Bytes& out) {
  ByteWriter writer(out);
  const auto& cells = column.cells;
  for (std::size_t n = 0; n < rows;) {
    const auto cell = n < cells.size() ? cells[n] : absent;
    auto end = n + 1;
    if (n >= cells.size()) end = rows;
    while (end < cells.size() && cells[end] == cell) ++end;
    if (cell == absent && end == cells.size()) end = rows;
    writer.u8(cell);
    writer.varint(end - n - 1);
    n = end;
  }
}

/// Which of the different texts each value is; the texts go to the body.
void number_texts(const SeriesRows& rows, const Column& column, ColumnWork& work) {
  std::unordered_map<std::string_view, std::uint64_t> known;
  std::vector<std::string_view> texts;
  work.numbers.clear();
  for (const auto bits : column.values) {
    const auto text = rows.text_at(bits);
    const auto [at, fresh] = known.emplace(text, texts.size());
    if (fresh) texts.push_back(text);
    work.numbers.push_back(at->second);
  }
  work.constant = texts.size() == 1;
  ByteWriter writer(work.body);
  writer.varint(texts.size());
  for (const auto text : texts) writer.text(text);
}

void put_values(const SeriesRows& rows, const Column& column, ColumnWork& work) {
  switch (column.kind) {
    case ValueKind::none:
      return;
    case ValueKind::boolean:
      if (!work.constant) put_runs(work.numbers, work.body);
      return;
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
      if (!work.constant) encode_integers(work.numbers, work.body);
      return;
    case ValueKind::real:
      if (work.constant) return;
      if (work.decimals == 0) return put_xor(work.numbers, work.body);
      return encode_integers(work.numbers, work.body);
    case ValueKind::text:
      number_texts(rows, column, work);
      if (!work.constant) encode_integers(work.numbers, work.body);
      return;
  }
}

/// Texts and full doubles repeat what no other coding sees. True when zstd saves a tenth.
bool pack(const Column& column, ColumnWork& work) {
  constexpr std::size_t worth_a_try = 128;
  if (column.kind != ValueKind::text && !is_double(column.kind, work.decimals)) return false;
  const auto& body = work.body;
  if (body.size() < worth_a_try || body.size() > block_text_bytes_max) return false;
  auto& packed = work.packed;
  packed.clear();
  ByteWriter(packed).varint(body.size());
  const auto start = packed.size();
  packed.resize(start + ZSTD_compressBound(body.size()));
  const auto size =
      ZSTD_compress(packed.data() + start, packed.size() - start, body.data(), body.size(), 3);
  if (ZSTD_isError(size) || (start + size) * 10 >= body.size() * 9) return false;
  packed.resize(start + size);
  return true;
}

/// Part of the head, or behind it.
void put_part(ByteView bytes, Bytes& head, Bytes& behind) {
  ByteWriter writer(head);
  writer.varint(bytes.size());
  if (bytes.size() <= part_inside_max) return writer.bytes(bytes);
  writer.u32_le(checksum(bytes));
  behind.insert(behind.end(), bytes.begin(), bytes.end());
}

void put_summary(const Column& column, const ColumnWork& work, bool ordered, Bytes& head) {
  ByteWriter writer(head);
  const auto& s = work.summary;
  const bool real = is_double(column.kind, work.decimals);
  if (real) writer.varint(s.numbers);
  if (!(work.plain && ordered) || (real && s.numbers != s.said)) writer.varint(s.held);
  if (work.constant) return;
  if (real) {
    for (const auto bits : {s.min, s.max, s.first, s.last}) writer.u64_le(bits);
    writer.f64(s.real_sum);
    writer.f64(s.real_weighted);
    return;
  }
  writer.zigzag(static_cast<std::int64_t>(s.min));
  for (const auto n : {s.max, s.first, s.last}) writer.varint(n - s.min);
  put_wide(s.above, head);
  put_wide(s.weighted_above, head);
}

void put_column(const SeriesRows& rows, const Column& column, std::span<const std::int64_t> times,
                bool ordered, std::uint32_t signal_before, Squeeze squeeze, ColumnWork& work,
                Bytes& head, Bytes& behind) {
  work.body.clear();
  work.decimals = 0;
  work.plain = false;
  if (column.cells.size() == times.size()) {
    constexpr Cell good = 1;
    std::size_t others = 0;
    for (const auto cell : column.cells) others += cell != good;
    work.plain = others == 0;
  }
  if (!work.plain) put_cells(column, times.size(), work.body);
  if (column.kind == ValueKind::real)
    work.decimals = as_decimals(column.values, work.numbers);
  else if (column.kind != ValueKind::text)
    work.numbers.assign(column.values.begin(), column.values.end());
  std::size_t changes = column.values.empty();
  if (column.kind != ValueKind::text)
    for (std::size_t i = 1; i < work.numbers.size(); ++i)
      changes += work.numbers[i] != work.numbers[i - 1];
  work.constant = changes == 0;
  sum_up(column, times, ordered, work);
  put_values(rows, column, work);
  const bool zstd = squeeze == Squeeze::where_it_pays && pack(column, work);
  const bool number = is_number(column.kind);
  const bool summed = number && work.summary.numbers > 0;

  ByteWriter writer(head);
  writer.zigzag(static_cast<std::int64_t>(static_cast<std::uint32_t>(column.signal)) -
                signal_before);
  writer.u8(static_cast<std::uint8_t>(static_cast<unsigned>(column.kind) |
                                      (zstd ? unsigned{kind_zstd} : 0u) |
                                      unsigned{work.decimals} << 4));
  writer.u8(static_cast<std::uint8_t>((work.plain ? block::plain : 0) |
                                      (work.constant ? block::constant : 0) |
                                      (summed ? block::summed : 0)));
  if (!work.plain)
    for (const auto n : {work.summary.said, work.summary.usable, work.summary.good})
      writer.varint(n);
  if (work.constant && number) {
    if (is_double(column.kind, work.decimals))
      writer.u64_le(work.numbers[0]);
    else
      writer.zigzag(static_cast<std::int64_t>(work.numbers[0]));
  }
  if (summed) put_summary(column, work, ordered, head);
  put_part(zstd ? work.packed : work.body, head, behind);
}

std::uint64_t bits_of(Instant t) {
  return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

std::uint8_t put_times(const SeriesRows& rows, Bytes& out) {
  const auto& times = rows.times;
  std::uint8_t flags = times_ordered;
  for (std::size_t n = 0; n < times.size(); ++n) {
    if (times[n].device != Instant{}) flags |= has_device;
    if (times[n].received != times[n].time) flags |= has_received;
    if (n > 0 && times[n].time < times[n - 1].time)
      flags &= static_cast<std::uint8_t>(~times_ordered);
  }
  std::vector<std::uint64_t> numbers(times.size());
  const auto put = [&](auto&& number_of) {
    std::ranges::transform(times, numbers.begin(), number_of);
    encode_integers(numbers, out);
  };
  put([](const RowTime& t) { return bits_of(t.time); });
  if (flags & has_device) put([](const RowTime& t) { return bits_of(t.device) - bits_of(t.time); });
  if (!(flags & has_received)) return flags;
  // What was polled arrives a little after its time; what was pushed arrives all at once.
  const auto start = out.size();
  put([](const RowTime& t) { return bits_of(t.received); });
  const auto middle = out.size();
  put([](const RowTime& t) { return bits_of(t.received) - bits_of(t.time); });
  if (out.size() - middle >= middle - start) {
    out.resize(middle);
    return flags;
  }
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(start),
            out.begin() + static_cast<std::ptrdiff_t>(middle));
  return flags | received_differs;
}

}  // namespace
}  // namespace block

bool fits_block(const SeriesRows& rows) {
  return rows.rows() <= block_rows_max && rows.text.size() <= block_text_bytes_max &&
         rows.rows() * (rows.columns.size() + 1) <= block_cells_max;
}

void encode_block(const BlockName& name, const SeriesRows& rows, Bytes& out, Squeeze squeeze) {
  Bytes head;
  Bytes behind;
  Bytes time_bytes;
  std::vector<std::int64_t> times(rows.rows());
  std::ranges::transform(rows.times, times.begin(),
                         [](const RowTime& t) { return t.time.time_since_epoch().count(); });
  const auto flags = block::put_times(rows, time_bytes);
  const bool ordered = (flags & block::times_ordered) != 0;
  const auto [least, most] = std::ranges::minmax(times);
  ByteWriter writer(head);
  writer.varint(static_cast<std::uint32_t>(name.machine));
  writer.varint(name.group);
  writer.varint(static_cast<std::uint32_t>(name.signal));
  writer.varint(rows.rows());
  writer.u8(flags);
  writer.zigzag(least);
  writer.varint(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least));
  block::put_part(time_bytes, head, behind);
  writer.varint(rows.columns.size());
  block::ColumnWork work;
  std::uint32_t signal_before = 0;
  for (const auto& column : rows.columns) {
    block::put_column(rows, column, times, ordered, signal_before, squeeze, work, head, behind);
    signal_before = static_cast<std::uint32_t>(column.signal);
  }
  const auto start = out.size();
  ByteWriter front(out);
  front.u8(block_version);
  front.u8(name.level);
  front.varint(head.size());
  front.bytes(head);
  const auto sum = checksum(ByteView(out).subspan(start));
  front.u32_le(sum);
  front.bytes(behind);
}

}  // namespace spindle::store
