#include "store/rollup_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "store/integer_codec.hpp"

namespace spindle::store {
namespace {

constexpr std::uint8_t version = 1;

constexpr unsigned counts_differ = 1;
constexpr unsigned not_all_good = 2;
constexpr unsigned some_bad = 4;
constexpr unsigned known_differs = 8;
constexpr unsigned min_differs = 16;
constexpr unsigned max_differs = 32;
constexpr unsigned has_sums = 64;
constexpr unsigned held_on = 128;

constexpr unsigned times_known = 1;
constexpr unsigned times_listed = 2;
constexpr unsigned sums_wide = 4;

using Numbers = std::vector<std::uint64_t>;

std::uint64_t bits(std::int64_t v) { return static_cast<std::uint64_t>(v); }

/// ⌊(a + b) / 2⌋ without overflow.
std::int64_t middle(std::int64_t a, std::int64_t b) { return (a & b) + ((a ^ b) >> 1); }

/// What the sum would be if the row had stood at the middle of its range.
Int128 guess(const SliceTotals& row) {
  const auto weight = row.known > 0 ? row.known : static_cast<std::int64_t>(row.count);
  return static_cast<Int128>(middle(row.min, row.max)) * weight;
}

bool is_text(const RollUpColumn& column) { return column.form.decimals == NumberForm::text; }

/// The times of a row's values as its other numbers tell them: one value, or two.
ValueTimes times_from(const SliceTotals& row, NumberForm form) {
  if (row.known == 0) return {};
  if (row.min == row.max) return {{row.min, row.known}};
  if (!form.is_whole()) return {};
  const auto range = static_cast<Int128>(row.max) - row.min;
  const auto at_max = (row.sum.whole - static_cast<Int128>(row.min) * row.known) / range;
  if (at_max < 0 || at_max > row.known) return {};
  ValueTimes out;
  const auto high = static_cast<std::int64_t>(at_max);
  if (high < row.known) out.push_back({row.min, row.known - high});
  if (high > 0) out.push_back({row.max, high});
  return out;
}

template <class Number>
Numbers numbers_of(const RollUpColumn& column, bool all, Number number) {
  Numbers out;
  out.reserve(column.rows.size());
  for (const auto& row : column.rows)
    if (all || row.any()) out.push_back(number(row));
  return out;
}

bool any_of(const Numbers& numbers) {
  return std::ranges::any_of(numbers, [](std::uint64_t n) { return n != 0; });
}

/// Rows whose times do not follow from their totals.
void put_listed(const RollUpColumn& column, const std::vector<std::size_t>& listed, Bytes& out) {
  Numbers numbers;
  Numbers lengths;
  Numbers keys;
  Numbers us;
  for (const auto n : listed) {
    numbers.push_back(n);
    lengths.push_back(column.times[n].size());
    for (const auto& one : column.times[n]) {
      keys.push_back(bits(one.key));
      us.push_back(bits(one.us));
    }
  }
  ByteWriter(out).varint(listed.size());
  for (const auto* part : {&numbers, &lengths, &keys, &us}) encode_integers(*part, out);
}

void put_column(const RollUpColumn& column, const Numbers& counts, const Numbers& known,
                Bytes& out) {
  const bool text = is_text(column);
  const auto own_counts = numbers_of(column, true, [](const auto& row) { return row.count; });
  const auto not_good =
      numbers_of(column, true, [](const auto& row) { return row.count - row.good; });
  const auto bad = numbers_of(column, true, [](const auto& row) { return row.bad; });
  const auto own_known = numbers_of(column, true, [](const auto& row) { return bits(row.known); });
  const auto last = numbers_of(column, false, [](const auto& row) { return bits(row.last); });
  const auto below =
      numbers_of(column, false, [](const auto& row) { return bits(row.last) - bits(row.min); });
  const auto above =
      numbers_of(column, false, [](const auto& row) { return bits(row.max) - bits(row.last); });
  Numbers sums;
  Numbers upper;
  if (!text && !column.form.is_whole()) {
    sums = numbers_of(column, false,
                      [](const auto& row) { return bits(key_of_double(row.sum.value())); });
  } else if (!text) {
    sums = numbers_of(column, false, [](const auto& row) {
      return static_cast<std::uint64_t>(row.sum.whole - guess(row));
    });
    upper = numbers_of(column, false, [](const auto& row) {
      return static_cast<std::uint64_t>((row.sum.whole - guess(row)) >> 64);
    });
  }
  bool wide = false;
  for (std::size_t n = 0; n < upper.size(); ++n)
    wide = wide || upper[n] != (sums[n] >> 63 != 0 ? ~std::uint64_t{0} : 0);
  std::vector<std::size_t> listed;
  for (std::size_t n = 0; column.has_times && n < column.rows.size(); ++n)
    if (column.times[n] != times_from(column.rows[n], column.form)) listed.push_back(n);

  unsigned flags = 0;
  if (own_counts != counts) flags |= counts_differ;
  if (any_of(not_good)) flags |= not_all_good;
  if (any_of(bad)) flags |= some_bad;
  if (own_known != known) flags |= known_differs;
  if (!text && any_of(below)) flags |= min_differs;
  if (!text && any_of(above)) flags |= max_differs;
  if (any_of(sums) || wide) flags |= has_sums;
  if (column.holds_on) flags |= held_on;
  unsigned more = 0;
  if (column.has_times) more |= times_known;
  if (!listed.empty()) more |= times_listed;
  if (wide) more |= sums_wide;

  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(flags));
  writer.u8(static_cast<std::uint8_t>(more));
  if (flags & counts_differ) encode_integers(own_counts, out);
  if (flags & not_all_good) encode_integers(not_good, out);
  if (flags & some_bad) encode_integers(bad, out);
  if (flags & known_differs) encode_integers(own_known, out);
  encode_integers(last, out);
  if (flags & min_differs) encode_integers(below, out);
  if (flags & max_differs) encode_integers(above, out);
  if (flags & has_sums) encode_integers(sums, out);
  if (wide) encode_integers(upper, out);
  if (text) {
    writer.varint(column.texts.size());
    for (const auto& words : column.texts) writer.text(words);
  }
  if (!listed.empty()) put_listed(column, listed, out);
}

/// Reads `count` numbers, or as many zeros when they are not there.
bool take(ByteReader& in, bool there, std::size_t count, Numbers& out) {
  out.clear();
  if (there) return decode_integers(in, count, out) && in.ok();
  out.resize(count);
  return true;
}

bool take_listed(ByteReader& in, RollUpColumn& column) {
  const auto listed = in.varint();
  if (!in.ok() || listed == 0 || listed > column.rows.size()) return false;
  Numbers rows;
  Numbers lengths;
  if (!take(in, true, listed, rows) || !take(in, true, listed, lengths)) return false;
  std::size_t all = 0;
  for (const auto length : lengths) {
    if (length > different_values_max) return false;
    all += length;
  }
  Numbers keys;
  Numbers us;
  if (!take(in, true, all, keys) || !take(in, true, all, us)) return false;
  std::size_t next = 0;
  for (std::size_t n = 0; n < listed; ++n) {
    if (rows[n] >= column.rows.size()) return false;
    auto& times = column.times[rows[n]];
    times.clear();
    for (std::uint64_t k = 0; k < lengths[n]; ++k, ++next)
      times.push_back({static_cast<std::int64_t>(keys[next]), static_cast<std::int64_t>(us[next])});
  }
  return true;
}

bool texts_are_there(const RollUpColumn& column) {
  const auto there = [&](std::int64_t key) {
    return key >= 0 && static_cast<std::size_t>(key) < column.texts.size();
  };
  for (const auto& row : column.rows)
    if (row.any() && !there(row.last)) return false;
  for (const auto& row : column.times)
    for (const auto& one : row)
      if (!there(one.key)) return false;
  return true;
}

bool take_column(ByteReader& in, const Numbers& counts, const Numbers& known,
                 RollUpColumn& column) {
  const bool text = is_text(column);
  const auto size = counts.size();
  const unsigned flags = in.u8();
  const unsigned more = in.u8();
  if (!in.ok()) return false;
  auto& rows = column.rows;
  rows.resize(size);
  Numbers numbers;
  if (flags & counts_differ && !take(in, true, size, numbers)) return false;
  for (std::size_t n = 0; n < size; ++n)
    rows[n].count = flags & counts_differ ? numbers[n] : counts[n];
  if (!take(in, flags & not_all_good, size, numbers)) return false;
  for (std::size_t n = 0; n < size; ++n) rows[n].good = rows[n].count - numbers[n];
  if (flags & some_bad) {
    if (!take(in, true, size, numbers)) return false;
    for (std::size_t n = 0; n < size; ++n) rows[n].bad = numbers[n];
  }
  if (flags & known_differs && !take(in, true, size, numbers)) return false;
  std::size_t there = 0;
  for (std::size_t n = 0; n < size; ++n) {
    rows[n].known = static_cast<std::int64_t>(flags & known_differs ? numbers[n] : known[n]);
    if (rows[n].known < 0) return false;
    there += rows[n].any();
  }
  const auto each = [&](bool present, auto put) {
    if (!take(in, present, there, numbers)) return false;
    std::size_t next = 0;
    for (auto& row : rows)
      if (row.any()) put(row, numbers[next++]);
    return true;
  };
  if (!each(true, [](auto& row, auto v) { row.last = static_cast<std::int64_t>(v); })) return false;
  if (!each(flags & min_differs,
            [](auto& row, auto v) { row.min = static_cast<std::int64_t>(bits(row.last) - v); }))
    return false;
  if (!each(flags & max_differs,
            [](auto& row, auto v) { row.max = static_cast<std::int64_t>(bits(row.last) + v); }))
    return false;
  const bool whole = column.form.is_whole();
  if (!each(flags & has_sums, [&](auto& row, auto v) {
        if (text) return;
        if (whole)
          row.sum.whole = more & sums_wide ? static_cast<Int128>(v)
                                           : static_cast<Int128>(static_cast<std::int64_t>(v));
        else
          row.sum.real = double_of_key(static_cast<std::int64_t>(v));
      }))
    return false;
  if (more & sums_wide && !each(true, [](auto& row, auto v) {
        row.sum.whole = static_cast<Int128>(static_cast<UInt128>(row.sum.whole) |
                                            static_cast<UInt128>(v) << 64);
      }))
    return false;
  if (whole)
    for (auto& row : rows)
      if (row.any())
        row.sum.whole = static_cast<Int128>(static_cast<UInt128>(row.sum.whole) +
                                            static_cast<UInt128>(guess(row)));
  // A key times µs takes 126 bits; of more, the differences to other products would not fit.
  constexpr auto sum_max = static_cast<Int128>(1) << 126;
  for (const auto& row : rows)
    if (row.sum.whole > sum_max || row.sum.whole < -sum_max) return false;
  if (text) {
    const auto different = in.varint();
    if (!in.ok() || different > in.remaining()) return false;
    for (std::uint64_t n = 0; n < different && in.ok(); ++n) column.texts.emplace_back(in.text());
    if (!in.ok()) return false;
  }
  column.holds_on = flags & held_on;
  column.has_times = more & times_known;
  if (column.has_times) {
    column.times.resize(size);
    for (std::size_t n = 0; n < size; ++n) column.times[n] = times_from(rows[n], column.form);
  }
  if (more & times_listed && (!column.has_times || !take_listed(in, column))) return false;
  return in.ok() && in.at_end() && (!text || texts_are_there(column));
}

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(Errc::corrupt, fmt::format("roll-up: {}", what));
}

