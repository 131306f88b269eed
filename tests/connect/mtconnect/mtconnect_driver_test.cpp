#include "connect/mtconnect/mtconnect_driver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/mtconnect/agent_connection.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::connect {
namespace {

using mtconnect::AgentConnection;
using mtconnect::AgentServer;
using mtconnect::Category;
using mtconnect::Level;

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};
Instant at(double s) { return epoch + from_seconds(s); }
Now now(double s) { return {at(s), Monotonic{from_seconds(1000 + s)}}; }

mtconnect::Device device_called(const std::string& name) {
  mtconnect::Device d;
  d.id = name + "_d";
  d.name = name;
  d.uuid = "uuid-" + name;
  d.components = {{0, "Device", d.id, name}, {0, "Path", name + "_p", "path"}};
  d.data_items = {{name + "_exec", "exec", "EXECUTION", "", "", "VALUE", Category::event, 1},
                  {name + "_feed", "", "PATH_FEEDRATE", "ACTUAL", "", "VALUE", Category::sample, 1},
                  {name + "_parts", "parts", "PART_COUNT", "ALL", "", "VALUE", Category::event, 1},
                  {name + "_sys", "", "SYSTEM", "", "", "VALUE", Category::condition, 0}};
  return d;
}

Machine machine_of(std::string_view device = {}) {
  Machine m;
  m.id = "mill";
  m.key = MachineKey{7};
  m.connection.protocol = Protocol::mtconnect;
  m.connection.host = "agent";
  m.connection.port = 5000;
  m.connection.device = device;
  m.connection.poll = std::chrono::milliseconds{100};
  const auto add = [&](std::string_view address, ValueType type) {
    Signal s;
    s.id = address;
    s.address = address;
    s.type = type;
    s.key = SignalKey{static_cast<std::uint32_t>(m.signals.size() + 1)};
    m.signals.push_back(s);
  };
  add("exec", ValueType::text);           // 1, by name
  add("mill_feed", ValueType::float64);   // 2, by id
  add("parts", ValueType::uint32);        // 3
  add("mill_sys", ValueType::condition);  // 4
  return m;
}

/// Driver and agent on an invented wire, time and all. Whatever ends the connection is followed by
/// a new one 200 ms later, as a session would.
class Pair {
 public:
  /// Answers one connection: bytes in, bytes out, true once it closes.
  struct Peer {
    std::function<bool(ByteView, Now)> handle;
    std::function<bool(std::string&, Now)> transmit;
    std::function<bool()> closing;
  };

  Pair(std::function<Peer()> accept, Machine machine, std::size_t piece = 4096)
      : driver(std::move(machine)), accept_(std::move(accept)), piece_(piece) {}

  MtconnectDriver driver;
  std::vector<std::string> errors;
  std::string requests;
  bool reachable = true;
  bool frozen = false;
  std::size_t connects = 0;

  void run_to(double until) {
    for (; t_ < until; t_ = std::round((t_ + 0.01) * 100) / 100) step();
  }

  /// Scans without signs of life, a line each.
  std::vector<std::string> take() {
    std::vector<Batch> batches;
    driver.poll_batches(batches);
    std::vector<std::string> out;
    for (const auto& batch : batches)
      for (const auto& scan : batch.scans) {
        if (scan.kind == ScanKind::alive) {
          ++alive;
          continue;
        }
        out.push_back(line_of(batch, scan));
      }
    return out;
  }
  std::size_t alive = 0;

 private:
  static std::string line_of(const Batch& batch, const Scan& scan) {
    auto line = fmt::format("{:.2f} ", to_seconds(scan.time - epoch));
    switch (scan.kind) {
      case ScanKind::values:
        line += "values";
        break;
      case ScanKind::link_up:
        line += "up";
        break;
      case ScanKind::link_down:
        line += "down";
        break;
      case ScanKind::gap:
        line += "gap";
        break;
      case ScanKind::clock_step:
        line += "step";
        break;
      case ScanKind::alive:
      case ScanKind::booking:
        break;
    }
    for (std::uint32_t i = 0; i < scan.count; ++i) {
      const auto& o = batch.observations[scan.first + i];
      line += fmt::format(" {}=", static_cast<std::uint32_t>(o.signal));
      if (o.value.kind == ValueKind::text) {
        std::string text(batch.text_of(o.value));
        std::replace(text.begin(), text.end(), '\x1F', '/');
        line += text;
      } else if (const auto n = o.value.number()) {
        line += fmt::format("{}", *n);
      }
      if (o.quality != Quality::good) line += fmt::format("({})", to_string(o.quality));
    }
    if (const auto note = batch.note_of(scan); !note.empty()) line += fmt::format(": {}", note);
    return line;
  }

