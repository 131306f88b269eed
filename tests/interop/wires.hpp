#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "tests/interop/process.hpp"

namespace spindle::interop {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline Descriptor connect_tcp(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return {};
  return socket;
}

/// Listens on a free loopback port.
inline std::pair<Descriptor, std::uint16_t> listen_tcp() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(socket.get(), 4) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return {};
  return {std::move(socket), ntohs(address.sin_port)};
}

inline Descriptor open_serial(const std::string& device) {
  Descriptor port(::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios settings{};
  if (!port.ok() || ::tcgetattr(port.get(), &settings) != 0) return {};
  ::cfmakeraw(&settings);
  ::cfsetspeed(&settings, B19200);
  if (::tcsetattr(port.get(), TCSANOW, &settings) != 0) return {};
  return port;
}

/// Two serial ports joined by a cable (socat).
class SerialCable {
 public:
  SerialCable() {
    const auto base = std::filesystem::temp_directory_path() /
                      ("spindle-" + std::to_string(::getpid()) + "-" + std::to_string(next_++));
    a_ = base.string() + "-a";
    b_ = base.string() + "-b";
    process_ = std::make_unique<Process>(std::vector<std::string>{
        "socat", "-d", "-d", "pty,raw,echo=0,link=" + a_, "pty,raw,echo=0,link=" + b_});
    // It says so when both ends stand.
    while (const auto line = process_->wait_for_line("", std::chrono::seconds{10})) {
      if (line->find("starting data transfer loop") == std::string::npos) continue;
      ok_ = true;
      break;
    }
  }
  ~SerialCable() {
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove(a_, ignored);
    std::filesystem::remove(b_, ignored);
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const std::string& a() const { return a_; }
  [[nodiscard]] const std::string& b() const { return b_; }

 private:
  static inline int next_ = 0;
  std::string a_;
  std::string b_;
  std::unique_ptr<Process> process_;
  bool ok_ = false;
};

}  // namespace spindle::interop
