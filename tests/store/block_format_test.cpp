#include "store/block_format.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "store/block_layout.hpp"
#include "store/checksum.hpp"
#include "tests/store/block_samples.hpp"

namespace spindle::store {
namespace {

using samples::add_batch;
using samples::at_us;
using samples::dump;

constexpr BlockName name{2, MachineKey{7}, 3, SignalKey{0}};

Bytes encoded(const SeriesRows& rows) {
  Bytes bytes;
  encode_block(name, rows, bytes);
  return bytes;
}

SeriesRows any_rows() {
  if (*rc::gen::element(0, 1)) return samples::lifelike_rows();
  SeriesRows rows;
  for (int n = *rc::gen::inRange(1, 5); n > 0; --n) add_batch(rows, samples::any_batch());
  if (rows.empty()) rows.begin_row({});
  return rows;
}

RC_GTEST_PROP(BlockFormat, AnyRowsReadBackAsTheyWere, ()) {
  const auto rows = any_rows();
  const auto bytes = encoded(rows);
  BlockHead head;
  SeriesRows back;
  const auto read = decode_block(bytes, head, back);
  RC_ASSERT(read.has_value());
  RC_ASSERT(dump(back) == dump(rows));
  RC_ASSERT(head.name == name);
  RC_ASSERT(head.rows == rows.rows());
  const auto [first, last] = std::ranges::minmax(rows.times, {}, &RowTime::time);
  RC_ASSERT(head.from == first.time && head.to == last.time);
  RC_ASSERT(head.ordered == std::ranges::is_sorted(rows.times, {}, &RowTime::time));
  Bytes again;
  encode_block(name, back, again);
  RC_ASSERT(again == bytes);
}

RC_GTEST_PROP(BlockFormat, AColumnAloneSaysWhatItSaysAmongOthers, ()) {
  const auto rows = any_rows();
  const auto bytes = encoded(rows);
  BlockHead head;
  RC_ASSERT(read_block_head(bytes, bytes.size(), head).has_value());
  std::vector<std::int64_t> times;
  RC_ASSERT(decode_times(head, bytes, times).has_value());
  for (std::size_t n = 0; n < times.size(); ++n) RC_ASSERT(at_us(times[n]) == rows.times[n].time);
  DecodedColumn got;
  for (std::size_t c = 0; c < head.columns.size(); ++c) {
    RC_ASSERT(decode_column(head, head.columns[c], bytes, got).has_value());
    const auto& column = rows.columns[c];
    RC_ASSERT(got.signal == column.signal && got.kind == column.kind);
    std::size_t next = 0;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const auto cell = row < column.cells.size() ? column.cells[row] : absent;
      RC_ASSERT((got.cells.empty() ? Cell{1} : got.cells[row]) == cell);
      if (!has_value(cell)) continue;
      const auto stored = got.values[got.constant ? 0 : next];
      const auto bits = column.values[next++];
      if (column.kind == ValueKind::text) {
        RC_ASSERT(got.texts[stored] == rows.text_at(bits));
      } else if (column.kind == ValueKind::real) {
        RC_ASSERT(std::bit_cast<std::uint64_t>(head.columns[c].number(stored)) == bits);
      } else {
        RC_ASSERT(stored == bits);
      }
    }
  }
}

/// A column's summary, worked out row by row in the largest numbers there are.
struct Naive {
  std::uint32_t said = 0, usable = 0, good = 0, numbers = 0;
  long double min = 0, max = 0, first = 0, last = 0, sum = 0, weighted = 0, largest = 0;
  std::uint64_t held = 0;
};

Naive naive(const SeriesRows& rows, const Column& column) {
  Naive out;
  std::size_t next = 0;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const auto cell = column.cells[row];
    if (cell == absent) continue;
    ++out.said;
    if (!has_value(cell)) continue;
    const auto bits = column.values[next++];
    if (!is_usable(quality_of(cell))) continue;
    ++out.usable;
    out.good += quality_of(cell) == Quality::good;
    if (column.kind == ValueKind::text) continue;
    const long double value = column.kind == ValueKind::real ? std::bit_cast<double>(bits)
                              : column.kind == ValueKind::integer
                                  ? static_cast<long double>(static_cast<std::int64_t>(bits))
                                  : static_cast<long double>(bits);
    if (!std::isfinite(value)) continue;
    auto until = row + 1;
    while (until < column.cells.size() && column.cells[until] == absent) ++until;
    if (until >= column.cells.size()) until = rows.rows() - 1;
    const auto held = (rows.times[until].time - rows.times[row].time).count();
    if (out.numbers++ == 0) out.min = out.max = out.first = value;
    out.min = std::min(out.min, value);
    out.max = std::max(out.max, value);
    out.largest = std::max(out.largest, std::fabs(value));
    out.last = value;
    out.sum += value;
    out.weighted += value * static_cast<long double>(held);
    out.held += static_cast<std::uint64_t>(held);
  }
  return out;
}