/// What stands before the columns, and where each of these is.
struct Front {
  struct Place {
    std::uint64_t signal;
    unsigned type;
    std::uint64_t size;
  };
  RollUpHead head;
  Numbers counts;
  Numbers known;
  std::vector<Place> places;
  ByteReader rest;  ///< At the first column.
};

Result<Front> take_front(ByteView bytes) {
  Front out{{}, {}, {}, {}, ByteReader(bytes)};
  auto& in = out.rest;
  auto& head = out.head;
  if (in.u8() != version) return damaged("unknown version");
  const auto level = in.u8();
  if (level < 1 || level > static_cast<unsigned>(Level::day)) return damaged("unknown level");
  head.level = static_cast<Level>(level);
  const auto machine = in.varint();
  const auto number = in.zigzag();
  const auto length = block_length(head.level);
  if (machine > 0xFFFFFFFF || number > Duration::max() / length ||
      number < Duration::min() / length)
    return damaged("head out of range");
  head.machine = static_cast<MachineKey>(machine);
  head.from = Instant{length * number};
  head.raw_rows = in.varint();
  const auto rows = rows_in_block(head.level);
  if (!take(in, true, rows, out.counts) || !take(in, true, rows, out.known))
    return damaged("common numbers do not add up");
  const auto columns = in.varint();
  if (!in.ok() || columns == 0 || columns > rollup_columns_max)
    return damaged("number of columns out of range");
  std::uint64_t signal = 0;
  for (std::uint64_t n = 0; n < columns; ++n) {
    const auto step = in.varint();
    if (step > UINT32_MAX - signal) return damaged("columns do not add up");
    signal += step;
    const auto type = in.u8();
    out.places.push_back({signal, type, in.varint()});
    if (!in.ok() || (type & 15u) > static_cast<unsigned>(ValueKind::text) || type >> 4 > 8)
      return damaged("columns do not add up");
  }
  head.first = static_cast<SignalKey>(out.places.front().signal);
  head.last = static_cast<SignalKey>(out.places.back().signal);
  return out;
}

}  // namespace

