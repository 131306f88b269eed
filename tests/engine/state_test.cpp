// States of scenarios: domain.md 3.2 and 3.3, one line a thing heard.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

constexpr std::string_view controller =
    "availability execution mode functional_mode wait_state estop program system";

TEST(EngineMtconnect, EveryRowOfTheTableGivesItsState) {
  const auto machine = machine_with(controller, Protocol::shdr);
  struct Row {
    std::string_view heard;
    std::string_view state;
  };
  // domain.md 3.3, MTConnect, in rule order.
  const Row rows[] = {
      {"availability UNAVAILABLE, execution ACTIVE, mode AUTOMATIC", "offline"},
      {"availability unavailable, execution ACTIVE, mode AUTOMATIC", "offline"},
      {"execution unavailable, mode unavailable", "offline"},
      {"availability AVAILABLE, execution UNAVAILABLE, mode UNAVAILABLE", "offline"},
      {"estop TRIGGERED, execution ACTIVE, mode AUTOMATIC", "estop"},
      {"estop ARMED, execution ACTIVE, mode AUTOMATIC", "run"},
      {"system fault 36 probe, execution READY", "alarm"},
      {"system fault 36 probe, execution ACTIVE, mode AUTOMATIC", "run"},
      {"system warning 36 probe, execution READY", "idle"},
      {"functional_mode MAINTENANCE, execution ACTIVE, mode AUTOMATIC", "maint"},
      {"functional_mode SETUP, execution READY", "setup"},
      {"functional_mode TEARDOWN, execution READY", "setup"},
      {"functional_mode PRODUCTION, execution READY", "idle"},
      {"execution ACTIVE, mode AUTOMATIC", "run"},
      {"execution ACTIVE, mode SEMI_AUTOMATIC", "run"},
      {"execution ACTIVE", "run"},
      {"execution ACTIVE, mode MANUAL", "manual"},
      {"execution ACTIVE, mode MANUAL_DATA_INPUT", "manual"},
      {"execution ACTIVE, mode FEED_HOLD", "hold"},
      {"execution WAIT", "wait"},
      {"execution INTERRUPTED", "hold"},
      {"execution FEED_HOLD", "hold"},
      {"execution OPTIONAL_STOP", "hold"},
      {"execution PROGRAM_OPTIONAL_STOP", "hold"},
      {"execution PROGRAM_STOPPED", "hold"},
      {"execution READY, mode MANUAL", "idle"},
      {"execution STOPPED", "idle"},
      {"execution PROGRAM_COMPLETED", "idle"},
      {"execution DREAMING", "offline"},  // A word of no standard tells nothing.
      {"mode AUTOMATIC", "offline"},      // … nor does a mode alone.
      {"availability AVAILABLE", "offline"},
  };
  for (const auto& row : rows)
    (void)play(machine, fmt::format("0 s {} -> {} since 0 s", row.heard, row.state), 1);
}

TEST(EngineMtconnect, AFaultStopsTheRunWhenTheRulesSaySo) {
  auto machine = machine_with(controller, Protocol::shdr);
  machine.state_rules.fault_stops_run = true;
  (void)play(machine, "0 s execution ACTIVE, mode AUTOMATIC, system fault 36 x -> alarm", 1);
}

TEST(EngineMtconnect, AProgramOnTheListIsWarmUp) {
  auto machine = machine_with(controller, Protocol::shdr);
  machine.state_rules.warmup_programs = {"WARMUP.H"};
  (void)play(machine, R"(
    0 s   execution ACTIVE, mode AUTOMATIC, program WARMUP.H  -> warmup
    10 s  program PART.H
    13 s  values                                              -> run since 10 s
    20 s  program WARMUP.H, mode MANUAL
    23 s  values                                              -> manual since 20 s)",
             30);
}

