#include "store/slice_gatherer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "tests/store/naive_slices.hpp"

namespace spindle::store {
namespace {

using testing_support::cut_into_blocks;
using testing_support::expect_same;
using testing_support::naive_slices;
using testing_support::NaiveRow;
using testing_support::random_rows;
using testing_support::random_time;

constexpr SignalKey load{7};

SignalGatherer gather(const SliceTime& time, const std::vector<NaiveRow>& rows,
                      std::size_t rows_a_block, Gathered what = {true, true, 1000, true}) {
  SignalGatherer gatherer(time, what);
  RowTimes times(time);
  for (const auto& block : cut_into_blocks(rows, rows_a_block)) {
    times.set(block.times);
    gatherer.add(times, block.slice(load));
  }
  gatherer.finish();
  return gatherer;
}

TEST(SliceGatherer, AValueHoldsUntilTheNextAndIntoLaterSlices) {
  const SliceTime time{{0, 10, 20, 30}, {100}};
  const auto got = gather(time, {{-5, 1.5}, {2, 2.5}, {25, 4.0}}, 100);
  const auto& rows = got.numbers()->rows;
  EXPECT_EQ(got.numbers()->form.decimals, 1);
  EXPECT_EQ(rows[0].known, 10);
  EXPECT_EQ(rows[0].count, 1u);
  EXPECT_EQ(rows[0].sum.whole, 2 * 15 + 8 * 25);
  EXPECT_EQ(rows[1].known, 10);
  EXPECT_EQ(rows[1].count, 0u);
  EXPECT_EQ(rows[1].last, 25);
  EXPECT_EQ(rows[2].sum.whole, 5 * 25 + 5 * 40);
  EXPECT_TRUE(got.numbers()->holds_on);
}

TEST(SliceGatherer, NoValueHoldsPastASilence) {
  const SliceTime time{{0, 10, 20}, {4, 15}};
  const auto got = gather(time, {{2, 1.0}, {12, 3.0}}, 100);
  EXPECT_EQ(got.numbers()->rows[0].known, 2);
  EXPECT_EQ(got.numbers()->rows[1].known, 3);
}

TEST(SliceGatherer, OfRowsOfOneTimeTheLastCountsAlsoAcrossBlocks) {
  const SliceTime time{{0, 10}, {10}};
  for (const std::size_t block : {1u, 2u, 3u}) {
    const auto got = gather(time, {{1, 1.0}, {2, 50.0}, {2, 3.0}}, block);
    EXPECT_EQ(got.numbers()->rows[0].count, 2u) << block;
    EXPECT_EQ(got.numbers()->rows[0].max, 3) << block;
    EXPECT_EQ(got.numbers()->rows[0].known, 9) << block;
  }
}

TEST(SliceGatherer, ABadValueEndsWhatWasKnown) {
  const SliceTime time{{0, 10}, {10}};
  const auto got = gather(time, {{1, 1.0}, {4, 2.0, Quality::bad}, {8, 5.0}}, 100);
  EXPECT_EQ(got.numbers()->rows[0].bad, 1u);
  EXPECT_EQ(got.numbers()->rows[0].count, 2u);
  EXPECT_EQ(got.numbers()->rows[0].known, 3 + 2);
}

TEST(SliceGatherer, WhatIsNoNumberCountsAsBad) {
  const SliceTime time{{0, 10}, {10}};
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto got = gather(time, {{1, 0.1234567}, {4, nan}, {8, INFINITY}, {9, 0.5}}, 100);
  EXPECT_EQ(got.numbers()->rows[0].bad, 2u);
  EXPECT_EQ(got.numbers()->rows[0].known, 3 + 1);
}

TEST(SliceGatherer, ManyDifferentValuesAreNoState) {
  const SliceTime time{{0, 1000}, {1000}};
  std::vector<NaiveRow> rows;
  for (int n = 0; n < 33; ++n) rows.push_back({n * 10, double(n)});
  EXPECT_FALSE(gather(time, rows, 100, {true, true, 32, true}).numbers()->has_times);
  rows.pop_back();
  EXPECT_TRUE(gather(time, rows, 100, {true, true, 32, true}).numbers()->has_times);
}

TEST(SliceGatherer, AValueFromBeforeAllRowsHoldsToo) {
  const SliceTime time{{0, 10, 20}, {100}};
  SignalGatherer gatherer(time, {true, true, 32, true});
  gatherer.add_before(Instant{Duration{-50}}, ValueKind::integer, {0}, 5, {});
  gatherer.finish();
  EXPECT_EQ(gatherer.numbers()->rows[1].known, 10);
  EXPECT_EQ(gatherer.numbers()->times[1], (ValueTimes{{5, 10}}));
}

// The whole of it against a computation that does one thing after the other, row by row.
RC_GTEST_PROP(SliceGatherer, EqualsTheNaiveAnswerHoweverRowsAreCutIntoBlocks, ()) {
  const auto time = random_time();
  const auto rows = random_rows();
  const auto block = *rc::gen::inRange<std::size_t>(1, 40);
  const auto got = gather(time, rows, block);
  expect_same(got, naive_slices(time, rows));
}

}  // namespace
}  // namespace spindle::store
