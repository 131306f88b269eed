#include "engine/debounce.hpp"

#include <algorithm>
#include <utility>

namespace spindle::engine {

void Debounce::push(PhysicalChange change, Duration hold, Timeline& sink, Facts& out) {
  const auto at = change.from;
  advance(at, sink, out);
  if (counted_ && change.state == *counted_) {
    candidate_.reset();
    return;
  }
  if (!counted_ || *counted_ == State::offline) hold = Duration{0};
  if (candidate_ && candidate_->state == change.state) {
    hold_ = std::min(hold_, hold);
    // An alarm's number often arrives a poll after the alarm itself.
    if (candidate_->detail.alarm_code.empty() && candidate_->detail.alarm_text.empty()) {
      candidate_->detail.alarm_code = std::move(change.detail.alarm_code);
      candidate_->detail.alarm_text = std::move(change.detail.alarm_text);
    }
  } else {
    candidate_ = std::move(change);
    hold_ = hold;
  }
  advance(at, sink, out);
}

void Debounce::advance(Instant t, Timeline& sink, Facts& out) {
  if (!candidate_ || t - candidate_->from < hold_) return;
  counted_ = candidate_->state;
  sink.change(std::move(*candidate_), out);
  candidate_.reset();
}

}  // namespace spindle::engine
