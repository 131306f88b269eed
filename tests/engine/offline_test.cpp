// Silence, links and trust; bookings; lanes; alarms; late scans.
#include <gtest/gtest.h>

#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

TEST(EngineSilence, APolledSourceThatSaysNothingIsOfflineSinceItsLastWord) {
  const auto machine = machine_with("run");  // 1 s polls: 10 s.
  const auto facts = play(machine, R"(
    0 s    run on
    5 s    run on
    15 s   -> run since 0 s       // 10 s is not more than 10 s
    15.1 s -> offline since 5 s
    20 s   run on                 -> run since 20 s
    21 s   run on)",
                          22);
  EXPECT_EQ(words_of(facts.states), "0-5 s run\n5-20 s offline\n20-22 s run\n");
}

TEST(EngineSilence, AChangeThatHadNotLastedBeforeTheSilenceIsAbsorbed) {
  const auto facts = play(machine_with("run"), R"(
    0 s   run on
    9 s   run off
    10 s  run off
    40 s  run off)",
                          41);
  EXPECT_EQ(words_of(facts.states), "0-10 s run\n10-40 s offline\n40-41 s idle\n");
}

TEST(EngineSilence, AnEventSourceIsJudgedOnlyOnceItsHeartbeatWasHeard) {
  const auto machine = machine_with("execution", Protocol::shdr);
  (void)play(machine, R"(
    0 s      link_up; execution ACTIVE
    3600 s   -> run since 0 s
    7200 s   alive
    7209 s   -> run since 0 s
    7211 s   -> offline since 7200 s
    7300 s   link_up; execution ACTIVE -> run since 7300 s
    9000 s   -> run since 7300 s      // a new link starts unarmed)",
             9000);
}

TEST(EngineSilence, APushSourceIsJudgedOnlyByATimeOfItsOwn) {
  auto machine = machine_with("run", Protocol::push);
  (void)play(machine, "0 s run on; alive\n9000 s -> run since 0 s", 9000);
  machine.state_rules.offline_after = std::chrono::seconds{60};
  (void)play(machine, "0 s run on\n60 s -> run\n61 s -> offline since 0 s", 9000);
}

TEST(EngineSilence, AWordOfAnyGroupKeepsTheMachineHeard) {
  (void)play(machine_with("run noise"), R"(
    0 s   run on
    9 s   noise 1
    18 s  noise 2
    27 s  noise 3   -> run since 0 s)",
             27);
}

TEST(EngineSilence, AStoppedBoxIsASilenceEvenForSourcesWithoutHeartbeat) {
  const auto facts = play(machine_with("execution", Protocol::shdr), R"(
    0 s     link_up; execution ACTIVE
    100 s   values
    4000 s  link_up                // the box came back; no link_down was ever written
    4001 s  execution ACTIVE)",
                          4010);
  EXPECT_EQ(words_of(facts.states), "0-100 s run\n100-4001 s offline\n4001-4010 s run\n");
}

TEST(EngineLink, ValuesFromBeforeAreNotTrustedUntilHeardAgain) {
  (void)play(machine_with("execution estop", Protocol::shdr), R"(
    0 s   execution ACTIVE, estop TRIGGERED  -> estop
    10 s  link_down reset                    -> offline since 10 s
    20 s  link_up                            -> offline since 10 s
    21 s  execution ACTIVE                   -> run since 21 s     // estop is not known any more
    25 s  estop TRIGGERED; 
    27 s  values                             -> estop since 25 s)",
             30);
}

TEST(EngineLink, AnAliveSaysThatWhatWasSaidStillHolds) {
  (void)play(machine_with("execution", Protocol::shdr), R"(
    0 s   execution ACTIVE
    10 s  link_down reset  -> offline
    20 s  link_up          -> offline
    21 s  alive            -> run since 21 s)",
             30);
}

TEST(EngineLink, ACutOfWhichNothingWasMissedLeavesNoHole) {
  const auto facts = play(machine_with("execution part_count", Protocol::shdr), R"(
    0 s   execution ACTIVE, part_count 5
    8 s   alive
    20 s  @8 s link_down cable
    60 s  @8 s link_up                        // what the source kept, at its own time
    60 s  @8 s alive
    60 s  @13 s alive
    60 s  @18 s execution READY, part_count 6
    60 s  @23 s alive
    60 s  @28 s alive
    60 s  @33 s execution ACTIVE)",
                          40);
  EXPECT_EQ(words_of(facts.states), "0-18 s run\n18-33 s idle\n33-40 s run\n");
  EXPECT_EQ(words_of(facts.parts), "18 s 1 total normal\n");
}

