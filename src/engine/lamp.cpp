#include "engine/lamp.hpp"

namespace spindle::engine {

std::optional<LampTrack::Revision> LampTrack::level(Instant t, LampValue level, Duration window) {
  const auto ended = settle(t, window);
  if (level == level_) return ended;
  const bool edge = level != LampValue::unknown && level_ != LampValue::unknown;
  level_ = level;
  if (!edge) {
    blinking_ = false;
    edge_.reset();
    return ended;
  }
  std::optional<Revision> revision = ended;
  if (edge_) {
    revision = Revision{*edge_, LampValue::blink};
    blinking_ = true;
  }
  edge_ = t;
  return revision;
}

std::optional<LampTrack::Revision> LampTrack::settle(Instant now, Duration window) {
  if (!edge_ || now - *edge_ <= window) return std::nullopt;
  const auto since = *edge_;
  edge_.reset();
  if (!blinking_) return std::nullopt;
  blinking_ = false;
  return Revision{since, level_};
}

}  // namespace spindle::engine
