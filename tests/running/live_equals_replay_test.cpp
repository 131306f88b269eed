// A recorded day, said again by an adapter over a socket faster than real time, gives what its
// replay gives: the same states, parts and alarms to the microsecond.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "plant/replay.hpp"
#include "protocol/shdr/adapter.hpp"
#include "sim/tcp_host.hpp"
#include "tests/plant/replay_support.hpp"
#include "tests/protocol/shdr/recording.hpp"
#include "tests/running/api_support.hpp"
#include "tests/running/recorded_facts.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;

/// Says the whole recording to whoever connects, then only answers PINGs.
class Recital final : public sim::Conversation {
 public:
  explicit Recital(std::string_view text) : text_(text) {}
  void greet(Bytes& out) override {
    const auto bytes = as_bytes(text_);
    out.assign(bytes.begin(), bytes.end());
  }
  bool handle_bytes(ByteView bytes, Bytes& out) override {
    std::string answers;
    pings_.handle_bytes(bytes, answers);
    const auto said = as_bytes(answers);
    out.insert(out.end(), said.begin(), said.end());
    return true;
  }

 private:
  std::string_view text_;
  shdr::PingAnswerer pings_{100ms};
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

class LiveEqualsReplay : public ::testing::TestWithParam<const char*> {
 protected:
  /// Sets up what is compared; false where the recording is not there.
  bool open(const std::string& name) {
    text_ = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" / (name + ".txt.xz"));
    if (text_.empty()) return false;
    plant_.timezone = "America/New_York";
    plant_.machines = {machine_of(text_)};
    auto replay = plant::replay_recording(plant_, "mill", {}, plant::testing::source_of(text_));
    EXPECT_TRUE(replay) << replay.error().what;
    replay_ = std::move(*replay);
    return true;
  }
  void listen(const sim::TcpHost& host) {
    plant_.machines[0].connection.port = host.port();
    box_ = std::make_unique<test::RunningBox>(plant_);
  }
  void expect_the_same();

  std::string text_;
  Plant plant_;
  plant::ReplayReport replay_;
  std::unique_ptr<test::RunningBox> box_;
};

void LiveEqualsReplay::expect_the_same() {
  const auto window = replay_.window;
  const auto machine = *box_->plant().plant()->find_machine("mill");
  const auto wanted = words(replay_.timeline);
  plant::Record live;
  const auto same = [&] {
    auto record = box_->plant().record(machine, window);
    if (!record) return false;
    live = std::move(*record);
    return words(plant::partition(live.states, window)) == wanted &&
           !box_->plant().recompute_progress();
  };
  EXPECT_TRUE(test::eventually(60s, same))
      << difference(words(plant::partition(live.states, window)), wanted);

  std::erase_if(live.parts, [&](const PartStep& p) { return !window.contains(p.time); });
  EXPECT_TRUE(words(live.parts) == words(replay_.parts))
      << difference(words(live.parts), words(replay_.parts));
  const auto replayed = test::recorded_facts(replay_.machine, text_);
  const auto alarms = words(live.alarms, machine, window.to);
  const auto alarms_wanted = words(replayed.alarms, replay_.machine, window.to);
  EXPECT_TRUE(alarms == alarms_wanted) << difference(alarms, alarms_wanted);
  for (auto& span : live.spans) span.to = std::min(span.to, window.to);
  EXPECT_TRUE(words(live.spans) == words(replay_.spans))
      << difference(words(live.spans), words(replay_.spans));

  const auto kpi =
      box_->get("/api/v1/machines/mill/kpi?lang=en&" + test::window(window.from, window.to));
  ASSERT_EQ(kpi.status, 200) << kpi.body;
  const auto figures = kpi.json();
  const json replayed_figures = plant::replay_to_json(replay_, kpi::Language::en);
  for (const auto* name : {"window_s", "state_s", "planned_state_s", "pbt_s", "known_s", "coverage",
                           "availability", "parts", "failures", "mttr_s", "utilization"})
    EXPECT_EQ(figures[name], replayed_figures[name]) << name;
}

TEST_P(LiveEqualsReplay, InStatesPartsAlarmsAndFigures) {
  if (!open(GetParam())) GTEST_SKIP() << "no recordings in " << test::recordings();
  test::SimThread devices;
  sim::TcpHost host(devices.io(), 0, [&] { return std::make_unique<Recital>(text_); });
  ASSERT_TRUE(devices.run([&] { return host.open(); }));
  listen(host);
  expect_the_same();
  EXPECT_EQ(devices.run([&] { return host.accepted(); }), 1u);
  devices.run([&] { host.close(); });
}

class LiveEqualsReplayInPieces : public LiveEqualsReplay {};

// Ten thousand times as fast as it was made, over seconds, while the adapter answers every PING.
TEST_P(LiveEqualsReplayInPieces, WhileItsTimeAndTheBoxesRunApart) {
  if (!open(GetParam())) GTEST_SKIP() << "no recordings in " << test::recordings();
  test::SimThread devices;
  sim::TcpHost host(devices.io(), 0, [&] { return std::make_unique<Recital>(""); });
  ASSERT_TRUE(devices.run([&] { return host.open(); }));
  listen(host);
  ASSERT_TRUE(
      test::eventually(60s, [&] { return devices.run([&] { return host.clients(); }) == 1; }));
  // Whole lines: an adapter does not answer a PING in the middle of one.
  constexpr std::size_t pieces = 350;
  const auto begun = read_clock().mono;
  std::size_t said = 0;
  for (std::size_t i = 1; i <= pieces; ++i) {
    const auto end = i == pieces ? text_.size() : text_.find('\n', text_.size() * i / pieces) + 1;
    const auto piece = text_.substr(said, std::max(end, said) - said);
    said += piece.size();
    devices.run([&] { host.say(as_bytes(piece)); });
    const auto due = begun + static_cast<int>(i) * 20ms;
    ASSERT_TRUE(test::eventually(1s, [&] { return read_clock().mono >= due; }));
  }
  expect_the_same();
  devices.run([&] { host.close(); });
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Days, LiveEqualsReplay,
                         ::testing::Values("Hurco01-20170502-20170503", "Hurco01-20170809-20170810",
                                           "Mazak01-20161206-20161207",
                                           "GFAgie01-20160513-20160514",
                                           "Mazak03-20170613-20170614"),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Days, LiveEqualsReplayInPieces,
                         ::testing::Values("Hurco01-20170502-20170503",
                                           "Mazak01-20161206-20161207"),
                         name_of);

}  // namespace
}  // namespace spindle
