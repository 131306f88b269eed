#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <string>

#include "api/assets.hpp"
#include "api/connection.hpp"
#include "api/router.hpp"
#include "base/error.hpp"

namespace spindle::api {

struct ServerLimits {
  /// Bytes of all bodies together that are read or answered, small ones aside (BodyBudget).
  std::size_t bodies = 64 * 1024 * 1024;
};

/// HTTP/1.1 for the API, the live events and the pages.
///
/// Until sign-in exists it serves this machine only: listen() refuses any other address, requests
/// must name a loopback host (no page of another site can reach it by a rebound name), and writes
/// must not come from another origin.
///
/// Limits: 16 KiB of headers, 16 MiB of body (routes that take files: their own, on the disk),
/// 1,024 connections, 60 s idle. Bodies above 64 KiB share a budget; what has no room in it is told
/// 503 and when to come again. A body that is made while it is sent takes one piece of memory.
/// Threads: network on the io_context's one thread; heavy routes on two workers.
class Server {
 public:
  Server(boost::asio::io_context& io, const Router& router, ServerLimits limits = {});
  ~Server();

  /// `127.0.0.1:8080`, `localhost:0` (any free port), `[::1]:80`.
  /// Errors: `refused` for an address that is not loopback, `invalid`, `unreachable` (port in use).
  [[nodiscard]] Result<void> listen(const std::string& address);
  [[nodiscard]] std::string url() const;  ///< After listen().
  [[nodiscard]] const BodyBudget& bodies() const { return *house_.bodies; }

  /// Closes the listener and every connection, and waits for running handlers.
  void stop();

 private:
  boost::asio::awaitable<void> accept_loop();

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::thread_pool workers_;
  std::size_t connections_ = 0;
  bool stopping_ = false;
  House house_;
};

}  // namespace spindle::api
