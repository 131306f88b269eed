// What must hold for any scans at all.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <tuple>

#include "engine/late_merge.hpp"
#include "tests/engine/dull_model.hpp"
#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

/// Three bytes a scan: small numbers first, so that shrinking leads to simple scans.
using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;
using Steps = std::vector<Step>;

Steps arbitrary_steps() {
  return *rc::gen::resize(
      60, rc::gen::container<Steps>(rc::gen::tuple(rc::gen::inRange<std::uint8_t>(0, 40),
                                                   rc::gen::inRange<std::uint8_t>(0, 24),
                                                   rc::gen::inRange<std::uint8_t>(0, 250))));
}

Machine event_machine() {
  auto m = machine_with(
      "execution mode availability estop system program tool part_count alarm alarm_code noise",
      Protocol::shdr);
  m.ideal_cycle_s = 4;
  return m;
}
Machine lamp_machine() {
  return machine_with("lamp_red lamp_yellow lamp_green part_count program noise");
}
Machine current_machine() {
  auto m = machine_with("current run power_on lamp_yellow noise");
  m.state_rules.current_off_below = 1;
  m.state_rules.current_run_above = 5;
  return m;
}

constexpr std::string_view words[] = {"ACTIVE",    "READY",  "INTERRUPTED", "WAIT",
                                      "AUTOMATIC", "MANUAL", "TRIGGERED",   "ARMED",
                                      "AVAILABLE", "P1",     "P2"};
constexpr double pauses[] = {1,   0.5, 0.2, 0,  2,  2.5, 3,   3.1, 0,   1,  1,    0.1,
                             0.3, 5,   11,  40, 10, 9.9, 1.5, 0.7, 0.9, 60, -0.5, -1.9};

void add_value(const Machine& machine, const Signal& signal, std::uint8_t choice, Batch& batch) {
  if (choice % 13 == 12 && signal.type != ValueType::condition) {
    batch.add(signal.key, Value{}, choice % 2 == 0 ? Quality::unavailable : Quality::bad);
  } else if (signal.type == ValueType::condition) {
    constexpr std::array levels{Condition::Level::normal, Condition::Level::fault,
                                Condition::Level::warning, Condition::Level::unavailable};
    const auto code = choice % 3 == 0 ? "" : choice % 3 == 1 ? "7" : "8";
    batch.add(signal.key,
              batch.add_text(Condition{levels[choice / 3 % 4], code, {}, {}, "x"}.pack()));
  } else if (signal.type == ValueType::boolean) {
    batch.add(signal.key, Value::of_bool(choice % 2 == 1));
  } else if (signal.type == ValueType::float64) {
    batch.add(signal.key, Value::of_real(choice % 11));
  } else {
    batch.add(signal.key, batch.add_text(words[choice % std::size(words)]));
  }
  (void)machine;
}

Batch scans_of(const Machine& machine, const Steps& steps) {
  Batch batch;
  double now = 100;
  for (const auto& [kind, pause, choice] : steps) {
    const auto wait = pauses[pause];
    const auto t = at_second(now + wait);
    now = std::max(now, now + wait);
    switch (kind) {
      case 30:
        batch.begin_scan(ScanKind::alive, t, {}, t);
        break;
      case 31:
        batch.add_event(ScanKind::link_up, t, t, "up");
        break;
      case 32:
        batch.add_event(ScanKind::link_down, at_second(now - choice % 5), t, "cut");
        break;
      case 33:
        batch.add_event(ScanKind::gap, t, t, "lost");
        break;
      case 34:
        batch.add_event(ScanKind::clock_step, t, t, "step");
        break;
      case 35:
      case 36: {
        const auto state = choice % 3 == 1 ? State::maint : State::setup;
        batch.add_event(ScanKind::booking, at_second(now + choice % 4), t,
                        choice % 3 == 0 ? "" : Booking{state, "why", "lin"}.pack());
        break;
      }
      default:
        batch.begin_scan(ScanKind::values, t, {}, t);
        add_value(machine, machine.signals[kind % machine.signals.size()], choice, batch);
        if (choice % 4 == 0)
          add_value(machine, machine.signals[choice % machine.signals.size()], kind, batch);
    }
  }
  return batch;
}

Facts run_whole(const Machine& machine, const Batch& batch, Instant now) {
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch, 1, facts);
  return closed(std::move(facts), engine, now);
}

void expect_same(const Facts& a, const Facts& b) {
  RC_ASSERT(words_of(a.states) == words_of(b.states));
  RC_ASSERT(a.states == b.states);
  RC_ASSERT(a.spans == b.spans);
  RC_ASSERT(a.alarms_raised == b.alarms_raised);
  RC_ASSERT(a.alarms_cleared == b.alarms_cleared);
  RC_ASSERT(a.parts == b.parts);
  RC_ASSERT(a.incidents == b.incidents);
}

const Machine machines[] = {event_machine(), lamp_machine(), current_machine()};

Instant later(const Batch& batch, double seconds) {
  auto now = batch.scans.front().time;
  for (const auto& s : batch.scans) now = std::max(now, s.time);
  return now + from_seconds(seconds);
}

