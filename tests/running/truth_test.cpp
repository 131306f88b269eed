// What simulated machines truly did in a day, against what the engine made of what they said.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plant/replay.hpp"
#include "protocol/shdr/adapter.hpp"
#include "sim/actor.hpp"
#include "sim/demo_plant.hpp"
#include "sim/factory.hpp"
#include "tests/plant/replay_support.hpp"
#include "tests/running/recorded_facts.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;

const auto begin = *parse_rfc3339("2024-03-14T00:00:00Z");
const Interval day{begin, begin + 24h};

struct Held {
  State state = State::offline;
  Instant from;
  bool operator==(const Held&) const = default;
  friend void PrintTo(const Held& held, std::ostream* os) {
    *os << to_string(held.state) << " from " << format_rfc3339_us(held.from);
  }
};

/// A day of one machine: what happened, and what its adapter said of it.
struct Day {
  std::vector<sim::Event> events;
  std::vector<Held> states;
  std::string said;
};

Day day_of(const sim::ActorSpec& spec) {
  Day out;
  sim::Actor actor(spec, day.from);
  actor.advance(day.to, out.events);
  shdr::LineWriter line(out.said);
  for (const auto& event : out.events) {
    if (event.key == "state") {
      out.states.push_back({*state_from(event.value), event.time});
      continue;
    }
    if (event.key == "energy") continue;
    line.begin(event.time);
    if (event.key == "condition") {
      const auto first = event.value.find('|');
      const auto second = event.value.find('|', first + 1);
      line.condition("condition",
                     event.value.starts_with("FAULT") ? shdr::Level::fault : shdr::Level::normal,
                     event.value.substr(first + 1, second - first - 1), "", "",
                     event.value.substr(second + 1));
    } else {
      line.value(event.key, event.value);
    }
    line.end();
  }
  return out;
}

/// A state that did not last `hold` belongs to the one before it. Source: domain.md 3.2.
std::vector<Held> absorbed(const std::vector<Held>& states, Duration hold, Instant until) {
  std::vector<Held> out{states.front()};
  for (std::size_t i = 1; i < states.size(); ++i) {
    const auto to = i + 1 < states.size() ? states[i + 1].from : until;
    if (to - states[i].from >= hold && states[i].state != out.back().state)
      out.push_back(states[i]);
  }
  return out;
}

std::vector<Held> held_in(const std::vector<StateInterval>& timeline) {
  std::vector<Held> out;
  for (const auto& state : timeline)
    if (out.empty() || out.back().state != state.state) out.push_back({state.state, state.from});
  return out;
}

std::map<State, Duration> sums_of(const std::vector<Held>& states, Instant until) {
  std::map<State, Duration> out;
  for (std::size_t i = 0; i < states.size(); ++i)
    out[states[i].state] += (i + 1 < states.size() ? states[i + 1].from : until) - states[i].from;
  return out;
}

/// The demonstration's mill, as its adapter is described there.
Plant plant_of_mill(const sim::ActorSpec& spec) {
  boost::asio::io_context io;
  sim::FactorySpec factory_spec;
  factory_spec.machines.push_back({spec, sim::Speaks::shdr, 0});
  sim::Factory factory(io, factory_spec, nullptr);
  EXPECT_TRUE(factory.start());
  auto plant = sim::demo_plant(factory);
  factory.stop();
  return plant;
}

class Truth : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    spec_.id = "mill";
    spec_.seed = GetParam();
    spec_.first_count = 7 * GetParam();
    truth_ = day_of(spec_);
    plant_ = plant_of_mill(spec_);
    auto report = plant::replay_recording(plant_, "mill", {.from = day.from, .to = day.to},
                                          plant::testing::source_of(truth_.said));
    ASSERT_TRUE(report) << report.error().what;
    report_ = std::move(*report);
  }

  sim::ActorSpec spec_;
  Day truth_;
  Plant plant_;
  plant::ReplayReport report_;
};

