// Simulated lives by themselves: what a seed decides, what a simulation file may say.
#include <gtest/gtest.h>

#include <random>

#include "sim/demo_factory.hpp"
#include "sim/lives.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;

const auto begin = *parse_rfc3339("2026-03-02T06:30:00+08:00");

std::vector<std::string> truth_of_days(std::uint64_t seed, Duration length,
                                       const std::function<Duration()>& cut, Duration sampling) {
  const auto spec = sim::demo_factory(seed);
  std::vector<sim::ActorSpec> actors;
  for (const auto& machine : spec.machines) actors.push_back(machine.actor);
  sim::Lives lives(actors, spec.incidents, begin);
  lives.set_sampling(sampling);
  std::vector<std::vector<sim::Event>> events;
  while (lives.now() < begin + length)
    lives.advance(std::min(begin + length, lives.now() + cut()), events);
  std::vector<std::string> truth;
  for (std::size_t i = 0; i < actors.size(); ++i)
    for (const auto& event : events[i])
      if (auto line = sim::truth_of(actors[i].id, event); !line.empty())
        truth.push_back(std::move(line));
  return truth;
}

TEST(SimulatedLives, TheSameSeedGivesTheSameTruthHoweverItIsCutAndSampled) {
  const auto whole = truth_of_days(3, 60h, [] { return 60h; }, 10s);
  EXPECT_GT(whole.size(), 5000u);
  std::mt19937_64 random(5);
  const auto cut = truth_of_days(
      3, 60h, [&] { return Duration{static_cast<std::int64_t>(random() % 90'000'000) + 1}; }, 60s);
  EXPECT_EQ(whole, cut);
}

TEST(SimulatedLives, AnotherSeedGivesAnotherTruth) {
  EXPECT_NE(truth_of_days(
                3, 12h, [] { return 12h; }, 60s),
            truth_of_days(4, 12h, [] { return 12h; }, 60s));
}

TEST(SimulatedLives, LathesWaitWhenTheSawStandsStill) {
  auto spec = sim::demo_factory(1);
  std::vector<sim::ActorSpec> actors;
  for (const auto& machine : spec.machines) actors.push_back(machine.actor);
  const std::vector<sim::Incident> dark{
      {sim::Mishap::power_cut, {"saw-1"}, std::nullopt, 0min, 4 * 3600, 5 * 3600}};
  sim::Lives lives(actors, dark, begin);
  std::vector<std::vector<sim::Event>> events;
  lives.advance(begin + 9h, events);
  const auto waits = std::ranges::count_if(events[1], [&](const sim::Event& event) {
    return event.key == "state" && event.value == "wait" && event.time > begin + 4h;
  });
  EXPECT_GE(waits, 1);
}

TEST(SimulatedLives, TheMeterCountsWhatTheOthersTake) {
  const auto spec = sim::demo_factory(1);
  std::vector<sim::ActorSpec> actors;
  for (const auto& machine : spec.machines) actors.push_back(machine.actor);
  sim::Lives lives(actors, {}, begin);
  std::vector<std::vector<sim::Event>> events;
  lives.advance(begin + 24h, events);
  double others = 0;
  for (std::size_t i = 0; i + 1 < lives.size(); ++i)
    others += lives.actor(i).energy_at(begin + 24h);
  double first = -1;
  double last = 0;
  for (const auto& event : events.back()) {
    if (event.key != "energy_total") continue;
    last = std::stod(event.value);
    if (first < 0) first = last;
  }
  EXPECT_GT(others, 400);
  EXPECT_NEAR(last - first, others + 24 * 11.0, 2.0);
}

// ---- the simulation file ----

constexpr auto sound = R"(seed: 4
shifts: [{name: 日班, days: mon-sat, start: "08:00", end: "17:00", breaks: ["12:00-13:00"]}]
machines:
  - {id: a, kind: furnace, speaks: plc, shifts: [], group: 一廠}
  - {id: b, kind: mill, operators: [OP-1], group: 一廠, shifts: [日班]}
incidents:
  - {what: cut_cable, machines: [b], after_s: 60, lasts_s: 30}
  - {what: power_cut, group: 一廠, day: wed, at: "15:32", lasts_s: 600}
)";

TEST(SimulationFile, SaysKindsShiftsAndIncidents) {
  const auto spec = sim::parse_factory(sound, "x.yaml");
  ASSERT_TRUE(spec) << spec.error().what;
  EXPECT_EQ(spec->machines[0].actor.kind, sim::Kind::furnace);
  EXPECT_TRUE(spec->machines[0].actor.calendar.always());
  EXPECT_EQ(spec->machines[1].actor.calendar.shifts.size(), 1u);
  EXPECT_EQ(spec->machines[1].actor.seed, 5u);
  ASSERT_EQ(spec->incidents.size(), 2u);
  EXPECT_EQ(spec->incidents[1].machines, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(spec->incidents[1].weekday, 2u);
}

TEST(SimulationFile, IsRefusedWithLineAndReason) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"machines: []", "no machine"},
      {"speed: 0\nmachines: [{id: a}]", "speed"},
      {"colour: red\nmachines: [{id: a}]", "'colour' is not known"},
      {"machines: [{id: a}, {id: a}]", "twice"},
      {"machines: [{id: a, kind: boat}]", "kind is one of"},
      {"machines: [{id: a, kind: mill, speaks: plc}]", "no register map"},
      {"machines: [{id: a, speaks: s7}]", "speaks is one of"},
      {"machines: [{id: a, shifts: [夜班]}]", "no shift '夜班'"},
      {"machines: [{id: a, strokes: 0}]", "strokes"},
      {"timezone: Mars/Base\nmachines: [{id: a}]", "Mars/Base"},
      {"shifts: [{name: x, start: 8, end: \"17:00\"}]\nmachines: [{id: a}]", "08:00"},
      {"shifts: [{name: x, days: fri-mon, start: \"8:00\", end: \"9:00\"}]\nmachines: [{id: a}]",
       "mon-fri"},
      {"machines: [{id: a}]\nincidents: [{machines: [a], after_s: 1}]", "what happens"},
      {"machines: [{id: a}]\nincidents: [{what: flood, machines: [a], after_s: 1}]", "what is one"},
      {"machines: [{id: a}]\nincidents: [{what: frozen, machines: [b], after_s: 1}]",
       "no machine 'b'"},
      {"machines: [{id: a}]\nincidents: [{what: frozen, machines: [a]}]", "after_s"},
      {"machines: [{id: a}]\nincidents: [{what: frozen, machines: [a], day: mon}]", "day"},
      {"machines: [{id: a}]\nincidents: [{what: frozen, group: 二廠, after_s: 1}]", "names"},
  };
  for (const auto& [text, reason] : wrong) {
    const auto spec = sim::parse_factory(text, "x.yaml");
    ASSERT_FALSE(spec) << text;
    EXPECT_TRUE(spec.error().what.starts_with("x.yaml:")) << spec.error().what;
    EXPECT_NE(spec.error().what.find(reason), std::string::npos) << spec.error().what;
  }
}

}  // namespace
}  // namespace spindle
