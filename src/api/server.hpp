#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/router.hpp"

namespace spindle::api {

/// A page, script or icon built into the program.
struct Asset {
  std::string_view path;  ///< `/assets/index-1a2b.js`
  std::string_view content_type;
  std::string_view body;
  std::string_view gzip;  ///< The same compressed; empty if that would not be smaller.
};

/// All assets of this build; empty when the pages were not built.
[[nodiscard]] const std::vector<Asset>& built_in_assets();

/// HTTP/1.1 for the API, the live events and the pages.
///
/// Until sign-in exists it serves this machine only: listen() refuses any other address, requests
/// must name a loopback host (no page of another site can reach it by a rebound name), and writes
/// must not come from another origin.
///
/// Limits: 16 KiB of headers, 16 MiB of body (routes that take files: their own, on the disk),
/// 1,024 connections, 60 s idle. A body that is made while it is sent takes one piece of memory.
/// Threads: network on the io_context's one thread; heavy routes on two workers.
class Server {
 public:
  Server(boost::asio::io_context& io, const Router& router);
  ~Server();

  /// `127.0.0.1:8080`, `localhost:0` (any free port), `[::1]:80`.
  /// Errors: `refused` for an address that is not loopback, `invalid`, `unreachable` (port in use).
  [[nodiscard]] Result<void> listen(const std::string& address);
  [[nodiscard]] std::string url() const;  ///< After listen().

  /// Closes the listener and every connection, and waits for running handlers.
  void stop();

 private:
  using Socket = boost::asio::ip::tcp::socket;

  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> serve(Socket socket);
  boost::asio::awaitable<Response> handle(const Request& request, const Router::Match& match);
  boost::asio::awaitable<bool> send_body(boost::beast::tcp_stream& link,
                                         std::shared_ptr<BodyStream> stream);

  boost::asio::io_context& io_;
  const Router& router_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::thread_pool workers_;
  std::unordered_map<std::string_view, const Asset*> assets_;
  std::size_t connections_ = 0;
  bool stopping_ = false;
};

}  // namespace spindle::api
