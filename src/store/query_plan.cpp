#include "store/query_plan.hpp"

#include <algorithm>
#include <utility>

namespace spindle::store {
namespace {

constexpr std::array rolled_levels{Level::day, Level::hour, Level::quarter, Level::minute};
constexpr Duration short_slice = std::chrono::minutes{30};

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// The row of a level that `t` lies in begins there.
Instant row_start(Level level, Instant t) {
  const auto length = row_length(level);
  auto since = t.time_since_epoch() % length;
  if (since < Duration{0}) since += length;
  return t - since;
}
Instant row_end(Level level, Instant t) {
  const auto start = row_start(level, t);
  return start == t ? t : start + row_length(level);
}

/// The first interval that ends after `t`.
std::size_t first_after(const std::vector<Interval>& cover, Instant t) {
  return static_cast<std::size_t>(
      std::ranges::upper_bound(cover, t, {}, [](const Interval& i) { return i.to; }) -
      cover.begin());
}

class Planner {
 public:
  Planner(const RollUpCover& cover, Level coarsest, std::vector<PlanPiece>& out)
      : cover_(cover), coarsest_(coarsest), out_(out) {}

  void plan(std::size_t slice, Interval when) {
    slice_ = slice;
    const bool on_minutes = row_start(Level::minute, when.from) == when.from &&
                            row_start(Level::minute, when.to) == when.to;
    if (!on_minutes && when.length() < short_slice)
      put(Level::raw, when);
    else
      fill(0, when);
  }

 private:
  /// Whole rows of this level where there are any, finer ones before, between and behind.
  void fill(std::size_t at_level, Interval when) {
    if (when.empty()) return;
    if (at_level == rolled_levels.size()) return put(Level::raw, when);
    const auto level = rolled_levels[at_level];
    if (level > coarsest_) return fill(at_level + 1, when);
    const auto& cover = cover_.of(level);
    auto done = when.from;
    for (auto n = first_after(cover, when.from); n < cover.size() && cover[n].from < when.to; ++n) {
      const Interval whole{row_end(level, std::max(when.from, cover[n].from)),
                           row_start(level, std::min(when.to, cover[n].to))};
      if (whole.empty()) continue;
      fill(at_level + 1, {done, whole.from});
      put(level, whole);
      done = whole.to;
    }
    fill(at_level + 1, {done, when.to});
  }

  void put(Level level, Interval when) {
    if (!out_.empty() && out_.back().slice == slice_ && out_.back().level == level &&
        out_.back().when.to == when.from)
      out_.back().when.to = when.to;
    else
      out_.push_back({slice_, level, when});
  }

  const RollUpCover& cover_;
  Level coarsest_;
  std::vector<PlanPiece>& out_;
  std::size_t slice_ = 0;
};

}  // namespace

void add_cover(std::vector<Interval>& cover, Interval more) {
  if (more.empty()) return;
  if (!cover.empty() && cover.back().to >= more.from)
    cover.back().to = std::max(cover.back().to, more.to);
  else
    cover.push_back(more);
}

void cut_cover(std::vector<Interval>& cover, Level level, Interval hole) {
  if (hole.empty()) return;
  hole.from = row_start(level, hole.from);
  if (hole.to < Instant::max() - row_length(level)) hole.to = row_end(level, hole.to);
  std::vector<Interval> out;
  for (const auto& one : cover) {
    const Interval before{one.from, std::min(one.to, hole.from)};
    const Interval after{std::max(one.from, hole.to), one.to};
    if (!before.empty()) out.push_back(before);
    if (!after.empty()) out.push_back(after);
  }
  cover = std::move(out);
}

std::vector<PlanPiece> plan_slices(std::span<const std::int64_t> edges, const RollUpCover& cover,
                                   Level coarsest) {
  std::vector<PlanPiece> out;
  Planner planner(cover, coarsest, out);
  for (std::size_t n = 0; n + 1 < edges.size(); ++n) {
    const Interval when{at(edges[n]), at(edges[n + 1])};
    if (!when.empty()) planner.plan(n, when);
  }
  return out;
}

MovedEdges move_edges(std::span<const std::int64_t> edges, const RollUpCover& cover,
                      Instant raw_from) {
  MovedEdges out{{edges.begin(), edges.end()},
                 std::vector<Level>(edges.empty() ? 0 : edges.size() - 1, Level::raw)};
  for (std::size_t n = 0; n < edges.size(); ++n) {
    const auto edge = at(edges[n]);
    if (edge >= raw_from) break;
    for (const auto level : {Level::minute, Level::quarter, Level::hour, Level::day}) {
      const auto& rows = cover.of(level);
      const auto found = first_after(rows, edge);
      if (found == rows.size() || rows[found].from > edge) continue;
      out.edges[n] = us(row_start(level, edge));
      if (out.edges[n] == edges[n]) break;
      if (n > 0) out.basis[n - 1] = std::max(out.basis[n - 1], level);
      if (n < out.basis.size()) out.basis[n] = std::max(out.basis[n], level);
      break;
    }
  }
  return out;
}

std::vector<std::int64_t> even_edges(Interval when, std::size_t count) {
  // In parts, so that neither a long interval nor many slices overflow.
  const auto length = when.length().count();
  const auto slices = static_cast<std::int64_t>(count);
  std::vector<std::int64_t> edges(count + 1);
  for (std::int64_t k = 0; k <= slices; ++k)
    edges[static_cast<std::size_t>(k)] =
        us(when.from) + length / slices * k + length % slices * k / slices;
  return edges;
}

std::vector<std::int64_t> chart_edges(Interval when, std::size_t count) {
  auto edges = even_edges(when, count);
  const auto slice = when.length() / static_cast<std::int64_t>(count);
  for (const auto level : rolled_levels) {
    if (slice < row_length(level) * 8) continue;
    for (std::size_t n = 1; n + 1 < edges.size(); ++n)
      edges[n] = us(row_start(level, at(edges[n]) + row_length(level) / 2));
    break;
  }
  return edges;
}

}  // namespace spindle::store