RC_GTEST_PROP(BlockFormat, SummariesAreWhatTheRowsComeTo, ()) {
  const auto rows = samples::lifelike_rows();
  const auto bytes = encoded(rows);
  BlockHead head;
  RC_ASSERT(read_block_head(bytes, bytes.size(), head).has_value());
  for (std::size_t c = 0; c < head.columns.size(); ++c) {
    const auto& column = head.columns[c];
    const auto& got = column.summary;
    const auto expected = naive(rows, rows.columns[c]);
    RC_ASSERT(got.said == expected.said && got.usable == expected.usable);
    RC_ASSERT(got.good == expected.good && got.numbers == expected.numbers);
    if (got.numbers == 0) continue;
    const auto number = [&](std::uint64_t stored) {
      return static_cast<long double>(column.number(stored));
    };
    const auto as_double = [](long double v) {
      return static_cast<long double>(static_cast<double>(v));
    };
    RC_ASSERT(number(got.min) == as_double(expected.min));
    RC_ASSERT(number(got.max) == as_double(expected.max));
    RC_ASSERT(number(got.first) == as_double(expected.first));
    RC_ASSERT(number(got.last) == as_double(expected.last));
    if (head.ordered) RC_ASSERT(got.held == expected.held);
    const auto mean = head.ordered && expected.held > 0
                          ? expected.weighted / static_cast<long double>(expected.held)
                          : expected.sum / expected.numbers;
    RC_ASSERT(std::fabs(static_cast<long double>(column.mean()) - mean) <=
              1e-12L * std::max(1.0L, expected.largest));
  }
}

RC_GTEST_PROP(BlockFormat, NonsenseWithRightChecksumsIsAnErrorOrRowsWithinTheLimits, ()) {
  const auto rows = any_rows();
  auto bytes = encoded(rows);
  for (int n = *rc::gen::inRange(1, 4); n > 0; --n)
    bytes[*rc::gen::inRange<std::size_t>(2, std::min<std::size_t>(bytes.size(), 200))] =
        static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  ByteReader front(bytes);
  front.u8();
  front.u8();
  const auto size = front.varint();
  if (!front.ok() || size > front.remaining() || front.remaining() - size < 4) return;
  const auto end = front.position() + size;
  const auto sum = checksum(ByteView(bytes).first(end));
  for (std::size_t n = 0; n < 4; ++n) bytes[end + n] = static_cast<std::byte>(sum >> n * 8);
  BlockHead head;
  SeriesRows back;
  if (decode_block(bytes, head, back)) RC_ASSERT(fits_block(back));
}

TEST(BlockFormat, AFlippedBitIsFoundAndCostsOnlyItsColumn) {
  SeriesRows rows;
  std::uint64_t noise = 1;
  for (int row = 0; row < 100; ++row) {
    rows.begin_row({at_us(row * 1000 + row % 7), {}, at_us(row * 1000 + row % 7)});
    for (std::uint32_t n = 1; n <= 4; ++n) {
      noise = noise * 6364136223846793005 + 1442695040888963407;
      rows.add(SignalKey{n}, Quality::good, Value::of_uint(noise >> 48), {});
    }
  }
  const auto bytes = encoded(rows);
  BlockHead whole;
  ASSERT_TRUE(read_block_head(bytes, bytes.size(), whole));
  BlockHead head;
  SeriesRows back;
  DecodedColumn column;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    ASSERT_FALSE(decode_block(damaged, head, back)) << bit;
    if (bit / 8 < whole.columns[0].part.at) continue;
    ASSERT_TRUE(read_block_head(damaged, damaged.size(), head)) << "the head is whole";
    int lost = 0;
    for (const auto& one : head.columns) lost += !decode_column(head, one, damaged, column);
    EXPECT_LE(lost, 1) << bit;
  }
}

TEST(BlockFormat, WhatIsCutShortIsRefused) {
  SeriesRows rows;
  add_batch(rows, samples::poll_batch(1, 5, 1, 20, 3));
  const auto bytes = encoded(rows);
  BlockHead head;
  SeriesRows back;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_block(ByteView(bytes).first(size), head, back)) << size;
  auto longer = bytes;
  longer.push_back({});
  EXPECT_FALSE(decode_block(longer, head, back));
}