  void end(const Error& why) {
    if (peer_) errors.push_back(why.what);
    driver.handle_disconnected(now(t_), why);
    peer_.reset();
    connect_at_ = t_ + 0.2;
  }

  void step() {
    const auto n = now(t_);
    if (!peer_) {
      if (t_ < connect_at_) return;
      if (!reachable) return end({Errc::unreachable, "refused"});
      peer_ = accept_();
      ++connects;
      driver.handle_connected(n);
    }
    for (int turn = 0; turn < 8; ++turn) {
      Bytes request;
      while (driver.poll_transmit(request, n)) {
      }
      requests += as_text(request);
      if (frozen) break;
      if (!peer_->handle(request, n)) return end({Errc::unreachable, "closed"});
      std::string answer;
      while (peer_->transmit(answer, n)) {
      }
      for (std::size_t i = 0; i < answer.size(); i += piece_) {
        const std::string part = answer.substr(i, piece_);
        if (const auto r = driver.handle_bytes(as_bytes(part), n); !r) return end(r.error());
      }
      if (peer_->closing()) return end({Errc::unreachable, "closed by the agent"});
    }
    if (const auto deadline = driver.poll_deadline(); deadline && n.mono >= *deadline)
      if (const auto r = driver.handle_deadline(n); !r) return end(r.error());
  }

  std::function<Peer()> accept_;
  std::size_t piece_;
  std::optional<Peer> peer_;
  double t_ = 0;
  double connect_at_ = 0;
};

std::function<Pair::Peer()> served_by(AgentServer& agent) {
  return [&agent] {
    auto connection = std::make_shared<AgentConnection>(agent);
    return Pair::Peer{
        [connection](ByteView bytes, Now n) {
          return connection->handle_bytes(bytes, n).has_value();
        },
        [connection](std::string& out, Now n) { return connection->poll_transmit(out, n); },
        [connection] { return connection->closing(); }};
  };
}

/// An agent that answers each target's path with one fixed text; `{}` of it is the request's query.
std::function<Pair::Peer()> fixed(std::function<std::string(std::string_view)> answer,
                                  bool closes = false) {
  return [answer, closes] {
    struct State {
      std::string in, out;
      bool closing = false;
    };
    auto state = std::make_shared<State>();
    return Pair::Peer{[=](ByteView bytes, Now) {
                        state->in += as_text(bytes);
                        const auto end = state->in.find("\r\n\r\n");
                        if (end == std::string::npos) return true;
                        const auto target = state->in.substr(4, state->in.find(' ', 4) - 4);
                        state->in.erase(0, end + 4);
                        const auto body = answer(target);
                        state->out += fmt::format(
                            "HTTP/1.1 {}\r\nContent-Type: text/xml\r\n{}Connection: {}\r\n\r\n{}",
                            body.empty() ? "404 Not Found" : "200 OK",
                            closes ? "" : fmt::format("Content-Length: {}\r\n", body.size()),
                            closes ? "close" : "keep-alive", body);
                        state->closing = closes;
                        return true;
                      },
                      [=](std::string& out, Now) {
                        if (state->out.empty()) return false;
                        out += std::exchange(state->out, {});
                        return true;
                      },
                      [=] { return state->closing; }};
  };
}

using Lines = std::vector<std::string>;

