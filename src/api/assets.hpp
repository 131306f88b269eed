#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/http.hpp"

namespace spindle::api {

/// A page, script or icon built into the program.
struct Asset {
  std::string_view path;  ///< `/assets/index-1a2b.js`
  std::string_view content_type;
  std::string_view body;
  std::string_view gzip;  ///< The same compressed; empty if that would not be smaller.
};

/// All assets of this build; empty when the pages were not built.
[[nodiscard]] const std::vector<Asset>& built_in_assets();

/// What goes out for one request: headers, and a body that is owned or built in.
struct Answer {
  Response response;
  std::string_view body;
};

/// The built-in assets by their paths.
class AssetTable {
 public:
  AssetTable();
  /// nullopt when the request is for none of them.
  [[nodiscard]] std::optional<Answer> find(const Request& request) const;

 private:
  std::unordered_map<std::string_view, const Asset*> assets_;
};

}  // namespace spindle::api
