#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "store/rollup.hpp"

namespace spindle::store {

/// For which times there are roll-ups that may be used. Intervals rise, do not touch, and begin
/// and end on rows of their level.
struct RollUpCover {
  std::array<std::vector<Interval>, 5> levels;  ///< By Level; nothing of `raw`.

  [[nodiscard]] std::vector<Interval>& of(Level level) {
    return levels[static_cast<std::size_t>(level)];
  }
  [[nodiscard]] const std::vector<Interval>& of(Level level) const {
    return levels[static_cast<std::size_t>(level)];
  }
};

/// Adds [from, to) behind what is there, as one with it where they touch.
void add_cover(std::vector<Interval>& cover, Interval more);
/// Takes `hole` out, with every row of `level` it touches.
void cut_cover(std::vector<Interval>& cover, Level level, Interval hole);

/// A part of a slice, and of what to read it.
struct PlanPiece {
  std::size_t slice = 0;
  Level level = Level::raw;
  Interval when;
  bool operator==(const PlanPiece&) const = default;
};

/// Cuts each slice between two edges into pieces, in order of time: the coarsest roll-ups that lie
/// in it whole, raw rows for the rest. Together the pieces of a slice are the slice.
///
/// A short slice whose edges lie inside of minutes is read raw as a whole, since its edges open
/// the same blocks. Precondition: edges rise, at least two. Pure.
[[nodiscard]] std::vector<PlanPiece> plan_slices(std::span<const std::int64_t> edges,
                                                 const RollUpCover& cover,
                                                 Level coarsest = Level::day);

/// Edges where no raw rows are kept any more, moved to where a row of the finest roll-up that is
/// left begins.
struct MovedEdges {
  std::vector<std::int64_t> edges;
  std::vector<Level> basis;  ///< Of each slice: raw, or how exact its edges are.
};
/// Raw rows are kept from `raw_from` on. Edges may come to lie on each other: such a slice is
/// empty. Pure.
[[nodiscard]] MovedEdges move_edges(std::span<const std::int64_t> edges, const RollUpCover& cover,
                                    Instant raw_from);

/// Edges of `count` slices of equal length, exact to the microsecond.
[[nodiscard]] std::vector<std::int64_t> even_edges(Interval when, std::size_t count);

/// The same for a chart: inner edges lie on the minute, quarter, hour or day where a slice is at
/// least eight of these long, so that what is drawn is read from roll-ups alone.
[[nodiscard]] std::vector<std::int64_t> chart_edges(Interval when, std::size_t count);

}  // namespace spindle::store
