#include "store/block_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/store/batch_samples.hpp"

namespace spindle::store {
namespace {

using samples::at_us;

/// Every value with its row, signal and text, whatever column holds it.
std::vector<std::string> dump(const SeriesRows& rows, std::optional<SignalKey> only = {}) {
  std::vector<std::string> out;
  for (const auto& t : rows.times)
    out.push_back(std::to_string(t.time.time_since_epoch().count()) + " " +
                  std::to_string(t.device.time_since_epoch().count()) + " " +
                  std::to_string(t.received.time_since_epoch().count()));
  for (const auto& column : rows.columns) {
    if (only && column.signal != *only) continue;
    std::size_t next = 0;
    for (std::size_t row = 0; row < column.cells.size(); ++row) {
      const auto cell = column.cells[row];
      if (cell == absent) continue;
      auto line = std::to_string(static_cast<std::uint32_t>(column.signal)) + "@" +
                  std::to_string(row) + " c" + std::to_string(cell);
      if (has_value(cell)) {
        const auto bits = column.values[next++];
        line += " k" + std::to_string(static_cast<int>(column.kind)) + " ";
        line +=
            column.kind == ValueKind::text ? std::string(rows.text_at(bits)) : std::to_string(bits);
      }
      out.push_back(line);
    }
  }
  return out;
}

void add_batch(SeriesRows& rows, const Batch& batch) {
  for (const auto& scan : batch.scans) {
    rows.begin_row({scan.time, scan.device, scan.received});
    for (std::uint32_t n = 0; n < scan.count; ++n) {
      const auto& o = batch.observations[scan.first + n];
      rows.add(o.signal, o.quality, o.value, batch.text_of(o.value));
    }
  }
}

RC_GTEST_PROP(BlockCodec, AnyRowsReadBackAsTheyWere, ()) {
  SeriesRows rows;
  const auto batches = *rc::gen::inRange(1, 5);
  for (int n = 0; n < batches; ++n) add_batch(rows, samples::any_batch());
  if (rows.empty()) return;
  Bytes bytes;
  encode_block(rows, bytes);
  SeriesRows back;
  RC_ASSERT(decode_block(bytes, {}, back).has_value());
  RC_ASSERT(dump(back) == dump(rows));
  for (const auto& column : rows.columns) {
    RC_ASSERT(decode_block(bytes, column.signal, back).has_value());
    RC_ASSERT(dump(back) == dump(rows, column.signal));
  }
}

RC_GTEST_PROP(BlockCodec, RowsPutTogetherAreTheRowsOfBoth, ()) {
  SeriesRows all;
  SeriesRows first;
  SeriesRows second;
  const auto a = samples::any_batch();
  const auto b = samples::any_batch();
  add_batch(all, a);
  add_batch(all, b);
  add_batch(first, a);
  add_batch(second, b);
  first.append(second);
  const auto sorted = [](const SeriesRows& rows) {
    auto out = dump(rows);
    std::sort(out.begin(), out.end());
    return out;
  };
  RC_ASSERT(sorted(first) == sorted(all));
}

RC_GTEST_PROP(BlockCodec, NonsenseWithARightChecksumIsAnErrorOrRowsWithinTheLimits, ()) {
  SeriesRows rows;
  add_batch(rows, samples::any_batch());
  if (rows.empty()) return;
  Bytes bytes;
  encode_block(rows, bytes);
  bytes.resize(bytes.size() - 4);
  for (int n = *rc::gen::inRange(1, 4); n > 0; --n)
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  const auto sum = crc32(bytes);
  ByteWriter(bytes).u32_le(sum);
  SeriesRows back;
  if (decode_block(bytes, {}, back)) RC_ASSERT(fits_block(back));
}

TEST(BlockCodec, AFlippedBitIsFound) {
  SeriesRows rows;
  add_batch(rows, samples::poll_batch(1, 5, 1, 20, 3));
  Bytes bytes;
  encode_block(rows, bytes);
  SeriesRows back;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    EXPECT_FALSE(decode_block(damaged, {}, back)) << bit;
  }
}

TEST(BlockCodec, ChangingRegistersTakeLessThanThreeBytesAndStandingOnesNearlyNothing) {
  SeriesRows changing;
  SeriesRows standing;
  std::uint32_t noise = 1;
  for (int row = 0; row < 100; ++row) {
    const RowTime when{at_us(1'700'000'000'000'000 + row * 100'000),
                       {},
                       at_us(1'700'000'000'000'000 + row * 100'000)};
    changing.begin_row(when);
    standing.begin_row(when);
    for (std::uint32_t n = 1; n <= 50; ++n) {
      noise = noise * 1664525 + 1013904223;
      changing.add(SignalKey{n}, Quality::good, Value::of_uint(30'000 + (noise >> 20)), {});
      standing.add(SignalKey{n}, Quality::good, Value::of_uint(30'000), {});
    }
  }
  Bytes bytes;
  encode_block(changing, bytes);
  EXPECT_LT(bytes.size(), 100u * 50u * 22u / 10u);
  bytes.clear();
  encode_block(standing, bytes);
  EXPECT_LT(bytes.size(), 50u * 12u + 40u);
}

TEST(BlockCodec, DecimalReadingsTakeAboutAByteAndMinusZeroStaysWhatItIs) {
  SeriesRows rows;
  for (int row = 0; row < 1000; ++row) {
    rows.begin_row({at_us(row), {}, at_us(row)});
    rows.add(SignalKey{1}, Quality::good, Value::of_real((200 + row % 37) / 10.0), {});
  }
  Bytes bytes;
  encode_block(rows, bytes);
  EXPECT_LT(bytes.size(), 1150u);
  rows.columns[0].values[500] = std::bit_cast<std::uint64_t>(-0.0);
  bytes.clear();
  encode_block(rows, bytes);
  SeriesRows back;
  ASSERT_TRUE(decode_block(bytes, {}, back));
  EXPECT_EQ(dump(back), dump(rows));
}

}  // namespace
}  // namespace spindle::store
