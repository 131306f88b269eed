#include "store/time_weight.hpp"

#include <algorithm>
#include <utility>

namespace spindle::store {

TimeWeight::TimeWeight(Interval when, std::size_t count)
    : when_(when), buckets_(count), weighted_(count), sums_(count) {
  for (std::size_t n = 0; n < count; ++n) buckets_[n].from = edge(n);
}

Instant TimeWeight::edge(std::size_t n) const {
  // In parts, so that neither a long interval nor many slices overflow.
  const auto length = when_.length().count();
  const auto count = static_cast<std::int64_t>(buckets_.size());
  const auto k = static_cast<std::int64_t>(n);
  return when_.from + Duration{length / count * k + length % count * k / count};
}

void TimeWeight::add(Instant from, Instant until, std::optional<double> value) {
  if (!value) return;
  const auto note = [&](Bucket& bucket) {
    bucket.min = bucket.min ? std::min(*bucket.min, *value) : *value;
    bucket.max = bucket.max ? std::max(*bucket.max, *value) : *value;
    bucket.last = value;
  };
  while (at_ + 1 < buckets_.size() && edge(at_ + 1) <= from) ++at_;
  if (when_.contains(from)) {
    ++buckets_[at_].count;
    sums_[at_] += *value;
    note(buckets_[at_]);
  }
  for (auto n = at_; n < buckets_.size(); ++n) {
    const auto held = intersect({from, until}, {buckets_[n].from, edge(n + 1)});
    if (until <= buckets_[n].from) break;
    if (held.empty()) continue;
    buckets_[n].known += held.length();
    weighted_[n] += *value * to_seconds(held.length());
    note(buckets_[n]);
  }
}

std::vector<Bucket> TimeWeight::take() {
  for (std::size_t n = 0; n < buckets_.size(); ++n) {
    auto& bucket = buckets_[n];
    if (bucket.known > Duration{0})
      bucket.average = weighted_[n] / to_seconds(bucket.known);
    else if (bucket.count > 0)
      bucket.average = sums_[n] / static_cast<double>(bucket.count);
  }
  return std::move(buckets_);
}

}  // namespace spindle::store
