#include "store/query_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace spindle::store {
namespace {

constexpr std::int64_t minute = 60'000'000;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

Interval span(std::int64_t from, std::int64_t to) {
  return {Instant{Duration{from}}, Instant{Duration{to}}};
}

RollUpCover cover_of(std::vector<std::pair<Level, Interval>> parts) {
  RollUpCover cover;
  for (const auto& [level, when] : parts) add_cover(cover.of(level), when);
  return cover;
}

TEST(QueryPlan, TakesTheCoarsestRowsThatLieInASliceWhole) {
  const auto cover = cover_of({{Level::minute, span(0, 3 * day)},
                               {Level::quarter, span(0, 2 * day)},
                               {Level::hour, span(0, 2 * day)},
                               {Level::day, span(0, 2 * day)}});
  const std::vector<std::int64_t> edges{23 * hour + 44 * minute + 5, 2 * day + 61 * minute + 7};
  const auto got = plan_slices(edges, cover);
  const std::vector<PlanPiece> expected{{0, Level::raw, span(edges[0], 23 * hour + 45 * minute)},
                                        {0, Level::quarter, span(23 * hour + 45 * minute, day)},
                                        {0, Level::day, span(day, 2 * day)},
                                        {0, Level::minute, span(2 * day, 2 * day + 61 * minute)},
                                        {0, Level::raw, span(2 * day + 61 * minute, edges[1])}};
  EXPECT_EQ(got, expected);
}

TEST(QueryPlan, AShortSliceBetweenMinutesIsReadRaw) {
  const auto cover = cover_of({{Level::minute, span(0, day)}});
  const std::vector<std::int64_t> crooked{5, 5 + 3 * minute};
  EXPECT_EQ(plan_slices(crooked, cover),
            (std::vector<PlanPiece>{{0, Level::raw, span(5, 5 + 3 * minute)}}));
  const std::vector<std::int64_t> straight{minute, 2 * minute};
  EXPECT_EQ(plan_slices(straight, cover),
            (std::vector<PlanPiece>{{0, Level::minute, span(minute, 2 * minute)}}));
}

TEST(QueryPlan, NoRowThatTouchesAHoleIsUsed) {
  auto cover = cover_of({{Level::hour, span(0, day)}});
  cut_cover(cover.of(Level::hour), Level::hour, span(hour + 5, hour + 6));
  cut_cover(cover.of(Level::hour), Level::hour, {Instant{Duration{20 * hour}}, Instant::max()});
  EXPECT_EQ(cover.of(Level::hour),
            (std::vector<Interval>{span(0, hour), span(2 * hour, 20 * hour)}));
}

TEST(QueryPlan, WhereRawIsGoneEdgesMoveToTheFinestRowsLeft) {
  const auto cover =
      cover_of({{Level::quarter, span(0, 2 * day)}, {Level::minute, span(day, 2 * day)}});
  const std::vector<std::int64_t> edges{5 * minute, hour, day + minute + 1, 2 * day + 1};
  const auto got = move_edges(edges, cover, Instant{Duration{2 * day}});
  EXPECT_EQ(got.edges, (std::vector<std::int64_t>{0, hour, day + minute, 2 * day + 1}));
  EXPECT_EQ(got.basis, (std::vector<Level>{Level::quarter, Level::minute, Level::minute}));
}

TEST(QueryPlan, AChartOfAYearLiesOnHoursAndKeepsItsEnds) {
  const auto edges = chart_edges(span(7, 365 * day + 13), 1000);
  ASSERT_EQ(edges.size(), 1001u);
  EXPECT_EQ(edges.front(), 7);
  EXPECT_EQ(edges.back(), 365 * day + 13);
  for (std::size_t n = 1; n < 1000; ++n) {
    EXPECT_EQ(edges[n] % hour, 0);
    EXPECT_GT(edges[n], edges[n - 1]);
  }
}

TEST(QueryPlan, EvenEdgesDoNotOverflow) {
  const auto edges = even_edges(span(0, 4'000'000'000'000'000'000), 100'000);
  EXPECT_EQ(edges.back(), 4'000'000'000'000'000'000);
  EXPECT_TRUE(std::ranges::is_sorted(edges));
}

RC_GTEST_PROP(QueryPlan, PiecesAreAPartitionOfTheSlicesAndOnlyWholeRowsAreUsed, ()) {
  RollUpCover cover;
  for (const auto level : {Level::minute, Level::quarter, Level::hour, Level::day}) {
    const auto length = row_length(level).count();
    auto from = *rc::gen::inRange<std::int64_t>(-20, 20);
    for (int n = 0; n < *rc::gen::inRange(0, 4); ++n) {
      const auto to = from + *rc::gen::inRange<std::int64_t>(1, 3 * day / length + 3);
      add_cover(cover.of(level), span(from * length, to * length));
      from = to + *rc::gen::inRange<std::int64_t>(0, 4);
    }
    if (*rc::gen::arbitrary<bool>()) {
      const auto hole = *rc::gen::inRange<std::int64_t>(-day, 3 * day);
      cut_cover(cover.of(level), level,
                span(hole, hole + *rc::gen::inRange<std::int64_t>(1, hour)));
    }
  }
  std::vector<std::int64_t> edges{*rc::gen::inRange<std::int64_t>(-day, day)};
  const auto unit = *rc::gen::element<std::int64_t>(1, minute, 15 * minute);
  edges[0] = edges[0] / unit * unit;
  for (int n = 0; n < *rc::gen::inRange(1, 8); ++n)
    edges.push_back(edges.back() + *rc::gen::inRange<std::int64_t>(1, 2 * day) / unit * unit +
                    unit);
  const auto pieces = plan_slices(edges, cover);
  auto at = edges.front();
  std::size_t slice = 0;
  for (const auto& piece : pieces) {
    RC_ASSERT(piece.when.from.time_since_epoch().count() == at);
    RC_ASSERT(!piece.when.empty());
    if (at == edges[slice + 1]) ++slice;
    RC_ASSERT(piece.slice == slice);
    at = piece.when.to.time_since_epoch().count();
    RC_ASSERT(at <= edges[slice + 1]);
    if (piece.level == Level::raw) continue;
    const auto length = row_length(piece.level);
    RC_ASSERT(piece.when.from.time_since_epoch() % length == Duration{0});
    RC_ASSERT(piece.when.to.time_since_epoch() % length == Duration{0});
    RC_ASSERT(std::ranges::any_of(cover.of(piece.level), [&](const Interval& one) {
      return one.from <= piece.when.from && piece.when.to <= one.to;
    }));
  }
  RC_ASSERT(at == edges.back());
}

}  // namespace
}  // namespace spindle::store
