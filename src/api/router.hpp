#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http.hpp"

namespace spindle::api {

using Handler = std::function<Response(const Request&)>;
using StreamHandler = std::function<std::shared_ptr<EventStream>(const Request&)>;

/// Where a handler may run: on the network thread (microseconds only) or on a worker.
enum class Effort : unsigned char { light, heavy };

struct QueryParameter {
  std::string name;
  bool required = false;
  std::string description;
};

/// One call of the API. The OpenAPI document is written from these, so it can't drift from them.
struct Route {
  std::string method;
  std::string pattern;  ///< `/api/v1/machines/{id}`; a trailing `{name*}` takes several segments.
  std::string summary;
  std::vector<QueryParameter> query;
  std::variant<Handler, StreamHandler> handler;
  Effort effort = Effort::light;
  /// Of a route that takes files: where a body of up to `upload_max` bytes is put while the request
  /// lasts (Request::upload) instead of into memory.
  std::filesystem::path upload_folder{};
  std::uint64_t upload_max = 0;
};

/// A table of routes. Built once, then read by any thread.
class Router {
 public:
  void add(Route route);

  struct Match {
    const Route* route = nullptr;
    bool path_exists = false;  ///< Some method is known on this path: 405 rather than 404.
  };
  /// Fills `request.params`.
  [[nodiscard]] Match match(Request& request) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

/// OpenAPI 3.1 of all routes.
[[nodiscard]] std::string openapi_document(const Router& router, std::string_view version);

}  // namespace spindle::api
