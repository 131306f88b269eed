#include "store/integer_codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

namespace spindle::store {
namespace {

using Values = std::vector<std::uint64_t>;

Bytes encoded(const Values& values) {
  Bytes bytes;
  encode_integers(values, bytes);
  return bytes;
}

Values decoded(const Bytes& bytes, std::size_t count) {
  ByteReader in(bytes);
  Values out;
  EXPECT_TRUE(decode_integers(in, count, out));
  EXPECT_TRUE(in.at_end());
  return out;
}

/// What signals do: stand, count, swing, jump, wrap.
Values any_values() {
  const auto count = *rc::gen::inRange<std::size_t>(1, 700);
  const auto kind = *rc::gen::inRange(0, 7);
  const auto unit = *rc::gen::element<std::uint64_t>(1, 10, 1000, 1'000'000);
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint32_t>());
  auto value = *rc::gen::arbitrary<std::uint64_t>();
  Values out;
  for (std::size_t i = 0; i < count; ++i) {
    switch (kind) {
      case 0:
        value = random();
        break;
      case 1:
        if (random() % 50 == 0) value += random() % 3 * unit;
        break;
      case 2:
        value += 1000 * unit + (random() % 31) * unit;
        break;
      case 3:
        value += unit * (random() % 64) - unit * 32;
        break;
      case 5:
        if (random() % 7 == 0) value += (random() % 3 - 1) * unit;
        break;
      case 4:
        value = random() % 100 == 0 ? random() : value + unit;
        break;
      default:
        value = i % 2 == 0 ? 0 : ~std::uint64_t{0} >> random() % 64;
        break;
    }
    out.push_back(value);
  }
  return out;
}

RC_GTEST_PROP(IntegerCodec, AnyValuesReadBackAsTheyWere, ()) {
  const auto values = any_values();
  const auto bytes = encoded(values);
  ByteReader in(bytes);
  Values back;
  RC_ASSERT(decode_integers(in, values.size(), back));
  RC_ASSERT(in.at_end());
  RC_ASSERT(back == values);
}

RC_GTEST_PROP(IntegerCodec, NonsenseIsRefusedOrGivesSoManyValues, ()) {
  const auto bytes =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
  const auto count = *rc::gen::inRange<std::size_t>(0, 1000);
  ByteReader in(std::as_bytes(std::span(bytes)));
  Values out;
  if (decode_integers(in, count, out)) RC_ASSERT(out.size() == count);
  RC_ASSERT(out.size() <= count);
}

RC_GTEST_PROP(IntegerCodec, WhatIsCutShortIsRefused, ()) {
  const auto values = any_values();
  auto bytes = encoded(values);
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  ByteReader in(bytes);
  Values out;
  RC_ASSERT(!decode_integers(in, values.size(), out));
}

TEST(IntegerCodec, TheEndsOfTheRangeSurvive) {
  const Values values{0, ~std::uint64_t{0}, 1ULL << 63, (1ULL << 63) - 1, 0, 0, 0, 1ULL << 63};
  EXPECT_EQ(decoded(encoded(values), values.size()), values);
}

TEST(IntegerCodec, WhatStandsStillCostsAFewBytesHoweverLong) {
  EXPECT_LE(encoded(Values(60'000, 42)).size(), 8u);
}

TEST(IntegerCodec, ARegularClockCostsItsJitterAlone) {
  std::mt19937_64 random(1);
  Values times;
  for (std::uint64_t i = 0; i < 12'800; ++i)
    times.push_back(1'700'000'000'000'000 + i * 1'000'000 + random() % 31 * 1000);
  const auto bits = static_cast<double>(encoded(times).size()) * 8 / 12'800;
  EXPECT_LT(bits, 5.6) << "31 places are 4.95 bits";
}

TEST(IntegerCodec, OneJumpDoesNotMakeItsNeighboursDear) {
  Values values;
  for (std::uint64_t i = 0; i < 128; ++i) values.push_back(1000 + i * 7 % 13);
  const auto without = encoded(values).size();
  values[64] = 1'000'000'000'000;
  EXPECT_LE(encoded(values).size(), without + 20);
}

TEST(IntegerCodec, AStepNowAndThenCostsUnderAByteEach) {
  std::mt19937_64 random(1);
  Values values;
  std::uint64_t value = 20'000;
  std::size_t steps = 0;
  for (std::uint64_t i = 0; i < 12'800; ++i) {
    const auto roll = random() % 20;
    steps += roll < 2;
    values.push_back(value += roll == 0 ? 100 : roll == 1 ? 0 - std::uint64_t{100} : 0);
  }
  EXPECT_LT(encoded(values).size(), steps);
}

}  // namespace
}  // namespace spindle::store