RC_GTEST_PROP(EngineProperty, TheTimelinePartitionsTheMachinesLife, ()) {
  for (const auto& machine : machines) {
    const auto batch = scans_of(machine, arbitrary_steps());
    if (batch.empty()) continue;
    const auto now = later(batch, *rc::gen::element(0.1, 5.0, 100.0));
    const auto states = run_whole(machine, batch, now).states;
    RC_ASSERT(!states.empty());
    const auto& first = batch.scans.front();
    RC_ASSERT(states.front().from == std::min(first.time, first.received));
    RC_ASSERT(states.back().to == now);
    for (std::size_t i = 0; i < states.size(); ++i) {
      RC_ASSERT(states[i].from < states[i].to);
      if (i == 0) continue;
      RC_ASSERT(states[i - 1].to == states[i].from);
      RC_ASSERT(states[i - 1].physical != states[i].physical ||
                states[i - 1].booked != states[i].booked);
    }
  }
}

RC_GTEST_PROP(EngineProperty, TheTimelineIsThatOfTheDullModel, ()) {
  for (const auto& machine : machines) {
    const auto batch = scans_of(machine, arbitrary_steps());
    if (batch.empty()) continue;
    const auto now = later(batch, *rc::gen::element(0.1, 1.0, 5.0, 100.0));
    RC_ASSERT(words_of(run_whole(machine, batch, now).states) ==
              words_of(dull_timeline(machine, batch, now)));
  }
}

RC_GTEST_PROP(EngineProperty, AnyCuttingIntoBatchesGivesTheSameFacts, ()) {
  for (const auto& machine : machines) {
    const auto batch = scans_of(machine, arbitrary_steps());
    if (batch.empty()) continue;
    const auto now = later(batch, 7);
    const auto piece = *rc::gen::inRange<std::size_t>(1, 9);
    MachineEngine engine(machine);
    Facts facts;
    for (std::size_t i = 0; i < batch.scans.size(); i += piece) {
      Batch part;
      for (auto j = i; j < std::min(i + piece, batch.scans.size()); ++j)
        append_scan(batch, batch.scans[j], part);
      engine.apply(part, 1, facts);
      (void)engine.view(later(part, 20));  // Looking changes nothing.
    }
    expect_same(closed(std::move(facts), engine, now), run_whole(machine, batch, now));
  }
}

RC_GTEST_PROP(EngineProperty, ASnapshotAnywhereGoesOnAsIfNothingHadHappened, ()) {
  for (const auto& machine : machines) {
    const auto batch = scans_of(machine, arbitrary_steps());
    if (batch.empty()) continue;
    const auto now = later(batch, 7);
    const auto cut = *rc::gen::inRange<std::size_t>(0, batch.scans.size() + 1);
    Batch parts[2];
    for (std::size_t i = 0; i < batch.scans.size(); ++i)
      append_scan(batch, batch.scans[i], parts[i < cut ? 0 : 1]);
    MachineEngine before(machine);
    Facts facts;
    before.apply(parts[0], 1, facts);
    Bytes bytes;
    before.snapshot(bytes);
    auto after = MachineEngine::restore(machine, bytes);
    RC_ASSERT(after.has_value());
    after->apply(parts[1], 1, facts);
    expect_same(closed(std::move(facts), *after, now), run_whole(machine, batch, now));
  }
}

RC_GTEST_PROP(EngineProperty, AViewIsTheEndOfTheTail, ()) {
  for (const auto& machine : machines) {
    const auto batch = scans_of(machine, arbitrary_steps());
    if (batch.empty()) continue;
    MachineEngine engine(machine);
    Facts facts;
    engine.apply(batch, 1, facts);
    const auto now = later(batch, *rc::gen::element(0.1, 2.0, 100.0));
    const auto view = engine.view(now);
    const auto last = engine.tail(now).states.back();
    RC_ASSERT(std::tie(view.state, view.physical, view.booked, view.since, view.detail) ==
              std::tie(last.state, last.physical, last.booked, last.from, last.detail));
  }
}

RC_GTEST_PROP(EngineProperty, ATailHoldsOnlyWhatFactsDoNot, ()) {
  const auto& machine = machines[1];
  const auto batch = scans_of(machine, arbitrary_steps());
  if (batch.empty()) return;
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch, 1, facts);
  const auto tail = engine.tail(later(batch, 3));
  if (!facts.states.empty()) RC_ASSERT(facts.states.back().to == tail.states.front().from);
}

TEST(EngineSnapshot, RefusesWhatItDidNotWrite) {
  auto machine = machines[0];
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch_of(machine, "0 s execution ACTIVE, program P1, system fault 7 x"), 1, facts);
  Bytes bytes;
  engine.snapshot(bytes);
  ASSERT_TRUE(MachineEngine::restore(machine, bytes));
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const auto cut = MachineEngine::restore(machine, ByteView(bytes).first(n));
    EXPECT_FALSE(cut) << n;
  }
  auto longer = bytes;
  longer.push_back(std::byte{0});
  EXPECT_EQ(MachineEngine::restore(machine, longer).error().code, Errc::corrupt);
  auto other = bytes;
  other[0] = std::byte{99};
  EXPECT_EQ(MachineEngine::restore(machine, other).error().code, Errc::unsupported);
  machine.state_rules.min_hold = std::chrono::seconds{5};
  EXPECT_EQ(MachineEngine::restore(machine, bytes).error().code, Errc::invalid);
}

TEST(EngineSnapshot, OfAMachineWithoutRolesIsSmall) {
  auto machine = machine_with("noise");
  for (std::uint32_t i = 0; i < 100; ++i) {
    machine.signals.push_back(machine.signals[0]);
    machine.signals.back().key = SignalKey{1000 + i};
  }
  const MachineEngine engine(machine);
  Bytes bytes;
  engine.snapshot(bytes);
  EXPECT_LT(bytes.size(), 256U);
  EXPECT_LT(sizeof(MachineEngine), 3000U);
}

}  // namespace
}  // namespace spindle::engine::testing
