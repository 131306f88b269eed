// Counting: domain.md 3.7, and what recordings of real controllers taught.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/part_counter.hpp"
#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

TEST(PartStep, TheWorkedVectorOfTheDomain) {
  const CounterRule rule{1000, 20};
  std::optional<std::uint64_t> previous = 998;
  std::uint64_t total = 0;
  const std::pair<std::uint64_t, CounterStep> vector[] = {
      {999, {StepKind::normal, 1}}, {0, {StepKind::rollover, 1}}, {3, {StepKind::normal, 3}},
      {3, {StepKind::normal, 0}},   {0, {StepKind::reset, 0}},    {2, {StepKind::normal, 2}}};
  for (const auto& [reading, wanted] : vector) {
    const auto step = part_step(previous, reading, rule);
    ASSERT_TRUE(step);
    EXPECT_EQ(*step, wanted) << reading;
    total += step->counts;
    previous = reading;
  }
  EXPECT_EQ(total, 7U);
}

TEST(PartStep, Judges) {
  struct Row {
    std::optional<std::uint64_t> previous;
    std::uint64_t current, modulus, step_max;
    CounterStep step;
  };
  const Row rows[] = {
      {std::nullopt, 3763, 0, 5, {StepKind::normal, 0}},  // the first is a baseline
      {10, 15, 0, 5, {StepKind::normal, 5}},
      {10, 16, 0, 5, {StepKind::suspect, 6}},
      {65533, 2, 65536, 5, {StepKind::rollover, 5}},
      {65533, 3, 65536, 5, {StepKind::reset, 3}},    // six wrapped are not plausible
      {65533, 9, 65536, 5, {StepKind::suspect, 9}},  // nor are nine since a reset
      {65533, 2, 0, 5, {StepKind::reset, 2}},        // never wraps
      {100, 0, 0, 5, {StepKind::reset, 0}},
      {2000, 3, 1000, 5, {StepKind::reset, 3}},  // read before the modulus was set
  };
  for (const auto& row : rows) {
    const auto step = part_step(row.previous, row.current, {row.modulus, row.step_max});
    ASSERT_TRUE(step);
    EXPECT_EQ(*step, row.step) << row.current;
  }
}

TEST(PartStep, AReadingBeyondTheModulusIsRefused) {
  const auto step = part_step(998, 1000, {1000, 20});
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, Errc::invalid);
}

TEST(PlausibleStep, HalfTheIdealCycleOrAQuarterSecondAPart) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  EXPECT_EQ(plausible_step(seconds{0}, 30), 1U);
  EXPECT_EQ(plausible_step(seconds{15}, 30), 2U);
  EXPECT_EQ(plausible_step(milliseconds{15001}, 30), 3U);
  EXPECT_EQ(plausible_step(seconds{1}, std::nullopt), 5U);
  EXPECT_EQ(plausible_step(seconds{3600}, 54), 135U);
  EXPECT_EQ(plausible_step(seconds{-5}, 54), 1U);
}

Machine counting(std::string_view signals, std::optional<double> ideal_cycle_s = {}) {
  auto machine = machine_with(signals, Protocol::shdr);
  machine.ideal_cycle_s = ideal_cycle_s;
  return machine;
}

TEST(EngineParts, TheFirstReadingEverIsNoProduction) {
  const auto facts = play(counting("execution part_count program"), R"(
    0 s   part_count 3763, program P1
    10 s  part_count 3764
    20 s  part_count 3766, program P2   // made under the program before)",
                          30);
  EXPECT_EQ(words_of(facts.parts), "10 s 1 total normal P1\n20 s 2 total normal P1\n");
}

TEST(EngineParts, AControllerThatRestartsItsCountMakesNoParts) {
  const auto facts = play(counting("part_count"), R"(
    0 s      part_count 3762
    10 s     part_count unavailable
    4000 s   part_count 3763             // a baseline: the source did not know
    4100 s   part_count UNAVAILABLE
    4200 s   part_count 0
    4200.1 s part_count 3763             // not 3763 parts in a tenth of a second
    4300 s   part_count 3764)",
                          4400);
  EXPECT_EQ(words_of(facts.parts), "4200.1 s 3763 total suspect\n4300 s 1 total normal\n");
  EXPECT_EQ(words_of(facts.incidents),
            "4200.1 s suspect_step part_count: 0 -> 3763, more than 2 in one step is not "
            "plausible\n");
}

