#pragma once

#include <optional>
#include <span>

#include "base/time.hpp"
#include "plant/retention_plan.hpp"

namespace spindle::plant {

/// The time by which what is stored is old. A box without a battery may start in 1970 or 2099, and
/// what goes then is gone: so a clock alone makes nothing old.
///
/// It follows the wall clock while that is at most a week ahead of it. A clock farther ahead
/// jumped, or the box was off for long: then it catches up by two seconds a second, so that a wrong
/// clock costs at most as much of what is oldest as the time it is wrong, and a right one is caught
/// up with. It never runs ahead of the clock; one set back is believed at once, and one that is
/// right again is caught up with from where it was.
///
/// Threads: one at a time. Pure but for what it remembers.
class AgedBy {
 public:
  /// @param known  what was kept of it, by keep_every
  explicit AgedBy(std::optional<Instant> known) : at_(known) {}

  /// @param files  what is stored counts only when nothing was kept: then the newest of it
  [[nodiscard]] Instant look(Now now, std::span<const StoredFile> files);

  /// What is to be kept over a restart, when it is time to keep it.
  [[nodiscard]] std::optional<Instant> to_keep();

  static constexpr Duration ahead_max = std::chrono::hours{24 * 7};
  static constexpr Duration keep_every = std::chrono::hours{1};

 private:
  std::optional<Instant> at_;  ///< May be ahead of a clock that was set back.
  std::optional<Instant> kept_;
  std::optional<Monotonic> last_;
  std::optional<Monotonic> behind_since_;
};

}  // namespace spindle::plant
