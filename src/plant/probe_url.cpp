#include "plant/probe_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace spindle::plant {
namespace {

constexpr std::string_view forms =
    "modbus-tcp://HOST:502/UNIT, modbus-rtu:/dev/ttyS0?baud=9600&parity=N&unit=1, "
    "http://HOST:5000/ (an MTConnect agent) or shdr://HOST:7878";

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t v = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size())
    return std::nullopt;
  return v;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

tl::unexpected<Error> wrong(std::string_view url, std::string_view what) {
  return fail(Errc::invalid, fmt::format("`{:.100}`: {}", url, what));
}

/// `HOST[:PORT]` into the connection.
Result<void> read_authority(std::string_view url, std::string_view authority, Connection& out) {
  if (authority.find('@') != std::string_view::npos)
    return wrong(url, "a user or password can't be in the URL; remove what stands before the @");
  std::string_view host = authority;
  std::optional<std::string_view> port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return wrong(url, "the ] after the IPv6 address is missing");
    host = authority.substr(1, end - 1);
    if (!host.empty() && host.find(':') == std::string_view::npos)
      return wrong(url, "brackets are for IPv6 addresses; write the host without them");
    const auto rest = authority.substr(end + 1);
    if (!rest.empty() && rest.front() != ':')
      return wrong(url, "after the IPv6 address in brackets write :PORT or nothing");
    if (!rest.empty()) port = rest.substr(1);
  } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
    if (authority.find(':', colon + 1) != std::string_view::npos)
      return wrong(url, "two colons in the host; write an IPv6 address in brackets, [::1]:502");
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
  }
  if (auto good = check_host(host); !good) return wrong(url, good.error().what);
  out.host = std::string(host);
  if (!port) return {};
  const auto number = whole_number(*port);
  if (!number || *number < 1 || *number > 65535)
    return wrong(url, fmt::format("`{:.20}` is no port; write a number from 1 to 65535", *port));
  out.port = static_cast<std::uint16_t>(*number);
  return {};
}

Result<void> read_unit(std::string_view url, std::string_view text, std::uint64_t min,
                       std::uint64_t max, Connection& out) {
  const auto unit = whole_number(text);
  if (!unit || *unit < min || *unit > max)
    return wrong(url,
                 fmt::format("`{:.20}` is no unit; write a number from {} to {}", text, min, max));
  out.unit = static_cast<std::uint8_t>(*unit);
  return {};
}

Result<void> read_serial_option(std::string_view url, std::string_view key, std::string_view value,
                                Connection& out) {
  if (key == "unit") return read_unit(url, value, 1, 247, out);
  if (key == "baud") {
    const auto baud = whole_number(value);
    if (!baud || !is_baud(*baud))
      return wrong(url,
                   fmt::format("`{:.20}` is no baud rate; write one of {}", value, baud_words));
    out.baud = static_cast<std::uint32_t>(*baud);
    return {};
  }
  if (key == "parity") {
    const auto parity = parity_from(value);
    if (!parity) return wrong(url, fmt::format("`{:.20}` is no parity; write N, E or O", value));
    out.parity = *parity;
    return {};
  }
  if (key == "stop_bits") {
    if (value != "1" && value != "2") return wrong(url, "write stop_bits=1 or stop_bits=2");
    out.stop_bits = value == "2" ? 2 : 1;
    return {};
  }
  return wrong(url, fmt::format("there is no option `{:.20}`; write baud, parity, stop_bits or "
                                "unit",
                                key));
}

Result<Connection> read_serial(std::string_view url, std::string_view rest) {
  Connection out;
  out.protocol = Protocol::modbus_rtu;
  const auto question = rest.find('?');
  const auto path = rest.substr(0, question);
  if (!path.starts_with('/') || path.starts_with("//") || path.size() < 2 || path.size() > 200 ||
      std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) <= 0x20; }))
    return wrong(url, "write the serial port as a path, modbus-rtu:/dev/ttyS0");
  out.serial_port = std::string(path);
  if (question == std::string_view::npos) return out;
  auto options = rest.substr(question + 1);
  while (!options.empty()) {
    const auto end = options.find('&');
    const auto option = options.substr(0, end);
    const auto equals = option.find('=');
    if (equals == std::string_view::npos)
      return wrong(url, fmt::format("the option `{:.40}` has no value; write KEY=VALUE", option));
    auto good = read_serial_option(url, option.substr(0, equals), option.substr(equals + 1), out);
    if (!good) return fail(good.error());
    options = end == std::string_view::npos ? std::string_view{} : options.substr(end + 1);
  }
  return out;
}

/// The device of an agent's path: `/`, `/DEVICE`, `/DEVICE/current`, `/probe`.
Result<std::string> device_of(std::string_view url, std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  for (const std::string_view request : {"probe", "current", "sample"}) {
    if (path == request) return std::string{};
    if (path.ends_with(request) && path.size() > request.size() &&
        path[path.size() - request.size() - 1] == '/')
      path.remove_suffix(request.size() + 1);
  }
  if (path.find_first_of("/?#%") != std::string_view::npos)
    return wrong(url, "after the host write nothing or one device name, http://HOST:5000/DEVICE");
  return std::string(path);
}

}  // namespace

