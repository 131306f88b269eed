#include "plant/aged_by.hpp"

#include <algorithm>

namespace spindle::plant {
namespace {

constexpr Duration steady_min = std::chrono::hours{24};
constexpr int catches_up = 2;

/// Nothing was kept: the clock counts if something stored is of the last week, or nothing is
/// stored.
Instant first_guess(Instant wall, std::span<const StoredFile> files) {
  std::optional<Instant> newest;
  for (const auto& file : files)
    if (file.bytes > 0 && file.from <= file.to && file.to <= wall + AgedBy::keep_every)
      newest = std::max(newest.value_or(file.to), file.to);
  return newest && *newest < wall - AgedBy::ahead_max ? *newest : wall;
}

}  // namespace

Instant AgedBy::look(Now now, std::span<const StoredFile> files) {
  if (!at_) at_ = first_guess(now.wall, files);
  const auto passed = last_ ? std::max(Duration{0}, now.mono - *last_) : Duration{0};
  last_ = now.mono;
  if (now.wall >= *at_) {
    behind_since_.reset();
    at_ = now.wall - *at_ <= ahead_max ? now.wall : std::min(now.wall, *at_ + catches_up * passed);
    return *at_;
  }
  // Set back. When it stays so for a day it was wrong before.
  if (!behind_since_) behind_since_ = now.mono;
  if (now.mono - *behind_since_ >= steady_min) {
    behind_since_.reset();
    at_ = now.wall;
  }
  return now.wall;
}

std::optional<Instant> AgedBy::to_keep() {
  if (!at_ || (kept_ && *at_ - *kept_ < keep_every && *kept_ - *at_ < keep_every))
    return std::nullopt;
  kept_ = at_;
  return at_;
}

}  // namespace spindle::plant
