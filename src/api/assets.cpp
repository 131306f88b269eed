#include "api/assets.hpp"

#include <string>

namespace spindle::api {

AssetTable::AssetTable() {
  for (const auto& asset : built_in_assets()) assets_.emplace(asset.path, &asset);
}

std::optional<Answer> AssetTable::find(const Request& request) const {
  if (assets_.empty() || (request.method != "GET" && request.method != "HEAD")) return std::nullopt;
  auto it = assets_.find(request.path);
  const bool is_file = it != assets_.end();
  // Any other address is a page of the application: its own router reads the path.
  if (!is_file) {
    if (request.path.starts_with("/api/") || request.path.starts_with("/assets/"))
      return std::nullopt;
    it = assets_.find("/index.html");
    if (it == assets_.end()) return std::nullopt;
  }
  const Asset& asset = *it->second;
  Answer answer;
  answer.response.content_type = asset.content_type;
  const bool zipped =
      !asset.gzip.empty() && request.accept_encoding.find("gzip") != std::string::npos;
  if (zipped) answer.response.headers.emplace_back("Content-Encoding", "gzip");
  answer.response.headers.emplace_back("Vary", "Accept-Encoding");
  // Hashed names never change their content; the entry page always asks again.
  answer.response.headers.emplace_back("Cache-Control", asset.path.starts_with("/assets/")
                                                            ? "public, max-age=31536000, immutable"
                                                            : "no-cache");
  answer.body = zipped ? asset.gzip : asset.body;
  return answer;
}

}  // namespace spindle::api