TEST(MtconnectDriver, FollowsAnAgentFromProbeToStream) {
  for (const std::size_t piece : {std::size_t{4096}, std::size_t{1}}) {
    AgentServer agent({device_called("mill")}, {}, at(-100));
    agent.observe("mill_exec", at(-50), "READY");
    agent.observe("mill_parts", at(-40), "7");
    Pair pair(served_by(agent), machine_of(), piece);
    pair.run_to(1);
    EXPECT_EQ(pair.take(),
              (Lines{"0.00 up", "0.00 values 2=(unavailable) 4=UNAVAILABLE////(unavailable)",
                     "0.00 values 1=READY", "0.00 values 3=7"}));
    EXPECT_NE(
        pair.requests.find("GET /sample?from=7&count=5000&interval=100&heartbeat=4000 HTTP/1.1"),
        std::string::npos)
        << pair.requests;
    agent.observe("mill_exec", at(1), "ACTIVE");
    agent.observe("mill_feed", at(1), "12.5");
    agent.observe_condition("mill_sys", at(1.2), Level::fault, "E7", "2", "HIGH", "hot & loud");
    agent.observe("mill_exec", at(1.3), "STOPPED");
    pair.run_to(2);
    EXPECT_EQ(pair.take(),
              (Lines{"1.00 values 1=ACTIVE 2=12.5", "1.20 values 4=FAULT/E7/2/HIGH/hot & loud",
                     "1.30 values 1=STOPPED"}));
    EXPECT_EQ(pair.driver.health().at(0).error, "");
    EXPECT_TRUE(pair.driver.health().at(0).quarantined.empty());
    EXPECT_GE(pair.driver.health().at(0).last_value, at(1));
    EXPECT_TRUE(pair.errors.empty());
  }
}

TEST(MtconnectDriver, HeartbeatsAreSignsOfLife) {
  AgentServer agent({device_called("mill")}, {}, at(-100));
  Pair pair(served_by(agent), machine_of());
  pair.run_to(65);
  static_cast<void>(pair.take());
  EXPECT_EQ(pair.alive, 17u) << "at once, then every four seconds";
  EXPECT_TRUE(pair.errors.empty());
}

TEST(MtconnectDriver, ASilentStreamIsGivenUpAfterTwoHeartbeats) {
  AgentServer agent({device_called("mill")}, {}, at(-100));
  Pair pair(served_by(agent), machine_of());
  pair.run_to(1);
  static_cast<void>(pair.take());
  pair.frozen = true;
  pair.reachable = false;
  pair.run_to(7.9);
  EXPECT_TRUE(pair.errors.empty());
  pair.run_to(9);
  ASSERT_EQ(pair.errors.size(), 1u);
  EXPECT_TRUE(pair.errors[0].starts_with("no word for 8.0 s")) << pair.errors[0];
  const auto lines = pair.take();
  ASSERT_EQ(lines.size(), 1u) << "told once, however often it fails to connect";
  EXPECT_TRUE(lines[0].starts_with("0.00 down: no word")) << lines[0];
}

TEST(MtconnectDriver, AnAgentThatDoesNotAnswerIsGivenUpAfterTheTimeOut) {
  AgentServer agent({device_called("mill")}, {}, at(-100));
  Pair pair(served_by(agent), machine_of());
  pair.frozen = true;
  pair.run_to(2.1);
  ASSERT_EQ(pair.errors.size(), 1u);
  EXPECT_EQ(pair.errors[0], "no word for 2.0 s after asking for /probe");
}

TEST(MtconnectDriver, OneOfSeveralDevicesIsChosenByNameOrUuid) {
  for (const std::string wanted : {"mill", "uuid-mill"}) {
    AgentServer agent({device_called("lathe"), device_called("mill")}, {}, at(-100));
    Pair pair(served_by(agent), machine_of(wanted));
    pair.run_to(1);
    static_cast<void>(pair.take());
    EXPECT_NE(pair.requests.find("GET /mill/sample?"), std::string::npos);
    agent.observe("lathe_exec", at(1), "ACTIVE");
    agent.observe("mill_exec", at(1), "READY");
    agent.observe("lathe_exec", at(1), "READY");
    pair.run_to(2);
    EXPECT_EQ(pair.take(), (Lines{"1.00 values 1=READY"})) << "and no gap for the others' numbers";
  }
}

