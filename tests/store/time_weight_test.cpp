#include "store/time_weight.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/store/batch_samples.hpp"

namespace spindle::store {
namespace {

using samples::at_us;

TEST(TimeWeight, WeighsEachValueByHowLongItHeld) {
  TimeWeight weight({at_us(0), at_us(4'000'000)}, 2);
  weight.add(at_us(-1'000'000), at_us(500'000), 10.0);  // Held from before.
  weight.add(at_us(500'000), at_us(1'000'000), 20.0);
  weight.add(at_us(1'000'000), at_us(3'000'000), {});  // Unknown.
  weight.add(at_us(3'000'000), at_us(9'000'000), 4.0);
  const auto buckets = weight.take();
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_DOUBLE_EQ(*buckets[0].average, 15.0);
  EXPECT_DOUBLE_EQ(*buckets[0].min, 10.0);
  EXPECT_DOUBLE_EQ(*buckets[0].max, 20.0);
  EXPECT_EQ(buckets[0].count, 1u);
  EXPECT_EQ(buckets[0].known, Duration{1'000'000});
  EXPECT_DOUBLE_EQ(*buckets[1].average, 4.0);
  EXPECT_EQ(buckets[1].known, Duration{1'000'000});
  EXPECT_DOUBLE_EQ(*buckets[1].last, 4.0);
}

TEST(TimeWeight, AValueThatHeldForNoTimeStillCounts) {
  TimeWeight weight({at_us(0), at_us(10)}, 1);
  weight.add(at_us(5), at_us(5), 3.0);
  const auto buckets = weight.take();
  EXPECT_DOUBLE_EQ(*buckets[0].average, 3.0);
  EXPECT_EQ(buckets[0].count, 1u);
  EXPECT_EQ(buckets[0].known, Duration{0});
}

TEST(TimeWeight, ASliceOfWhichNothingIsKnownSaysNothing) {
  TimeWeight weight({at_us(0), at_us(30)}, 3);
  weight.add(at_us(2), at_us(4), 3.0);
  const auto buckets = weight.take();
  EXPECT_FALSE(buckets[1].average);
  EXPECT_FALSE(buckets[1].last);
  EXPECT_EQ(buckets[2].from, at_us(20));
}

// Splitting an interval never changes what is known of it, nor its integral.
RC_GTEST_PROP(TimeWeight, SlicesSumToTheWhole, ()) {
  const auto length = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
  const auto slices = *rc::gen::inRange<std::size_t>(1, 50);
  const Interval when{at_us(100), at_us(100 + length)};
  TimeWeight whole(when, 1);
  TimeWeight split(when, slices);
  auto time = *rc::gen::inRange<std::int64_t>(0, 200);
  for (int n = 0; n < 30; ++n) {
    const auto next = time + *rc::gen::inRange<std::int64_t>(0, 100'000);
    const auto until = time + *rc::gen::inRange<std::int64_t>(0, next - time + 1);
    const double value = *rc::gen::inRange(-1000, 1000);
    whole.add(at_us(time), at_us(until), value);
    split.add(at_us(time), at_us(until), value);
    time = next;
  }
  const auto one = whole.take()[0];
  Bucket sum;
  double integral = 0;
  for (const auto& bucket : split.take()) {
    sum.count += bucket.count;
    sum.known += bucket.known;
    if (bucket.known > Duration{0}) integral += *bucket.average * to_seconds(bucket.known);
    if (bucket.max) sum.max = std::max(sum.max.value_or(*bucket.max), *bucket.max);
  }
  RC_ASSERT(sum.count == one.count);
  RC_ASSERT(sum.known == one.known);
  RC_ASSERT(sum.max == one.max);
  if (one.known > Duration{0})
    RC_ASSERT(std::abs(integral - *one.average * to_seconds(one.known)) < 1e-6);
}

}  // namespace
}  // namespace spindle::store
