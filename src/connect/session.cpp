#include "connect/session.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/serial_port.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace spindle::connect {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_size_least = 2 * 1024;  // five hundred polled devices need no more
constexpr std::size_t read_size_most = 64 * 1024;
constexpr std::size_t outgoing_max = 1024 * 1024;
constexpr Duration full_queue_pause = std::chrono::milliseconds{5};

/// The words a maintenance person can act on, with the system's own behind them.
Error connect_error(const Endpoint& endpoint, const error_code& ec) {
  std::string hint;
  if (ec == asio::error::connection_refused)
    hint = "the device is there but nothing answers on this port; check the port and its settings";
  else if (ec == asio::error::host_unreachable || ec == asio::error::network_unreachable)
    hint = "no way to this address; check cable, switch and address";
  else if (ec == asio::error::host_not_found || ec == asio::error::host_not_found_try_again)
    hint = "this name is not known; check its spelling or write the IP address";
  else if (ec == boost::system::errc::no_such_file_or_directory)
    hint = "there is no such port; check the adapter is plugged in";
  else if (ec == boost::system::errc::permission_denied)
    hint = "not allowed to open it; add the user to the group dialout";
  else
    hint = "check cable, power and settings";
  return {Errc::unreachable, fmt::format("{}: {} ({})", endpoint.describe(), hint, ec.message())};
}

/// A peer that vanished without a word is noticed by TCP itself within about 20 s.
void watch_for_dead_peer(int fd) {
  const int on = 1;
  const int idle_s = 10;
  const int interval_s = 3;
  const int probes = 3;
  const int unacknowledged_ms = 20'000;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

std::chrono::steady_clock::time_point to_steady(Monotonic t) {
  return std::chrono::steady_clock::time_point{t.time_since_epoch()};
}

}  // namespace

Session::Session(asio::io_context& io, Endpoint endpoint, std::unique_ptr<Driver> driver,
                 BatchQueue& queue, Options options)
    : io_(io),
      endpoint_(std::move(endpoint)),
      driver_(std::move(driver)),
      queue_(queue),
      options_(std::move(options)),
      backoff_(options_.backoff, std::hash<std::string>{}(endpoint_.describe())),
      link_(io),
      pause_(io),
      deadline_(io) {
  status_.endpoint = endpoint_.describe();
}

Session::~Session() = default;

void Session::start() {
  asio::post(io_, [self = shared_from_this()] {
    if (self->running_ || self->stopping_) return;
    self->running_ = true;
    asio::co_spawn(self->io_, self->run(), [self](const std::exception_ptr& problem) {
      // The loop ends only through stop(); anything else is our own broken invariant.
      if (problem) std::rethrow_exception(problem);
      self->running_ = false;
      if (self->done_) self->done_();
      self->done_ = nullptr;
    });
  });
}

void Session::stop(std::function<void()> done) {
  asio::post(io_, [self = shared_from_this(), done = std::move(done)]() mutable {
    self->stopping_ = true;
    if (!self->running_) {
      done();
      return;
    }
    self->done_ = std::move(done);
    self->pause_.cancel();
    if (self->abort_open_) self->abort_open_();
    self->end({Errc::unreachable, "the connection was closed by this box"});
  });
}

void Session::retry_now() {
  asio::post(io_, [self = shared_from_this()] {
    self->backoff_.reset();
    self->pause_.cancel();
  });
}

SessionStatus Session::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

asio::awaitable<void> Session::run() {
  const auto keep_alive = shared_from_this();
  while (!stopping_) {
    set_phase(SessionStatus::Phase::connecting, std::nullopt);
    ended_.reset();
    auto opened = co_await open();
    Error why{Errc::unreachable, ""};
    if (opened) {
      const auto started = options_.clock();
      set_phase(SessionStatus::Phase::connected, std::nullopt);
      driver_->handle_connected(started);
      auto ended = co_await read_until_it_ends();
      why = ended.error();
      if (was_success(started)) backoff_.reset();
    } else {
      why = opened.error();
    }
    close();
    driver_->handle_disconnected(options_.clock(), why);
    co_await deliver_all();
    if (stopping_) break;
    const auto pause = backoff_.next();
    set_phase(SessionStatus::Phase::waiting, why);
    {
      const std::lock_guard lock(status_mutex_);
      status_.next_try = options_.clock().wall + pause;
    }
    publish_health(options_.clock().mono);
    co_await wait(pause);
  }
  set_phase(SessionStatus::Phase::stopped, std::nullopt);
}

