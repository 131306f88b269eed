#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spindle::api {

/// What a gzip stream (RFC 1952) holds; several members one after the other are one text.
/// Errors: `invalid` when it is not sound; `unsupported` when it holds more than `bytes_max`, found
/// before more than that is in memory.
[[nodiscard]] Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

}  // namespace spindle::api