void encode_rollup(const RollUp& rollup, Bytes& out) {
  const auto& first = rollup.columns.front();
  const auto counts = numbers_of(first, true, [](const auto& row) { return row.count; });
  const auto known = numbers_of(first, true, [](const auto& row) { return bits(row.known); });
  ByteWriter writer(out);
  writer.u8(version);
  writer.u8(static_cast<std::uint8_t>(rollup.level));
  writer.varint(static_cast<std::uint32_t>(rollup.machine));
  writer.zigzag(rollup.from.time_since_epoch() / block_length(rollup.level));
  writer.varint(rollup.raw_rows);
  encode_integers(counts, out);
  encode_integers(known, out);
  writer.varint(rollup.columns.size());
  Bytes bodies;
  std::uint32_t before = 0;
  for (const auto& column : rollup.columns) {
    const auto start = bodies.size();
    put_column(column, counts, known, bodies);
    const auto signal = static_cast<std::uint32_t>(column.signal);
    writer.varint(signal - before);
    writer.u8(static_cast<std::uint8_t>(static_cast<unsigned>(column.kind) |
                                        static_cast<unsigned>(column.form.decimals + 2) << 4));
    writer.varint(bodies.size() - start);
    before = signal;
  }
  writer.bytes(bodies);
}

Result<RollUpHead> read_rollup_head(ByteView bytes) {
  auto front = take_front(bytes);
  if (!front) return fail(std::move(front.error()));
  return front->head;
}

Result<void> decode_rollup(ByteView bytes, std::optional<SignalKey> only, RollUp& out) {
  out = {};
  auto front = take_front(bytes);
  if (!front) return fail(std::move(front.error()));
  const auto& head = front->head;
  out.machine = head.machine;
  out.level = head.level;
  out.from = head.from;
  out.raw_rows = head.raw_rows;
  auto& in = front->rest;
  for (const auto& place : front->places) {
    ByteReader body(in.bytes(place.size));
    if (!in.ok()) return damaged("columns do not add up");
    if (only && static_cast<SignalKey>(place.signal) != *only) continue;
    auto& column = out.columns.emplace_back();
    column.signal = static_cast<SignalKey>(place.signal);
    column.kind = static_cast<ValueKind>(place.type & 15u);
    column.form.decimals = static_cast<std::int8_t>(static_cast<int>(place.type >> 4) - 2);
    if (!take_column(body, front->counts, front->known, column))
      return damaged("a column does not add up");
  }
  if (!in.at_end()) return damaged("more follows");
  return {};
}

}  // namespace spindle::store
