#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spindle::api {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;  ///< 0: none was given.
};

/// `127.0.0.1:8080`, `[::1]:80`, `localhost`. nullopt when it is none of these.
[[nodiscard]] std::optional<HostPort> split_host_port(std::string_view text);

/// Whether the name or address means this machine, without asking anybody.
[[nodiscard]] bool is_loopback_name(std::string_view host);

}  // namespace spindle::api