// Found by fuzzing: the sum of two signals' distances did not fit a number.
TEST(BlockFormat, SignalsThatStepOutOfTheirRangeAreRefused) {
  const auto reads_with = [](std::int64_t step) {
    Bytes bytes;
    ByteWriter head(bytes);
    for (const int n : {0, 0, 0, 1, 0}) head.u8(static_cast<std::uint8_t>(n));  // names, a row
    head.zigzag(0);
    for (const int n : {0, 0, 2}) head.varint(static_cast<std::uint64_t>(n));  // times, columns
    for (const auto signal : {std::int64_t{35}, step}) {
      head.zigzag(signal);
      head.u8(0);                                  // no kind of value
      head.u8(0);                                  // nothing known
      for (int n = 0; n < 4; ++n) head.varint(0);  // no value; no bytes
    }
    Bytes block;
    ByteWriter whole(block);
    whole.u8(block_version);
    whole.u8(0);
    whole.varint(bytes.size());
    whole.bytes(bytes);
    whole.u32_le(checksum(block));
    BlockHead read;
    return read_block_head(block, block.size(), read).has_value();
  };
  constexpr std::int64_t last = UINT32_MAX;
  for (const auto step : {last - 35, std::int64_t{-35}}) EXPECT_TRUE(reads_with(step)) << step;
  for (const auto step : {last - 34, std::int64_t{-36}, INT64_MAX, INT64_MIN})
    EXPECT_FALSE(reads_with(step)) << step;
}

TEST(BlockFormat, MoreTextThanABlockMayHaveIsRefused) {
  SeriesRows rows;
  constexpr std::size_t size = 1u << 20;
  for (std::size_t row = 0; row <= block_text_bytes_max / size / 2; ++row) {
    rows.begin_row({at_us(static_cast<std::int64_t>(row)), {}, {}});
    for (const auto signal : {SignalKey{1}, SignalKey{2}})
      rows.add(signal, Quality::good, Value::of_text(0, 0),
               std::string(size, static_cast<char>('!' + row)));
  }
  EXPECT_FALSE(fits_block(rows));
  const auto bytes = encoded(rows);
  EXPECT_LT(bytes.size(), size) << "a small file that promises much";
  BlockHead head;
  SeriesRows back;
  const auto read = decode_block(bytes, head, back);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().what.find("more text than a block may have"), std::string::npos)
      << read.error().what;
  DecodedColumn one;
  EXPECT_TRUE(decode_column(head, head.columns[0], bytes, one)) << "a column alone is read";
}

TEST(BlockFormat, AConstantColumnTakesAFewBytesOfTheHeadAndNoneBehind) {
  SeriesRows rows;
  for (int row = 0; row < 1000; ++row) {
    rows.begin_row({at_us(row * 1000), {}, at_us(row * 1000)});
    for (std::uint32_t n = 1; n <= 50; ++n)
      rows.add(SignalKey{n}, Quality::good, Value::of_real(21.5), {});
  }
  const auto bytes = encoded(rows);
  EXPECT_LT(bytes.size(), 50u * 7u + 50u);
  BlockHead head;
  ASSERT_TRUE(read_block_head(bytes, bytes.size(), head));
  EXPECT_TRUE(head.columns[0].constant);
  EXPECT_EQ(head.columns[0].mean(), 21.5);
}

TEST(BlockFormat, DecimalsAreFoundAndMinusZeroStaysWhatItIs) {
  std::vector<std::uint64_t> values;
  std::vector<std::uint64_t> numbers;
  for (int n = 0; n < 100; ++n) values.push_back(std::bit_cast<std::uint64_t>((n - 50) / 8.0));
  EXPECT_EQ(block::as_decimals(values, numbers), 4) << "three decimals";
  EXPECT_EQ(numbers[51], 125u);
  values[7] = std::bit_cast<std::uint64_t>(-0.0);
  EXPECT_EQ(block::as_decimals(values, numbers), 0);
  EXPECT_EQ(numbers, values);
}

TEST(BlockFormat, LongTextsThatRepeatThemselvesArePacked) {
  SeriesRows rows;
  for (int row = 0; row < 100; ++row) {
    rows.begin_row({at_us(row), {}, at_us(row)});
    rows.add(SignalKey{1}, Quality::good, Value::of_text(0, 0),
             "PART-" + std::to_string(row) + "-OP10-FACE-MILLING-OF-THE-UPPER-SIDE");
  }
  const auto bytes = encoded(rows);
  EXPECT_LT(bytes.size(), 1000u);
  BlockHead head;
  SeriesRows back;
  ASSERT_TRUE(decode_block(bytes, head, back));
  EXPECT_EQ(dump(back), dump(rows));
}

TEST(BlockFormat, TimesOfWhatWasPushedAtOnceCostNoMoreThanTheTimesThemselves) {
  SeriesRows pushed;
  SeriesRows polled;
  for (int row = 0; row < 1000; ++row) {
    const auto t = row * 1'000'000 + row * 7919 % 31 * 1000;
    pushed.begin_row({at_us(t), {}, at_us(5'000'000'000)});
    polled.begin_row({at_us(t), {}, at_us(t + 250)});
  }
  EXPECT_LT(encoded(pushed).size(), 850u);
  EXPECT_LT(encoded(polled).size(), 850u);
}

}  // namespace
}  // namespace spindle::store