TEST(EngineLink, ALinkDownIsDatedBackButNeverBeforeTheLastWord) {
  const auto facts = play(machine_with("run"), R"(
    0 s   run on
    8 s   run on
    12 s  @5 s link_down cable  -> offline since 8 s
    20 s  run on)",
                          21);
  EXPECT_EQ(words_of(facts.states), "0-8 s run\n8-20 s offline\n20-21 s run\n");
}

TEST(EngineLife, StartsWithTheFirstScanWhateverItIs) {
  EXPECT_EQ(words_of(play(machine_with("run"), "5 s link_up\n7 s run on", 9).states),
            "5-7 s offline\n7-9 s run\n");
  EXPECT_EQ(words_of(play(machine_with("run"), "5 s gap lost 3", 9).states), "5-9 s offline\n");
  EXPECT_EQ(words_of(play(machine_with("run"), "5 s @90 s book maint oil", 9).states),
            "5-9 s offline\n");
  const MachineEngine unheard(machine_with("run"));
  EXPECT_TRUE(unheard.tail(at_second(5)).empty());
  EXPECT_EQ(unheard.view(at_second(5)).state, State::offline);
  EXPECT_EQ(unheard.view(at_second(5)).detail.reason, "nothing heard yet");
}

TEST(EngineBooking, TheBookedStateCountsExceptWhenNothingIsKnown) {
  const auto facts = play(machine_with("run alarm power_on part_count", Protocol::shdr), R"(
    0 s   run on, alarm off, power_on on, part_count 5
    10 s  book setup 換線                -> setup since 10 s
    15 s  part_count 6
    20 s  run off
    30 s  alarm on
    33 s  values                        -> setup since 30 s
    40 s  power_on off                  -> power_off since 40 s
    50 s  power_on on, alarm off, run on
    53 s  values                        -> setup since 50 s
    60 s  link_down x                   -> offline since 60 s
    70 s  link_up; run on, alarm off, power_on on, part_count 7
    75 s  book end                      -> run since 75 s
    80 s  part_count 8)",
                          81);
  EXPECT_EQ(words_of(facts.states),
            "0-10 s run\n10-20 s setup (run)\n20-30 s setup (idle)\n30-40 s setup (alarm)\n"
            "40-50 s power_off [setup]\n50-60 s setup (run)\n60-70 s offline [setup]\n"
            "70-75 s setup (run)\n75-81 s run\n");
  EXPECT_EQ(facts.states[1].detail.reason, "換線");
  EXPECT_EQ(words_of(facts.parts),
            "15 s 1 total normal setup\n70 s 1 total normal setup\n80 s 1 total normal\n");
}

TEST(EngineBooking, AnAlarmDuringBookedMaintenanceStaysMaintenance) {
  const auto facts = play(machine_with("run alarm"), R"(
    0 s   run on, alarm off; book maint 保養
    5 s   alarm on
    9 s   values   -> maint since 5 s)",
                          9);
  EXPECT_EQ(words_of(facts.states), "0-5 s maint (run)\n5-9 s maint (alarm)\n");
}

TEST(EngineBooking, ABookingCutsAChangeThatIsStillBeingJudged) {
  const auto facts = play(machine_with("run"), R"(
    0 s     run off
    10 s    run on
    11 s    book setup first piece    -> setup since 11 s
    12.5 s  values                    -> setup since 11 s)",
                          13);
  EXPECT_EQ(words_of(facts.states), "0-10 s idle\n10-11 s run\n11-13 s setup (run)\n");
}

TEST(EngineBooking, OneForLaterWaitsForItsTime) {
  const auto facts = play(machine_with("run"), R"(
    0 s   run on; @12 s book maint oil  -> run since 0 s
    5 s   run on                        -> run since 0 s
    13 s  run on                        -> maint since 12 s)",
                          14);
  EXPECT_EQ(words_of(facts.states), "0-12 s run\n12-14 s maint (run)\n");
}

TEST(EngineBooking, OtherStatesAndBrokenNotesAreRefused) {
  const auto machine = machine_with("run");
  MachineEngine engine(machine);
  Batch batch = batch_of(machine, "0 s run on; book run cheat; book offline x");
  batch.add_event(ScanKind::booking, at_second(1), at_second(1), "maint");
  Facts facts;
  engine.apply(batch, 1, facts);
  EXPECT_EQ(engine.view(at_second(3)).booked, std::nullopt);
}