TEST(EngineMtconnect, WaitSaysWhatItWaitsForAndAlarmWhatIsWrong) {
  const auto facts = play(machine_with(controller, Protocol::shdr), R"(
    0 s   execution WAIT, wait_state PART_LOAD, program P1
    10 s  execution READY; system fault 36 Probe system not ready
    20 s  system normal
    30 s  values)",
                          30);
  ASSERT_EQ(words_of(facts.states), "0-10 s wait\n10-20 s alarm\n20-30 s idle\n");
  EXPECT_EQ(facts.states[0].detail.reason, "PART_LOAD");
  EXPECT_EQ(facts.states[0].detail.program, "P1");
  EXPECT_EQ(facts.states[1].detail.alarm_code, "36");
  EXPECT_EQ(facts.states[1].detail.alarm_text, "Probe system not ready");
  EXPECT_TRUE(facts.states[2].detail.alarm_code.empty());
  EXPECT_EQ(facts.states[2].detail.program, "P1");
}

TEST(EngineLamps, EveryRowOfTheTableGivesItsState) {
  const auto machine = machine_with("lamp_red lamp_yellow lamp_green power_on");
  struct Row {
    std::string_view red, yellow, green, state;
  };
  const Row rows[] = {
      {"on", "on", "on", "alarm"},      {"blink", "off", "on", "alarm"},
      {"off", "on", "off", "idle"},     {"off", "blink", "off", "wait"},
      {"off", "off", "on", "run"},      {"off", "off", "blink", "wait"},
      {"off", "on", "on", "run"},       {"off", "blink", "on", "run"},
      {"off", "off", "off", "offline"},
  };
  for (const auto& row : rows) {
    std::string scenario;
    for (int s = 0; s <= 30; ++s) {
      const auto level = [&](std::string_view lamp) {
        return lamp == "blink" ? (s % 2 == 0 ? "on" : "off") : std::string(lamp);
      };
      scenario += fmt::format("{} s lamp red {}, lamp yellow {}, lamp green {}{}\n", s,
                              level(row.red), level(row.yellow), level(row.green),
                              s == 30 ? fmt::format(" -> {}", row.state) : "");
    }
    (void)play(machine, scenario, 30);
  }
}

TEST(EngineLamps, ADarkTowerIsPowerOffOnlyWhenAPowerInputSaysSo) {
  const auto machine = machine_with("lamp_red lamp_yellow lamp_green power_on");
  (void)play(machine,
             "0 s power_on off, lamp red off, lamp yellow off, lamp green off -> power_off", 1);
  (void)play(machine, "0 s power_on on, lamp red off, lamp yellow off, lamp green off -> idle", 1);
}

TEST(EngineLamps, ADarkTowerIsUnknownOnlyAfterTheTimeOut) {
  std::string scenario = "0 s lamp red off, lamp yellow on, lamp green off -> idle\n";
  for (int s = 1; s < 20; ++s)  // Dark from 5 to 9 s: a lamp test. From 13 s on: nothing known.
    scenario +=
        fmt::format("{} s lamp yellow {}\n", s, (s >= 5 && s < 9) || s >= 13 ? "off" : "on");
  scenario += "20 s lamp yellow off -> idle since 0 s\n23 s lamp yellow off -> offline since 13 s";
  (void)play(machine_with("lamp_red lamp_yellow lamp_green"), scenario, 23);
}

TEST(EngineLamps, ATowerWithoutYellowShowsIdleByBeingDark) {
  (void)play(machine_with("lamp_red lamp_green"), R"(
    0 s   lamp red off, lamp green off   -> idle since 0 s
    10 s  lamp green on                  -> idle           // shorter than min_hold so far
    11 s  values                         -> run since 10 s
    20 s  lamp red bad, lamp green bad   -> offline since 20 s)",
             30);
}

TEST(EngineLamps, TwoEdgesWithinTheWindowAreABlinkSinceTheFirst) {
  const auto facts = play(machine_with("lamp_yellow lamp_green"), R"(
    0 s     lamp green off, lamp yellow on  -> idle
    10 s    lamp yellow off, lamp green on
    12.5 s  lamp green off                  -> wait since 10 s  // 2.5 s apart: it blinks
    15 s    lamp green on                   -> wait since 10 s
    17 s    values                          -> wait since 10 s
    18 s    values                          -> wait since 10 s  // exactly the window is within it
    18.5 s  values                          -> run since 15 s   // steady since its last edge
    20 s    values)",
                          20);
  EXPECT_EQ(words_of(facts.states), "0-10 s idle\n10-15 s wait\n15-20 s run\n");
}

