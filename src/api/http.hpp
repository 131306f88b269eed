#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace spindle::api {

/// One request, as a route sees it. Views borrow from the connection for the handler's time.
struct Request {
  std::string method;                         ///< `GET`
  std::string path;                           ///< Decoded, without the query.
  std::map<std::string, std::string> query;   ///< Decoded; the last of equal names wins.
  std::string query_text;                     ///< The same as it came.
  std::map<std::string, std::string> params;  ///< From `{name}` in the route's pattern.
  std::string body;
  std::filesystem::path upload;  ///< Where the body lies, of a route that takes files.
  std::string last_event_id;
  std::string idempotency_key;
  std::string if_none_match;
  std::string accept_encoding;
  std::string content_encoding;

  [[nodiscard]] const std::string* find_query(const std::string& name) const {
    const auto it = query.find(name);
    return it == query.end() ? nullptr : &it->second;
  }
  /// All values of a name that may come several times, decoded.
  [[nodiscard]] std::vector<std::string> query_values(std::string_view name) const;
};

/// A body made while it is sent, so that it may be larger than memory. Sent with a chunked
/// encoding, a piece at a time: a slow client makes it wait, one that leaves ends it.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  /// Appends the next piece, which may be nothing yet; false: that was the last. Called on a
  /// worker, never twice at once. After an error the connection is cut, so that no client takes
  /// half a file for a whole one.
  [[nodiscard]] virtual Result<bool> take(std::string& out) = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  /// Shared so that one cached body serves many connections without a copy.
  std::shared_ptr<const std::string> body;
  std::shared_ptr<BodyStream> stream{};  ///< Instead of `body`.
  std::vector<std::pair<std::string, std::string>> headers;
};

[[nodiscard]] Response json_text(std::string body, int status = 200);
[[nodiscard]] Response no_content();
/// RFC 9457 problem document.
[[nodiscard]] Response problem(int status, std::string_view title, std::string_view detail);
/// The same from an Error: invalid 422, refused 409, unreachable 502, timeout 504, overloaded 503…
[[nodiscard]] Response problem(const Error& error);

/// A sequence of text pieces that comes while it lasts (Server-Sent Events).
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Appends what is ready; false once the stream is over.
  virtual bool take(std::string& out) = 0;
  /// `wake` is called from any thread when take() has something again; replaced by an empty
  /// function before the connection goes.
  virtual void on_ready(std::function<void()> wake) = 0;
};

[[nodiscard]] std::string percent_decode(std::string_view text, bool plus_is_space);
/// Splits `a=1&b=2`.
[[nodiscard]] std::map<std::string, std::string> parse_query(std::string_view text);

}  // namespace spindle::api