TEST(EngineParts, WhatWasMadeWhileNobodyListenedCounts) {
  const auto facts = play(counting("part_count", 30), R"(
    0 s     link_up; part_count 100
    600 s   link_down x
    1200 s  link_up; part_count 130
    1210 s  part_count 3              // reset, three since
    1300 s  part_count 4)",
                          1400);
  EXPECT_EQ(words_of(facts.parts),
            "1200 s 30 total normal\n1210 s 3 total suspect\n1300 s 1 total normal\n");
  EXPECT_EQ(
      words_of(facts.incidents).find("counter_reset part_count: 130 -> 3") == std::string::npos,
      false);
}

TEST(EngineParts, CavitiesMultiplyAndEachCountIsItsOwn) {
  auto machine = counting("part_count good_count scrap_count");
  machine.count_rules.parts_per_count = 4;
  machine.count_rules.step_max = 100;
  const auto facts = play(machine, R"(
    0 s   part_count 0, good_count 0, scrap_count 0
    10 s  part_count 10, good_count 9, scrap_count 1)",
                          11);
  EXPECT_EQ(words_of(facts.parts),
            "10 s 40 total normal\n10 s 36 good normal\n10 s 4 scrap normal\n");
}

TEST(EngineParts, ReadingsThatAreNoCountsAreIgnoredAndSaidOnce) {
  const auto machine = counting("part_count");
  const auto facts = play(machine, R"(
    0 s   part_count 5
    1 s   part_count nan
    2 s   part_count -1
    3 s   part_count 5.5
    4 s   part_count bad
    5 s   part_count 6
    6 s   part_count 6.5
    7 s   part_count 7)",
                          11);
  EXPECT_EQ(words_of(facts.parts), "5 s 1 total normal\n7 s 1 total normal\n");
  EXPECT_EQ(words_of(facts.incidents),
            "1 s suspect_step part_count: nan is not a count, ignored\n"
            "6 s suspect_step part_count: 6.5 is not a count, ignored\n");
}

TEST(EngineParts, WithoutACounterEachCycleEndIsOne) {
  const auto facts = play(counting("cycle_start cycle_end", 10), R"(
    0 s   cycle_end on                 // high when first seen: no edge
    1 s   cycle_end off
    10 s  cycle_end on
    11 s  cycle_end off
    12 s  cycle_end on; cycle_end off  // bounces: closer than half a cycle
    20 s  cycle_start on; cycle_start off
    21 s  cycle_end on
    22 s  cycle_end unavailable
    30 s  cycle_end off
    40 s  cycle_end on)",
                          50);
  EXPECT_EQ(words_of(facts.parts),
            "10 s 1 total normal\n21 s 1 total normal\n40 s 1 total normal\n");
}

TEST(EngineParts, WithoutACycleEndEachFallingCycleStartIsOne) {
  const auto facts = play(counting("cycle_start"), R"(
    0 s    cycle_start on
    10 s   cycle_start off
    10.1 s cycle_start on
    10.15 s cycle_start off
    20 s   cycle_start on
    30 s   cycle_start off)",
                          50);
  EXPECT_EQ(words_of(facts.parts), "10 s 1 total normal\n30 s 1 total normal\n");
}

TEST(EngineParts, APulseBesideACounterIsNotCountedTwice) {
  const auto facts = play(counting("part_count cycle_end"), R"(
    0 s   part_count 0, cycle_end off
    10 s  part_count 1, cycle_end on)",
                          50);
  EXPECT_EQ(words_of(facts.parts), "10 s 1 total normal\n");
}

TEST(EngineParts, TheLastReadingIsKnown) {
  const auto machine = counting("part_count good_count");
  MachineEngine engine(machine);
  Facts facts;
  engine.apply(batch_of(machine, "0 s part_count 17"), 1, facts);
  EXPECT_EQ(engine.last_reading(CountKind::total), 17U);
  EXPECT_EQ(engine.last_reading(CountKind::good), std::nullopt);
}

}  // namespace
}  // namespace spindle::engine::testing