TEST(MtconnectDriver, AnUnclearDeviceIsRefusedWithTheNamesThereAre) {
  AgentServer agent({device_called("lathe"), device_called("mill")}, {}, at(-100));
  for (const std::string wanted : {"", "press"}) {
    Pair pair(served_by(agent), machine_of(wanted));
    pair.run_to(0.1);
    ASSERT_EQ(pair.errors.size(), 1u);
    EXPECT_NE(pair.errors[0].find("'lathe' (uuid uuid-lathe), 'mill' (uuid uuid-mill)"),
              std::string::npos)
        << pair.errors[0];
  }
}

TEST(MtconnectDriver, UnknownDataItemsAreQuarantinedAndTheOthersGoOn) {
  AgentServer agent({device_called("mill")}, {}, at(-100));
  auto machine = machine_of();
  machine.signals[0].address = "Exec";
  machine.signals[2].address = "zzz";
  Pair pair(served_by(agent), machine);
  agent.observe("mill_feed", at(-1), "3");
  pair.run_to(1);
  EXPECT_EQ(pair.take(),
            (Lines{"0.00 up", "0.00 values 4=UNAVAILABLE////(unavailable)", "0.00 values 2=3"}));
  EXPECT_EQ(
      pair.driver.health().at(0).quarantined,
      (Lines{"signal 'exec': device 'mill' has no data item 'Exec'; is it one of 'mill_exec'?",
             "signal 'parts': device 'mill' has no data item 'zzz'"}));
}

TEST(MtconnectDriver, ARestartedAgentIsAGapAndReadAgain) {
  AgentServer first({device_called("mill")}, {.instance_id = 1}, at(-100));
  AgentServer second({device_called("mill")}, {.instance_id = 2}, at(4));
  first.observe("mill_exec", at(-1), "ACTIVE");
  AgentServer* running = &first;
  Pair pair([&] { return served_by(*running)(); }, machine_of());
  pair.run_to(1);
  static_cast<void>(pair.take());
  // The agent dies and another one answers; the driver is not told which.
  running = &second;
  pair.reachable = false;
  pair.frozen = true;
  pair.run_to(22);
  pair.reachable = true;
  pair.frozen = false;
  pair.run_to(25);
  const auto lines = pair.take();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_TRUE(lines[0].starts_with("0.00 down"));
  EXPECT_TRUE(lines[1].ends_with(" up"));
  EXPECT_TRUE(lines[2].ends_with("gap: the agent was restarted (instance 1, now 2)")) << lines[2];
  EXPECT_NE(lines[3].find("1=(unavailable) 2=(unavailable)"), std::string::npos) << lines[3];
}

TEST(MtconnectDriver, WhatTheAgentKeptWhileTheWireWasCutIsTakenAtItsOwnTime) {
  AgentServer agent({device_called("mill")}, {.instance_id = 1}, at(-100));
  agent.observe("mill_exec", at(-1), "ACTIVE");
  agent.observe("mill_parts", at(-1), "10");
  Pair pair(served_by(agent), machine_of());
  pair.run_to(1);
  static_cast<void>(pair.take());
  pair.reachable = false;
  pair.frozen = true;
  pair.run_to(22);  // Given up after two heartbeats.
  agent.observe("mill_exec", at(30), "READY");
  agent.observe("mill_parts", at(30), "11");
  agent.observe("mill_exec", at(50), "ACTIVE");
  agent.observe("mill_parts", at(90), "12");
  pair.run_to(100);
  pair.reachable = true;
  pair.frozen = false;
  const auto alive = pair.alive;
  pair.run_to(102);
  const auto lines = pair.take();
  ASSERT_EQ(lines.size(), 5u) << fmt::format("{}", fmt::join(lines, "\n"));
  const auto down_at = lines[0].substr(0, lines[0].find(' '));
  EXPECT_TRUE(lines[0].starts_with(down_at + " down"));
  EXPECT_EQ(lines[1], down_at + " up") << "the link never was down: the agent heard it all";
  EXPECT_EQ(lines[2], "30.00 values 1=READY 3=11");
  EXPECT_EQ(lines[3], "50.00 values 1=ACTIVE");
  EXPECT_EQ(lines[4], "90.00 values 3=12");
  EXPECT_GE(pair.alive - alive, 19u) << "and says so at least every five seconds";
  agent.observe("mill_exec", at(102), "STOPPED");
  pair.run_to(103);
  EXPECT_EQ(pair.take(), (Lines{"102.00 values 1=STOPPED"})) << "and the stream goes on";
}