TEST_P(Truth, EveryStateIsKnownToTheMicrosecondButThoseTooShortToCount) {
  const auto wanted = absorbed(truth_.states, plant_.machines[0].state_rules.min_hold, day.to);
  EXPECT_GT(wanted.size(), 1000u);
  EXPECT_EQ(held_in(report_.timeline), wanted);
  const auto sums = sums_of(wanted, day.to);
  for (const State state : all_states) {
    const auto it = sums.find(state);
    EXPECT_EQ(report_.figures.sums.state[state], it == sums.end() ? Duration{0} : it->second)
        << to_string(state);
  }
}

TEST_P(Truth, SecondsDifferFromTheTruthByNoMoreThanTheShortStatesThemselves) {
  const auto hold = plant_.machines[0].state_rules.min_hold;
  Duration short_ones{0};
  for (std::size_t i = 1; i < truth_.states.size(); ++i) {
    const auto to = i + 1 < truth_.states.size() ? truth_.states[i + 1].from : day.to;
    if (to - truth_.states[i].from < hold) short_ones += to - truth_.states[i].from;
  }
  Duration differences{0};
  for (const auto& [state, sum] : sums_of(truth_.states, day.to))
    differences += std::chrono::abs(report_.figures.sums.state[state] - sum);
  EXPECT_LE(differences, 2 * short_ones);
  EXPECT_LT(short_ones, day.length() / 200) << "the day is no test";
}

TEST_P(Truth, EveryPartIsCountedAtItsInstant) {
  std::vector<std::pair<Instant, std::string>> wanted;
  bool baseline = true;
  std::string program;
  for (const auto& event : truth_.events) {
    if (event.key == "program") program = event.value;
    if (event.key == "part_count" && !std::exchange(baseline, false))
      wanted.emplace_back(event.time, program);
  }
  std::vector<std::pair<Instant, std::string>> got;
  for (const auto& step : report_.parts) {
    EXPECT_EQ(step.kind, StepKind::normal);
    EXPECT_EQ(step.parts, 1u);
    got.emplace_back(step.time, step.program);
  }
  EXPECT_EQ(got, wanted);
  EXPECT_EQ(report_.figures.parts_total, static_cast<double>(wanted.size()));
}

TEST_P(Truth, EveryAlarmIsKnownFromRaiseToClear) {
  struct Alarm {
    Instant from;
    std::optional<Instant> to;
    std::string code;
    std::string text;
    auto operator<=>(const Alarm&) const = default;
  };
  std::vector<Alarm> wanted;
  for (const auto& event : truth_.events) {
    if (event.key != "condition") continue;
    const auto first = event.value.find('|');
    const auto second = event.value.find('|', first + 1);
    if (event.value.starts_with("FAULT"))
      wanted.push_back({event.time,
                        {},
                        event.value.substr(first + 1, second - first - 1),
                        event.value.substr(second + 1)});
    else if (!wanted.empty())
      wanted.back().to = event.time;
  }
  ASSERT_GT(wanted.size(), 10u);
  std::vector<Alarm> got;
  for (const auto& alarm : test::recorded_facts(plant_.machines[0], truth_.said).alarms)
    got.push_back({alarm.from, alarm.to, alarm.code, alarm.text});
  EXPECT_TRUE(got == wanted) << got.size() << " alarms, truly " << wanted.size();
}

TEST_P(Truth, ProgramsAreKnownFromBeginToEnd) {
  std::vector<std::pair<Instant, std::string>> wanted;
  std::vector<std::pair<Instant, std::string>> got;
  for (const auto& event : truth_.events)
    if (event.key == "program") wanted.emplace_back(event.time, event.value);
  for (const auto& span : report_.spans)
    if (span.lane == Lane::program) got.emplace_back(span.from, span.value);
  EXPECT_EQ(got, wanted);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Truth, ::testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace spindle
