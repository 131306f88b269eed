#include "connect/mtconnect/agent_client.hpp"

#include <fmt/format.h>

namespace spindle::connect {

using mtconnect::HttpResponseReader;

void AgentClient::reset() {
  to_send_ = false;
  outstanding_ = false;
  closing_ = false;
  http_.reset();
  parts_.reset();
  document_.clear();
}

void AgentClient::ask(std::string_view target) {
  target_ = target;
  to_send_ = true;
  outstanding_ = true;
}

bool AgentClient::poll_transmit(Bytes& out) {
  if (!to_send_) return false;
  to_send_ = false;
  const auto request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nAccept: text/xml, application/xml\r\n"
      "User-Agent: spindle\r\n\r\n",
      target_, host_);
  const auto bytes = as_bytes(request);
  out.insert(out.end(), bytes.begin(), bytes.end());
  return true;
}

AgentClient::Answer AgentClient::whole() const {
  return {http_.head().status, http_.head().reason, document_, false};
}

Result<std::optional<AgentClient::Answer>> AgentClient::next() {
  for (;;) {
    if (parts_) {
      auto part = parts_->next();
      if (!part) return fail(part.error());
      if (*part)
        return std::optional(Answer{http_.head().status, http_.head().reason, **part, true});
    }
    auto event = http_.next();
    if (!event) return fail(event.error());
    switch (*event) {
      case HttpResponseReader::Event::need_more:
        return std::optional<Answer>{};
      case HttpResponseReader::Event::head:
        if (!outstanding_) return fail(Errc::malformed, "an HTTP response nobody asked for");
        document_.clear();
        parts_.reset();
        if (http_.head().content_type.starts_with("multipart/") && http_.head().status == 200) {
          if (http_.head().boundary.empty())
            return fail(Errc::malformed, "a multipart answer without a boundary");
          parts_.emplace(http_.head().boundary);
        }
        break;
      case HttpResponseReader::Event::body:
        if (parts_) {
          parts_->feed(http_.body());
        } else if (document_.size() + http_.body().size() > mtconnect::document_max) {
          return fail(Errc::malformed,
                      fmt::format("the answer to {} is larger than 10 MB", target_));
        } else {
          document_ += http_.body();
        }
        break;
      case HttpResponseReader::Event::end:
        outstanding_ = false;
        closing_ = !http_.head().keep_alive;
        if (parts_) return fail(Errc::malformed, "the agent ended the stream");
        return std::optional(whole());
    }
  }
}

std::optional<AgentClient::Answer> AgentClient::finish() {
  const int status = http_.head().status;
  if (!http_.finish() || parts_) return std::nullopt;
  outstanding_ = false;
  closing_ = true;
  return Answer{status, {}, document_, false};
}

}  // namespace spindle::connect
