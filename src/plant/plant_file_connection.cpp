#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "plant/plant_file_decode.hpp"
#include "plant/probe_url.hpp"

namespace spindle::plant {
namespace {

std::optional<ClockPolicy> clock_from(std::string_view word) {
  for (const auto policy : {ClockPolicy::corrected, ClockPolicy::device, ClockPolicy::box})
    if (clock_word(policy) == word) return policy;
  return std::nullopt;
}

bool is_modbus(Protocol p) { return p == Protocol::modbus_tcp || p == Protocol::modbus_rtu; }
bool has_host(Protocol p) { return p != Protocol::modbus_rtu && p != Protocol::push; }

/// Keys that say where the device is, and for which protocol they mean something.
struct PlaceKey {
  std::string_view key;
  bool (*means_something)(Protocol);
};
constexpr std::array<PlaceKey, 8> place_keys{{
    {"host", has_host},
    {"port", has_host},
    {"unit", is_modbus},
    {"serial_port", [](Protocol p) { return p == Protocol::modbus_rtu; }},
    {"baud", [](Protocol p) { return p == Protocol::modbus_rtu; }},
    {"parity", [](Protocol p) { return p == Protocol::modbus_rtu; }},
    {"stop_bits", [](Protocol p) { return p == Protocol::modbus_rtu; }},
    {"device", [](Protocol p) { return p == Protocol::mtconnect; }},
}};

void read_place(Fields& fields, Connection& out) {
  if (has_host(out.protocol)) {
    fields.require("host", "the device's name or address, such as 192.168.1.20");
    if (const auto host = fields.text("host", 253)) {
      out.host = *host;
      if (auto good = check_host(*host); !good) fields.complain("host", good.error().what);
    }
    out.port = default_port(out.protocol);
    if (const auto port = fields.whole("port", 1, 65535))
      out.port = static_cast<std::uint16_t>(*port);
  }
  if (is_modbus(out.protocol)) {
    // On a serial line 0 is a broadcast that nobody answers, and 248 to 255 are reserved.
    const bool serial = out.protocol == Protocol::modbus_rtu;
    if (const auto unit = fields.whole("unit", serial ? 1 : 0, serial ? 247 : 255))
      out.unit = static_cast<std::uint8_t>(*unit);
  }
  if (out.protocol == Protocol::modbus_rtu) {
    fields.require("serial_port", "the path of the port, such as /dev/ttyUSB0");
    if (const auto path = fields.text("serial_port")) {
      out.serial_port = *path;
      if (!path->starts_with('/'))
        fields.complain("serial_port", fmt::format("`serial_port` can't be `{:.40}`; write a path, "
                                                   "such as /dev/ttyUSB0",
                                                   *path));
    }
    if (const auto baud = fields.whole("baud", 1, 4'000'000)) {
      out.baud = static_cast<std::uint32_t>(*baud);
      if (!is_baud(*baud))
        fields.complain("baud",
                        fmt::format("`baud` can't be {}; write one of {}", *baud, baud_words));
    }
    out.parity = fields.word<Parity>("parity", parity_from, {"N", "E", "O"}).value_or(out.parity);
    if (const auto bits = fields.whole("stop_bits", 1, 2))
      out.stop_bits = static_cast<std::uint8_t>(*bits);
  }
  if (out.protocol == Protocol::mtconnect) out.device = fields.text("device").value_or("");
}

}  // namespace

std::string_view clock_word(ClockPolicy policy) {
  switch (policy) {
    case ClockPolicy::corrected:
      return "corrected";
    case ClockPolicy::device:
      return "device";
    case ClockPolicy::box:
      return "box";
  }
  return "corrected";
}

Connection read_connection(Reading& reading, NodeIndex node) {
  Fields fields(reading, node, "a connection");
  Connection out;
  const auto protocol = fields.word<Protocol>("protocol", protocol_from, words_of<Protocol>());
  if (protocol) out.protocol = *protocol;
  bool known = protocol.has_value();

  if (fields.has("url")) {
    const auto url = fields.text("url", 500);
    auto parsed = url ? parse_probe_url(*url) : Result<Connection>(out);
    if (!parsed) {
      fields.complain("url", parsed.error().what);
    } else if (url) {
      if (known && parsed->protocol != *protocol)
        fields.complain("protocol", fmt::format("`protocol` is {} but `url` says {}; remove one of "
                                                "the two",
                                                to_string(*protocol), to_string(parsed->protocol)));
      out = std::move(*parsed);
    }
    for (const auto& [key, means_something] : place_keys)
      if (fields.has(key))
        fields.complain(key, fmt::format("`{}` is already in `url`; remove one of the two", key));
  } else {
    fields.require("protocol", "one of " + listed(words_of<Protocol>()));
    if (known) read_place(fields, out);
    for (const auto& [key, means_something] : place_keys)
      if (fields.has(key) && known && !means_something(out.protocol))
        fields.complain(
            key, fmt::format("`{}` means nothing to {}; remove it", key, to_string(out.protocol)));
  }
  out.poll = fields.milliseconds("poll_ms", 10, 3'600'000).value_or(out.poll);
  out.timeout = fields.milliseconds("timeout_ms", 10, 60'000).value_or(out.timeout);
  out.clock = fields.word<ClockPolicy>("clock", clock_from, {"corrected", "device", "box"})
                  .value_or(out.clock);
  fields.refuse_others();
  return out;
}

}  // namespace spindle::plant
