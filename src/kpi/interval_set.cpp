#include "kpi/interval_set.hpp"

#include <algorithm>
#include <utility>

namespace spindle::kpi {

IntervalSet::IntervalSet(Interval one) {
  if (!one.empty()) parts_.push_back(one);
}

IntervalSet IntervalSet::of(std::vector<Interval> any) {
  std::erase_if(any, [](const Interval& i) { return i.empty(); });
  std::ranges::sort(any, {}, &Interval::from);
  IntervalSet set;
  set.parts_.reserve(any.size());
  for (const Interval& i : any) {
    if (!set.parts_.empty() && i.from <= set.parts_.back().to)
      set.parts_.back().to = std::max(set.parts_.back().to, i.to);
    else
      set.parts_.push_back(i);
  }
  return set;
}

Duration IntervalSet::total() const {
  Duration sum{0};
  for (const Interval& i : parts_) sum += i.length();
  return sum;
}

std::span<const Interval>::iterator IntervalSet::first_after(Instant t) const {
  return std::ranges::upper_bound(intervals(), t, {}, &Interval::to);
}

bool IntervalSet::contains(Instant t) const {
  const auto it = first_after(t);
  return it != intervals().end() && it->contains(t);
}

Duration IntervalSet::overlap(Interval window) const {
  Duration sum{0};
  for (auto it = first_after(window.from); it != intervals().end() && it->from < window.to; ++it)
    sum += spindle::intersect(*it, window).length();
  return sum;
}

IntervalSet unite(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> all(a.intervals().begin(), a.intervals().end());
  all.insert(all.end(), b.intervals().begin(), b.intervals().end());
  return IntervalSet::of(std::move(all));
}

IntervalSet intersect(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> common;
  auto x = a.intervals().begin();
  auto y = b.intervals().begin();
  while (x != a.intervals().end() && y != b.intervals().end()) {
    common.push_back(spindle::intersect(*x, *y));
    if (x->to < y->to)
      ++x;
    else
      ++y;
  }
  return IntervalSet::of(std::move(common));
}

IntervalSet subtract(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> left;
  auto y = b.intervals().begin();
  for (const Interval& x : a.intervals()) {
    Instant from = x.from;
    while (y != b.intervals().end() && y->to <= x.from) ++y;
    for (auto z = y; z != b.intervals().end() && z->from < x.to; ++z) {
      left.push_back({from, z->from});
      from = std::max(from, z->to);
    }
    left.push_back({from, x.to});
  }
  return IntervalSet::of(std::move(left));
}

}  // namespace spindle::kpi
