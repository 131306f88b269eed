#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "connect/mtconnect/suggestion.hpp"
#include "plant/plant_file.hpp"
#include "plant/probe_url.hpp"
#include "protocol/mtconnect/devices.hpp"
#include "protocol/mtconnect/document.hpp"

namespace spindle::app {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto limit = std::chrono::seconds{10};
constexpr std::uint64_t document_max = 10 * 1024 * 1024;

/// GET /probe of an agent, waiting for the whole document.
Result<std::string> get_probe(const Connection& connection) {
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

void print_device(const mtconnect::Device& device, const Connection& connection) {
  Plant plant;
  Machine machine;
  machine.id = "machine-1";
  machine.name = device.name;
  machine.connection = connection;
  machine.connection.device = device.name;
  for (const auto& item : device.data_items)
    machine.signals.push_back(connect::suggest_signal(device, item));
  plant.name = "browsed";
  plant.machines.push_back(std::move(machine));
  fmt::print("# device {} (uuid {}): {} data items\n{}\n", device.name, device.uuid,
             device.data_items.size(), plant::write_plant(plant));
}

}  // namespace

int browse(const std::string& url) {
  auto connection = plant::parse_probe_url(url);
  if (!connection) {
    print_error(connection.error());
    return exit_wrong;
  }
  if (connection->protocol != Protocol::mtconnect) {
    print_error({Errc::unsupported, url + ": only an MTConnect agent (http://…) describes itself "
                                          "in this version; use `spindle probe` for others"});
    return exit_wrong;
  }
  auto text = get_probe(*connection);
  if (!text) {
    print_error(text.error());
    return exit_unreachable;
  }
  mtconnect::Document document;
  if (auto loaded = document.load(*text); !loaded) {
    print_error({loaded.error().code, url + ": " + loaded.error().what});
    return exit_wrong;
  }
  auto devices = mtconnect::read_devices(document);
  if (!devices) {
    print_error({devices.error().code, url + ": " + devices.error().what});
    return exit_wrong;
  }
  for (const auto& device : *devices)
    if (!device.is_agent && (connection->device.empty() || connection->device == device.name ||
                             connection->device == device.uuid))
      print_device(device, *connection);
  return exit_done;
}

}  // namespace spindle::app
