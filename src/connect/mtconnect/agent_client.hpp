#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "protocol/mtconnect/http_response.hpp"
#include "protocol/mtconnect/multipart.hpp"

namespace spindle::connect {

/// The HTTP side of talking to an MTConnect agent: one request at a time on one connection,
/// answered by a document or by a stream of documents. No socket, no clock, no XML.
///
/// Errors: `malformed` (no HTTP, a broken stream, a document above 10 MB): the connection is lost.
/// Memory: one document. Threads: one at a time.
class AgentClient {
 public:
  struct Answer {
    int status = 0;
    std::string_view reason;
    std::string_view document;  ///< Valid until the next call.
    bool part = false;          ///< Of a stream: more will follow.
  };

  /// `host` as the Host header shall say it.
  explicit AgentClient(std::string host) : host_(std::move(host)) {}

  /// A new connection: nothing is asked, nothing half read.
  void reset();
  /// Asks for `target`, `/current`. Nothing else may be outstanding.
  void ask(std::string_view target);
  /// Appends the request that is to be sent; false: there is none.
  bool poll_transmit(Bytes& out);

  void feed(ByteView bytes) { http_.feed(bytes); }
  /// The next answer; nullopt: feed more.
  [[nodiscard]] Result<std::optional<Answer>> next();
  /// The connection closed: the answer that this completes, if it does.
  [[nodiscard]] std::optional<Answer> finish();

  [[nodiscard]] bool outstanding() const { return outstanding_; }
  /// The answer being read is a stream, that does not end by itself.
  [[nodiscard]] bool streaming() const { return parts_.has_value(); }
  /// The agent closes the connection after the answer it gave.
  [[nodiscard]] bool closing() const { return closing_; }
  /// What was asked last.
  [[nodiscard]] const std::string& target() const { return target_; }

 private:
  [[nodiscard]] Answer whole() const;

  std::string host_;
  std::string target_;
  bool to_send_ = false;
  bool outstanding_ = false;
  bool closing_ = false;
  mtconnect::HttpResponseReader http_;
  std::optional<mtconnect::MultipartReader> parts_;
  std::string document_;
};

}  // namespace spindle::connect
