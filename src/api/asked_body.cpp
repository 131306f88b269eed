#include "api/asked_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spindle::api {

using nlohmann::json;

Result<json> asked_object(const Request& request) {
  if (request.body.empty()) return json::object();
  auto body = parse_body(request);
  if (body && !body->is_object()) return fail(Errc::invalid, "the body is a JSON object: {…}");
  return body;
}

Result<std::string> asked_text(const json& body, std::string_view name, std::size_t bytes_max) {
  const auto it = body.find(name);
  if (it == body.end() || it->is_null()) return std::string{};
  if (!it->is_string()) return fail(Errc::invalid, fmt::format("/{}: a text", name));
  auto text = it->get<std::string>();
  if (text.size() > bytes_max)
    return fail(Errc::invalid, fmt::format("/{}: at most {} bytes", name, bytes_max));
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  };
  if (std::ranges::any_of(text, is_control))
    return fail(Errc::invalid, fmt::format("/{}: no control characters", name));
  return text;
}

}  // namespace spindle::api
