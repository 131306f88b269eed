#include "plant/adapter_listener.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <string_view>
#include <utility>

#include "connect/shdr/shdr_intake.hpp"
#include "connect/shdr/suggestion.hpp"
#include "protocol/shdr/line_reader.hpp"

namespace spindle::plant {
namespace {

namespace asio = boost::asio;

constexpr std::size_t keys_max = 2000;
constexpr std::size_t bytes_max = 4 * 1024 * 1024;
constexpr auto slice = std::chrono::milliseconds{20};
/// As an agent greets: it asks how often the adapter wants to be asked for a sign of life.
constexpr std::string_view greeting = "* PING\n";

/// What came in, until time or patience end.
class Line {
 public:
  explicit Line(const Connection& connection)
      : where_(fmt::format("{}:{}", connection.host, connection.port)), socket_(io_) {}

  Result<void> connect(const Connection& connection, Duration limit,
                       const std::function<bool()>& give_up) {
    boost::system::error_code failed;
    asio::ip::tcp::resolver resolver(io_);
    const auto addresses =
        resolver.resolve(connection.host, std::to_string(connection.port), failed);
    if (failed)
      return fail(Errc::unreachable,
                  fmt::format("{}: this name is not known ({})", where_, failed.message()));
    bool done = false;
    asio::async_connect(socket_, addresses, [&](const boost::system::error_code& ec, const auto&) {
      failed = ec;
      done = true;
    });
    run_until(limit, [&] { return done || give_up(); });
    if (!done) {
      boost::system::error_code ignored;
      socket_.close(ignored);
      run_until(limit, [&] { return done; });
      return fail(Errc::unreachable, fmt::format("{}: no adapter answers here", where_));
    }
    if (failed)
      return fail(Errc::unreachable,
                  fmt::format("{}: no adapter answers here ({})", where_, failed.message()));
    return {};
  }

  /// Everything the adapter says within `listen`.
  std::string listen(Duration listen, const std::function<bool()>& give_up) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(greeting), ignored);
    read();
    run_until(listen, [&] { return ended_ || heard_.size() >= bytes_max || give_up(); });
    socket_.close(ignored);
    run_until(listen, [&] { return ended_; });
    return std::move(heard_);
  }

  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(piece_),
                            [this](const boost::system::error_code& ec, std::size_t n) {
                              heard_.append(piece_.data(), n);
                              ended_ = static_cast<bool>(ec);
                              if (!ended_) read();
                            });
  }
  template <class Done>
  void run_until(Duration limit, Done done) {
    const auto began = read_clock().mono;
    while (!done() && read_clock().mono - began < limit) {
      io_.run_for(slice);
      io_.restart();
    }
  }

  std::string where_;
  asio::io_context io_{1};
  asio::ip::tcp::socket socket_;
  std::array<char, 16384> piece_{};
  std::string heard_;
  bool ended_ = false;
};

/// Calls `visit(line)` for each parsed line of what was heard.
template <class Visit>
void each_line(const std::string& heard, shdr::LineParser& parser, Visit visit) {
  shdr::LineReader lines;
  shdr::Line line;
  lines.feed(as_bytes(heard));
  while (const auto raw = lines.next()) {
    parser.parse(*raw, line);
    visit(line);
  }
}

/// The keys in the order they came, each with the last words it said.
std::vector<Signal> signals_of(const std::string& heard, bool& speaks_shdr) {
  struct Said {
    shdr::ItemKind kind;
    std::string words;
  };
  std::vector<std::string> order;
  std::map<std::string, Said, std::less<>> said;
  const shdr::KeyTable nothing_known;
  shdr::LineParser parser(nothing_known);
  each_line(heard, parser, [&](const shdr::Line& line) {
    speaks_shdr |= line.kind == shdr::LineKind::observations ||
                   line.kind == shdr::LineKind::command || line.kind == shdr::LineKind::asset;
    if (line.kind != shdr::LineKind::observations) return;
    for (const auto& item : line.items) {
      const auto it = said.find(item.key);
      if (it == said.end()) {
        if (order.size() == keys_max) continue;
        order.emplace_back(item.key);
        said.emplace(item.key, Said{item.kind, std::string(item.value)});
      } else {
        // A condition that is only a key and its level looks like a value at first.
        if (item.kind != shdr::ItemKind::value) it->second.kind = item.kind;
        it->second.words = item.value;
      }
    }
  });
  std::vector<Signal> out;
  for (const auto& key : order) {
    const auto& what = said.find(key)->second;
    out.push_back(connect::suggest_shdr_signal(key, what.kind, what.words));
  }
  return out;
}

}  // namespace

Result<std::vector<HeardKey>> listen_to_adapter(const Connection& connection, Duration limit,
                                                Duration listen,
                                                const std::function<bool()>& give_up) {
  Line link(connection);
  if (auto connected = link.connect(connection, limit, give_up); !connected)
    return fail(connected.error());
  const auto heard = link.listen(listen, give_up);
  bool speaks_shdr = false;
  Machine machine;
  machine.connection = connection;
  machine.signals = signals_of(heard, speaks_shdr);
  if (!heard.empty() && !speaks_shdr)
    return fail(Errc::malformed,
                fmt::format("{}: what answers here does not speak SHDR; check host and port",
                            link.where()));
  // Read again as the machine's own connection would, so that values look as they will be kept.
  std::uint32_t next_key = 1;
  for (auto& signal : machine.signals) signal.key = SignalKey{next_key++};
  connect::ShdrIntake intake(machine);
  Batch batch;
  const auto now = read_clock().wall;
  each_line(heard, intake.parser(), [&](const shdr::Line& line) {
    if (line.kind == shdr::LineKind::observations)
      intake.add_scan(line, {now, {}, Quality::good, false}, now, batch);
  });
  LiveTable table;
  table.store(batch);
  std::vector<HeardKey> out;
  for (auto& signal : machine.signals) {
    auto value = table.find(signal.key);
    out.push_back({std::move(signal), std::move(value)});
  }
  return out;
}

}  // namespace spindle::plant
