#include "kpi/figures.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kpi/calendar_time.hpp"
#include "tests/kpi/scenario.hpp"

namespace spindle::kpi {
namespace {

using namespace std::chrono_literals;
using testing::Scenario;
using testing::story;
using testing::taipei;

constexpr std::string_view date = "2024-03-14";

/// One machine, PBT and POT given in minutes from 08:00, with what it did in them.
Scenario planned(Duration pot, Duration pbt) {
  Scenario s;
  const Instant start = taipei(date, "08:00:00");
  s.in.window = {start, start + pot};
  s.in.pot = IntervalSet(s.in.window);
  s.in.pbt = IntervalSet({start, start + pbt});
  return s;
}

// Source: domain.md 3.4, worked example 1, with its real calendar.
Scenario example_1() {
  Calendar calendar;
  calendar.shifts = {{.name = "day",
                      .days = {true, true, true, true, true, false, false},
                      .start = 8h,
                      .end = 17h,
                      .breaks = {{12h, 13h}, {10h, 10h + 10min}, {15h, 15h + 10min}},
                      .valid_from = {},
                      .valid_until = {}}};
  calendar.planned_downtime = {
      {"mill", {taipei(date, "13:30:00"), taipei(date, "14:00:00")}, "maintenance"}};
  Scenario s;
  s.in.machine = "mill";
  s.in.window = {taipei(date, "00:00:00"), taipei("2024-03-15", "00:00:00")};
  s.in.pot = planned_operation(calendar, *Zone::find("Asia/Taipei"), s.in.window);
  s.in.pbt = planned_busy(calendar, *Zone::find("Asia/Taipei"), s.in.window, "mill");
  s.states = story(date, R"(
      00:00:00 power_off   08:00:00 setup   08:25:00 run     09:00:00 alarm   09:42:00 run
      10:00:00 idle        10:10:00 run     12:00:00 idle    13:00:00 run     13:30:00 maint
      14:00:00 idle        14:18:00 run     15:00:00 idle    15:10:00 run     17:00:00 power_off
      00:00:00 end)");
  s.in.ideal_cycle_s = 54;
  s.in.counts_total = s.in.counts_good = true;
  s.count(CountKind::total, taipei(date, "11:00:00"), 340);
  s.count(CountKind::good, taipei(date, "11:00:00"), 331);
  return s;
}

TEST(Figures, PlannedPartsAreBusyTimeByTheIdealCycleAndAchievementIsPartsOfThem) {
  Scenario s = planned(8h, 7h);
  s.in.ideal_cycle_s = 48;
  s.in.counts_total = true;
  s.count(CountKind::total, s.in.window.from + 1min, 420);
  const auto f = figures(s.inputs());
  EXPECT_DOUBLE_EQ(f.parts_target.value(), 525);  // 7 × 3600 ÷ 48
  EXPECT_DOUBLE_EQ(f.achievement.value(), 0.8);
  EXPECT_DOUBLE_EQ(f.value("parts.target").value(), 525);

  // A group's target is the sum of its machines', each at its own speed; parts of parts count.
  Scenario other = planned(8h, 7h);
  other.in.machine = "other";
  other.in.ideal_cycle_s = 3600 * 2;
  other.in.counts_total = true;
  const auto group = combine(std::array{f, figures(other.inputs())});
  EXPECT_DOUBLE_EQ(group.parts_target.value(), 528.5);
  EXPECT_DOUBLE_EQ(group.achievement.value(), 420 / 528.5);
}

TEST(Figures, WithoutAnIdealCycleThereIsNoTargetAndTheReasonSaysWhatToSet) {
  Scenario s = planned(8h, 7h);
  s.in.machine = "mill";
  s.in.counts_total = true;
  const auto f = figures(s.inputs());
  EXPECT_FALSE(f.parts_target);
  EXPECT_FALSE(f.achievement);
  EXPECT_EQ(f.why.at("parts.target").code, "no_ideal_cycle");
  EXPECT_EQ(f.why.at("achievement").code, "no_ideal_cycle");
  EXPECT_NE(f.why.at("parts.target").text.zh.find("mill：未設定標準工時"), std::string::npos);
}

TEST(Figures, NothingPlannedIsATargetOfNoneAndNoAchievement) {
  Scenario s = planned(8h, 0h);
  s.in.ideal_cycle_s = 48;
  s.in.counts_total = true;
  s.count(CountKind::total, s.in.window.from + 1min, 3);
  const auto f = figures(s.inputs());
  EXPECT_DOUBLE_EQ(f.parts_target.value(), 0);
  EXPECT_FALSE(f.achievement);
  EXPECT_EQ(f.why.at("achievement").code, "no_planned_time");
  s.in.counts_total = false;
  EXPECT_EQ(figures(s.inputs()).why.at("achievement").code, "no_part_count");
}

TEST(Figures, ExampleOneHasItsPublishedOee) {
  const Figures f = figures(example_1().inputs());
  EXPECT_EQ(f.sums.pot, 460min);
  EXPECT_EQ(f.sums.pbt, 430min);
  EXPECT_EQ(f.sums.planned_state[State::run], 345min);
  EXPECT_EQ(f.sums.planned_state[State::setup], 25min);
  EXPECT_EQ(f.sums.planned_state[State::alarm], 42min);
  EXPECT_EQ(f.sums.planned_state[State::idle], 18min);
  EXPECT_NEAR(*f.availability, 0.802326, 5e-7);
  EXPECT_NEAR(*f.performance, 0.886957, 5e-7);
  EXPECT_NEAR(*f.quality, 0.973529, 5e-7);
  EXPECT_NEAR(*f.oee, 0.692791, 5e-7);
  EXPECT_NEAR(*f.oee, 331 * 54.0 / (430 * 60), 1e-12);
  EXPECT_NEAR(*f.utilization_pbt, 0.802, 5e-4);       // domain.md 3.5 (a)
  EXPECT_NEAR(*f.utilization_calendar, 0.240, 5e-4);  // domain.md 3.5 (d)
  EXPECT_DOUBLE_EQ(*f.utilization_pot, 345.0 / 460);
  EXPECT_DOUBLE_EQ(*f.utilization_powered, 345.0 / 540);
  EXPECT_EQ(f.parts_scrap, 9);
  EXPECT_EQ(f.coverage, 1);
  EXPECT_EQ(f.availability_known, f.availability);
  EXPECT_EQ(f.sums.failures, 1);
  EXPECT_EQ(f.mtbf_s, 345 * 60);
  EXPECT_EQ(f.mttr_s, 42 * 60);
}

// Source: domain.md 3.4, worked example 2.
Scenario example_2_machine_2() {
  Scenario s = planned(300min, 300min);
  s.states = story(date, "08:00:00 run 11:00:00 idle 13:00:00 end");
  s.in.ideal_cycle_s = 54;
  s.in.counts_total = s.in.counts_scrap = true;
  s.count(CountKind::total, taipei(date, "09:00:00"), 180);
  s.count(CountKind::scrap, taipei(date, "09:00:00"), 2);
  return s;
}

TEST(Figures, ExampleTwoAddsNumeratorsAndDenominators) {
  const std::array both{figures(example_1().inputs()), figures(example_2_machine_2().inputs())};
  EXPECT_NEAR(*both[1].oee, 0.534, 5e-7);
  EXPECT_NEAR(*both[1].quality, 0.98889, 5e-6);
  const Figures fleet = combine(both);
  EXPECT_NEAR(*fleet.availability, 0.719178, 5e-7);
  EXPECT_NEAR(*fleet.performance, 0.891429, 5e-7);
  EXPECT_NEAR(*fleet.quality, 0.978846, 5e-7);
  EXPECT_NEAR(*fleet.oee, 0.627534, 5e-7);
  EXPECT_EQ(fleet.parts_total, 520);
  EXPECT_EQ(fleet.parts_good, 509);
}

// Source: domain.md 3.5, example 3.
TEST(Figures, ExampleThreePublishesStrictKnownAndCoverage) {
  Calendar calendar;
  calendar.shifts = {{.name = "night",
                      .days = {true, true, true, true, true, true, true},
                      .start = 20h,
                      .end = 8h,
                      .breaks = {{0h, 1h}, {4h, 4h + 30min}},
                      .valid_from = {},
                      .valid_until = {}}};
  Scenario s;
  s.in.window = {taipei(date, "20:00:00"), taipei("2024-03-15", "08:00:00")};
  s.in.pot = s.in.pbt = planned_operation(calendar, *Zone::find("Asia/Taipei"), s.in.window);
  s.states = story(date, R"(
      20:00:00 setup  20:40:00 run  00:00:00 idle  01:00:00 alarm  01:37:00 run  03:10:00 offline
      03:40:00 run    04:00:00 idle 05:38:00 run   08:00:00 end)");
  const Figures f = figures(s.inputs());
  EXPECT_EQ(f.sums.pbt, 630min);
  EXPECT_EQ(f.sums.planned_state[State::run], 455min);
  EXPECT_EQ(f.sums.planned_state[State::idle], 68min);
  EXPECT_EQ(f.sums.planned_state[State::setup], 40min);
  EXPECT_EQ(f.sums.planned_state[State::alarm], 37min);
  EXPECT_EQ(f.sums.planned_state[State::offline], 30min);
  EXPECT_NEAR(*f.availability, 0.7222, 5e-5);
  EXPECT_NEAR(*f.availability_known, 0.7583, 5e-5);
  EXPECT_NEAR(*f.coverage, 0.9524, 5e-5);
  EXPECT_TRUE(f.notes.empty());
}

// Source: domain.md 3.3, state timeline test vector.
Scenario timeline_vector() {
  Scenario s;
  s.in.window = {taipei(date, "08:00:00"), taipei(date, "10:10:00")};
  s.in.pot = s.in.pbt = IntervalSet({taipei(date, "08:00:00"), taipei(date, "10:00:00")});
  s.states = story(date, R"(
      08:00:00 run   08:12:30 alarm   08:20:00 idle   08:21:00 run   09:00:00 offline
      09:04:00 run   10:02:00 idle    10:10:00 end)");
  return s;
}

TEST(Figures, TimelineVectorGivesItsMinutesAndKeepsTheRunInTheBreakApart) {
  const Figures f = figures(timeline_vector().inputs());
  EXPECT_EQ(f.sums.planned_state[State::run], 107min + 30s);
  EXPECT_EQ(f.sums.planned_state[State::alarm], 7min + 30s);
  EXPECT_EQ(f.sums.planned_state[State::idle], 1min);
  EXPECT_EQ(f.sums.planned_state[State::offline], 4min);
  EXPECT_NEAR(*f.availability, 0.8958, 5e-5);
  EXPECT_NEAR(*f.availability_known, 0.9267, 5e-5);
  EXPECT_NEAR(*f.coverage, 0.9667, 5e-5);
  EXPECT_EQ(f.sums.run_outside_plan(), 120s);
  EXPECT_EQ(f.value("run_outside_plan_s"), 120);
  EXPECT_EQ(f.value("known_s"), 116 * 60);
  EXPECT_EQ(f.sums.state.total(), 130min);
}

TEST(Figures, NothingRecordedIsOfflineNeverIdle) {
  Scenario s = planned(100min, 100min);
  s.states = story(date, "08:10:00 run 08:20:00 end");
  const Figures f = figures(s.inputs());
  EXPECT_EQ(f.sums.state[State::offline], 90min);
  EXPECT_EQ(f.sums.state[State::idle], 0s);
  EXPECT_DOUBLE_EQ(*f.coverage, 0.1);
  ASSERT_EQ(f.notes.size(), 1u);
  EXPECT_EQ(f.notes[0].code, "low_confidence");
}

TEST(Figures, WithoutPlannedTimeRatiosAreNullAndSayWhy) {
  Scenario s = planned(60min, 0min);
  s.in.pot = {};
  s.states = story(date, "08:00:00 run 09:00:00 end");
  const Figures f = figures(s.inputs());
  for (const char* figure : {"coverage", "availability", "availability_known", "oee",
                             "utilization.pbt", "utilization.pot"}) {
    EXPECT_FALSE(f.value(figure)) << figure;
    ASSERT_TRUE(f.why.contains(figure)) << figure;
  }
  EXPECT_EQ(f.why.at("availability").text.en, "no planned time in the window");
  EXPECT_EQ(f.utilization_calendar, 1);
  EXPECT_EQ(f.sums.run_outside_plan(), 60min);
}

TEST(Figures, AnEmptyWindowGivesNoRatio) {
  const Figures f = figures(planned(0min, 0min).inputs());
  EXPECT_FALSE(f.utilization_calendar);
  EXPECT_EQ(f.why.at("utilization.calendar").code, "empty_window");
  EXPECT_EQ(f.why.at("utilization.powered").code, "never_powered");
}

TEST(Figures, EnergyIsNullAndSaysThatItIsNotThereYet) {
  const Figures f = figures(timeline_vector().inputs());
  EXPECT_FALSE(f.energy_kwh || f.energy_source || f.co2e_kg);
  for (const char* figure : {"energy_kwh", "energy_source", "co2e_kg"})
    EXPECT_EQ(f.why.at(figure).code, "no_energy_accounting") << figure;
}

struct Counters {
  bool total, good, scrap;
  std::optional<double> expect_total, expect_good, expect_scrap, expect_quality;
  const char* why_quality;
};

TEST(Figures, MissingCounterFollowsFromTheOthersOrIsNull) {
  const Counters table[] = {
      {true, true, true, 100, 90, 8, 0.9, ""},
      {true, true, false, 100, 90, 10, 0.9, ""},
      {true, false, true, 100, 92, 8, 0.92, ""},
      {false, true, true, 98, 90, 8, 90.0 / 98, ""},
      {true, false, false, 100, {}, {}, {}, "no_good_count"},
      {false, true, false, {}, 90, {}, {}, "no_part_count"},
      {false, false, true, {}, {}, {}, {}, "no_part_count"},
      {false, false, false, {}, {}, {}, {}, "no_part_count"},
  };
  for (const Counters& row : table) {
    Scenario s = planned(60min, 60min);
    s.in.counts_total = row.total;
    s.in.counts_good = row.good;
    s.in.counts_scrap = row.scrap;
    if (row.total) s.count(CountKind::total, taipei(date, "08:30:00"), 100);
    if (row.good) s.count(CountKind::good, taipei(date, "08:30:00"), 90);
    if (row.scrap) s.count(CountKind::scrap, taipei(date, "08:30:00"), 8);
    const Figures f = figures(s.inputs());
    const std::string name = std::string(row.total ? "total " : "") + (row.good ? "good " : "") +
                             (row.scrap ? "scrap" : "");
    EXPECT_EQ(f.parts_total, row.expect_total) << name;
    EXPECT_EQ(f.parts_good, row.expect_good) << name;
    EXPECT_EQ(f.parts_scrap, row.expect_scrap) << name;
    EXPECT_EQ(f.quality, row.expect_quality) << name;
    if (!row.expect_quality) EXPECT_EQ(f.why.at("quality").code, row.why_quality) << name;
  }
}

TEST(Figures, SuspectStepsAndTryOutPartsAreNamedNotCounted) {
  Scenario s = planned(60min, 60min);
  s.in.counts_total = true;
  s.count(CountKind::total, taipei(date, "08:10:00"), 5);
  s.count(CountKind::total, taipei(date, "08:20:00"), 3763);
  s.parts.back().kind = StepKind::suspect;
  s.count(CountKind::total, taipei(date, "08:30:00"), 2);
  s.parts.back().during_setup = true;
  s.count(CountKind::total, taipei(date, "09:00:00"), 7);  // At the end: in the next window.
  s.count(CountKind::total, taipei(date, "07:59:59"), 7);
  const Figures f = figures(s.inputs());
  EXPECT_EQ(f.parts_total, 5);
  EXPECT_EQ(f.sums.suspect, 3763);
  EXPECT_EQ(f.sums.setup, 2);
  EXPECT_EQ(f.notes.size(), 3u);  // Both, and that nothing is known of the state.
}

TEST(Figures, PartsOutsideThePlanAreShownButDoNotRaisePerformance) {
  Scenario s = planned(120min, 60min);
  s.states = story(date, "08:00:00 run 10:00:00 end");
  s.in.counts_total = true;
  s.in.ideal_cycle_s = 60;
  s.count(CountKind::total, taipei(date, "08:30:00"), 54);
  s.count(CountKind::total, taipei(date, "09:30:00"), 60);
  const Figures f = figures(s.inputs());
  EXPECT_EQ(f.parts_total, 114);
  EXPECT_DOUBLE_EQ(*f.performance, 0.9);
  EXPECT_EQ(f.notes.at(0).code, "parts_outside_plan");
}

TEST(Figures, PerformanceAboveOneIsShownAsItIs) {
  Scenario s = planned(60min, 60min);
  s.states = story(date, "08:00:00 run 09:00:00 end");
  s.in.counts_total = true;
  s.in.ideal_cycle_s = 60;
  s.count(CountKind::total, taipei(date, "08:30:00"), 90);
  const Figures f = figures(s.inputs());
  EXPECT_DOUBLE_EQ(*f.performance, 1.5);
  EXPECT_EQ(f.notes.at(0).code, "performance_above_one");
}

TEST(Figures, ScrapOfEarlierProductionGivesNoNegativeQuality) {
  Scenario s = planned(60min, 60min);
  s.in.counts_total = s.in.counts_scrap = true;
  s.count(CountKind::total, taipei(date, "08:30:00"), 2);
  s.count(CountKind::scrap, taipei(date, "08:30:00"), 5);
  const Figures f = figures(s.inputs());
  EXPECT_FALSE(f.quality);
  EXPECT_EQ(f.why.at("quality").code, "scrap_exceeds_parts");
}

TEST(Figures, OeeNamesTheFactorThatIsMissing) {
  Scenario s = example_1();
  s.in.ideal_cycle_s.reset();
  const Figures f = figures(s.inputs());
  EXPECT_FALSE(f.oee);
  EXPECT_EQ(f.why.at("oee").code, "no_performance");
  EXPECT_NE(f.why.at("oee").text.en.find("mill: no ideal cycle time: set ideal_cycle_s"),
            std::string::npos)
      << f.why.at("oee").text.en;
  EXPECT_NEAR(*f.quality, 0.973529, 5e-7);
}

TEST(Figures, GroupNamesTheMachinesThatLackSomething) {
  Scenario a = example_1();
  Scenario b = example_2_machine_2();
  b.in.machine = "lamp-press";
  b.in.counts_total = b.in.counts_scrap = false;
  const std::array both{figures(a.inputs()), figures(b.inputs())};
  const Figures fleet = combine(both);
  EXPECT_NEAR(*fleet.availability, 0.719178, 5e-7);
  EXPECT_EQ(fleet.parts_total, 340);
  EXPECT_FALSE(fleet.performance);
  EXPECT_EQ(fleet.why.at("performance").code, "no_part_count");
  EXPECT_TRUE(fleet.why.at("performance").text.zh.starts_with("lamp-press："));
}

struct Failures {
  const char* what;
  const char* story;
  std::int64_t failures;
  std::optional<double> mttr_s;
};

// Planned from 08:00 to 09:00, in a window from 07:00 to 10:00.
TEST(Figures, FailureIsARunOfAlarmAndEstopThatBeginsInPlannedTime) {
  const Failures table[] = {
      {"none", "07:00:00 run 10:00:00 end", 0, {}},
      {"one", "07:00:00 run 08:10:00 alarm 08:20:00 run 10:00:00 end", 1, 600},
      {"alarm then estop is one",
       "07:00:00 run 08:10:00 alarm 08:20:00 estop 08:30:00 run 10:00:00 end", 1, 1200},
      {"parted by offline is one, offline is no repair",
       "07:00:00 run 08:10:00 alarm 08:20:00 offline 08:25:00 alarm 08:30:00 run 10:00:00 end", 1,
       900},
      {"parted by idle is two",
       "07:00:00 run 08:10:00 alarm 08:20:00 idle 08:25:00 alarm 08:30:00 run 10:00:00 end", 2,
       450},
      {"began before planned time", "07:00:00 run 07:50:00 alarm 08:20:00 run 10:00:00 end", 0, {}},
      {"began after planned time", "07:00:00 run 09:50:00 alarm 09:55:00 run 10:00:00 end", 0, {}},
      {"goes on after planned time, which is no repair time",
       "07:00:00 run 08:50:00 alarm 09:55:00 run 10:00:00 end", 1, 600},
      {"began at the first planned instant",
       "07:00:00 run 08:00:00 alarm 08:01:00 run 10:00:00 end", 1, 60},
  };
  for (const Failures& row : table) {
    Scenario s;
    s.in.window = {taipei(date, "07:00:00"), taipei(date, "10:00:00")};
    s.in.pot = s.in.pbt = IntervalSet({taipei(date, "08:00:00"), taipei(date, "09:00:00")});
    s.states = story(date, row.story);
    const Figures f = figures(s.inputs());
    EXPECT_EQ(f.sums.failures, row.failures) << row.what;
    EXPECT_EQ(f.mttr_s, row.mttr_s) << row.what;
    EXPECT_EQ(f.mtbf_s.has_value(), row.failures > 0) << row.what;
  }
}

TEST(Figures, WithoutFailureMtbfIsALowerBoundInWords) {
  Scenario s = planned(60min, 60min);
  s.states = story(date, "08:00:00 run 09:00:00 end");
  const Figures f = figures(s.inputs());
  EXPECT_FALSE(f.mtbf_s);
  EXPECT_EQ(f.why.at("mtbf_s").text.en, "no failure in the window: MTBF > run time, 3600 s");
}

TEST(Figures, FailureThatGoesOnIntoAWindowIsNotCountedAgain) {
  Scenario s;
  s.in.window = {taipei(date, "08:00:00"), taipei(date, "09:00:00")};
  s.in.pot = s.in.pbt = IntervalSet({taipei(date, "07:00:00"), taipei(date, "09:00:00")});
  s.states = story(date, "07:00:00 run 07:50:00 alarm 08:00:00 estop 08:20:00 run 09:00:00 end");
  EXPECT_EQ(figures(s.inputs()).sums.failures, 0);
}

}  // namespace
}  // namespace spindle::kpi
