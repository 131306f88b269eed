#include "api/router.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace spindle::api {
namespace {

std::string_view take_segment(std::string_view& path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const auto end = path.find('/');
  const auto segment = path.substr(0, end);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// A `{name*}` in the middle takes as many segments as leave the rest of the pattern matched.
bool match_pattern(std::string_view pattern, std::string_view path,
                   std::map<std::string, std::string>& params) {
  while (!pattern.empty()) {
    const auto wanted = take_segment(pattern);
    if (is_parameter(wanted) && wanted[wanted.size() - 2] == '*') {
      const std::string name(wanted.substr(1, wanted.size() - 3));
      const auto after = static_cast<std::size_t>(std::ranges::count(pattern, '/'));
      const auto have = static_cast<std::size_t>(std::ranges::count(path, '/'));
      if (have <= after) return false;
      std::string value;
      for (std::size_t i = 0; i < have - after; ++i) {
        if (!value.empty()) value += '/';
        value += take_segment(path);
      }
      params[name] = value;
      continue;
    }
    if (path.empty()) return false;
    const auto given = take_segment(path);
    if (is_parameter(wanted)) {
      if (given.empty()) return false;
      params[std::string(wanted.substr(1, wanted.size() - 2))] = std::string(given);
    } else if (wanted != given) {
      return false;
    }
  }
  return path.empty();
}

}  // namespace

void Router::add(Route route) { routes_.push_back(std::move(route)); }

Router::Match Router::match(Request& request) const {
  Match match;
  for (const auto& route : routes_) {
    std::map<std::string, std::string> params;
    if (!match_pattern(route.pattern, request.path, params)) continue;
    match.path_exists = true;
    if (route.method != request.method) continue;
    request.params = std::move(params);
    match.route = &route;
    return match;
  }
  return match;
}

std::string openapi_document(const Router& router, std::string_view version) {
  using nlohmann::json;
  json paths = json::object();
  for (const auto& route : router.routes()) {
    std::string pattern = route.pattern;
    std::erase(pattern, '*');
    std::string method = route.method;
    std::ranges::transform(method, method.begin(),
                           [](char c) { return static_cast<char>(c | 0x20); });
    json parameters = json::array();
    std::string_view rest = pattern;
    while (!rest.empty()) {
      const auto segment = take_segment(rest);
      if (is_parameter(segment))
        parameters.push_back({{"name", segment.substr(1, segment.size() - 2)},
                              {"in", "path"},
                              {"required", true},
                              {"schema", {{"type", "string"}}}});
    }
    for (const auto& q : route.query)
      parameters.push_back({{"name", q.name},
                            {"in", "query"},
                            {"required", q.required},
                            {"description", q.description},
                            {"schema", {{"type", "string"}}}});
    const bool stream = std::holds_alternative<StreamHandler>(route.handler);
    json operation{
        {"summary", route.summary},
        {"parameters", parameters},
        {"responses",
         {{"2XX",
           {{"description", "Done"},
            {"content", {{stream ? "text/event-stream" : "application/json", json::object()}}}}},
          {"4XX",
           {{"description", "The request is wrong: what, where, what to do"},
            {"content", {{"application/problem+json", json::object()}}}}}}}};
    if (route.method == "POST" || route.method == "PUT")
      operation["requestBody"] = {{"content", {{"application/json", json::object()}}}};
    paths[pattern][method] = std::move(operation);
  }
  const json document{{"openapi", "3.1.0"},
                      {"info", {{"title", "Spindle"}, {"version", version}}},
                      {"paths", paths}};
  return document.dump(2);
}

}  // namespace spindle::api
