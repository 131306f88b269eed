#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "protocol/mtconnect/agent_server.hpp"

namespace spindle::mtconnect {

/// One client's connection to an AgentServer: HTTP/1.1 requests in, responses out, sample streams
/// paced by interval and heartbeat. No socket, no clock: the caller polls after each call and at
/// the deadline. Only GET; a body is not expected.
///
/// Errors: `malformed` (no HTTP, a head above 8 KiB): close the socket.
/// Memory: one request head, and one document at a time. Threads: one at a time.
class AgentConnection {
 public:
  /// `agent` is borrowed and must outlive the connection.
  explicit AgentConnection(const AgentServer& agent) : agent_(&agent) {}

  [[nodiscard]] Result<void> handle_bytes(ByteView bytes, Now now);
  /// Appends what is to be sent now; false when there is nothing.
  bool poll_transmit(std::string& out, Now now);
  [[nodiscard]] std::optional<Monotonic> poll_deadline() const;
  /// True once everything is said and the socket shall be closed.
  [[nodiscard]] bool closing() const { return closing_; }

 private:
  struct Stream {
    SampleRequest request;
    Monotonic last_part{};
    bool first = true;
  };

  void answer(std::string_view request_line, bool keep_alive, Now now);
  [[nodiscard]] bool part_due(Now now) const;
  void send_part(std::string_view document);

  const AgentServer* agent_;
  std::string head_;
  std::string out_;
  std::optional<Stream> stream_;
  bool closing_ = false;
};

}  // namespace spindle::mtconnect
