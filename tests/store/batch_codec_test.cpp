#include "store/batch_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/store/batch_samples.hpp"

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
  EXPECT_LT(bytes_of(batch).size(), 310u + 9 * 106u);
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

TEST(BatchCodec, AnyFlippedBitOrMissingEndIsFound) {
  auto batch = samples::poll_batch(3, 1'700'000'000'000'000, 9, 5, 2);
  batch.add_event(ScanKind::gap, at_us(17), at_us(18), "buffer overrun");
  const auto bytes = bytes_of(batch);
  Batch out;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    const auto read = decode(damaged, out);
    ASSERT_FALSE(read.has_value()) << "bit " << bit;
    EXPECT_EQ(read.error().code, Errc::corrupt);
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode(ByteView(bytes).first(size), out).has_value()) << size;
}

// With a right checksum, so that the reader itself is put to the test.
RC_GTEST_PROP(BatchCodec, NonsenseWithARightChecksumGivesAnErrorOrASoundBatch, ()) {
  auto bytes = bytes_of(samples::any_batch());
  bytes.resize(bytes.size() - 4);
  const auto changes = *rc::gen::inRange(1, 4);
  for (int n = 0; n < changes; ++n)
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  const auto sum = crc32(bytes);
  ByteWriter(bytes).u32_le(sum);
  Batch out;
  if (!decode(bytes, out)) return;
  Bytes again;
  RC_ASSERT(encode(out, again).has_value());
}

TEST(BatchCodec, ALieAboutCountsTakesNoMemory) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u8(1);
  writer.varint(1);
  writer.varint(0);
  writer.varint(900'000);
  writer.varint(900'000);
  const auto sum = crc32(bytes);
  writer.u32_le(sum);
  Batch out;
  EXPECT_FALSE(decode(bytes, out).has_value());
  EXPECT_EQ(out.scans.capacity(), 0u);
}

}  // namespace
}  // namespace spindle::store
