// A recorded day, said again by an adapter over a socket faster than real time, gives what its
// replay gives: the same states, parts and alarms to the microsecond.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "plant/replay.hpp"
#include "sim/tcp_host.hpp"
#include "tests/plant/replay_support.hpp"
#include "tests/protocol/shdr/recording.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/recorded_facts.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;

/// Says the whole recording to whoever connects, then is silent.
class Recital final : public sim::Conversation {
 public:
  explicit Recital(std::string_view text) : text_(text) {}
  void greet(Bytes& out) override {
    const auto bytes = as_bytes(text_);
    out.assign(bytes.begin(), bytes.end());
  }
  bool handle_bytes(ByteView /*bytes*/, Bytes& /*out*/) override { return true; }

 private:
  std::string_view text_;
};

/// The signals of a recording, as an engineer would set them up.
Machine machine_of(std::string_view text) {
  std::set<std::string> keys;
  std::set<std::string> conditions;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto bar = line.find('|');
    if (bar == std::string_view::npos) continue;
    const std::string key(line.substr(bar + 1, line.find('|', bar + 1) - bar - 1));
    keys.insert(key);
    if (std::ranges::count(line, '|') == 6) conditions.insert(key);
  }
  const std::map<std::string, Role> roles{{"avail", Role::availability},
                                          {"estop", Role::estop},
                                          {"EStop_State", Role::estop},
                                          {"execution", Role::execution},
                                          {"mode", Role::mode},
                                          {"Program_Status", Role::execution},
                                          {"program", Role::program},
                                          {"Program_Name_Running", Role::program},
                                          {"Part_Count", Role::part_count}};
  Machine machine;
  machine.id = "mill";
  machine.connection.protocol = Protocol::shdr;
  machine.connection.host = "127.0.0.1";
  machine.connection.clock = ClockPolicy::device;
  for (const auto& key : keys) {
    const auto role = roles.find(key);
    machine.signals.push_back(
        plant::testing::signal(key,
                               conditions.contains(key) ? ValueType::condition
                               : key == "Part_Count"    ? ValueType::float64
                                                        : ValueType::text,
                               role == roles.end() ? Role::none : role->second));
  }
  return machine;
}

std::string word(const StateInterval& s) {
  return format_rfc3339_us(s.from) + " " + format_rfc3339_us(s.to) + " " +
         std::string(to_string(s.state)) + "/" + std::string(to_string(s.physical)) + " " +
         s.detail.program + " " + s.detail.reason + " " + s.detail.alarm_code;
}
std::string word(const PartStep& p) {
  return format_rfc3339_us(p.time) + " " + std::to_string(p.parts) + " " +
         std::string(to_string(p.kind)) + " " + p.program;
}
std::string word(const LaneSpan& s) {
  return std::string(to_string(s.lane)) + " " + format_rfc3339_us(s.from) + " " +
         format_rfc3339_us(s.to) + " " + s.value;
}
std::string word(const AlarmSpan& a, const Machine& machine, Instant end) {
  const auto signal = std::ranges::find(machine.signals, a.signal, &Signal::key);
  const auto to = std::min(a.to.value_or(end), end);
  return (signal == machine.signals.end() ? "?" : signal->id) + " " + a.code + " " + a.text + " " +
         format_rfc3339_us(a.from) + " " + format_rfc3339_us(to);
}

using Lines = std::multiset<std::string>;
template <class Facts, class... More>
Lines words(const Facts& facts, const More&... more) {
  Lines out;
  for (const auto& fact : facts) out.insert(word(fact, more...));
  return out;
}

/// The first lines that only one side has.
std::string difference(const Lines& live, const Lines& replay) {
  std::string out;
  std::vector<std::string> only;
  std::ranges::set_difference(live, replay, std::back_inserter(only));
  for (std::size_t i = 0; i < only.size() && i < 5; ++i) out += "\nonly live:   " + only[i];
  only.clear();
  std::ranges::set_difference(replay, live, std::back_inserter(only));
  for (std::size_t i = 0; i < only.size() && i < 5; ++i) out += "\nonly replay: " + only[i];
  return out;
}

class LiveEqualsReplay : public ::testing::TestWithParam<const char*> {};

TEST_P(LiveEqualsReplay, InStatesPartsAlarmsAndFigures) {
  const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" /
                                   (std::string(GetParam()) + ".txt.xz"));
  if (text.empty()) GTEST_SKIP() << "no recordings in " << test::recordings();
  Plant plant;
  plant.timezone = "America/New_York";
  plant.machines = {machine_of(text)};
  const auto replay = plant::replay_recording(plant, "mill", {}, plant::testing::source_of(text));
  ASSERT_TRUE(replay) << replay.error().what;
  const auto window = replay->window;
  const auto replayed = test::recorded_facts(replay->machine, text);

  test::SimThread devices;
  sim::TcpHost host(devices.io(), 0, [&] { return std::make_unique<Recital>(text); });
  ASSERT_TRUE(devices.run([&] { return host.open(); }));
  plant.machines[0].connection.port = host.port();
  test::RunningBox box(plant);

  const auto machine = *box.plant().plant()->find_machine("mill");
  const auto wanted = words(replay->timeline);
  plant::Record live;
  const auto same = [&] {
    auto record = box.plant().record(machine, window);
    if (!record) return false;
    live = std::move(*record);
    return words(plant::partition(live.states, window)) == wanted &&
           !box.plant().recompute_progress();
  };
  EXPECT_TRUE(test::eventually(60s, same))
      << difference(words(plant::partition(live.states, window)), wanted);

  const auto in_window = [&](std::vector<PartStep> parts) {
    std::erase_if(parts, [&](const PartStep& p) { return !window.contains(p.time); });
    return parts;
  };
  const auto parts = words(in_window(live.parts));
  EXPECT_TRUE(parts == words(replay->parts)) << difference(parts, words(replay->parts));
  const auto alarms = words(live.alarms, machine, window.to);
  const auto alarms_wanted = words(replayed.alarms, replay->machine, window.to);
  EXPECT_TRUE(alarms == alarms_wanted) << difference(alarms, alarms_wanted);
  auto spans = live.spans;
  for (auto& span : spans) span.to = std::min(span.to, window.to);
  EXPECT_TRUE(words(spans) == words(replay->spans))
      << difference(words(spans), words(replay->spans));

  const auto kpi =
      box.get("/api/v1/machines/mill/kpi?lang=en&" + test::window(window.from, window.to));
  ASSERT_EQ(kpi.status, 200) << kpi.body;
  const auto figures = kpi.json();
  const json replayed_figures = plant::replay_to_json(*replay, kpi::Language::en);
  for (const auto* name : {"window_s", "state_s", "planned_state_s", "pbt_s", "known_s", "coverage",
                           "availability", "parts", "failures", "mttr_s", "utilization"})
    EXPECT_EQ(figures[name], replayed_figures[name]) << name;
  EXPECT_EQ(devices.run([&] { return host.accepted(); }), 1u);
  devices.run([&] { host.close(); });
}

INSTANTIATE_TEST_SUITE_P(Days, LiveEqualsReplay,
                         ::testing::Values("Hurco01-20170502-20170503", "Hurco01-20170809-20170810",
                                           "Mazak01-20161206-20161207",
                                           "GFAgie01-20160513-20160514",
                                           "Mazak03-20170613-20170614"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace spindle
