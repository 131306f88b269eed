// Signal summaries, cycle statistics, late scans.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/cycle_stats.hpp"
#include "engine/late_merge.hpp"
#include "engine/signal_summary.hpp"
#include "tests/engine/scenario.hpp"

namespace spindle::engine::testing {
namespace {

TEST(CycleStats, TheWorkedVectorOfTheDomain) {
  const std::vector<double> x = {94, 95, 96, 95, 97, 96, 250, 95, 96, 94, 40, 96};
  const auto stats = cycle_stats(x);
  EXPECT_EQ(stats.n, 12U);
  EXPECT_DOUBLE_EQ(stats.median, 95.5);
  EXPECT_DOUBLE_EQ(stats.mad, 0.5);
  EXPECT_EQ(stats.kept, 10U);
  EXPECT_DOUBLE_EQ(stats.kept_mean, 95.4);
  EXPECT_NEAR(stats.mean, 103.67, 0.005);
  EXPECT_DOUBLE_EQ(stats.p10, 94);
  EXPECT_NEAR(stats.p90, 96.9, 1e-9);
}

TEST(CycleStats, WithoutSpreadHalfOfTheMedianIsTheLimit) {
  const std::vector<double> x = {10, 10, 10, 10, 10, 15, 15.1, 4.9};
  const auto stats = cycle_stats(x);
  EXPECT_EQ(stats.mad, 0);
  EXPECT_EQ(stats.kept, 6U);
}

TEST(CycleStats, NothingAndNonsenseGiveZero) {
  EXPECT_EQ(cycle_stats({}).n, 0U);
  const std::vector<double> x = {std::nan(""), std::numeric_limits<double>::infinity()};
  EXPECT_EQ(cycle_stats(x).n, 0U);
}

TEST(CycleStats, TheIdealCycleIsDoubtfulOnlyOverFiftyParts) {
  EXPECT_FALSE(ideal_cycle_doubtful({.n = 49, .median = 100}, 54));
  EXPECT_FALSE(ideal_cycle_doubtful({.n = 50, .median = 56}, 54));
  EXPECT_TRUE(ideal_cycle_doubtful({.n = 50, .median = 57}, 54));
}

TEST(Cycles, NetLeavesOutWhatInterrupted) {
  const auto facts = play(machine_with("execution system", Protocol::shdr), R"(
    0 s    execution ACTIVE
    50 s   execution FEED_HOLD
    70 s   execution ACTIVE
    150 s  execution READY, system fault 1 x
    180 s  system normal; execution ACTIVE
    300 s  values)",
                          300);
  const std::vector<Instant> done = {at_second(0), at_second(100), at_second(160), at_second(160),
                                     at_second(200)};
  const auto cycles = cycles_of(done, facts.states);
  ASSERT_EQ(cycles.size(), 3U);
  EXPECT_EQ(cycles[0].gross, std::chrono::seconds{100});
  EXPECT_EQ(cycles[0].net, std::chrono::seconds{80});
  EXPECT_EQ(cycles[1].net, std::chrono::seconds{50});
  EXPECT_EQ(cycles[2].net, std::chrono::seconds{20});
}

std::string order_of(const Machine& machine, std::string_view scenario, std::size_t cut) {
  const auto whole = batch_of(machine, scenario);
  std::vector<Batch> batches;
  for (std::size_t i = 0; i < whole.scans.size(); ++i) {
    if (i % cut == 0) batches.emplace_back();
    append_scan(whole, whole.scans[i], batches.back());
  }
  LateMerge merge;
  for (const auto& b : batches) EXPECT_TRUE(merge.note(b));
  MachineEngine engine(machine);
  Facts facts;
  std::string out;
  Batch scratch;
  for (const auto& b : batches) {
    const auto& ordered = merge.merge(b, scratch);
    engine.apply(ordered, 1, facts);
    for (const auto& s : ordered.scans) {
      out += fmt::format("{:g}", to_seconds(s.time - origin));
      if (s.count > 0)
        out += fmt::format("={}", ordered.text_of(ordered.observations[s.first].value));
      out += ' ';
    }
  }
  EXPECT_EQ(engine.take_late(), std::nullopt);
  EXPECT_TRUE(merge.nothing_late());
  return out;
}

TEST(LateMerge, PutsLateScansWhereTheyBelongHoweverTheJournalIsCut) {
  const auto machine = machine_with("execution program", Protocol::shdr);
  constexpr std::string_view scenario = R"(
    10 s  program a
    20 s  program b; @18 s program c       // two seconds: stays
    30 s  @10 s program d; @5 s program e  // before the first scan too
    31 s  program f; @17.9 s program g; @10 s program h
    40 s  @12 s book setup x; alive; @3 s link_down y
    41 s  @30.5 s program i)";
  for (const auto cut : {1UL, 2UL, 3UL, 100UL})
    EXPECT_EQ(order_of(machine, scenario, cut),
              "5=e 10=a 10=d 10=h 12 17.9=g 20=b 18=c 30.5=i 31=f 40 3 ")
        << "batches of " << cut;
}

TEST(LateMerge, ACountThatIsCorrectedLaterIsCountedOnce) {
  const auto machine = machine_with("part_count", Protocol::push);
  const auto batch = batch_of(machine, R"(
    0 s    part_count 0
    60 s   part_count 36
    120 s  part_count 50; @60 s part_count 35)");
  LateMerge merge;
  ASSERT_TRUE(merge.note(batch));
  Batch scratch;
  Facts facts;
  MachineEngine engine(machine);
  engine.apply(merge.merge(batch, scratch), 1, facts);
  std::vector<std::uint64_t> parts;
  for (const auto& step : facts.parts) parts.push_back(step.parts);
  EXPECT_EQ(parts, (std::vector<std::uint64_t>{35, 15}));
}

TEST(LateMerge, LeavesAnOrderlyBatchAlone) {
  const auto batch = batch_of(machine_with("program"), "1 s program a\n2 s program b");
  LateMerge merge;
  ASSERT_TRUE(merge.note(batch));
  Batch scratch;
  EXPECT_EQ(&merge.merge(batch, scratch), &batch);
}

TEST(SignalSummary, CountsOnlyWhatLiesInsideTheWindow) {
  const auto machine = machine_with("program noise part_count system", Protocol::shdr);
  const auto batch = batch_of(machine, R"(
    0 s   program A, noise 100, system fault 7 x
    10 s  program B, noise 1, part_count 4
    20 s  program B, noise 3, part_count 5
    30 s  program unavailable, system normal
    40 s  program A, noise 100, part_count 9)");
  SignalSummary summary(machine, at_second(5), at_second(40));
  summary.add(batch);
  summary.finish(at_second(100));
  std::string seen;
  for (const auto& v : summary.find("program")->values)
    seen += fmt::format("{} {:g} s {}, ", v.value, to_seconds(v.held), v.entries);
  EXPECT_EQ(seen, "A 5 s 0, B 20 s 1, UNAVAILABLE 10 s 1, ");
  const auto& numbers = summary.find("noise")->numbers;
  EXPECT_EQ(numbers.n, 2U);
  EXPECT_DOUBLE_EQ(numbers.mean(), 2);
  EXPECT_EQ(summary.find("part_count")->counts->plus_one_steps, 1U);
  EXPECT_EQ(summary.conditions().fault, std::chrono::seconds{25});
  EXPECT_EQ(summary.conditions().activations[3], 0U);
  EXPECT_EQ(summary.find("nobody"), nullptr);
}

}  // namespace
}  // namespace spindle::engine::testing