TEST(EngineLanes, SpansOfWhatIsLoadedAndWhoWorks) {
  const auto facts = play(machine_with("execution program tool operator mode", Protocol::shdr), R"(
    0 s   execution ACTIVE, program P1, tool 3
    5 s   program P1, tool 4            // an equal repeat extends
    9 s   operator lin; operator chen   // at one instant only the last counts
    10 s  program unavailable
    12 s  program P2
    20 s  link_down x
    25 s  link_up; program P2
    30 s  values)",
                          30);
  EXPECT_EQ(words_of(facts.spans),
            "0-5 s tool 3\n0-10 s program P1\n12-20 s program P2\n5-20 s tool 4\n"
            "9-20 s operator chen\n25-30 s program P2\n");
}

TEST(EngineLanes, ASilenceInterruptsThem) {
  const auto facts = play(machine_with("run program"), R"(
    0 s   run on, program P1
    5 s   run on
    60 s  run on)",
                          61);
  EXPECT_EQ(words_of(facts.spans), "0-5 s program P1\n60-61 s program P1\n");
}

TEST(EngineAlarms, ConditionsAreKeyedBySignalAndCode) {
  const auto facts = play(machine_with("execution system logic", Protocol::shdr), R"(
    0 s   execution READY
    1 s   system fault 36 Probe system not ready
    2 s   system fault 36 Probe system not ready   // repeated, no new activation
    3 s   system warning 40 Door
    4 s   logic fault 36 Same code but elsewhere
    5 s   system fault 40 Door                     // a change of level is no new activation
    6 s   system normal 36
    7 s   link_down x                              // clears nothing
    8 s   link_up; execution READY
    9 s   system normal
    10 s  logic unavailable
    11 s  system normal 99)",
                          12);
  EXPECT_EQ(words_of(facts.alarms_raised),
            "1- s FAULT 36 Probe system not ready\n3- s WARNING 40 Door\n"
            "4- s FAULT 36 Same code but elsewhere\n");
  EXPECT_EQ(words_of(facts.alarms_cleared),
            "1-6 s FAULT 36 Probe system not ready\n3-9 s FAULT 40 Door\n"
            "4-10 s FAULT 36 Same code but elsewhere\n");
  EXPECT_EQ(words_of(facts.states),
            "0-1 s idle\n1-7 s alarm\n7-8 s offline\n8-10 s alarm\n"
            "10-12 s idle\n");
}

TEST(EngineAlarms, AnAlarmInputCarriesItsNumberAndWords) {
  const auto facts = play(machine_with("run alarm alarm_code alarm_text"), R"(
    0 s   run on, alarm off
    5 s   alarm on, alarm_code 700, alarm_text Overheat
    8 s   alarm_code 701, alarm_text Door
    9 s   alarm bad
    10 s  alarm off)",
                          13);
  EXPECT_EQ(words_of(facts.alarms_raised), "5- s FAULT 700 Overheat\n8- s FAULT 701 Door\n");
  EXPECT_EQ(words_of(facts.alarms_cleared), "5-8 s FAULT 700 Overheat\n8-10 s FAULT 701 Door\n");
  ASSERT_EQ(facts.states.size(), 3U);
  EXPECT_EQ(facts.states[1].detail.alarm_code, "700");
}

TEST(EngineAlarms, TheTailShowsWhatStands) {
  const auto machine = machine_with("execution system", Protocol::shdr);
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch_of(machine, "0 s execution READY, system fault 36 x"), 1, facts);
  EXPECT_EQ(words_of(engine.tail(at_second(9)).alarms_raised), "0- s FAULT 36 x\n");
}

TEST(EngineLate, ASmallBackStepCountsAtTheEnginesTimeALargeOneIsReported) {
  const auto machine = machine_with("run", Protocol::shdr);
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch_of(machine, "0 s run on\n10 s values; @8 s run off\n20 s values"), 1, facts);
  EXPECT_EQ(engine.take_late(), std::nullopt);
  EXPECT_EQ(words_of(facts.states), "0-10 s run\n");
  engine.apply(batch_of(machine, "20 s @15 s run on; @12 s values; @3 s alive"), 2, facts);
  EXPECT_EQ(engine.take_late(), at_second(12));
  EXPECT_EQ(engine.take_late(), std::nullopt);
  EXPECT_EQ(words_of(engine.view(at_second(30))), "run since 20 s");
}

}  // namespace
}  // namespace spindle::engine::testing
