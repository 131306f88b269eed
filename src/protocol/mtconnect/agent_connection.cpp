#include "protocol/mtconnect/agent_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace spindle::mtconnect {
namespace {

using std::string_view;

constexpr std::size_t head_max = 8192;
constexpr string_view boundary = "spindle-part-9b1c2d7e";
constexpr string_view head_end = "\r\n\r\n";
/// While a stream waits for data, it is looked at this often even with `interval=0`.
constexpr Duration look_period = std::chrono::milliseconds{10};

string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Error";
  }
}

bool asks_to_close(string_view head) {
  std::string lower(head);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower.find("\r\nconnection: close") != std::string::npos;
}

}  // namespace

Result<void> AgentConnection::handle_bytes(ByteView bytes, Now now) {
  if (closing_) return {};
  auto text = as_text(bytes);
  while (!text.empty() && !closing_) {
    const auto searched = head_.size();
    const auto room = std::min(text.size(), head_max + 1 - std::min(head_.size(), head_max + 1));
    head_ += text.substr(0, room);
    const auto end = head_.find(head_end, searched < 3 ? 0 : searched - 3);
    if (end == std::string::npos) {
      if (head_.size() > head_max) return fail(Errc::malformed, "an HTTP request head above 8 KiB");
      return {};
    }
    text.remove_prefix(end + head_end.size() - searched);
    const auto head = std::exchange(head_, {});
    const auto request_line = string_view(head).substr(0, head.find("\r\n"));
    if (!request_line.ends_with(" HTTP/1.1") && !request_line.ends_with(" HTTP/1.0"))
      return fail(Errc::malformed, "not an HTTP request");
    // Whoever asks again while a stream runs wants something no agent offers.
    if (stream_) return fail(Errc::malformed, "a request during a stream");
    const bool keep_alive =
        request_line.ends_with("1.1") && !asks_to_close(string_view(head).substr(0, end + 2));
    answer(request_line.substr(0, request_line.size() - 9), keep_alive, now);
  }
  return {};
}

void AgentConnection::answer(string_view request_line, bool keep_alive, Now now) {
  AgentAnswer answer;
  if (request_line.starts_with("GET "))
    answer = agent_->answer(request_line.substr(4), now.wall);
  else
    answer.status = 405;

  auto to = std::back_inserter(out_);
  if (answer.stream) {
    stream_ = Stream{*answer.stream, now.mono, true};
    fmt::format_to(to,
                   "HTTP/1.1 200 OK\r\nServer: spindle\r\nContent-Type: "
                   "multipart/x-mixed-replace;boundary={}\r\nTransfer-Encoding: chunked\r\n"
                   "Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
                   boundary);
    return;
  }
  fmt::format_to(to,
                 "HTTP/1.1 {} {}\r\nServer: spindle\r\nContent-Type: text/xml\r\n"
                 "Content-Length: {}\r\nCache-Control: no-cache\r\nConnection: {}\r\n\r\n{}",
                 answer.status, reason_of(answer.status), answer.document.size(),
                 keep_alive ? "keep-alive" : "close", answer.document);
  closing_ = !keep_alive;
}

bool AgentConnection::part_due(Now now) const {
  if (!stream_) return false;
  const auto& [request, last_part, first] = *stream_;
  if (first) return true;
  const auto waited = now.mono - last_part;
  const bool news = request.from < agent_->next_sequence();
  return waited >= request.heartbeat || (news && waited >= *request.interval);
}

void AgentConnection::send_part(string_view document) {
  const auto part =
      fmt::format("--{}\r\nContent-type: text/xml\r\nContent-length: {}\r\n\r\n{}\r\n", boundary,
                  document.size(), document);
  fmt::format_to(std::back_inserter(out_), "{:x}\r\n{}\r\n", part.size(), part);
}

bool AgentConnection::poll_transmit(std::string& out, Now now) {
  while (part_due(now)) {
    stream_->last_part = now.mono;
    stream_->first = false;
    if (const auto document = agent_->next_part(stream_->request, now.wall)) {
      send_part(*document);
      continue;
    }
    send_part(agent_->overrun_document(now.wall));
    const auto last = fmt::format("--{}--\r\n", boundary);
    fmt::format_to(std::back_inserter(out_), "{:x}\r\n{}\r\n0\r\n\r\n", last.size(), last);
    stream_.reset();
    closing_ = true;
  }
  if (out_.empty()) return false;
  out += std::exchange(out_, {});
  return true;
}

std::optional<Monotonic> AgentConnection::poll_deadline() const {
  if (!stream_) return std::nullopt;
  const auto& [request, last_part, first] = *stream_;
  return last_part + std::min(request.heartbeat, std::max(*request.interval, look_period));
}

}  // namespace spindle::mtconnect