/// A peer that accepts and hangs up at once is no success: back-off goes on growing. One that gave
/// values is, but forgiven only now and then, or a flapping device would be called five times a
/// second.
bool Session::was_success(Now started) {
  const auto now = options_.clock().mono;
  if (now - started.mono > std::chrono::seconds{5}) return true;
  const auto health = driver_->health();
  const bool gave_values = std::ranges::any_of(
      health, [&](const MachineHealth& h) { return h.last_value >= started.wall; });
  if (!gave_values || now - forgiven_ < std::chrono::seconds{10}) return false;
  forgiven_ = now;
  return true;
}

asio::awaitable<Result<void>> Session::open() {
  if (endpoint_.kind == Endpoint::Kind::serial) co_return open_serial();
  auto opened = co_await open_tcp();
  co_return opened;
}

asio::awaitable<Result<void>> Session::open_tcp() {
  tcp::resolver resolver(io_);
  tcp::socket socket(io_);
  bool timed_out = false;
  // The limit spans name look-up and connect; it closes, it never cancels a half-done read.
  asio::steady_timer limit(io_);
  limit.expires_after(options_.connect_timeout);
  abort_open_ = [&] {
    resolver.cancel();
    error_code ignored;
    socket.close(ignored);
  };
  limit.async_wait([&](const error_code& ec) {
    if (ec) return;
    timed_out = true;
    abort_open_();
  });

  auto [resolve_error, addresses] =
      co_await resolver.async_resolve(endpoint_.host, std::to_string(endpoint_.port), as_values);
  error_code ec = resolve_error;
  if (!ec && !timed_out) {
    ec = asio::error::host_not_found;
    for (const auto& address : addresses) {
      error_code ignored;
      socket.close(ignored);
      if (timed_out || stopping_) break;
      const tcp::endpoint target = address.endpoint();
      auto [connect_ec] = co_await socket.async_connect(target, as_values);
      ec = connect_ec;
      if (!ec) break;
    }
  }
  const bool gave_up = timed_out;
  limit.cancel();
  // The timer's handler refers to this frame: let it run before the frame goes.
  co_await asio::post(io_, asio::use_awaitable);
  abort_open_ = nullptr;
  if (gave_up)
    co_return fail(Errc::timeout,
                   fmt::format("{}: no answer within {:.0f} s; check power, cable and address",
                               endpoint_.describe(), to_seconds(options_.connect_timeout)));
  if (stopping_) co_return fail(Errc::unreachable, "the connection was closed by this box");
  if (ec) co_return fail(connect_error(endpoint_, ec));

  watch_for_dead_peer(socket.native_handle());
  const int fd = socket.release(ec);
  if (ec) co_return fail(connect_error(endpoint_, ec));
  link_.assign(fd, ec);
  if (ec) co_return fail(connect_error(endpoint_, ec));
  link_.non_blocking(true, ec);
  co_return Result<void>{};
}

Result<void> Session::open_serial() {
  using asio::serial_port_base;
  asio::serial_port port(io_);
  error_code ec;
  port.open(endpoint_.serial_port, ec);
  if (ec) return fail(connect_error(endpoint_, ec));
  const auto parity = endpoint_.parity == Parity::even  ? serial_port_base::parity::even
                      : endpoint_.parity == Parity::odd ? serial_port_base::parity::odd
                                                        : serial_port_base::parity::none;
  const auto stop = endpoint_.stop_bits == 2 ? serial_port_base::stop_bits::two
                                             : serial_port_base::stop_bits::one;
  port.set_option(serial_port_base::baud_rate(endpoint_.baud), ec);
  if (!ec) port.set_option(serial_port_base::character_size(8), ec);
  if (!ec) port.set_option(serial_port_base::parity(parity), ec);
  if (!ec) port.set_option(serial_port_base::stop_bits(stop), ec);
  if (!ec)
    port.set_option(serial_port_base::flow_control(serial_port_base::flow_control::none), ec);
  if (ec) return fail(connect_error(endpoint_, ec));
  // The port object closes its own descriptor; the session keeps a copy that reads like a socket.
  const int fd = ::dup(port.native_handle());
  if (fd < 0)
    return fail(connect_error(endpoint_, error_code(errno, boost::system::system_category())));
  port.close(ec);
  link_.assign(fd, ec);
  if (ec) return fail(connect_error(endpoint_, ec));
  link_.non_blocking(true, ec);
  return {};
}

