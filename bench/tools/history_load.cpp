// The workload of bench/history_rival.py: machines with 50 signals each, once a second, the same on
// every run. Pushes it as line protocol, or says what must come out of a history that took it.
//
//   history_load push --port P --path /write?precision=ms --machines 4 --hours 1
//                     [--connections 1] [--batch 10000] [--rate SAMPLES_A_SECOND] [--from MS]
//   history_load truth --machines 4 --hours 1 --machine M --signal S     one signal, dully computed
//   history_load states --machines 4 --hours 1                          seconds per state and hour
//
// push prints a line of JSON with what it took; truth prints `t value` of each sample, then
// `minute min max last count average`; states prints `machine hour state seconds`.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "shop_floor.hpp"

namespace {

using namespace shop_floor;

void append_thousandths(std::string& out, std::int64_t value) {
  if (value < 0) out += '-';
  const auto size = static_cast<std::uint64_t>(std::abs(value));
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, size / 1000).ptr);
  auto rest = size % 1000;
  if (rest == 0) return;
  out += '.';
  for (std::uint64_t unit = 100; rest > 0; unit /= 10) {
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
}

void append_value(std::string& out, int signal, std::int64_t value) {
  switch (kind_of(signal)) {
    case Kind::choice:
    case Kind::counter:
      out += std::to_string(value / 1000) + 'i';
      return;
    case Kind::flag:
      out += value ? 't' : 'f';
      return;
    case Kind::noisy:
    case Kind::moving:
    case Kind::slow:
    case Kind::energy:
      append_thousandths(out, value);
      return;
  }
}

void append_line(std::string& out, int machine, const Life& life, std::int64_t time_ms) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (int s = 0; s < signals; ++s) all.push_back((s ? "," : " ") + name_of(s) + '=');
    return all;
  }();
  char head[32];
  std::snprintf(head, sizeof head, "m,machine=m%03d", machine);
  out += head;
  for (int s = 0; s < signals; ++s) {
    out += names[static_cast<std::size_t>(s)];
    append_value(out, s, life.values()[s]);
  }
  out += ' ' + std::to_string(time_ms) + '\n';
}

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "history_load: %s\n", why.c_str());
  std::exit(1);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// One kept connection.
class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      die("nobody listens on port " + std::to_string(port));
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void post(const std::string& path, const std::string& body) {
    send_all("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n");
    send_all(body);
    std::string answer;
    char piece[4096];
    std::size_t head = 0;
    while ((head = answer.find("\r\n\r\n")) == std::string::npos) receive(answer, piece);
    const auto length = answer.find("Content-Length: ");
    const auto rest =
        length < head ? static_cast<std::size_t>(std::atoll(answer.c_str() + length + 16)) : 0;
    while (answer.size() < head + 4 + rest) receive(answer, piece);
    if (answer.compare(9, 1, "2") != 0) die("refused: " + answer.substr(0, 1000));
  }

 private:
  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) die("the connection broke");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void receive(std::string& answer, char (&piece)[4096]) {
    const auto got = ::recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) die("the connection was closed");
    answer.append(piece, static_cast<std::size_t>(got));
  }

  int socket_;
};

using Options = std::map<std::string, std::string>;

long number(const Options& options, const std::string& name, const char* usual) {
  const auto it = options.find(name);
  return std::atol(it == options.end() ? usual : it->second.c_str());
}

struct Size {
  int machines;
  long seconds;
};

Size size_of(const Options& options) {
  const auto hours = options.contains("hours") ? std::atof(options.at("hours").c_str()) : 1.0;
  return {static_cast<int>(number(options, "machines", "4")), std::lround(hours * 3600)};
}