Result<void> check_host(std::string_view host) {
  if (host.empty()) return fail(Errc::invalid, "the host is missing; write a name or an address");
  if (host.size() > 253)
    return fail(Errc::invalid,
                "the host is longer than 253 characters; write a name or an address");
  const bool ipv6 = host.find(':') != std::string_view::npos;
  const auto allowed = [ipv6](char c) {
    return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' ||
           (ipv6 && (c == ':' || c == '%'));
  };
  const auto bad = std::ranges::find_if_not(host, allowed);
  if (bad != host.end())
    return fail(Errc::invalid,
                fmt::format("`{:.60}` is no host; write a name or an address such as "
                            "192.168.1.20, without protocol, port or spaces",
                            host));
  if (ipv6 && std::ranges::count(host, ':') < 2)
    return fail(Errc::invalid, fmt::format("`{:.60}` holds a port; write it as `port`", host));
  return {};
}

std::uint16_t default_port(Protocol protocol) {
  switch (protocol) {
    case Protocol::modbus_tcp:
      return 502;
    case Protocol::shdr:
      return 7878;
    case Protocol::mtconnect:
      return 5000;
    case Protocol::modbus_rtu:
    case Protocol::push:
      return 0;
  }
  return 0;
}

std::string_view parity_letter(Parity parity) {
  switch (parity) {
    case Parity::none:
      return "N";
    case Parity::even:
      return "E";
    case Parity::odd:
      return "O";
  }
  return "N";
}

std::optional<Parity> parity_from(std::string_view letter) {
  for (const auto parity : {Parity::none, Parity::even, Parity::odd})
    if (parity_letter(parity) == letter) return parity;
  return std::nullopt;
}

bool is_baud(std::uint64_t baud) {
  constexpr std::array<std::uint64_t, 11> rates{1200,  2400,   4800,   9600,   19200, 38400,
                                                57600, 115200, 230400, 460800, 921600};
  return std::ranges::find(rates, baud) != rates.end();
}

Result<Connection> parse_probe_url(std::string_view url) {
  if (url.size() > 500) return wrong(url, "longer than 500 characters; write one URL");
  const auto colon = url.find(':');
  if (colon == std::string_view::npos) return wrong(url, fmt::format("no URL; write {}", forms));
  const auto scheme = url.substr(0, colon);
  auto rest = url.substr(colon + 1);
  if (scheme == "modbus-rtu") return read_serial(url, rest);

  Connection out;
  if (scheme == "modbus-tcp")
    out.protocol = Protocol::modbus_tcp;
  else if (scheme == "http")
    out.protocol = Protocol::mtconnect;
  else if (scheme == "shdr")
    out.protocol = Protocol::shdr;
  else
    return fail(Errc::unsupported,
                fmt::format("`{:.100}`: this version does not speak `{:.20}`; write {}", url,
                            scheme, forms));
  if (!rest.starts_with("//"))
    return wrong(url, fmt::format("write {}://HOST after the protocol", scheme));
  rest.remove_prefix(2);
  // By the rules of URLs an http port that is not written is 80, whatever agents prefer.
  out.port = out.protocol == Protocol::mtconnect ? std::uint16_t{80} : default_port(out.protocol);
  const auto slash = rest.find_first_of("/?#");
  if (auto good = read_authority(url, rest.substr(0, slash), out); !good) return fail(good.error());
  const auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  if (out.protocol == Protocol::mtconnect) {
    auto device = device_of(url, path);
    if (!device) return fail(device.error());
    out.device = std::move(*device);
  } else if (out.protocol == Protocol::modbus_tcp) {
    if (!path.empty() && path != "/") {
      const auto unit = path.starts_with('/') ? path.substr(1) : path;
      if (auto good = read_unit(url, unit, 0, 255, out); !good) return fail(good.error());
    }
  } else if (!path.empty() && path != "/") {
    return wrong(url, "nothing may follow the port; write shdr://HOST:7878");
  }
  return out;
}

std::string probe_url_of(const Connection& c) {
  const auto host = c.host.find(':') == std::string::npos ? c.host : fmt::format("[{}]", c.host);
  switch (c.protocol) {
    case Protocol::modbus_tcp:
      return fmt::format("modbus-tcp://{}:{}/{}", host, c.port, c.unit);
    case Protocol::modbus_rtu:
      return fmt::format("modbus-rtu:{}?baud={}&parity={}&stop_bits={}&unit={}", c.serial_port,
                         c.baud, parity_letter(c.parity), c.stop_bits, c.unit);
    case Protocol::mtconnect:
      return fmt::format("http://{}:{}/{}", host, c.port, c.device);
    case Protocol::shdr:
      return fmt::format("shdr://{}:{}", host, c.port);
    case Protocol::push:
      return {};
  }
  return {};
}

}  // namespace spindle::plant
