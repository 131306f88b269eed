#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api/http.hpp"
#include "api/json_body.hpp"

namespace spindle::api {

/// The body as a JSON object; nothing at all is an empty one. Errors: `invalid`.
[[nodiscard]] Result<nlohmann::json> asked_object(const Request& request);
/// A text of the body that a person wrote; empty when it is not there.
/// Errors: `invalid`, with the place, when it is no text, longer than `bytes_max` or holds control
/// characters.
[[nodiscard]] Result<std::string> asked_text(const nlohmann::json& body, std::string_view name,
                                             std::size_t bytes_max);

}  // namespace spindle::api
