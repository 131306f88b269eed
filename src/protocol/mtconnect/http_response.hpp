#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spindle::mtconnect {

/// What matters of a response's head.
struct HttpHead {
  int status = 0;
  std::string reason;
  std::string content_type;             ///< Lower case, without parameters: `text/xml`.
  std::string boundary;                 ///< Of a multipart content type; empty: none.
  std::optional<std::uint64_t> length;  ///< Content-Length, if the body is that long.
  bool chunked = false;
  bool keep_alive = true;  ///< False: the server closes after this response.
};

/// Reads the responses of an HTTP/1.x server, body piece by piece: a stream need not end.
///
/// feed() bytes, then call next() until it says need_more; body pieces borrow from what was fed.
/// Interim responses (1xx) are passed over. Only what an MTConnect agent sends is understood: no
/// trailers are kept, no content coding is undone (none is asked for).
///
/// Source: RFC 9112. Errors: `malformed`; the connection is lost then.
/// Memory: one head, at most 64 KiB. Threads: one at a time.
class HttpResponseReader {
 public:
  static constexpr std::size_t head_max = 64 * 1024;

  enum class Event : std::uint8_t {
    need_more,  ///< Feed the next piece.
    head,       ///< head() is complete.
    body,       ///< body() is the next piece of the body.
    end,        ///< The response is complete; another may follow.
  };

  void feed(ByteView bytes) { piece_ = as_text(bytes); }
  [[nodiscard]] Result<Event> next();
  /// The connection closed: true if that properly ends the response being read.
  [[nodiscard]] bool finish();
  void reset() { *this = HttpResponseReader{}; }

  [[nodiscard]] const HttpHead& head() const { return head_; }
  [[nodiscard]] std::string_view body() const { return body_; }

 private:
  enum class State : std::uint8_t {
    head,
    body_known,
    body_to_close,
    chunk_size,
    chunk_data,
    chunk_end,
    trailer,
    end,
  };

  [[nodiscard]] Result<bool> take_line();
  [[nodiscard]] Result<Event> next_in_head();
  [[nodiscard]] Result<void> read_head_line(std::string_view line);
  [[nodiscard]] Event take_body(State after);

  State state_ = State::head;
  std::string_view piece_;
  std::string_view body_;
  std::string line_;  ///< The line being gathered, without its end.
  std::size_t head_bytes_ = 0;
  bool status_read_ = false;
  std::uint64_t left_ = 0;  ///< Bytes of the body, or of the chunk, still to come.
  HttpHead head_;
};

}  // namespace spindle::mtconnect
