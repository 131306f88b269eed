#include "kpi/receipt.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

#include "tests/kpi/scenario.hpp"

namespace spindle::kpi {
namespace {

using namespace std::chrono_literals;
using testing::Scenario;

/// A machine's day made of anything: states with gaps, a plan that reaches beyond the window, parts
/// of every kind.
Scenario any_scenario() {
  Scenario s;
  const auto minute = [](int m) { return Instant(std::chrono::minutes(m)); };
  const auto any = [](int from, int to) { return *rc::gen::inRange(from, to); };
  int at = any(0, 60);
  const int states = any(0, 30);
  for (int i = 0; i < states; ++i) {
    StateInterval interval;
    at += any(0, 3) == 0 ? any(0, 20) : 0;
    interval.from = minute(at);
    interval.to = minute(at += any(1, 40));
    interval.state = all_states[static_cast<std::size_t>(any(0, 12))];
    interval.first_sequence = static_cast<std::uint64_t>(i) + 1;
    interval.last_sequence = static_cast<std::uint64_t>(i) + 2;
    s.states.push_back(interval);
  }
  std::vector<Interval> pot;
  std::vector<Interval> down;
  for (int i = any(0, 4); i > 0; --i) {
    const int from = any(0, 600);
    pot.push_back({minute(from), minute(from + any(0, 300))});
    const int broken = any(0, 600);
    down.push_back({minute(broken), minute(broken + any(0, 60))});
  }
  s.in.pot = IntervalSet::of(pot);
  s.in.pbt = subtract(s.in.pot, IntervalSet::of(down));
  const int from = any(0, 400);
  s.in.window = {minute(from), minute(from + any(0, 400))};
  if (any(0, 3) != 0) s.in.ideal_cycle_s = any(1, 1000) / 7.0;
  s.in.counts_total = any(0, 4) != 0;
  s.in.counts_good = any(0, 2) != 0;
  s.in.counts_scrap = any(0, 2) != 0;
  for (int i = any(0, 20); i > 0; --i) {
    PartStep step;
    step.time = minute(any(0, 800));
    step.count = *rc::gen::element(CountKind::total, CountKind::good, CountKind::scrap);
    step.kind = *rc::gen::element(StepKind::normal, StepKind::normal, StepKind::reset,
                                  StepKind::rollover, StepKind::suspect);
    step.during_setup = any(0, 5) == 0;
    step.parts = static_cast<std::uint64_t>(any(0, 9));
    s.parts.push_back(step);
  }
  s.in.machine = *rc::gen::element("a", "b", "c");
  return s;
}

void assert_same(const Figures& a, const Figures& b) {
  RC_ASSERT(a.sums == b.sums);
  for (const std::string_view name : figure_names()) RC_ASSERT(a.value(name) == b.value(name));
  RC_ASSERT(a.why == b.why);
  RC_ASSERT(a.notes == b.notes);
}

RC_GTEST_PROP(Figures, StatesPartitionTheWindowAndPlannedStatesTheBusyTime, ()) {
  const Scenario s = any_scenario();
  const Sums sums = figures(s.inputs()).sums;
  RC_ASSERT(sums.state.total() == s.in.window.length());
  RC_ASSERT(sums.planned_state.total() == sums.pbt);
  RC_ASSERT(sums.pbt <= sums.pot && sums.pot <= sums.window);
  for (const State state : all_states) RC_ASSERT(sums.planned_state[state] <= sums.state[state]);
}

RC_GTEST_PROP(Figures, AWindowIsTheSumOfItsTwoHalves, ()) {
  const Scenario s = any_scenario();
  const MachineInputs whole = s.inputs();
  const Duration length = whole.window.length();
  const Instant middle = whole.window.from + length / 97 * *rc::gen::inRange(0, 98);
  MachineInputs first = whole;
  MachineInputs second = whole;
  first.window.to = second.window.from = middle;
  assert_same(combine(std::array{figures(first), figures(second)}), figures(whole));
}

RC_GTEST_PROP(Figures, CombiningIsAssociativeAndCommutative, ()) {
  const Figures a = figures(any_scenario().inputs());
  const Figures b = figures(any_scenario().inputs());
  const Figures c = figures(any_scenario().inputs());
  const Figures left = combine(std::array{combine(std::array{a, b}), c});
  assert_same(left, combine(std::array{a, combine(std::array{b, c})}));
  assert_same(left, combine(std::array{c, b, a}));
  assert_same(combine(std::array{a}), a);
}

RC_GTEST_PROP(Figures, EveryMissingFigureSaysWhyInBothLanguages, ()) {
  const Figures f = figures(any_scenario().inputs());
  for (const std::string_view name : figure_names()) {
    if (f.value(name)) continue;
    const auto why = f.why.find(name);
    RC_ASSERT(why != f.why.end());
    RC_ASSERT(!why->second.code.empty());
    RC_ASSERT(!why->second.text.zh.empty() && !why->second.text.en.empty());
  }
}

RC_GTEST_PROP(Receipt, HasTheVeryValueOfTheFigureAndAccountsForTheWholeWindow, ()) {
  const Scenario s = any_scenario();
  const Figures f = figures(s.inputs());
  for (const std::string_view name : figure_names()) {
    const auto r = receipt(s.inputs(), name);
    RC_ASSERT(r.has_value());
    RC_ASSERT(r->value == f.value(name));
    RC_ASSERT(r->value.has_value() != r->why.has_value());
    if (r->intervals.empty()) continue;
    Instant t = s.in.window.from;
    for (const ReceiptInterval& i : r->intervals) {
      RC_ASSERT(i.when.from == t);
      RC_ASSERT(i.counted == i.why.en.empty());
      t = i.when.to;
    }
    RC_ASSERT(t == s.in.window.to);
  }
}

double input(const Receipt& r, std::string_view name) {
  for (const ReceiptInput& in : r.inputs)
    if (in.name == name) return in.value;
  ADD_FAILURE() << "no input " << name;
  return -1;
}

double counted_s(const Receipt& r) {
  Duration sum{0};
  for (const ReceiptInterval& i : r.intervals)
    if (i.counted) sum += i.when.length();
  return to_seconds(sum);
}

RC_GTEST_PROP(Receipt, CanBeWorkedOutAgainByHand, ()) {
  const Scenario s = any_scenario();
  const auto get = [&](std::string_view figure) { return *receipt(s.inputs(), figure); };
  const auto is_ratio = [&](const char* figure, const char* above, const char* below) {
    const Receipt r = get(figure);
    if (r.value) RC_ASSERT(std::abs(*r.value - input(r, above) / input(r, below)) < 1e-9);
  };
  const auto is_counted = [&](const char* figure, const char* above) {
    const Receipt r = get(figure);
    RC_ASSERT(std::abs(counted_s(r) - input(r, above)) < 1e-6);
  };
  is_ratio("coverage", "known_s", "pbt_s");
  is_ratio("availability", "run_planned_s", "pbt_s");
  is_ratio("availability_known", "run_planned_s", "known_s");
  is_ratio("performance", "ideal_planned_s", "run_planned_s");
  is_ratio("quality", "parts_good", "parts_total");
  is_ratio("utilization.pbt", "run_planned_s", "pbt_s");
  is_ratio("utilization.pot", "run_pot_s", "pot_s");
  is_ratio("utilization.powered", "run_s", "powered_s");
  is_ratio("utilization.calendar", "run_s", "window_s");
  is_ratio("mtbf_s", "run_planned_s", "failures");
  is_ratio("mttr_s", "repair_s", "failures");
  is_counted("coverage", "known_s");
  is_counted("availability", "run_planned_s");
  is_counted("utilization.pot", "run_pot_s");
  is_counted("utilization.powered", "run_s");
  is_counted("mttr_s", "repair_s");
  for (const char* figure : {"window_s", "pot_s", "pbt_s", "known_s", "run_outside_plan_s",
                             "state_s.run", "state_s.offline", "planned_state_s.alarm"}) {
    const Receipt r = get(figure);
    RC_ASSERT(std::abs(counted_s(r) - *r.value) < 1e-6);
  }
}

TEST(Receipt, SaysWhyAWhileDoesNotCount) {
  Scenario s;
  s.states = testing::story("2024-03-14", R"(
      08:00:00 run   08:30:00 idle   08:40:00 offline   08:50:00 run   10:00:00 end)");
  const auto t = [](std::string_view time) { return testing::taipei("2024-03-14", time); };
  s.in.window = {t("08:00:00"), t("10:10:00")};
  s.in.pot = IntervalSet({t("08:00:00"), t("09:30:00")});
  s.in.pbt = IntervalSet({t("08:00:00"), t("09:00:00")});
  const auto r = receipt(s.inputs(), "availability");
  ASSERT_TRUE(r);
  std::vector<std::string> why;
  for (const ReceiptInterval& i : r->intervals) why.push_back(i.why.en);
  EXPECT_EQ(why,
            (std::vector<std::string>{"", "the state idle does not count",
                                      "offline: the state is not known", "", "planned downtime",
                                      "outside the shifts, or a break", "nothing was recorded"}));
  EXPECT_EQ(r->first_sequence, 100u);
  EXPECT_EQ(r->last_sequence, 104u);
  EXPECT_EQ(r->formula.en, "availability = run inside planned time ÷ PBT");
}

TEST(Receipt, RefusesANameThatIsNoFigure) {
  const Scenario s;
  for (const char* name : {"", "oees", "state_s.", "state_s.runs", "planned_state_s.", "state_s"}) {
    const auto r = receipt(s.inputs(), name);
    ASSERT_FALSE(r) << name;
    EXPECT_EQ(r.error().code, Errc::invalid);
  }
}

TEST(Receipt, OfAGroupHasNumbersButNoIntervals) {
  const Figures empty = combine({});
  const auto r = receipt(empty, "availability");
  ASSERT_TRUE(r);
  EXPECT_FALSE(r->value);
  EXPECT_TRUE(r->intervals.empty());
  EXPECT_EQ(r->inputs.size(), 2u);
}

}  // namespace
}  // namespace spindle::kpi
