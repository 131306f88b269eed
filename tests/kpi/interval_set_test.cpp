#include "kpi/interval_set.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bitset>
#include <utility>
#include <vector>

namespace spindle::kpi {
namespace {

constexpr std::size_t span_s = 60;

/// The dull model: one bit a second.
using Seconds = std::bitset<span_s>;

Instant at(long s) { return Instant(std::chrono::seconds(s)); }

std::vector<Interval> intervals_of(const std::vector<std::pair<std::uint8_t, std::uint8_t>>& any) {
  std::vector<Interval> out;
  for (const auto& [a, b] : any) out.push_back({at(a % span_s), at(b % span_s)});
  return out;
}

Seconds model_of(std::span<const Interval> any) {
  Seconds out;
  for (std::size_t s = 0; s < span_s; ++s)
    for (const Interval& i : any)
      if (i.contains(at(static_cast<long>(s)))) out.set(s);
  return out;
}

void expect_sorted_disjoint(const IntervalSet& set) {
  Instant end = at(-1);
  for (const Interval& i : set.intervals()) {
    RC_ASSERT(!i.empty());
    RC_ASSERT(i.from > end);  // Touching intervals would have been merged.
    end = i.to;
  }
}

using Pairs = std::vector<std::pair<std::uint8_t, std::uint8_t>>;

RC_GTEST_PROP(IntervalSet, HoldsExactlyTheSecondsItWasMadeOf, (const Pairs& any)) {
  const auto set = IntervalSet::of(intervals_of(any));
  const Seconds model = model_of(intervals_of(any));
  expect_sorted_disjoint(set);
  RC_ASSERT(model_of(set.intervals()) == model);
  RC_ASSERT(set.total() == std::chrono::seconds(model.count()));
  RC_ASSERT(set.empty() == model.none());
  for (std::size_t s = 0; s < span_s; ++s)
    RC_ASSERT(set.contains(at(static_cast<long>(s))) == model.test(s));
}

RC_GTEST_PROP(IntervalSet, AlgebraIsThatOfSets, (const Pairs& p, const Pairs& q)) {
  const auto a = IntervalSet::of(intervals_of(p));
  const auto b = IntervalSet::of(intervals_of(q));
  const Seconds x = model_of(a.intervals());
  const Seconds y = model_of(b.intervals());
  for (const auto& [set, model] : {std::pair{unite(a, b), x | y}, std::pair{intersect(a, b), x & y},
                                   std::pair{subtract(a, b), x & ~y}}) {
    expect_sorted_disjoint(set);
    RC_ASSERT(model_of(set.intervals()) == model);
  }
}

RC_GTEST_PROP(IntervalSet, OverlapIsTheTotalOfTheIntersection,
              (const Pairs& p, std::uint8_t from, std::uint8_t to)) {
  const auto set = IntervalSet::of(intervals_of(p));
  const Interval window{at(from % span_s), at(to % span_s)};
  RC_ASSERT(set.overlap(window) == intersect(set, IntervalSet(window)).total());
}

TEST(IntervalSet, TouchingIntervalsBecomeOne) {
  const auto set = IntervalSet::of({{at(5), at(9)}, {at(0), at(5)}});
  ASSERT_EQ(set.intervals().size(), 1u);
  EXPECT_EQ(set.intervals()[0], (Interval{at(0), at(9)}));
}

TEST(IntervalSet, AnIntervalThatEndsBeforeItBeginsIsNothing) {
  EXPECT_TRUE(IntervalSet(Interval{at(9), at(5)}).empty());
  EXPECT_TRUE(IntervalSet::of({{at(9), at(5)}, {at(3), at(3)}}).empty());
}

}  // namespace
}  // namespace spindle::kpi
