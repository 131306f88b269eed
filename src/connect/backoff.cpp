#include "connect/backoff.hpp"

#include <algorithm>

namespace spindle::connect {
namespace {
// Marsaglia's xorshift: jitter needs spread, not secrecy.
double uniform(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<double>(state >> 11) * 0x1.0p-53;
}
}  // namespace

Duration Backoff::next() {
  const Duration cap = std::min<Duration>(options_.cap, std::chrono::seconds{30});
  // Three fast tries, then doubling.
  const unsigned doublings = failures_ < 3 ? failures_ : std::min(failures_, 20u);
  ++failures_;
  const auto base = std::min<Duration>(cap, options_.first * (std::int64_t{1} << doublings));
  const double spread = 1.0 + options_.jitter * (2.0 * uniform(random_) - 1.0);
  return std::min(cap, from_seconds(to_seconds(base) * spread));
}

}  // namespace spindle::connect
