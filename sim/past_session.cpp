#include "sim/past_session.hpp"

#include <algorithm>

namespace spindle::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration delay = 3ms;  // from a machine to the box
/// Below the silence that drivers and engine put up with: adapters are pinged within 10 s.
constexpr Duration look_every_adapter = 8s;
/// As often as a driver asks an agent to speak up.
constexpr Duration look_every_agent = 4s;
constexpr Duration look_every_other = 10s;
constexpr Duration look_again = 100ms;

Duration look_every(Protocol protocol) {
  if (protocol == Protocol::shdr) return look_every_adapter;
  return protocol == Protocol::mtconnect ? look_every_agent : look_every_other;
}
constexpr Duration calm_after = 5s;
constexpr Duration reconnect_every = 5s;

Now at(Instant t) { return {t, Monotonic{t.time_since_epoch()}}; }

}  // namespace

Result<std::unique_ptr<PastSession>> PastSession::make(Factory& factory, std::size_t machine,
                                                       const Machine& definition, Instant begin) {
  auto driver = connect::make_driver({definition});
  if (!driver) return fail(driver.error());
  std::unique_ptr<PastSession> session(new PastSession(factory, machine, begin));
  session->driver_ = std::move(*driver);
  const auto& connection = definition.connection;
  session->polled_ = connect::shares_endpoint(connection.protocol);
  if (session->polled_ || connection.protocol == Protocol::mtconnect)
    session->settle_ = connection.poll;
  // An agent speaks once an interval: once more at its end is enough.
  session->look_again_ = session->polled_ ? look_again : connection.poll;
  session->look_every_ = look_every(connection.protocol);
  return session;
}

/// A polled device is looked at when its poll is due, not before.
Instant PastSession::next_look() const {
  auto next = wanted_.value_or(last_look_ + look_every_);
  next = std::min(next, last_look_ + look_every_);
  if (last_look_ < restless_until_) next = std::min(next, last_look_ + restless_period_);
  if (!connected_) return std::max(next, next_try_);
  if (const auto due = driver_->poll_deadline(); due && wanted_)
    if (const Instant poll{due->time_since_epoch()}; poll - *wanted_ < 1500ms)
      next = std::max(next, poll);
  // Looked already, and it may not have been its turn: again, but later.
  return std::max(next, wanted_ && *wanted_ <= last_look_ ? last_look_ + look_again_ : last_look_);
}

void PastSession::live(std::span<const Event> events, Instant until) {
  while (true) {
    const auto event_time = events.empty() ? until : events.front().time;
    if (const auto look_time = next_look(); look_time < std::min(event_time, until)) {
      look(look_time);
      continue;
    }
    if (events.empty()) return;
    const auto together =
        std::ranges::find_if(events, [&](const Event& event) { return event.time != event_time; });
    const auto count = static_cast<std::size_t>(together - events.begin());
    show(events.first(count));
    events = events.subspan(count);
  }
}

void PastSession::show(std::span<const Event> events) {
  const auto now = at(events.front().time);
  factory_.pretend(now);
  auto& outlet = factory_.outlet(machine_);
  outlet.play(events, [&] {
    const bool restarted = outlet.take_restart();
    if (connected_ && (outlet.cut() || restarted))
      disconnect(now, {Errc::unreachable, "connection lost (reset by peer)"});
  });
  // Of a polled device quantities and counts are read when their time comes.
  const bool worth_a_look = !polled_ || std::ranges::any_of(events, [](const Event& event) {
    return event.key == "state" || event.key == "condition" || event.key == "incident";
  });
  if (worth_a_look && (!wanted_ || *wanted_ <= last_look_)) wanted_ = now.wall + delay;
}

void PastSession::look(Instant t) {
  const auto now = at(t);
  factory_.pretend(now);
  last_look_ = t;
  // Signals of one device may be asked at different paces: within its period each had its turn.
  if (wanted_ && t >= *wanted_ + settle_) wanted_.reset();
  if (!connected_) {
    if (factory_.outlet(machine_).cut()) {
      driver_->handle_disconnected(now, {Errc::unreachable, "no way to this address"});
      next_try_ = t + reconnect_every;
      return;
    }
    connect(now);
  }
  if (auto handled = driver_->handle_deadline(now); !handled) {
    disconnect(now, handled.error());
    return;
  }
  while (connected_ && converse(now)) {
  }
  follow_restlessness(t);
}

/// What blinks is looked at while it does, and until it is sure that it no longer does.
void PastSession::follow_restlessness(Instant t) {
  const auto period = factory_.outlet(machine_).device().restless();
  if (!period) return;
  restless_period_ = *period;
  restless_until_ = t + calm_after;
}

void PastSession::connect(Now now) {
  connected_ = true;
  talk_.reset();
  driver_->handle_connected(now);
}

void PastSession::disconnect(Now now, const Error& why) {
  connected_ = false;
  talk_.reset();
  driver_->handle_disconnected(now, why);
  next_try_ = now.wall + reconnect_every;
}

/// Each says once what it has to say; false when neither had anything.
bool PastSession::converse(Now now) {
  asked_.clear();
  while (driver_->poll_transmit(asked_, now)) {
  }
  auto& outlet = factory_.outlet(machine_);
  if (outlet.frozen()) return false;
  answered_.clear();
  if (!talk_) {
    talk_ = outlet.device().make_talk();
    talk_->greet(answered_);
  }
  bool stays = true;
  if (!asked_.empty()) stays = talk_->handle_bytes(asked_, answered_);
  if (stays) talk_->tick(answered_);
  if (!answered_.empty())
    if (auto handled = driver_->handle_bytes(answered_, now); !handled)
      disconnect(now, handled.error());
  if (!stays && connected_)
    disconnect(now, {Errc::unreachable, "the device closed the connection"});
  return !asked_.empty() || !answered_.empty();
}

void PastSession::close() {
  if (connected_)
    disconnect(at(std::max(last_look_, factory_.lives().now())),
               {Errc::unreachable, "the connection was closed by this box"});
}

}  // namespace spindle::sim