/// Connections share the machines; each sends its own in the order of time.
void push(const Options& options) {
  const auto size = size_of(options);
  const int port = static_cast<int>(number(options, "port", "8080"));
  const auto path = options.contains("path") ? options.at("path") : "/write?precision=ms";
  const auto lines = std::max(1L, number(options, "batch", "10000") / signals);
  const auto connections = std::max(1L, number(options, "connections", "1"));
  const auto rate = static_cast<double>(number(options, "rate", "0"));
  const auto shift =
      options.contains("from") ? std::atoll(options.at("from").c_str()) - start_ms : 0;
  std::mutex mutex;
  std::vector<double> took;
  double blocked = 0;
  const double begin = seconds_now();
  const auto one_connection = [&](long own) {
    Client client(port);
    std::vector<std::pair<int, Life>> lives;
    for (int m = static_cast<int>(own); m < size.machines; m += static_cast<int>(connections))
      lives.emplace_back(m, Life(m));
    std::string body;
    std::vector<double> own_took;
    long in_body = 0;
    double sent = 0;
    const auto flush = [&] {
      if (in_body == 0) return;
      if (rate > 0) {
        const double due = begin + sent * static_cast<double>(connections) / rate;
        if (const double wait = due - seconds_now(); wait > 0)
          std::this_thread::sleep_for(std::chrono::duration<double>(wait));
      }
      const double t = seconds_now();
      client.post(path, body);
      own_took.push_back(seconds_now() - t);
      sent += static_cast<double>(in_body * signals);
      body.clear();
      in_body = 0;
    };
    for (long second = 0; second < size.seconds; ++second)
      for (auto& [machine, life] : lives) {
        life.next();
        append_line(body, machine, life, life.time_ms() + shift);
        if (++in_body == lines) flush();
      }
    flush();
    const std::lock_guard lock(mutex);
    took.insert(took.end(), own_took.begin(), own_took.end());
    for (const double t : own_took) blocked += t;
  };
  std::vector<std::thread> threads;
  for (long c = 0; c < connections; ++c) threads.emplace_back(one_connection, c);
  for (auto& thread : threads) thread.join();
  const double wall = seconds_now() - begin;
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  std::sort(took.begin(), took.end());
  const auto at = [&](double share) {
    return took.empty()
               ? 0.0
               : 1e3 * took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))];
  };
  std::printf(
      "{\"samples\": %ld, \"wall_s\": %.3f, \"client_cpu_s\": %.3f, \"requests\": %zu, "
      "\"answer_ms_p50\": %.3f, \"answer_ms_p99\": %.3f, \"waited_s\": %.3f}\n",
      size.machines * size.seconds * signals, wall, cpu, took.size(), at(0.5), at(0.99), blocked);
}

double real(std::int64_t thousandths) { return static_cast<double>(thousandths) / 1000.0; }

void truth(const Options& options) {
  const auto size = size_of(options);
  const auto machine = static_cast<int>(number(options, "machine", "0"));
  int signal = 0;
  while (signal < signals && name_of(signal) != options.at("signal")) ++signal;
  if (signal == signals) die("there is no signal " + options.at("signal"));
  std::vector<std::pair<std::int64_t, std::int64_t>> samples;
  Life life(machine);
  for (long second = 0; second < size.seconds; ++second) {
    life.next();
    samples.emplace_back(life.time_ms(), life.values()[signal]);
    std::printf("%lld %.17g\n", static_cast<long long>(samples.back().first),
                real(samples.back().second));
  }
  std::printf("minutes\n");
  for (std::int64_t minute = start_ms; minute < start_ms + size.seconds * 1000; minute += 60'000) {
    const auto end = minute + 60'000;
    auto min = std::numeric_limits<double>::infinity();
    double max = -min;
    double last = 0;
    long double area = 0;
    std::int64_t known = 0;
    int count = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto from = std::max(samples[i].first, minute);
      const auto to =
          std::min(i + 1 < samples.size() ? samples[i + 1].first : samples[i].first, end);
      const bool within = samples[i].first >= minute && samples[i].first < end;
      if (from >= to && !within) continue;
      const double value = real(samples[i].second);
      min = std::min(min, value);
      max = std::max(max, value);
      last = value;
      count += within;
      if (from >= to) continue;
      area += static_cast<long double>(samples[i].second) * static_cast<long double>(to - from);
      known += to - from;
    }
    if (known > 0)
      std::printf("%lld %.17g %.17g %.17g %d %.17Lg\n", static_cast<long long>(minute), min, max,
                  last, count, area / 1000 / static_cast<long double>(known));
  }
}

void states(const Options& options) {
  const auto size = size_of(options);
  for (int machine = 0; machine < size.machines; ++machine) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> held;
    Life life(machine);
    life.next();
    for (long second = 1; second < size.seconds; ++second) {
      auto from = life.time_ms();
      const auto state = life.values()[execution] / 1000;
      life.next();
      while (from < life.time_ms()) {
        const auto hour = (from - start_ms) / 3'600'000;
        const auto to = std::min(life.time_ms(), start_ms + (hour + 1) * 3'600'000);
        held[{hour, state}] += to - from;
        from = to;
      }
    }
    for (const auto& [key, ms] : held)
      std::printf("m%03d %lld %lld %.3f\n", machine, static_cast<long long>(key.first),
                  static_cast<long long>(key.second), static_cast<double>(ms) / 1000);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  Options options;
  for (int i = 2; i + 1 < argc; i += 2) options[std::string(argv[i]).substr(2)] = argv[i + 1];
  if (what == "push")
    push(options);
  else if (what == "truth")
    truth(options);
  else if (what == "states")
    states(options);
  else
    die("push, truth or states");
}
