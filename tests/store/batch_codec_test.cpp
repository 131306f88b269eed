#include "store/batch_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "tests/store/batch_samples.hpp"
#include "tests/store/batch_version_1.hpp"

namespace spindle::store {
namespace {

using samples::at_us;
using samples::dump;

Bytes bytes_of(const Batch& batch) {
  Bytes out;
  EXPECT_TRUE(encode(batch, out).has_value());
  return out;
}

RC_GTEST_PROP(BatchCodec, AnyBatchReadsBackAsItWas, ()) {
  const auto batch = samples::any_batch();
  Bytes bytes;
  RC_ASSERT(encode(batch, bytes).has_value());
  Batch back;
  RC_ASSERT(decode(bytes, back).has_value());
  RC_ASSERT(dump(back) == dump(batch));
  RC_ASSERT(back.text == batch.text);
}

RC_GTEST_PROP(BatchCodec, AnyBatchThatVersion1WroteReadsBackAsItWas, ()) {
  const auto batch = samples::any_batch();
  Batch back;
  RC_ASSERT(decode(samples::encode_version_1(batch), back).has_value());
  RC_ASSERT(dump(back) == dump(batch));
}

// Many scans of the same signals, as a poll makes them: the whole of a column is written at once.
RC_GTEST_PROP(BatchCodec, ScansOfTheSameSignalsReadBackWhateverTheyDo, ()) {
  Batch batch;
  batch.machine = MachineKey{7};
  auto t = *rc::gen::arbitrary<std::int64_t>();
  const auto step = *rc::gen::element<std::int64_t>(0, 1, 1000, 1'000'000, -1'000'000);
  const auto jitter = *rc::gen::element<std::int64_t>(0, 1, 1000, 30'000);
  const auto times = *rc::gen::inRange(0, 3);
  const auto rows = *rc::gen::inRange(1, 40);
  const auto columns = *rc::gen::inRange(0, 12);
  std::vector<int> habits;
  std::vector<std::uint64_t> now;
  for (int c = 0; c < columns; ++c) {
    habits.push_back(*rc::gen::inRange(0, 10));
    now.push_back(*rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64));
  }
  for (int n = 0; n < rows; ++n) {
    t = static_cast<std::int64_t>(
        static_cast<std::uint64_t>(t) +
        static_cast<std::uint64_t>(step + jitter * *rc::gen::inRange(-3, 4)));
    const auto received = times == 0   ? at_us(t)
                          : times == 1 ? at_us(1'700'000'000'000'000)
                                       : at_us(t / 2 + *rc::gen::inRange(200, 900));
    const auto device = times == 2 ? at_us(t / 3 + 5) : Instant{};
    batch.begin_scan(ScanKind::values, at_us(t), device, received, 3);
    for (std::size_t c = 0; c < habits.size(); ++c) {
      const auto change = *rc::gen::inRange<std::uint64_t>(0, 5);
      Value value;
      switch (habits[c]) {
        case 0:
          value = Value::of_uint(now[c]);
          break;
        case 1:
          value = Value::of_uint(now[c] += change);
          break;
        case 2:
          value = Value::of_int(static_cast<std::int64_t>(now[c] -= change << 40));
          break;
        case 3:
          value = Value::of_bool((now[c] += change) % 3 == 0);
          break;
        case 4:
          value = Value::of_real(static_cast<double>(now[c] % 1'000'000 + change) / 1000);
          break;
        case 5:
          value =
              Value::of_real(static_cast<double>(now[c] += change) / 10 * (n % 2 == 0 ? 1 : -1));
          break;
        case 6:
          value = Value::of_real(std::bit_cast<double>(now[c] * (change + 1)));
          break;
        case 7:
          value = Value::of_real(*rc::gen::element(
              0.0, -0.0, 0.1, 12.3, 1e300, 123'456'789.123, 4503599627370497.0,
              std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
              std::numeric_limits<double>::denorm_min(),
              std::bit_cast<double>(std::uint64_t{0x7FF4000000001234})));
          break;
        case 8:
          value = batch.add_text(change == 0 ? "" : "program");
          break;
        default:
          break;
      }
      batch.add(static_cast<SignalKey>(c + 1), value, Quality::good);
    }
  }
  Bytes bytes;
  RC_ASSERT(encode(batch, bytes).has_value());
  Batch back;
  RC_ASSERT(decode(bytes, back).has_value());
  RC_ASSERT(dump(back) == dump(batch));
}

TEST(BatchCodec, AScanOfAHundredRegistersTakesAboutTwoBytesEach) {
  EXPECT_LT(bytes_of(samples::poll_batch(7, 1'700'000'000'000'000, 100, 100, 3)).size(), 240u);
}

TEST(BatchCodec, ScansOfTheSameGroupCostOnlyTheirChanges) {
  Batch batch;
  for (int scan = 0; scan < 10; ++scan) {
    batch.begin_scan(ScanKind::values, at_us(1'700'000'000'000'000 + scan * 100'000), {},
                     at_us(1'700'000'000'000'000 + scan * 100'000), 1);
    for (std::uint32_t n = 0; n < 100; ++n)
      batch.add(static_cast<SignalKey>(n + 1), Value::of_uint(30'000 + n));
  }
  EXPECT_LT(bytes_of(batch).size(), 370u) << "nothing changes after the first";
}

TEST(BatchCodec, RealsWithFewDecimalsAreKeptAsWholeNumbers) {
  Batch decimal;
  Batch binary;
  for (auto* batch : {&decimal, &binary})
    for (int scan = 0; scan < 10; ++scan) {
      batch->begin_scan(ScanKind::values, at_us(scan * 100'000), {}, at_us(scan * 100'000), 1);
      for (std::uint32_t n = 0; n < 20; ++n) {
        const double value = 20 + n + 0.001 * ((static_cast<std::uint32_t>(scan) * 7 + n) % 50);
        const auto rounded = std::round(value * 1000) / 1000;
        batch->add(static_cast<SignalKey>(n + 1),
                   Value::of_real(batch == &decimal ? rounded : std::nextafter(rounded, 1e9)));
      }
    }
  EXPECT_LT(bytes_of(decimal).size(), 330u);
  EXPECT_GT(bytes_of(binary).size(), 4 * bytes_of(decimal).size());
}

TEST(BatchCodec, AddsToWhatIsThereAndLeavesItAloneOnError) {
  Bytes out{std::byte{42}};
  ASSERT_TRUE(encode(samples::poll_batch(1, 5, 1, 3, 1), out).has_value());
  EXPECT_EQ(out[0], std::byte{42});
  const auto size = out.size();
  Batch wrong = samples::poll_batch(1, 5, 1, 3, 1);
  wrong.scans[0].count = 2;
  EXPECT_EQ(encode(wrong, out).error().code, Errc::invalid);
  EXPECT_EQ(out.size(), size);
}

TEST(BatchCodec, RefusesBatchesThatDoNotHoldTogether) {
  const auto good = samples::poll_batch(1, 5, 1, 3, 1);
  std::vector<Batch> wrong(5, good);
  wrong[0].scans[0].first = 1;
  wrong[1].observations.pop_back();
  wrong[2].observations[0].value = Value::of_text(0, 1);
  wrong[3].scans[0].note_length = 1;
  wrong[4].observations[1].value.kind = static_cast<ValueKind>(9);
  for (std::size_t n = 0; n < wrong.size(); ++n) {
    Bytes out;
    EXPECT_FALSE(encode(wrong[n], out).has_value()) << n;
  }
}

TEST(BatchCodec, Version1FindsAnyFlippedBitItself) {
  auto batch = samples::poll_batch(3, 1'700'000'000'000'000, 9, 5, 2);
  batch.add_event(ScanKind::gap, at_us(17), at_us(18), "buffer overrun");
  const auto bytes = samples::encode_version_1(batch);
  Batch out;
  for (std::size_t bit = 8; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    const auto read = decode(damaged, out);
    ASSERT_FALSE(read.has_value()) << "bit " << bit;
    EXPECT_EQ(read.error().code, Errc::corrupt);
  }
}

TEST(BatchCodec, AMissingEndOrBytesTooManyAreFound) {
  auto batch = samples::poll_batch(3, 1'700'000'000'000'000, 9, 5, 2);
  batch.add_event(ScanKind::gap, at_us(17), at_us(18), "buffer overrun");
  for (auto bytes : {bytes_of(batch), samples::encode_version_1(batch)}) {
    Batch out;
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode(ByteView(bytes).first(size), out).has_value()) << size;
    bytes.push_back(std::byte{0});
    EXPECT_FALSE(decode(bytes, out).has_value());
  }
}

RC_GTEST_PROP(BatchCodec, NonsenseGivesAnErrorOrASoundBatch, ()) {
  const bool old = *rc::gen::arbitrary<bool>();
  const auto batch = samples::any_batch();
  auto bytes = old ? samples::encode_version_1(batch) : bytes_of(batch);
  if (old) bytes.resize(bytes.size() - 4);
  const auto changes = *rc::gen::inRange(1, 4);
  for (int n = 0; n < changes; ++n)
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  const auto sum = crc32(bytes);
  if (old) ByteWriter(bytes).u32_le(sum);
  Batch out;
  if (!decode(bytes, out)) return;
  Bytes again;
  RC_ASSERT(encode(out, again).has_value());
}

TEST(BatchCodec, ALieAboutCountsTakesNoMemory) {
  for (const auto version : {std::uint8_t{1}, std::uint8_t{2}}) {
    Bytes bytes;
    ByteWriter writer(bytes);
    writer.u8(version);
    writer.varint(1);
    writer.varint(0);
    writer.varint(900'000);
    writer.varint(900'000);
    const auto sum = crc32(bytes);
    writer.u32_le(sum);
    Batch out;
    EXPECT_FALSE(decode(bytes, out).has_value());
    EXPECT_LT(out.scans.capacity() + out.observations.capacity(), 10u);
  }
}

}  // namespace
}  // namespace spindle::store