asio::awaitable<Result<void>> Session::read_until_it_ends() {
  incoming_.resize(read_size_least);
  outgoing_.clear();
  sent_ = 0;
  waiting_to_write_ = false;
  {
    const std::lock_guard lock(status_mutex_);
    ++status_.connects;
  }
  publish_health(options_.clock().mono);
  while (!ended_) {
    if (!pump(options_.clock())) {
      // The store is behind: leave the device's bytes in the socket until there is room.
      {
        const std::lock_guard lock(status_mutex_);
        status_.back_pressure = true;
      }
      co_await wait(full_queue_pause);
      continue;
    }
    if (ended_) break;
    auto [ec, n] = co_await link_.async_read_some(asio::buffer(incoming_), as_values);
    if (ended_) break;
    if (ec) {
      ended_ =
          ec == asio::error::eof
              ? Error{Errc::unreachable,
                      fmt::format("{}: the device closed the connection", endpoint_.describe())}
              : Error{Errc::unreachable,
                      fmt::format("{}: connection lost ({})", endpoint_.describe(), ec.message())};
      break;
    }
    const auto now = options_.clock();
    if (auto handled = driver_->handle_bytes(ByteView(incoming_).first(n), now); !handled)
      ended_ = handled.error();
    // A device that fills it has more to say.
    if (n == incoming_.size() && n < read_size_most) incoming_.resize(2 * n);
  }
  deadline_.cancel();
  armed_.reset();
  co_return fail(*ended_);
}

/// Moves everything the driver has to say: observations to the store, bytes to the device, its
/// deadline to the timer. False if the store had no room.
bool Session::pump(Now now) {
  driver_->poll_batches(undelivered_);
  if (!undelivered_.empty() && !queue_.offer(undelivered_)) return false;
  while (outgoing_.size() < outgoing_max && driver_->poll_transmit(outgoing_, now)) {
  }
  if (!flush()) return true;
  // With the traffic rather than by a timer: five hundred timers cost more than the polling.
  if (now.mono - published_ >= options_.status_every) publish_health(now.mono);
  arm(driver_->poll_deadline());
  return true;
}

/// Writes what the socket takes now; waits for room in the background. False once it failed.
bool Session::flush() {
  while (!waiting_to_write_ && sent_ < outgoing_.size()) {
    error_code ec;
    sent_ += link_.write_some(asio::buffer(outgoing_.data() + sent_, outgoing_.size() - sent_), ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) {
      waiting_to_write_ = true;
      link_.async_wait(Descriptor::wait_write, [self = shared_from_this()](const error_code& e) {
        self->waiting_to_write_ = false;
        if (!e && self->link_.is_open()) self->flush();
      });
      return true;
    }
    if (ec) {
      end({Errc::unreachable,
           fmt::format("{}: connection lost ({})", endpoint_.describe(), ec.message())});
      return false;
    }
  }
  if (sent_ == outgoing_.size()) {
    outgoing_.clear();
    sent_ = 0;
  }
  return true;
}

/// A timer that fires early is cheap (the driver compares with `now`), moving one is not: it is
/// re-armed only for something sooner.
void Session::arm(std::optional<Monotonic> deadline) {
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  deadline_.expires_at(to_steady(*deadline));
  deadline_.async_wait([self = shared_from_this(), at = *deadline](const error_code& ec) {
    if (ec || self->armed_ != at) return;
    self->armed_.reset();
    self->on_deadline();
  });
}

void Session::on_deadline() {
  if (ended_ || !link_.is_open()) return;
  const auto now = options_.clock();
  if (auto handled = driver_->handle_deadline(now); !handled) {
    end(handled.error());
    return;
  }
  if (!pump(now)) {
    // No room in the store: come back soon; the reading loop holds still by itself.
    arm(now.mono + full_queue_pause);
  }
}

/// Ends the present connection; the reading loop notices and takes the consequences.
void Session::end(Error why) {
  if (!ended_) ended_ = std::move(why);
  error_code ignored;
  if (link_.is_open()) link_.cancel(ignored);
}

void Session::close() {
  error_code ignored;
  if (link_.is_open()) link_.close(ignored);
  deadline_.cancel();
  armed_.reset();
}

/// Nothing the driver learnt is dropped: not at the end of a connection, and not at our own end.
asio::awaitable<void> Session::deliver_all() {
  driver_->poll_batches(undelivered_);
  while (!undelivered_.empty() && !queue_.offer(undelivered_)) co_await wait(full_queue_pause);
}

/// True if the whole time passed, false if it was cut short.
asio::awaitable<bool> Session::wait(Duration how_long) {
  pause_.expires_after(how_long);
  auto [ec] = co_await pause_.async_wait(as_values);
  co_return !ec;
}

void Session::set_phase(SessionStatus::Phase phase, std::optional<Error> error) {
  const std::lock_guard lock(status_mutex_);
  if (status_.phase != phase || status_.since == Instant{}) status_.since = options_.clock().wall;
  status_.phase = phase;
  status_.next_try.reset();
  status_.failures = backoff_.failures();
  // While trying again the last reason stays readable; a connection that stands clears it.
  if (error || phase == SessionStatus::Phase::connected) status_.error = std::move(error);
}

void Session::publish_health(Monotonic now) {
  published_ = now;
  auto machines = driver_->health();
  const std::lock_guard lock(status_mutex_);
  status_.machines = std::move(machines);
  status_.back_pressure = !undelivered_.empty();
}

}  // namespace spindle::connect
