#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "api/http.hpp"
#include "base/error.hpp"
#include "plant/plant_json.hpp"

namespace spindle::api {

/// Until people sign in, changes are recorded as made at this machine.
inline constexpr const char* somebody_here = "local";

/// The body of a request. Errors: `invalid` when it is not JSON.
[[nodiscard]] Result<nlohmann::json> parse_body(const Request& request);

/// 422 with every problem in the words of its place: `errors: [{path: "/calendar/shifts/0/start",
/// what: "…"}]`, for a form to show beside its fields; `detail` has them all as one line.
[[nodiscard]] Response invalid_document(const std::vector<plant::JsonProblem>& problems);

}  // namespace spindle::api
