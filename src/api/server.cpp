#include "api/server.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "api/asio_names.hpp"
#include "api/host_port.hpp"
#include "api/limits.hpp"

namespace spindle::api {
namespace {

constexpr std::size_t workers_count = 2;

}  // namespace

Server::Server(asio::io_context& io, const Router& router, ServerLimits limits)
    : io_(io),
      acceptor_(io),
      workers_(workers_count),
      house_{.io = io_,
             .router = router,
             .workers = workers_,
             .stopping = stopping_,
             .bodies = std::make_shared<BodyBudget>(limits.bodies)} {}

Server::~Server() = default;

Result<void> Server::listen(const std::string& address) {
  const auto wanted = split_host_port(address);
  if (!wanted)
    return fail(Errc::invalid,
                fmt::format("'{}' is not an address to listen on; write 127.0.0.1:8080", address));
  error_code ec;
  const std::string host = wanted->host == "localhost" ? "127.0.0.1" : wanted->host;
  const auto ip = asio::ip::make_address(host, ec);
  if (ec)
    return fail(Errc::invalid,
                fmt::format("'{}' is not an IP address; write 127.0.0.1:8080", wanted->host));
  if (!ip.is_loopback())
    return fail(Errc::refused,
                fmt::format("{}: only this machine may connect until sign-in exists; listen on "
                            "127.0.0.1:{} and use a tunnel to reach it from elsewhere",
                            address, wanted->port));
  const tcp::endpoint endpoint(ip, wanted->port);
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(512, ec);
  if (ec) {
    const auto hint = ec == asio::error::address_in_use
                          ? "another program uses this port; choose another with --listen"
                          : "cannot listen here";
    error_code ignored;
    acceptor_.close(ignored);
    return fail(Errc::unreachable, fmt::format("{}: {} ({})", address, hint, ec.message()));
  }
  asio::co_spawn(io_, accept_loop(), [](const std::exception_ptr& problem) {
    if (problem) std::rethrow_exception(problem);
  });
  return {};
}

std::string Server::url() const {
  error_code ec;
  const auto endpoint = acceptor_.local_endpoint(ec);
  if (ec) return {};
  return endpoint.address().is_v6()
             ? fmt::format("http://[{}]:{}/", endpoint.address().to_string(), endpoint.port())
             : fmt::format("http://{}:{}/", endpoint.address().to_string(), endpoint.port());
}

void Server::stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
  });
  workers_.join();
}

asio::awaitable<void> Server::accept_loop() {
  while (acceptor_.is_open()) {
    auto [ec, socket] = co_await acceptor_.async_accept(as_values);
    if (ec) {
      if (!acceptor_.is_open()) co_return;
      // Out of descriptors, most likely: breathe, then go on.
      asio::steady_timer pause(io_);
      pause.expires_after(std::chrono::milliseconds{100});
      co_await pause.async_wait(as_values);
      continue;
    }
    if (connections_ >= connections_max) continue;  // the socket closes itself
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    ++connections_;
    asio::co_spawn(io_, serve_connection(std::move(socket), house_),
                   [this](const std::exception_ptr& problem) {
                     --connections_;
                     if (!problem) return;
                     try {
                       std::rethrow_exception(problem);
                     } catch (const std::exception& e) {
                       spdlog::error("a page's connection ended badly: {}", e.what());
                     }
                   });
  }
}

}  // namespace spindle::api
