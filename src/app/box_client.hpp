#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace spindle::app {

/// Asks a box that runs, at its address. One request, one connection; waits for the answer.
///
/// Memory: a piece of 64 KiB, and the answer of send_file(). Errors: `unreachable` when there is no
/// way to it, `malformed` when what answers is no box, `refused` with the box's own words.
class BoxClient {
 public:
  /// @param url  `http://HOST[:PORT][/]`. Errors: `invalid`.
  [[nodiscard]] static Result<BoxClient> at(const std::string& url);

  using Query = std::vector<std::pair<std::string, std::string>>;
  using Sink = std::function<Result<void>(std::string_view piece)>;
  /// GET; the answer goes to `sink` as it comes, once it is known to be none of refusal.
  [[nodiscard]] Result<void> fetch(const std::string& path, const Query& query,
                                   const Sink& sink) const;
  /// POST of a file. Returns the answer. Errors: also `invalid` when the file can't be read.
  [[nodiscard]] Result<std::string> send_file(const std::string& path, const Query& query,
                                              const std::filesystem::path& file) const;

  [[nodiscard]] std::string url() const { return "http://" + authority_ + "/"; }

 private:
  std::string authority_;  ///< As the Host field has it.
  std::string host_;
  std::string port_;
};

}  // namespace spindle::app
