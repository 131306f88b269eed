#include "api/http.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace spindle::api {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Response json_text(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response problem(int status, std::string_view title, std::string_view detail) {
  const nlohmann::json document{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  // Text from a device or a client may hold broken UTF-8: replaced, never thrown at.
  auto response =
      json_text(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), status);
  response.content_type = "application/problem+json";
  return response;
}

Response problem(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return problem(422, "Invalid input", error.what);
    case Errc::malformed:
      return problem(502, "The device broke its protocol", error.what);
    case Errc::refused:
      return problem(409, "Refused", error.what);
    case Errc::unreachable:
      return problem(502, "Unreachable", error.what);
    case Errc::timeout:
      return problem(504, "No answer in time", error.what);
    case Errc::overloaded:
      return problem(503, "Overloaded", error.what);
    case Errc::corrupt:
      return problem(500, "Stored data is damaged", error.what);
    case Errc::unsupported:
      return problem(501, "Not possible here", error.what);
  }
  return problem(500, "Error", error.what);
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else {
      out += text[i];
    }
  }
  return out;
}

namespace {

/// Calls `each` with the names and values of `a=1&b=2`, decoded.
template <class Each>
void for_each_pair(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    // A `+` in a time's offset (…T08:00:00+08:00) is meant as itself: people type it unescaped.
    each(percent_decode(pair.substr(0, equals), true), percent_decode(value, false));
  }
}

}  // namespace

std::map<std::string, std::string> parse_query(std::string_view text) {
  std::map<std::string, std::string> out;
  for_each_pair(
      text, [&](std::string name, std::string value) { out[std::move(name)] = std::move(value); });
  return out;
}

std::vector<std::string> Request::query_values(std::string_view name) const {
  std::vector<std::string> out;
  for_each_pair(query_text, [&](const std::string& key, std::string value) {
    if (key == name) out.push_back(std::move(value));
  });
  return out;
}

}  // namespace spindle::api
