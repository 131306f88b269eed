#include "api/connection.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <string>
#include <utility>

#include "api/asio_names.hpp"
#include "api/limits.hpp"
#include "api/receiving.hpp"
#include "api/sending.hpp"

namespace spindle::api {
namespace {

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

Response run_handler(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& e) {
    spdlog::error("{} {}: {}", request.method, request.path, e.what());
    return problem(500, "Internal error", "this request failed inside the program; see its log");
  }
}

/// What to answer a request that was read whole, and is no event stream.
asio::awaitable<Response> handle(const House& house, const Request& request,
                                 const Router::Match& match) {
  if (match.route) {
    const auto& handler = std::get<Handler>(match.route->handler);
    if (match.route->effort == Effort::light) co_return run_handler(handler, request);
    co_await asio::post(asio::bind_executor(house.workers, asio::use_awaitable));
    auto response = run_handler(handler, request);
    co_await asio::post(asio::bind_executor(house.io, asio::use_awaitable));
    co_return response;
  }
  if (match.path_exists)
    co_return problem(405, "Not that way",
                      fmt::format("{} is not possible on {}", request.method, request.path));
  co_return problem(404, "Not found", fmt::format("there is nothing at {}", request.path));
}

}  // namespace

asio::awaitable<void> serve_connection(tcp::socket socket, const House& house) {
  beast::tcp_stream link(std::move(socket));
  beast::flat_buffer buffer(header_max + body_max);
  while (!house.stopping) {
    RequestParser parser;
    parser.header_limit(header_max);
    parser.body_limit(boost::none);  // what a body may be depends on the route
    link.expires_after(idle_max);
    auto [header_error, header_bytes] =
        co_await http::async_read_header(link, buffer, parser, as_values);
    if (header_error) {
      if (const auto refusal = refusal_of(header_error, body_max)) co_await refuse(link, *refusal);
      break;
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool http_1_0 = parser.get().version() < 11;
    const bool foreign = is_foreign(parser.get());
    const bool head_only = parser.get().method() == http::verb::head;
    Request request = to_request(parser.get());
    if (head_only) request.method = "GET";
    const auto match = foreign ? Router::Match{} : house.router.match(request);
    const bool to_disk = match.route && match.route->upload_max > 0;
    const std::uint64_t limit = to_disk ? match.route->upload_max : body_max;
    parser.body_limit(limit);

    Upload upload;
    BodyBudget::Share share(house.bodies);
    error_code ec;
    const auto length = parser.content_length().value_or(0);
    if (length > limit) {
      ec = http::error::body_limit;
    } else if (!to_disk && !share.grow_to(length)) {
      ec = make_error_code(boost::system::errc::not_enough_memory);
    } else if (!parser.is_done() || to_disk) {
      // Large bodies are held back until they are asked for.
      if (beast::iequals(parser.get()[http::field::expect], "100-continue"))
        co_await asio::async_write(link, asio::buffer(go_on), as_values);
      if (to_disk) {
        ec = co_await receive(link, buffer, parser, upload, match.route->upload_folder, house.io,
                              house.workers);
        request.upload = upload.path();
      } else {
        ec = co_await read_body(link, buffer, parser, share);
      }
    }
    const auto forget_body = [&] {
      upload.discard();
      std::string().swap(request.body);
      std::string().swap(parser.get().body());
      share.give_back();
    };
    if (ec) {
      forget_body();
      if (const auto refusal = refusal_of(ec, limit)) co_await refuse(link, *refusal);
      break;
    }
    if (!to_disk) request.body = std::move(parser.get().body());

    Answer answer;
    if (foreign) {
      answer.response = problem(403, "Not from here",
                                "this server answers only pages and programs of this machine");
    } else if (const auto* events =
                   match.route ? std::get_if<StreamHandler>(&match.route->handler) : nullptr) {
      if (!head_only) {
        auto stream = (*events)(request);
        forget_body();
        co_await send_stream(link, std::move(stream), house.stopping);
        break;
      }
      answer.response = no_content();
      answer.response.content_type = "text/event-stream";
    } else if (auto asset = match.route ? std::nullopt : house.assets.find(request)) {
      answer = std::move(*asset);
    } else {
      answer.response = co_await handle(house, request, match);
    }
    // Who has its answer may look: nothing of what it sent lies about any more, and one that is
    // slow to take its answer keeps nobody's memory.
    forget_body();
    if (answer.response.stream && http_1_0)
      answer.response = problem(505, "HTTP 1.1 is needed", "this answer comes in pieces");
    if (answer.response.body) answer.body = *answer.response.body;

    const std::string head = head_of(answer.response, keep_alive, answer.body.size());
    const std::string_view body = head_only ? std::string_view{} : answer.body;
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head),
                                                  asio::buffer(body.data(), body.size())};
    link.expires_after(idle_max);
    // Asio gives the system 64 kB at a time, each with a turn of the loop, unless it is told more.
    const auto at_once = [](const error_code& ec, std::size_t) { return ec ? 0 : written_at_once; };
    auto [write_error, n] = co_await asio::async_write(link, parts, at_once, as_values);
    if (write_error) break;
    if (answer.response.stream && !head_only)
      if (!co_await send_body(link, std::move(answer.response.stream), house.io, house.workers,
                              house.stopping))
        break;
    if (!keep_alive) break;
  }
  error_code ignored;
  link.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace spindle::api
