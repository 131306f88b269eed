#include "connect/mtconnect/agent_probe.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "protocol/mtconnect/document.hpp"

namespace spindle::connect {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint64_t document_max = 10 * 1024 * 1024;

/// GET /probe of an agent, waiting for the whole document.
Result<std::string> get_probe(const Connection& connection, Duration limit) {
  const auto where = fmt::format("{}:{}", connection.host, connection.port);
  asio::io_context io;
  beast::tcp_stream link(io);
  http::request<http::empty_body> request(http::verb::get, "/probe", 11);
  request.set(http::field::host, where);
  request.set(http::field::accept, "text/xml");
  http::response_parser<http::string_body> parser;
  parser.body_limit(document_max);
  beast::flat_buffer buffer;
  boost::system::error_code failed;
  const auto note = [&](const boost::system::error_code& ec) {
    failed = ec;
    return !ec;
  };
  asio::ip::tcp::resolver resolver(io);
  const auto addresses = resolver.resolve(connection.host, std::to_string(connection.port), failed);
  if (failed)
    return fail(Errc::unreachable,
                fmt::format("{}: this name is not known ({})", where, failed.message()));
  link.expires_after(limit);
  link.async_connect(addresses, [&](const boost::system::error_code& ec, const auto&) {
    if (!note(ec)) return;
    http::async_write(link, request, [&](const boost::system::error_code& write_ec, std::size_t) {
      if (!note(write_ec)) return;
      http::async_read(
          link, buffer, parser,
          [&](const boost::system::error_code& read_ec, std::size_t) { note(read_ec); });
    });
  });
  io.run();
  if (failed)
    return fail(Errc::unreachable,
                fmt::format("{}: no agent answers here ({})", where, failed.message()));
  return std::move(parser.get().body());
}

}  // namespace

Result<std::vector<mtconnect::Device>> probe_agent(const Connection& connection, Duration limit) {
  const auto where = fmt::format("{}:{}", connection.host, connection.port);
  const auto text = get_probe(connection, limit);
  if (!text) return fail(text.error());
  mtconnect::Document document;
  if (auto loaded = document.load(*text); !loaded)
    return fail(loaded.error().code, where + ": " + loaded.error().what);
  auto devices = mtconnect::read_devices(document);
  if (!devices) return fail(devices.error().code, where + ": " + devices.error().what);
  std::erase_if(*devices, [](const mtconnect::Device& device) { return device.is_agent; });
  return std::move(*devices);
}

}  // namespace spindle::connect
