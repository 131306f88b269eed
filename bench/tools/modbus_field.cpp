// A field of Modbus TCP devices for benchmarks: many small servers on loopback, one thread, no code
// shared with the program under test.
//
// Usage: modbus_field BASE_PORT COUNT. Device i listens on BASE_PORT + i, any unit, and answers
// functions 3 and 4. Registers 0..3 hold the time of the answer (µs since 1970, most significant
// register first), register n > 3 holds n plus the tenths of a second since 1970, modulo 65536: all
// change every 100 ms. SIGUSR1 starts a window of counting, SIGUSR2 ends it and prints it as a
// line of JSON, SIGTERM ends the program.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Device {
  std::uint64_t polls = 0;
  Clock::time_point last{};
  Clock::duration gap_max{};
};

struct Link {
  std::size_t device = 0;
  std::vector<std::uint8_t> waiting;  // less than one request
};

constexpr std::size_t header_size = 7;    // MBAP
constexpr std::size_t request_size = 12;  // header, function, first register, count
constexpr std::size_t registers_max = 125;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::uint16_t u16(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }

void append_u16(std::vector<std::uint8_t>& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

std::uint16_t register_at(std::size_t number, std::uint64_t now_us) {
  if (number < 4) return static_cast<std::uint16_t>(now_us >> (16 * (3 - number)));
  return static_cast<std::uint16_t>(number + now_us / 100'000);
}

void append_answer(std::vector<std::uint8_t>& out, const std::uint8_t* request) {
  const auto first = u16(request + 8);
  const auto count = u16(request + 10);
  const auto function = request[7];
  const bool known = (function == 3 || function == 4) && count >= 1 && count <= registers_max;
  out.insert(out.end(), request, request + 4);  // transaction, protocol
  if (!known) {
    append_u16(out, 3);
    out.push_back(request[6]);
    out.push_back(static_cast<std::uint8_t>(function | 0x80));
    out.push_back(function == 3 || function == 4 ? 3 : 1);
    return;
  }
  append_u16(out, static_cast<std::uint16_t>(3 + 2 * count));
  out.push_back(request[6]);
  out.push_back(function);
  out.push_back(static_cast<std::uint8_t>(2 * count));
  const auto now_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
  for (std::size_t i = 0; i < count; ++i) append_u16(out, register_at(first + i, now_us));
}

class Field {
 public:
  Field(std::uint16_t base_port, std::size_t count) : devices_(count), epoll_(epoll_create1(0)) {
    for (std::size_t i = 0; i < count; ++i) {
      const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      const int yes = 1;
      setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(static_cast<std::uint16_t>(base_port + i));
      if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
          listen(listener, 8) != 0)
        die("listen");
      listeners_[listener] = i;
      watch(listener);
    }
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}) sigaddset(&signals, signal);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    signals_ = signalfd(-1, &signals, SFD_NONBLOCK);
    watch(signals_);
  }

  void run() {
    std::puts("ready");
    std::fflush(stdout);
    std::array<epoll_event, 256> events;
    while (!ended_) {
      const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < n; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == signals_)
          take_signal();
        else if (const auto it = listeners_.find(fd); it != listeners_.end())
          take_connection(fd, it->second);
        else
          serve(fd);
      }
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  }

  void take_connection(int listener, std::size_t device) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    links_[fd] = {device, {}};
    watch(fd);
  }

  void serve(int fd) {
    Link& link = links_[fd];
    std::array<std::uint8_t, 4096> bytes;
    const auto n = read(fd, bytes.data(), bytes.size());
    if (n <= 0) {
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      close(fd);
      links_.erase(fd);
      return;
    }
    link.waiting.insert(link.waiting.end(), bytes.begin(), bytes.begin() + n);
    answer_.clear();
    std::size_t taken = 0;
    while (link.waiting.size() - taken >= header_size) {
      const std::uint8_t* request = link.waiting.data() + taken;
      const std::size_t size = 6u + u16(request + 4);
      if (link.waiting.size() - taken < size) break;
      if (size == request_size) {
        append_answer(answer_, request);
        count(devices_[link.device]);
      }
      taken += size;
    }
    link.waiting.erase(link.waiting.begin(), link.waiting.begin() + static_cast<long>(taken));
    // An answer is smaller than the send buffer and the peer asks one thing at a time.
    if (!answer_.empty() && write(fd, answer_.data(), answer_.size()) < 0) answer_.clear();
  }

  static void count(Device& device) {
    const auto now = Clock::now();
    if (device.polls > 0) device.gap_max = std::max(device.gap_max, now - device.last);
    device.last = now;
    ++device.polls;
  }

  void take_signal() {
    signalfd_siginfo info;
    if (read(signals_, &info, sizeof info) != sizeof info) return;
    if (info.ssi_signo == SIGUSR1) {
      devices_.assign(devices_.size(), Device{});
      window_ = Clock::now();
    } else if (info.ssi_signo == SIGUSR2) {
      report();
    } else {
      ended_ = true;
    }
  }

  void report() const {
    std::uint64_t polls = 0;
    std::uint64_t least = UINT64_MAX;
    Clock::duration gap{};
    for (const Device& device : devices_) {
      polls += device.polls;
      least = std::min(least, device.polls);
      gap = std::max(gap, device.gap_max);
    }
    std::printf(
        "{\"seconds\": %.3f, \"polls\": %llu, \"device_polls_min\": %llu, \"gap_ms_max\": %.1f}\n",
        std::chrono::duration<double>(Clock::now() - window_).count(),
        static_cast<unsigned long long>(polls), static_cast<unsigned long long>(least),
        std::chrono::duration<double, std::milli>(gap).count());
    std::fflush(stdout);
  }

  std::vector<Device> devices_;
  int epoll_;
  int signals_ = -1;
  bool ended_ = false;
  Clock::time_point window_ = Clock::now();
  std::unordered_map<int, std::size_t> listeners_;
  std::unordered_map<int, Link> links_;
  std::vector<std::uint8_t> answer_;
};

unsigned number(const char* word) {
  unsigned value = 0;
  std::from_chars(word, word + std::strlen(word), value);
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: modbus_field BASE_PORT COUNT\n", stderr);
    return 64;
  }
  Field(static_cast<std::uint16_t>(number(argv[1])), number(argv[2])).run();
}
