#include "api/json_body.hpp"

namespace spindle::api {

using json = nlohmann::ordered_json;

Result<nlohmann::json> parse_body(const Request& request) {
  auto body = nlohmann::json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return fail(Errc::invalid, "the body is not JSON");
  return body;
}

Response invalid_document(const std::vector<plant::JsonProblem>& problems) {
  json errors = json::array();
  for (const auto& one : problems) errors.push_back({{"path", one.pointer}, {"what", one.what}});
  const json document{{"type", "about:blank"},
                      {"title", "Invalid input"},
                      {"status", 422},
                      {"detail", plant::to_error(problems).what},
                      {"errors", std::move(errors)}};
  // What a client wrote may hold broken UTF-8: replaced, never thrown at.
  auto response = json_text(document.dump(-1, ' ', false, json::error_handler_t::replace), 422);
  response.content_type = "application/problem+json";
  return response;
}

}  // namespace spindle::api
