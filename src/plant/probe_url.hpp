#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/plant.hpp"

namespace spindle::plant {

/// Reads the URL of a connection (contract: Addresses by protocol, `spindle probe`).
///
///   modbus-tcp://HOST[:502][/UNIT] modbus-rtu:/dev/ttyS0?baud=9600&parity=N&stop_bits=1&unit=1
///   http://HOST[:80]/[DEVICE]           an MTConnect agent; /probe, /current and /sample at the
///                                       end of the path are taken as said by a person who copied
///                                       it
///   shdr://HOST[:7878]
///
/// HOST is a name, an IPv4 address or `[IPv6]`. What the URL does not say keeps its default.
/// Errors: `invalid`, what is wrong and how to write it; `unsupported` for a protocol this version
/// does not speak.
[[nodiscard]] Result<Connection> parse_probe_url(std::string_view url);

/// The URL that parse_probe_url() reads back to the same endpoint; empty for `push`.
[[nodiscard]] std::string probe_url_of(const Connection& connection);

/// A host name, an IPv4 or an IPv6 address (without brackets), 1..253 characters.
[[nodiscard]] Result<void> check_host(std::string_view host);

/// The port a plant file means when it gives none: 502, 7878, 5000; 0 without a port.
[[nodiscard]] std::uint16_t default_port(Protocol protocol);

/// `N`, `E`, `O`, as serial lines are written down.
[[nodiscard]] std::string_view parity_letter(Parity parity);
[[nodiscard]] std::optional<Parity> parity_from(std::string_view letter);

/// Rates that serial adapters know.
[[nodiscard]] bool is_baud(std::uint64_t baud);
inline constexpr std::string_view baud_words =
    "1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800 or 921600";

}  // namespace spindle::plant