TEST(MtconnectDriver, MoreThanOneAnswerHoldsIsTakenPieceByPieceAfterACut) {
  AgentServer agent({device_called("mill")}, {.instance_id = 1, .buffer_size = 16384}, at(-100));
  agent.observe("mill_exec", at(-1), "ACTIVE");
  Pair pair(served_by(agent), machine_of(), 1 << 20);
  pair.run_to(1);
  static_cast<void>(pair.take());
  pair.reachable = false;
  pair.frozen = true;
  pair.run_to(22);
  static_cast<void>(pair.take());
  for (int i = 0; i < 12'000; ++i)
    agent.observe("mill_feed", at(25 + i * 0.001), fmt::format("{}", i));
  pair.run_to(40);
  pair.reachable = true;
  pair.frozen = false;
  pair.run_to(43);
  const auto lines = pair.take();
  ASSERT_EQ(lines.size(), 12'001u);
  EXPECT_TRUE(lines[0].ends_with(" up"));
  for (std::size_t i = 0; i < 12'000; ++i)
    ASSERT_TRUE(lines[1 + i].ends_with(fmt::format(" values 2={}", i))) << lines[1 + i];
}

TEST(MtconnectDriver, AnAgentThatKeptTooLittleWhileTheWireWasCutIsAGapAndReadAgain) {
  AgentServer agent({device_called("mill")}, {.instance_id = 1, .buffer_size = 16}, at(-100));
  agent.observe("mill_exec", at(-1), "ACTIVE");
  Pair pair(served_by(agent), machine_of());
  pair.run_to(1);
  static_cast<void>(pair.take());
  pair.reachable = false;
  pair.frozen = true;
  pair.run_to(22);
  static_cast<void>(pair.take());
  for (int i = 0; i < 40; ++i) agent.observe("mill_feed", at(25 + i), fmt::format("{}", i));
  pair.run_to(70);
  pair.reachable = true;
  pair.frozen = false;
  pair.run_to(73);
  const auto lines = pair.take();
  ASSERT_GE(lines.size(), 3u);
  EXPECT_NE(lines[0].find("gap: the agent no longer has observation"), std::string::npos)
      << lines[0];
  EXPECT_TRUE(lines[1].ends_with(" up")) << lines[1];
  EXPECT_TRUE(lines[1] > "70") << "unknown from the cut on: " << lines[1];
}

TEST(MtconnectDriver, AnOverrunBufferIsAGapHealedByCurrent) {
  AgentServer agent({device_called("mill")}, {.buffer_size = 16}, at(-100));
  auto machine = machine_of();
  machine.connection.poll = std::chrono::seconds{2};
  Pair pair(served_by(agent), machine);
  agent.observe_condition("mill_sys", at(-1), Level::fault, "E1", "", "", "one");
  pair.run_to(0.5);
  static_cast<void>(pair.take());
  agent.observe_condition("mill_sys", at(0.6), Level::normal, "E1", "", "", "");
  for (int i = 0; i < 40; ++i) agent.observe("mill_feed", at(0.6), fmt::format("{}", i));
  agent.observe("mill_exec", at(0.7), "ACTIVE");
  pair.run_to(6);
  const auto lines = pair.take();
  ASSERT_GE(lines.size(), 4u);
  EXPECT_NE(lines[0].find("gap: the agent no longer has observation 6"), std::string::npos)
      << lines[0];
  EXPECT_NE(lines[1].find("values 4=NORMAL/E1///"), std::string::npos)
      << "the alarm whose end was missed is closed: " << lines[1];
  bool feed = false;
  for (const auto& line : lines) feed |= line.find("2=39") != std::string::npos;
  EXPECT_TRUE(feed);
  for (const auto& line : lines) EXPECT_EQ(line.find("down"), std::string::npos) << line;
  agent.observe("mill_exec", at(6), "READY");
  pair.run_to(9);
  EXPECT_EQ(pair.take(), (Lines{"6.00 values 1=READY"})) << "and the stream goes on";
}

std::string streams_document(std::uint64_t instance, std::uint64_t first, std::uint64_t next,
                             std::string_view observations) {
  return fmt::format(
      R"(<MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:1.2"><Header instanceId="{}" bufferSize="100" firstSequence="{}" nextSequence="{}" lastSequence="{}"/><Streams><DeviceStream name="mill" uuid="u"><ComponentStream component="Path"><Events>{}</Events></ComponentStream></DeviceStream></Streams></MTConnectStreams>)",
      instance, first, next, next - 1, observations);
}

std::string event(std::uint64_t sequence, double s, std::string_view value) {
  return fmt::format(
      R"(<Execution dataItemId="x" name="exec" sequence="{}" timestamp="{}">{}</Execution>)",
      sequence, format_rfc3339(at(s)), value);
}

TEST(MtconnectDriver, AnAgentWithoutProbeAndStreamsIsPolledUnchecked) {
  for (const bool closes : {false, true}) {
    std::uint64_t next = 11;
    Pair pair(fixed(
                  [&](std::string_view target) -> std::string {
                    if (target == "/current")
                      return streams_document(1, 1, next, event(10, -1, "READY"));
                    if (!target.starts_with("/sample?from=")) return {};
                    const auto from = std::stoull(std::string(target.substr(13)));
                    std::string events;
                    for (auto s = from; s < next; ++s)
                      events += event(s, static_cast<double>(s) - 10, fmt::format("V{}", s));
                    return streams_document(1, 1, next, events);
                  },
                  closes),
              machine_of());
    pair.run_to(1.5);
    next = 13;
    pair.run_to(3);
    // One that closes is asked for probe on a connection of its own.
    const std::string up = closes ? "0.20" : "0.00";
    EXPECT_EQ(pair.take(),
              (Lines{up + " up", up + " values 1=READY", "1.00 values 1=V11", "2.00 values 1=V12"}))
        << closes;
  }
}

TEST(MtconnectDriver, NumbersLeftOutAreAGapButNoEndlessOne) {
  std::uint64_t next = 11;
  Pair pair(fixed([&](std::string_view target) -> std::string {
              if (target == "/current") return streams_document(1, 1, next, event(10, -1, "READY"));
              if (!target.starts_with("/sample?from=")) return {};
              next += 3;
              return streams_document(1, 1, next, event(next - 1, 0.5, "ACTIVE"));
            }),
            machine_of());
  pair.run_to(30);
  std::size_t gaps = 0;
  for (const auto& line : pair.take()) {
    gaps += line.find("gap: observations ") != std::string::npos ? 1 : 0;
    EXPECT_EQ(line.find("down"), std::string::npos);
  }
  EXPECT_EQ(gaps, 3u);
}

TEST(MtconnectDriver, AnAgentThatGoesBackIsAGapAtAModestRate) {
  Pair pair(fixed([&](std::string_view target) -> std::string {
              if (target == "/current") return streams_document(1, 1, 100, event(99, -1, "READY"));
              if (!target.starts_with("/sample?from=")) return {};
              return streams_document(1, 1, 50, event(49, -5, "ACTIVE"));
            }),
            machine_of());
  pair.run_to(30);
  std::size_t gaps = 0;
  for (const auto& line : pair.take())
    gaps += line.find("gap: the agent went back from observation 100 to 50") != std::string::npos;
  EXPECT_GE(gaps, 10u);
  EXPECT_LE(gaps, 40u);
}

TEST(MtconnectDriver, NonsenseEndsTheConnectionWithOneClearLine) {
  struct Case {
    std::string answer;
    std::string_view what;
  };
  for (const auto& [answer, what] : std::vector<Case>{
           {"220 ftp ready\r\n", "not an HTTP response"},
           {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "answer to /probe: not an XML document"},
           {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html/>",
            "'html' is no document of an MTConnect agent"},
           {"HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed\r\n\r\n", "without a boundary"}}) {
    MtconnectDriver driver(machine_of());
    driver.handle_connected(now(0));
    const auto result = driver.handle_bytes(as_bytes(answer), now(0));
    ASSERT_FALSE(result) << answer;
    EXPECT_NE(result.error().what.find(what), std::string::npos) << result.error().what;
  }
}

TEST(MtconnectDriver, ADocumentAboveTenMegabytesIsRefused) {
  MtconnectDriver driver(machine_of());
  driver.handle_connected(now(0));
  ASSERT_TRUE(
      driver.handle_bytes(as_bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"), now(0)));
  const std::string noise(1 << 20, ' ');
  bool refused = false;
  for (int i = 0; i < 12 && !refused; ++i)
    refused = !driver.handle_bytes(as_bytes(noise), now(0.1));
  EXPECT_TRUE(refused);
}

TEST(MtconnectDriver, AddressesThatCanBeNoDataItemAreRefused) {
  for (const std::string_view wrong : {"", "a b", "a\n", "<x>", "a&b"}) {
    auto machine = machine_of();
    machine.signals[1].address = wrong;
    const auto made = make_mtconnect_driver(machine);
    ASSERT_FALSE(made) << wrong;
    EXPECT_NE(made.error().what.find("machine 'mill': signal 'mill_feed'"), std::string::npos);
  }
  EXPECT_TRUE(make_mtconnect_driver(machine_of()));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(MtconnectDriver, ReadsTheCurrentOfARealMachine) {
  const auto folder = test::recordings() / "mtconnect-samples";
  const auto current = read_file(folder / "Current-Mazak-2.0.xml");
  const auto probe = read_file(folder / "device-mazak.xml");
  if (current.empty() || probe.empty()) GTEST_SKIP() << "no recordings in " << folder;
  mtconnect::Document document;
  ASSERT_TRUE(document.load(current));
  mtconnect::StreamsReader streams;
  ASSERT_TRUE(streams.read(document));
  Machine machine = machine_of();
  machine.signals.clear();
  for (const auto& o : streams.observations()) {
    if (o.device != 1) continue;
    Signal s;
    s.id = s.address = o.data_item_id;
    s.type = o.category == Category::condition ? ValueType::condition : ValueType::text;
    s.key = SignalKey{static_cast<std::uint32_t>(machine.signals.size() + 1)};
    machine.signals.push_back(s);
  }
  Pair pair(fixed([&](std::string_view target) {
              if (target == "/probe") return probe;
              return target == "/current" ? current : std::string{};
            }),
            machine);
  pair.run_to(0.05);
  std::size_t values = 0;
  for (const auto& line : pair.take())
    values += static_cast<std::size_t>(std::count(line.begin(), line.end(), '='));
  EXPECT_GE(values, machine.signals.size());
}

TEST(MtconnectDriver, ReadsThePartsStreamWithEachObservationOnce) {
  const auto folder = test::recordings() / "mtconnect-nist";
  const auto sample = test::unpacked(folder / "streams-xml/Cover-Hurco04-01of20.xml.xz");
  if (sample.empty()) GTEST_SKIP() << "no recordings in " << folder;
  mtconnect::Document document;
  ASSERT_TRUE(document.load(sample));
  mtconnect::StreamsReader streams;
  ASSERT_TRUE(streams.read(document));
  Machine machine = machine_of("Hurco04");
  machine.connection.clock = ClockPolicy::device;
  machine.signals.clear();
  for (const auto& o : streams.observations()) {
    if (std::ranges::any_of(machine.signals,
                            [&](const auto& s) { return s.address == o.data_item_id; }))
      continue;
    Signal s;
    s.id = s.address = o.data_item_id;
    s.key = SignalKey{static_cast<std::uint32_t>(machine.signals.size() + 1)};
    machine.signals.push_back(s);
  }
  Pair pair(
      fixed([&](std::string_view target) -> std::string {
        if (target == "/current")
          return R"(<MTConnectStreams><Header instanceId="1488215604" nextSequence="819002"/>)"
                 R"(<Streams><DeviceStream name="Hurco04" uuid="mtc_adapter008"/></Streams></MTConnectStreams>)";
        return target.starts_with("/sample?from=819002&") ? sample : std::string{};
      }),
      machine);
  pair.run_to(0.05);
  std::size_t values = 0;
  std::string last;
  for (const auto& line : pair.take()) {
    if (line.find("values") == std::string::npos) continue;
    values += static_cast<std::size_t>(std::count(line.begin(), line.end(), '='));
  }
  EXPECT_EQ(values, streams.observations().size());
}

}  // namespace
}  // namespace spindle::connect
