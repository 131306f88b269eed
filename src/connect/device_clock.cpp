#include "connect/device_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace spindle::connect {
namespace {

using namespace std::chrono_literals;

constexpr Duration window = 30s;
constexpr std::uint32_t confirming_lines = 3;
constexpr Duration confirming_span = 1s;
/// How far lines of one offset may lie apart.
constexpr Duration agreement = 1s;

}  // namespace

bool DeviceClock::is_skewed() const { return offset_ && std::chrono::abs(*offset_) > tolerance; }

void DeviceClock::handle_connected(Now now) {
  watch_box(now);
  connected_at_ = now.wall;
  connected_mono_ = now.mono;
  keeps_pace_ = false;
  candidate_ = {};
}

void DeviceClock::watch_box(Now now) {
  const Duration drift = now.wall.time_since_epoch() - now.mono.time_since_epoch();
  const Duration step = box_drift_ ? drift - *box_drift_ : Duration{0};
  box_drift_ = drift;
  if (std::chrono::abs(step) <= tolerance) return;
  note_step("the box's clock", step);
  // Everything measured against the box's clock moves with it; the device's did not step.
  connected_at_ += step;
  if (offset_) *offset_ += step;
  if (newest_) *newest_ += step;
  window_min_ += step;
  if (newest_stamp_) newest_stamp_->received += step;
  candidate_ = {};
}

void DeviceClock::note_step(std::string_view whose, Duration distance) {
  if (!step_.empty()) step_ += "; ";
  step_ +=
      fmt::format("{} stepped {} by {:.3f} s", whose, distance.count() < 0 ? "back" : "forward",
                  to_seconds(std::chrono::abs(distance)));
}

std::optional<std::string> DeviceClock::take_step() {
  if (step_.empty()) return std::nullopt;
  return std::exchange(step_, {});
}

void DeviceClock::accept(Duration delta, Now received) {
  newest_ = delta;
  candidate_ = {};
  agreeing_ = std::min(agreeing_ + 1, confirming_lines);
  if (!offset_ || delta < *offset_) offset_ = delta;
  if (!window_start_ || received.mono - *window_start_ > window) {
    // The window just past decides, unless this line is lower still.
    if (window_start_) offset_ = std::min(window_min_, delta);
    window_start_ = received.mono;
    window_min_ = delta;
  }
  window_min_ = std::min(window_min_, delta);
}

bool DeviceClock::confirms_other_offset(Instant stamp, Duration delta, Now received) {
  auto& c = candidate_;
  if (c.lines == 0 || std::chrono::abs(delta - c.delta) > agreement) {
    c = {1, delta, stamp, received.mono};
    return false;
  }
  ++c.lines;
  const Duration span = received.mono - c.received;
  // A value that is sent again and again with its old stamp agrees for a while, too: a clock runs.
  return c.lines >= confirming_lines && span >= confirming_span && (stamp - c.stamp) * 2 >= span;
}

DeviceClock::Word DeviceClock::judge(Instant stamp, Now received) {
  const Duration delta = received.wall - stamp;
  // One line alone may be a mistake: it moves no other line behind the connection.
  const bool sure = agreeing_ >= confirming_lines;
  const auto corrected = is_skewed() && sure ? stamp + *offset_ : stamp;
  const bool before_connect = corrected < connected_at_;
  if (before_connect && received.mono - connected_mono_ < carry_over_grace) return Word::carry_over;

  if (!offset_ && !before_connect) {
    accept(delta, received);
    return Word::live;
  }
  if (offset_ && std::chrono::abs(delta - *offset_) <= tolerance) {
    accept(delta, received);
    return Word::live;
  }
  if (confirms_other_offset(stamp, delta, received)) {
    if (offset_) note_step("the device's clock", *offset_ - delta);
    offset_ = delta;
    agreeing_ = confirming_lines;
    window_start_.reset();
    accept(delta, received);
    return Word::live;
  }
  if (before_connect) return Word::carry_over;
  return delta > *offset_ ? Word::late : Word::future;
}

DeviceClock::Dated DeviceClock::date(Instant stamp, Now received) {
  watch_box(received);
  const auto word = judge(stamp, received);
  keeps_pace_ = word == Word::live;
  if (!newest_stamp_ || stamp >= newest_stamp_->stamp) newest_stamp_ = {stamp, received.wall};
  Dated out{received.wall, stamp, Quality::good, word == Word::carry_over};
  switch (policy_) {
    case ClockPolicy::device:
      out.time = stamp;
      break;
    case ClockPolicy::box:
      if (out.carry_over) out.time = connected_at_;
      break;
    case ClockPolicy::corrected:
      switch (word) {
        case Word::carry_over:
          out.time = connected_at_;
          break;
        case Word::live:
          out.time = is_skewed() ? stamp + *offset_ : stamp;
          out.quality = is_skewed() ? Quality::uncertain : Quality::good;
          break;
        case Word::late:
          // Told late by a clock that is right; by a wrong one, only the arrival is known.
          if (!is_skewed()) out.time = stamp;
          out.quality = Quality::uncertain;
          break;
        case Word::future:
          out.quality = Quality::uncertain;
          break;
      }
      break;
  }
  return out;
}

DeviceClock::Dated DeviceClock::date_kept(Instant stamp, Now received) {
  const auto corrected = is_skewed() ? stamp + *offset_ : stamp;
  if (corrected >= connected_at_) return date(stamp, received);
  watch_box(received);
  if (!newest_stamp_ || stamp >= newest_stamp_->stamp) newest_stamp_ = {stamp, received.wall};
  switch (policy_) {
    case ClockPolicy::device:
      return {stamp, stamp, Quality::good, false};
    case ClockPolicy::box:
      return {received.wall, stamp, Quality::good, false};
    case ClockPolicy::corrected:
      return {corrected, stamp, is_skewed() ? Quality::uncertain : Quality::good, false};
  }
  return {received.wall, stamp, Quality::uncertain, false};
}

DeviceClock::Dated DeviceClock::date_unstamped(Now received) {
  watch_box(received);
  return {on_timeline(received.wall), Instant{}, Quality::good, false};
}

Instant DeviceClock::on_timeline(Instant wall) const {
  switch (policy_) {
    case ClockPolicy::box:
      return wall;
    case ClockPolicy::device:
      return newest_stamp_
                 ? newest_stamp_->stamp + std::max(wall - newest_stamp_->received, Duration{0})
                 : wall;
    case ClockPolicy::corrected:
      return is_skewed() ? wall : std::max(connected_at_, wall - offset_.value_or(Duration{0}));
  }
  return wall;
}

}  // namespace spindle::connect
