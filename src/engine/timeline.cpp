#include "engine/timeline.hpp"

#include <algorithm>
#include <utility>

namespace spindle::engine {

void Timeline::change(PhysicalChange change, Facts& out) {
  apply_bookings(change.from, false, out);
  const bool first = !started_;
  const auto at = change.from;
  const auto sequence = change.sequence;
  physical_ = std::move(change);
  started_ = true;
  committed_ = std::max(committed_, at);
  if (first) {
    // What was booked before the machine's life began holds at its first instant.
    while (!waiting_.empty() && waiting_.front().from <= at) {
      booking_ = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
    open_.from = at;
  } else if (!waiting_.empty() && waiting_.front().from == at) {
    booking_ = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
  }
  turn(at, physical_.detail, sequence, out);
}

void Timeline::book(BookedChange booking) {
  if (started_) booking.from = std::max(booking.from, committed_);
  const auto at = std::ranges::lower_bound(waiting_, booking.from, {}, &BookedChange::from);
  if (at != waiting_.end() && at->from == booking.from) {
    *at = std::move(booking);
  } else if (waiting_.size() >= bookings_max) {
    waiting_.back() = std::move(booking);
    std::ranges::sort(waiting_, {}, &BookedChange::from);
  } else {
    waiting_.insert(at, std::move(booking));
  }
}

void Timeline::commit(Instant to, Facts& out) {
  if (!started_) return;
  apply_bookings(to, false, out);
  committed_ = std::max(committed_, to);
}

void Timeline::finish(Instant now, std::uint64_t sequence, Facts& out) {
  if (!started_) return;
  apply_bookings(now, true, out);
  if (open_.from >= now) return;
  open_.to = now;
  open_.last_sequence = sequence;
  out.states.push_back(open_);
}

std::optional<State> Timeline::booked_at(Instant t) const {
  const BookedChange* in_force = &booking_;
  for (const auto& b : waiting_)
    if (b.from <= t) in_force = &b;
  return in_force->booked ? std::optional(in_force->state) : std::nullopt;
}

void Timeline::apply_bookings(Instant to, bool including, Facts& out) {
  if (!started_) return;
  std::size_t n = 0;
  for (; n < waiting_.size() && (waiting_[n].from < to || (including && waiting_[n].from == to));
       ++n) {
    auto& next = waiting_[n];
    const bool same =
        next.booked == booking_.booked &&
        (!next.booked || (next.state == booking_.state && next.reason == booking_.reason));
    // Said again, it is what it was: its begin, and who said it first.
    if (same) continue;
    booking_ = std::move(next);
    auto detail = physical_.detail;
    detail.program = booking_.known.program;
    detail.operator_id = booking_.known.operator_id;
    detail.work_order = booking_.known.work_order;
    turn(std::max(booking_.from, open_.from), detail, booking_.sequence, out);
  }
  if (n > 0) waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n));
}

void Timeline::turn(Instant at, const StateDetail& known, std::uint64_t sequence, Facts& out) {
  if (open_.from < at) {
    open_.to = at;
    open_.last_sequence = sequence;
    out.states.push_back(open_);
  }
  open_.from = at;
  open_.physical = physical_.state;
  open_.booked = booking_.booked ? std::optional(booking_.state) : std::nullopt;
  const bool unknown = physical_.state == State::offline || physical_.state == State::power_off;
  open_.state = booking_.booked && !unknown ? booking_.state : physical_.state;
  open_.detail = known;
  if (booking_.booked && !unknown) open_.detail.reason = booking_.reason;
  open_.first_sequence = sequence;
}

}  // namespace spindle::engine