TEST(EngineLamps, EdgesFurtherApartThanTheWindowAreSwitching) {
  const auto facts = play(machine_with("lamp_yellow lamp_green"), R"(
    0 s   lamp green on, lamp yellow off
    4 s   lamp green off, lamp yellow on
    8 s   lamp green on, lamp yellow off
    12 s  lamp green off, lamp yellow on
    16 s  values)",
                          16);
  EXPECT_EQ(words_of(facts.states), "0-4 s run\n4-8 s idle\n8-12 s run\n12-16 s idle\n");
}

TEST(EngineCurrent, ThresholdsGiveOffIdleAndRunAfterThreeSeconds) {
  auto machine = machine_with("current");
  machine.state_rules.current_off_below = 0.5;
  machine.state_rules.current_run_above = 5.0;
  const auto facts = play(machine, R"(
    0 s    current 0.1   -> power_off since 0 s
    10 s   current 2     -> power_off
    12 s   current 2     -> idle since 10 s
    20 s   current 9     -> idle
    22 s   current 9     -> idle
    22.9 s current 3     -> idle since 10 s    // not three seconds
    25 s   current 5.1
    28 s   current 8     -> run since 25 s
    30 s   current nan   -> offline since 30 s
    35 s   current 5     -> idle since 35 s    // not above
    37 s   values)",
                          40);
  EXPECT_EQ(words_of(facts.states),
            "0-10 s power_off\n10-25 s idle\n25-30 s run\n30-35 s offline\n35-40 s idle\n");
}

TEST(EngineBools, RunPowerAlarmAndEstopInputs) {
  const auto machine = machine_with("run power_on alarm estop");
  struct Row {
    std::string_view heard, state;
  };
  const Row rows[] = {
      {"run on", "run"},
      {"run off", "idle"},
      {"run on, power_on off", "power_off"},
      {"run bad, power_on off", "power_off"},
      {"run bad, power_on bad", "offline"},
      {"run bad, power_on on", "offline"},  // Powered is not a state.
      {"run bad, alarm on", "alarm"},       // Trouble is known whatever it does.
      {"run on, alarm on", "alarm"},
      {"run on, alarm on, estop TRIGGERED", "estop"},
      {"run on, alarm off, estop ARMED", "run"},
  };
  for (const auto& row : rows)
    (void)play(machine, fmt::format("0 s {} -> {} since 0 s", row.heard, row.state), 1);
}

TEST(EngineOffline, AMachineWhoseSignalsTellNoStateSaysSo) {
  const auto machine = machine_with("part_count noise");
  (void)play(machine, "0 s part_count 5, noise 3 -> offline since 0 s", 1);
  MachineEngine engine(machine);
  EXPECT_EQ(engine.view(origin).detail.reason, "no signal tells the state");
}

TEST(EngineOffline, PowerOffWinsOverUnavailableButNotOverALostLink) {
  const auto machine = machine_with("availability execution power_on", Protocol::shdr);
  (void)play(machine, R"(
    0 s  availability UNAVAILABLE, execution unavailable, power_on off -> power_off since 0 s
    5 s  link_down cable                                               -> offline since 5 s)",
             10);
}

TEST(EngineDebounce, AShortChangeIsAbsorbedAndALongOneCountsFromItsBegin) {
  const auto facts = play(machine_with("run", Protocol::shdr), R"(
    0 s    run off  -> idle since 0 s
    10 s   run on   -> idle             // shorter than min_hold so far
    11.9 s run off  -> idle since 0 s   // absorbed
    20 s   run on
    22 s   run off  -> run since 20 s   // exactly min_hold counts
    24 s   values   -> idle since 22 s)",
                          30);
  EXPECT_EQ(words_of(facts.states), "0-20 s idle\n20-22 s run\n22-30 s idle\n");
}

TEST(EngineDebounce, InAChainTheShortOneBelongsToTheStateBefore) {
  const auto facts = play(machine_with("execution", Protocol::shdr), R"(
    0 s   execution ACTIVE
    10 s  execution INTERRUPTED
    11 s  execution READY
    20 s  values)",
                          20);
  EXPECT_EQ(words_of(facts.states), "0-11 s run\n11-20 s idle\n");
}

