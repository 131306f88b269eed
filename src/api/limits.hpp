#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// What a connection may take; server.hpp says it for people.
namespace spindle::api {

inline constexpr std::size_t header_max = 16 * 1024;
inline constexpr std::uint64_t body_max = 16 * 1024 * 1024;
inline constexpr std::size_t connections_max = 1024;
inline constexpr std::size_t written_at_once = 1024 * 1024;
inline constexpr auto idle_max = std::chrono::seconds{60};

}  // namespace spindle::api
