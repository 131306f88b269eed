#include "protocol/mtconnect/agent_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/mtconnect/agent_connection.hpp"

namespace spindle::mtconnect {
namespace {

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};
Now now(double s) { return {epoch + from_seconds(s), Monotonic{from_seconds(1000 + s)}}; }

std::vector<Device> two_devices() {
  std::vector<Device> devices;
  for (const std::string name : {"mill", "lathe"}) {
    Device d;
    d.id = name + "_d";
    d.name = name;
    d.uuid = "uuid-" + name;
    d.components = {{0, "Device", d.id, name},
                    {0, "Controller", name + "_c", "controller"},
                    {1, "Path", name + "_p", "path"}};
    d.data_items = {{name + "_avail", "", "AVAILABILITY", "", "", "VALUE", Category::event, 0},
                    {name + "_exec", "exec", "EXECUTION", "", "", "VALUE", Category::event, 2},
                    {name + "_feed", "", "PATH_FEEDRATE", "ACTUAL", "MILLIMETER/SECOND", "VALUE",
                     Category::sample, 2},
                    {name + "_sys", "", "SYSTEM", "", "", "VALUE", Category::condition, 1}};
    devices.push_back(std::move(d));
  }
  return devices;
}

std::string streams_told(std::string_view text) {
  Document document;
  if (const auto loaded = document.load(text); !loaded) return loaded.error().what;
  if (document.kind() == DocumentKind::error) return document.errors().at(0).code;
  StreamsReader reader;
  if (!reader.read(document)) return "no streams";
  std::string out = fmt::format("{}..{} next {}:", document.header().first_sequence,
                                document.header().last_sequence, document.header().next_sequence);
  for (const auto& o : reader.observations())
    out += fmt::format(" {}:{}={}", o.sequence, o.data_item_id,
                       o.category == Category::condition
                           ? fmt::format("{}[{}]", to_string(o.level), o.code)
                           : std::string(o.value));
  return out;
}

TEST(AgentServer, ItsProbeReadsBackAsTheModelItWasGiven) {
  const AgentServer agent(two_devices(), {}, epoch);
  Document document;
  ASSERT_TRUE(document.load(agent.answer("/probe", epoch).document));
  const auto devices = read_devices(document);
  ASSERT_TRUE(devices);
  ASSERT_EQ(devices->size(), 2u);
  EXPECT_EQ(devices->at(1).uuid, "uuid-lathe");
  EXPECT_EQ(devices->at(1).path_of(*devices->at(1).find("exec")),
            "Controller[controller]/Path[path]");
  EXPECT_EQ(devices->at(1).find("lathe_feed")->sub_type, "ACTUAL");
  ASSERT_TRUE(document.load(agent.answer("/mill/probe", epoch).document));
  EXPECT_EQ(read_devices(document)->size(), 1u);
}

TEST(AgentServer, CurrentHoldsTheLatestAndAllActiveConditions) {
  AgentServer agent(two_devices(), {}, epoch);
  EXPECT_EQ(agent.observe("mill_exec", epoch, "READY"), 9u);
  EXPECT_EQ(agent.observe("mill_exec", epoch, "ACTIVE <&>"), 10u);
  agent.observe_condition("mill_sys", epoch, Level::fault, "E1", "", "", "one");
  agent.observe_condition("mill_sys", epoch, Level::warning, "E2", "", "", "two");
  agent.observe_condition("mill_sys", epoch, Level::fault, "E3", "", "", "three");
  agent.observe_condition("mill_sys", epoch, Level::normal, "E1", "", "", "");
  EXPECT_EQ(agent.observe("nothing", epoch, "x"), 0u);
  EXPECT_EQ(streams_told(agent.answer("/mill/current", epoch).document),
            "1..14 next 15: 5:mill_avail=UNAVAILABLE 12:mill_sys=Warning[E2] "
            "13:mill_sys=Fault[E3] 7:mill_feed=UNAVAILABLE 10:mill_exec=ACTIVE <&>");
  agent.observe_condition("mill_sys", epoch, Level::normal, "", "", "", "");
  EXPECT_NE(
      streams_told(agent.answer("/mill/current", epoch).document).find("15:mill_sys=Normal[]"),
      std::string::npos);
}

TEST(AgentServer, SamplesFromItsRingAndRefusesWhatItLost) {
  AgentServer agent(two_devices(), {.buffer_size = 10}, epoch);
  for (int i = 0; i < 5; ++i) agent.observe("mill_feed", epoch, fmt::format("{}", i));
  agent.observe("lathe_feed", epoch, "7");
  const auto sample = [&](std::string_view query) {
    return streams_told(agent.answer(query, epoch).document);
  };
  EXPECT_EQ(sample("/sample?from=12&count=2"), "5..14 next 14: 12:mill_feed=3 13:mill_feed=4");
  EXPECT_EQ(sample("/lathe/sample?from=12&count=2"), "5..14 next 15: 14:lathe_feed=7");
  EXPECT_EQ(sample("/sample?from=15"), "5..14 next 15:");
  EXPECT_EQ(sample("/sample?from=4"), "OUT_OF_RANGE");
  EXPECT_EQ(sample("/sample?from=16"), "OUT_OF_RANGE");
  EXPECT_EQ(sample("/sample?count=11"), "OUT_OF_RANGE");
  EXPECT_EQ(sample("/sample?count=0"), "OUT_OF_RANGE");
  EXPECT_EQ(sample("/sample?from=x"), "INVALID_REQUEST");
  EXPECT_EQ(sample("/press/current"), "NO_DEVICE");
  EXPECT_EQ(sample("/asset"), "UNSUPPORTED");
  EXPECT_EQ(agent.answer("/sample?from=4", epoch).status, 404);
}

std::string take(AgentConnection& connection, Now t) {
  std::string out;
  while (connection.poll_transmit(out, t)) {
  }
  return out;
}

TEST(AgentConnection, StreamsWithIntervalAndHeartbeat) {
  AgentServer agent(two_devices(), {}, epoch);
  AgentConnection connection(agent);
  const std::string request =
      "GET /mill/sample?from=9&interval=100&heartbeat=1000 HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const char c : request)
    ASSERT_TRUE(connection.handle_bytes(as_bytes(std::string_view(&c, 1)), now(0)));
  const auto begin = take(connection, now(0));
  EXPECT_NE(begin.find("multipart/x-mixed-replace;boundary="), std::string::npos);
  EXPECT_NE(begin.find("nextSequence=\"9\""), std::string::npos) << "the first part comes at once";
  EXPECT_EQ(take(connection, now(0.5)), "");
  agent.observe("mill_feed", epoch, "1");
  EXPECT_NE(take(connection, now(0.6)).find("nextSequence=\"10\""), std::string::npos);
  agent.observe("mill_feed", epoch, "2");
  EXPECT_EQ(take(connection, now(0.65)), "") << "before the interval is over";
  EXPECT_NE(take(connection, now(0.7)).find("nextSequence=\"11\""), std::string::npos);
  EXPECT_EQ(take(connection, now(1.6)), "");
  EXPECT_NE(take(connection, now(1.7)).find("nextSequence=\"11\""), std::string::npos)
      << "heartbeat";
  EXPECT_FALSE(connection.closing());
}

TEST(AgentConnection, EndsAStreamWhoseClientFellBehind) {
  AgentServer agent(two_devices(), {.buffer_size = 10}, epoch);
  AgentConnection connection(agent);
  ASSERT_TRUE(
      connection.handle_bytes(as_bytes("GET /sample?from=9&interval=0 HTTP/1.1\r\n\r\n"), now(0)));
  static_cast<void>(take(connection, now(0)));
  for (int i = 0; i < 20; ++i) agent.observe("mill_feed", epoch, "1");
  EXPECT_NE(take(connection, now(1)).find("OUT_OF_RANGE"), std::string::npos);
  EXPECT_TRUE(connection.closing());
}

TEST(AgentConnection, RefusesWhatIsNoGetAndWhatIsNoHttp) {
  const AgentServer agent(two_devices(), {}, epoch);
  AgentConnection post(agent);
  ASSERT_TRUE(
      post.handle_bytes(as_bytes("POST /probe HTTP/1.1\r\nConnection: close\r\n\r\n"), now(0)));
  EXPECT_TRUE(take(post, now(0)).starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(post.closing());
  AgentConnection noise(agent);
  EXPECT_FALSE(noise.handle_bytes(as_bytes("nonsense\r\n\r\n"), now(0)));
  AgentConnection endless(agent);
  EXPECT_FALSE(endless.handle_bytes(as_bytes(std::string(10'000, 'x')), now(0)));
  AgentConnection two(agent);
  ASSERT_TRUE(two.handle_bytes(as_bytes("GET /probe HTTP/1.1\r\n\r\nGET /current HTTP/1.1\r\n\r\n"),
                               now(0)));
  const auto both = take(two, now(0));
  EXPECT_NE(both.find("MTConnectDevices"), std::string::npos);
  EXPECT_NE(both.find("MTConnectStreams"), std::string::npos);
  EXPECT_FALSE(two.closing());
}

}  // namespace
}  // namespace spindle::mtconnect