TEST(EngineDebounce, GoingOfflineAndComingBackAreImmediate) {
  const auto facts = play(machine_with("run"), R"(
    0 s    run on
    5 s    run off                // one second, then nothing more is known
    6 s    link_down no answer     -> offline since 6 s
    6.2 s  link_up                 -> offline since 6 s
    6.5 s  run on                  -> run since 6.5 s)",
                          7);
  EXPECT_EQ(words_of(facts.states), "0-6 s run\n6-6.5 s offline\n6.5-7 s run\n");
  EXPECT_EQ(facts.states[1].detail.reason, "no answer");
  EXPECT_EQ(words_of(facts.incidents), "6 s link_down no answer\n6.2 s link_up \n");
}

TEST(EngineLamps, AFlickeringInputKeepsMemoryBoundedAndTheTimelineWhole) {
  const auto machine = machine_with("lamp_red lamp_yellow lamp_green");
  MachineEngine engine(machine);
  Facts facts;
  Bytes largest;
  for (int i = 0; i < 2000; ++i) {  // 200 changes a second, far more than one window can hold.
    const auto line = fmt::format("{} s lamp red off, lamp yellow {}, lamp green {}", i * 0.005,
                                  i % 2 == 0 ? "on" : "off", i % 3 == 0 ? "on" : "off");
    engine.apply(batch_of(machine, line), 1, facts);
    Bytes bytes;
    engine.snapshot(bytes);
    if (bytes.size() > largest.size()) largest = bytes;
  }
  EXPECT_LT(largest.size(), 8192U);
  facts = closed(std::move(facts), engine, at_second(10));
  EXPECT_EQ(facts.states.front().from, at_second(0));
  EXPECT_EQ(facts.states.back().to, at_second(10));
  EXPECT_EQ(facts.states.back().state, State::wait);
  for (std::size_t i = 1; i < facts.states.size(); ++i)
    EXPECT_EQ(facts.states[i - 1].to, facts.states[i].from);
}

TEST(EngineTimeline, EachIntervalNamesTheBatchesItCameFrom) {
  const auto facts = play(machine_with("run"), R"(
    0 s   run on              // batch 1
    5 s   run on
    10 s  run off             // batch 3
    14 s  run off
    20 s  book setup x        // batch 5
    24 s  run off
    60 s  run off             // batch 7: nothing was heard before it)",
                          61);
  std::string seen;
  for (const auto& s : facts.states)
    seen += fmt::format("{} {}-{}, ", to_string(s.state), s.first_sequence, s.last_sequence);
  EXPECT_EQ(seen, "run 1-3, idle 3-5, setup 5-7, offline 7-7, setup 7-7, ");
}

// Window 08:00 to 10:10 of domain.md 3.3, in seconds since 08:00.
TEST(EngineTimeline, TheWorkedTimelineOfTheDomainComesOutToTheSecond) {
  const auto facts = play(machine_with("execution system", Protocol::shdr), R"(
    0 s     link_up; execution ACTIVE
    750 s   execution READY, system fault 100 spindle    // 08:12:30
    1200 s  system normal                                // 08:20:00
    1260 s  execution ACTIVE                             // 08:21:00
    3600 s  alive
    3630 s  @3600 s link_down cable                      // 09:00:00, noticed later
    3839 s  link_up
    3840 s  execution ACTIVE                             // 09:04:00
    7320 s  execution READY                              // 10:02:00
    7800 s  values)",
                          7800);
  EXPECT_EQ(words_of(facts.states),
            "0-750 s run\n750-1200 s alarm\n1200-1260 s idle\n1260-3600 s run\n"
            "3600-3840 s offline\n3840-7320 s run\n7320-7800 s idle\n");
  Duration run{0};
  Duration total{0};
  const Interval planned{at_second(0), at_second(7200)};
  for (const auto& s : facts.states) {
    const auto length = intersect(planned, s.when()).length();
    total += length;
    if (s.state == State::run) run += length;
  }
  EXPECT_DOUBLE_EQ(to_seconds(run) / 60, 107.5);
  EXPECT_DOUBLE_EQ(to_seconds(total) / 60, 120);
}

}  // namespace
}  // namespace spindle::engine::testing
