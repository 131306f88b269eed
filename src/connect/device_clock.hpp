#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/plant.hpp"
#include "model/value.hpp"

namespace spindle::connect {

/// Dates what a device stamps itself, and watches both clocks while doing so.
///
/// The offset of the device's clock (receive minus device time) is estimated from lines that report
/// something new. Lines older than the connection carry a value over from before and say nothing
/// about the clock. The smallest offset of the last half minute is taken, since every delay on the
/// way only adds to it. A line that does not fit the estimate is late, or dated in the future,
/// until several in a row agree on another offset while their stamps advance with the box's clock:
/// then the device's clock was stepped.
///
/// Limits: a step below `tolerance` passes for delay; a step back is told after three lines, at
/// least a second apart. Source: domain.md 3.1, clock rules. Threads: one at a time.
class DeviceClock {
 public:
  /// Skew from here on makes a time uncertain.
  static constexpr Duration tolerance = std::chrono::seconds{2};
  /// After connecting, lines older than the connection are carry-overs for so long; later ones may
  /// as well come from a slow clock.
  static constexpr Duration carry_over_grace = std::chrono::seconds{5};

  struct Dated {
    Instant time{};                   ///< For Scan::time, by the policy.
    Instant device{};                 ///< The stamp; Instant{} if there was none.
    Quality quality = Quality::good;  ///< good or uncertain.
    bool carry_over = false;          ///< True since before the connection.
  };

  explicit DeviceClock(ClockPolicy policy) : policy_(policy) {}

  void handle_connected(Now now);
  /// Compares the box's two clocks. date() does it too; call it where nothing is dated.
  void watch_box(Now now);

  [[nodiscard]] Dated date(Instant stamp, Now received);
  /// For what happened while the connection was lost and the device kept. It keeps its own time,
  /// moved by the offset known from before, and says nothing about the clock now.
  [[nodiscard]] Dated date_kept(Instant stamp, Now received);
  /// For what the device did not stamp.
  [[nodiscard]] Dated date_unstamped(Now received);

  /// The box's `wall` on the time line that date() uses, so that a sign of life is never dated
  /// after a value that follows it. By the policy `device` that is the newest stamp, and what
  /// passed since on the box's clock: a recording that is served again lives in its own time.
  [[nodiscard]] Instant on_timeline(Instant wall) const;
  /// The newest stamp fitted the box's clock: the device's time runs as the box's does. A recording
  /// that is served again runs at any speed.
  [[nodiscard]] bool keeps_pace() const { return keeps_pace_; }
  /// Receive minus device time of the newest stamp that counts; none yet.
  [[nodiscard]] std::optional<Duration> skew() const { return newest_; }
  /// Whose clock stepped and how far, once per step.
  [[nodiscard]] std::optional<std::string> take_step();

 private:
  enum class Word : std::uint8_t { live, carry_over, late, future };

  [[nodiscard]] Word judge(Instant stamp, Now received);
  [[nodiscard]] bool confirms_other_offset(Instant stamp, Duration delta, Now received);
  void accept(Duration delta, Now received);
  void note_step(std::string_view whose, Duration distance);
  [[nodiscard]] bool is_skewed() const;

  ClockPolicy policy_;
  Instant connected_at_{};
  Monotonic connected_mono_{};
  std::optional<Duration> box_drift_;  ///< Wall minus monotonic.
  std::optional<Duration> offset_;     ///< The estimate.
  std::uint32_t agreeing_ = 0;         ///< Lines it rests on, up to a few.
  std::optional<Duration> newest_;
  bool keeps_pace_ = false;

  struct Stamped {
    Instant stamp{};
    Instant received{};
  };
  std::optional<Stamped> newest_stamp_;  ///< Of all lines, carried over or not.

  Duration window_min_{};  ///< Smallest offset since window_start_.
  std::optional<Monotonic> window_start_;

  struct Candidate {
    std::uint32_t lines = 0;
    Duration delta{};
    Instant stamp{};
    Monotonic received{};
  };
  Candidate candidate_;
  std::string step_;
};

}  // namespace spindle::connect
