#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connect/backoff.hpp"
#include "connect/batch_queue.hpp"
#include "connect/driver.hpp"

namespace spindle::connect {

/// How one endpoint is doing. Copied out for the pages; never blocks the session.
struct SessionStatus {
  enum class Phase : std::uint8_t { connecting, connected, waiting, stopped };
  Phase phase = Phase::connecting;
  std::string endpoint;
  Instant since{};             ///< When this phase began.
  std::optional<Error> error;  ///< Why the last connection failed or ended; none once values flow.
  unsigned failures = 0;       ///< Attempts since it last worked.
  std::optional<Instant> next_try;  ///< While waiting.
  bool back_pressure = false;       ///< The store can't keep up: reading is paused.
  std::uint64_t connects = 0;       ///< Connections made since the start.
  std::vector<MachineHealth> machines;
};

/// Owns connect, time-outs and reconnection of one endpoint, for every protocol; the driver it
/// carries knows only bytes. At most one connection is open at any time.
///
/// Threads: everything runs on the thread of the `io_context` given (one thread a context), except
/// status(), retry_now() and stop(), which any thread may call.
/// Lifetime: shared; the loop holds a reference until stop() has taken effect.
class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Options {
    Duration connect_timeout = std::chrono::seconds{3};
    Duration status_every = std::chrono::milliseconds{500};  ///< At most, and only when used.
    Backoff::Options backoff;
    std::function<Now()> clock = read_clock;
  };

  /// `queue` outlives the session.
  Session(boost::asio::io_context& io, Endpoint endpoint, std::unique_ptr<Driver> driver,
          BatchQueue& queue, Options options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();
  /// Ends the loop: says so to the driver (its link_down scans are still delivered), closes, then
  /// calls `done` on the session's thread.
  void stop(std::function<void()> done);
  /// Cuts the present wait short.
  void retry_now();

  [[nodiscard]] SessionStatus status() const;
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  using Descriptor = boost::asio::posix::stream_descriptor;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Result<void>> open();
  boost::asio::awaitable<Result<void>> open_tcp();
  Result<void> open_serial();
  boost::asio::awaitable<Result<void>> read_until_it_ends();
  boost::asio::awaitable<bool> wait(Duration how_long);
  boost::asio::awaitable<void> deliver_all();

  [[nodiscard]] bool was_success(Now started);
  bool pump(Now now);
  bool flush();
  void arm(std::optional<Monotonic> deadline);
  void on_deadline();
  void end(Error why);
  void close();
  void set_phase(SessionStatus::Phase phase, std::optional<Error> error);
  void publish_health(Monotonic now);

  boost::asio::io_context& io_;
  const Endpoint endpoint_;
  std::unique_ptr<Driver> driver_;
  BatchQueue& queue_;
  const Options options_;
  Backoff backoff_;

  Descriptor link_;
  boost::asio::steady_timer pause_;     // back-off and back-pressure
  boost::asio::steady_timer deadline_;  // the driver's
  std::optional<Monotonic> armed_;
  Monotonic forgiven_{};              // when a short connection last counted as a success
  Monotonic published_{};             // when the driver's health was last copied out
  std::optional<Error> ended_;        // why this connection must end
  std::function<void()> abort_open_;  // while a connection is being made
  Bytes incoming_;
  Bytes outgoing_;
  std::size_t sent_ = 0;
  bool waiting_to_write_ = false;
  std::vector<Batch> undelivered_;
  bool stopping_ = false;
  bool running_ = false;
  std::function<void()> done_;

  mutable std::mutex status_mutex_;
  SessionStatus status_;
};

}  // namespace spindle::connect
