#include "api/sending.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <string_view>
#include <vector>

#include "api/asio_names.hpp"
#include "api/limits.hpp"

namespace spindle::api {
namespace {

constexpr auto stream_beat = std::chrono::seconds{10};
constexpr auto linger_max = std::chrono::seconds{2};
constexpr std::string_view last_chunk = "0\r\n\r\n";

std::string_view reason(int status) {
  const auto text = http::obsolete_reason(static_cast<http::status>(status));
  return {text.data(), text.size()};
}

Result<bool> take_piece(BodyStream& stream, std::string& out) {
  try {
    return stream.take(out);
  } catch (const std::exception& e) {
    return fail(Errc::unsupported, e.what());
  }
}

/// The client closed its side. Only asked where nothing is sent for a while.
bool has_left(beast::tcp_stream& link) {
  char c = 0;
  return ::recv(link.socket().native_handle(), &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace

// Written by hand rather than through a serializer: one formatted block, one gathered write.
std::string head_of(const Response& response, bool keep_alive, std::size_t length) {
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n{}Connection: {}\r\n"
      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
      "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data:; frame-ancestors 'none'\r\n",
      response.status, reason(response.status), response.content_type,
      response.stream ? std::string("Transfer-Encoding: chunked\r\n")
                      : fmt::format("Content-Length: {}\r\n", length),
      keep_alive ? "keep-alive" : "close");
  bool cache_named = false;
  for (const auto& [name, value] : response.headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
    cache_named |= name == "Cache-Control";
  }
  if (!cache_named) head += "Cache-Control: no-store\r\n";
  head += "\r\n";
  return head;
}

asio::awaitable<void> send_stream(beast::tcp_stream& link, std::shared_ptr<EventStream> stream,
                                  const bool& stopping) {
  // Raised by any thread through the executor; the coroutine sleeps on the timer between.
  const auto bell = std::make_shared<asio::steady_timer>(link.get_executor());
  const auto rung = std::make_shared<bool>(false);
  stream->on_ready([bell, rung, executor = link.get_executor()] {
    asio::post(executor, [bell, rung] {
      *rung = true;
      bell->cancel();
    });
  });
  std::string out =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  bool open = true;
  while (open && !stopping) {
    *rung = false;
    open = stream->take(out);
    if (out.empty()) {
      if (!open) break;
      bell->expires_after(stream_beat);
      if (!*rung) {
        auto [ec] = co_await bell->async_wait(as_values);
        if (!ec && !*rung) out = ": still here\n\n";
      }
      if (out.empty()) continue;
    }
    link.expires_after(idle_max);
    auto [ec, n] = co_await asio::async_write(link, asio::buffer(out), as_values);
    if (ec) break;
    out.clear();
  }
  stream->on_ready({});
}

asio::awaitable<bool> send_body(beast::tcp_stream& link, std::shared_ptr<BodyStream> stream,
                                asio::io_context& io, asio::thread_pool& workers,
                                const bool& stopping) {
  std::string piece;
  for (bool more = true; more && !stopping;) {
    piece.clear();
    co_await asio::post(asio::bind_executor(workers, asio::use_awaitable));
    auto taken = take_piece(*stream, piece);
    co_await asio::post(asio::bind_executor(io, asio::use_awaitable));
    if (!taken) {
      spdlog::warn("a download was cut: {}", taken.error().what);
      co_return false;
    }
    more = *taken;
    if (piece.empty()) {
      if (more && has_left(link)) co_return false;
      continue;
    }
    const std::string size = fmt::format("{:x}\r\n", piece.size());
    const std::array<asio::const_buffer, 3> parts{asio::buffer(size), asio::buffer(piece),
                                                  asio::buffer(std::string_view("\r\n"))};
    link.expires_after(idle_max);
    auto [ec, n] = co_await asio::async_write(link, parts, as_values);
    if (ec) co_return false;
  }
  if (stopping) co_return false;
  auto [ec, n] = co_await asio::async_write(link, asio::buffer(last_chunk), as_values);
  co_return !ec;
}

asio::awaitable<void> refuse(beast::tcp_stream& link, const Response& refusal) {
  const std::string head = head_of(refusal, false, refusal.body->size());
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(*refusal.body)};
  auto [write_error, written] = co_await asio::async_write(link, parts, as_values);
  if (write_error) co_return;
  error_code ignored;
  link.socket().shutdown(tcp::socket::shutdown_send, ignored);
  std::vector<char> dropped(16 * 1024);
  link.expires_after(linger_max);
  for (std::size_t left = 4 * body_max; left > 0;) {
    auto [ec, n] = co_await link.async_read_some(asio::buffer(dropped), as_values);
    if (ec) break;
    left -= std::min<std::size_t>(left, n);
  }
}

}  // namespace spindle::api
