#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace spindle::test {

/// A plain TCP connection to a loopback port: says what it is told, hears until a deadline.
class RawLink {
 public:
  explicit RawLink(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawLink() { ::close(fd_); }
  RawLink(const RawLink&) = delete;
  RawLink& operator=(const RawLink&) = delete;

  [[nodiscard]] bool is_open() const { return open_; }
  bool say(std::string_view words) {
    while (!words.empty()) {
      const auto n = ::send(fd_, words.data(), words.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      words.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  /// Appends what comes next; false at the end of the connection or of the time.
  bool hear(std::string& into, Monotonic until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - read_clock().mono);
    pollfd wanted{fd_, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return false;
    std::array<char, 65536> bytes;
    const auto n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (n <= 0) {
      open_ = false;
      return false;
    }
    into.append(bytes.data(), static_cast<std::size_t>(n));
    return true;
  }
  std::string hear_all(Duration limit) {
    std::string all;
    const auto until = read_clock().mono + limit;
    while (hear(all, until)) {
    }
    return all;
  }

 private:
  int fd_ = -1;
  bool open_ = false;
};

inline std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

struct LiveEvent {
  std::string id;
  std::string event;
  nlohmann::json data;
};

/// A reader of Server-Sent Events, as a browser is one. Source: WHATWG HTML, 9.2.
class LiveStream {
 public:
  explicit LiveStream(const std::string& url, const std::string& query = {},
                      const std::string& last_event_id = {})
      : link_(port_of(url)) {
    std::string request = "GET /api/v1/live" + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!last_event_id.empty()) request += "Last-Event-ID: " + last_event_id + "\r\n";
    link_.say(request + "\r\n");
  }

  /// The next event; none once the stream ends or the time is over.
  std::optional<LiveEvent> next(Duration limit) {
    const auto until = read_clock().mono + limit;
    while (true) {
      if (auto event = take()) return event;
      if (!link_.hear(text_, until)) return std::nullopt;
    }
  }
  /// The next event of this name that `is_it`.
  template <class F>
  std::optional<LiveEvent> wait_for(std::string_view name, Duration limit, F&& is_it) {
    const auto until = read_clock().mono + limit;
    while (true) {
      const auto left = until - read_clock().mono;
      auto event = next(left);
      if (!event || (event->event == name && is_it(event->data))) return event;
    }
  }
  std::optional<LiveEvent> wait_for(std::string_view name, Duration limit) {
    return wait_for(name, limit, [](const nlohmann::json&) { return true; });
  }
  [[nodiscard]] bool is_open() const { return link_.is_open(); }
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  std::optional<LiveEvent> take() {
    if (head_.empty()) {
      const auto end = text_.find("\r\n\r\n");
      if (end == std::string::npos) return std::nullopt;
      head_ = text_.substr(0, end + 4);
      text_.erase(0, end + 4);
    }
    while (true) {
      const auto end = text_.find("\n\n");
      if (end == std::string::npos) return std::nullopt;
      const std::string block = text_.substr(0, end + 1);
      text_.erase(0, end + 2);
      LiveEvent event;
      std::string data;
      for (std::size_t at = 0; at < block.size();) {
        const auto stop = block.find('\n', at);
        const std::string line = block.substr(at, stop - at);
        at = stop + 1;
        if (line.starts_with("id: ")) event.id = line.substr(4);
        if (line.starts_with("event: ")) event.event = line.substr(7);
        if (line.starts_with("data: ")) data += line.substr(6);
      }
      if (event.event.empty()) continue;  // A comment: still here.
      event.data = nlohmann::json::parse(data);
      return event;
    }
  }

  RawLink link_;
  std::string head_;
  std::string text_;
};

}  // namespace spindle::test
