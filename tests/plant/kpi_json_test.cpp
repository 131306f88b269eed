#include "plant/kpi_json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plant/machine_figures.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

Instant at(std::string_view text) { return *parse_rfc3339(text); }

/// 08:00 to 10:00 planned; run, then an alarm, then run into the break.
struct Morning {
  Calendar calendar;
  Machine machine;
  Interval window{at("2024-03-14T08:00:00+08:00"), at("2024-03-14T10:10:00+08:00")};
  std::vector<StateInterval> states;
  std::vector<PartStep> parts;

  Morning() {
    ShiftTemplate shift;
    shift.name = "早班";
    shift.days.fill(true);
    shift.start = 8h;
    shift.end = 10h;
    calendar.shifts = {shift};
    machine.id = "vmc-1";
    machine.ideal_cycle_s = 60;
    Signal counter;
    counter.role = Role::part_count;
    machine.signals = {counter};
    add("08:00:00.000", "09:00:00.000", State::run);
    add("09:00:00.000", "09:15:00.250", State::alarm);
    add("09:15:00.250", "10:10:00.000", State::run);
    PartStep step;
    step.time = at("2024-03-14T08:30:00+08:00");
    step.parts = 90;
    parts = {step};
  }
  void add(std::string_view from, std::string_view to, State state) {
    StateInterval interval;
    interval.from = at("2024-03-14T" + std::string(from) + "+08:00");
    interval.to = at("2024-03-14T" + std::string(to) + "+08:00");
    interval.state = state;
    interval.first_sequence = 7;
    interval.last_sequence = 9;
    states.push_back(interval);
  }
  kpi::MachineInputs inputs() const {
    return machine_inputs(calendar, *kpi::Zone::find("Asia/Taipei"), machine, window, states,
                          parts);
  }
};

TEST(KpiJson, DocumentHasEveryFieldOfTheContract) {
  const Morning morning;
  const auto json = kpi_to_json(kpi::figures(morning.inputs()), kpi::Language::en);
  for (const char* name : {"window_s",
                           "pot_s",
                           "pbt_s",
                           "known_s",
                           "coverage",
                           "state_s",
                           "availability",
                           "availability_known",
                           "performance",
                           "quality",
                           "oee",
                           "utilization",
                           "parts",
                           "energy_kwh",
                           "energy_source",
                           "co2e_kg",
                           "failures",
                           "mtbf_s",
                           "mttr_s",
                           "why",
                           "run_outside_plan_s",
                           "planned_state_s",
                           "formulas",
                           "notes"})
    EXPECT_TRUE(json.contains(name)) << name;
  EXPECT_EQ(json["window_s"], 7800);
  EXPECT_EQ(json["pbt_s"], 7200);
  EXPECT_EQ(json["state_s"].size(), 12u);
  EXPECT_EQ(json["planned_state_s"]["alarm"].dump(), "900.25");
  EXPECT_EQ(json["run_outside_plan_s"], 600);
  EXPECT_EQ(json["parts"]["total"].dump(), "90");
  EXPECT_TRUE(json["parts"]["good"].is_null());
  EXPECT_EQ(json["failures"].dump(), "1");
  EXPECT_EQ(json["mttr_s"].dump(), "900.25");
  for (const char* name : {"pbt", "pot", "powered", "calendar"})
    EXPECT_TRUE(json["utilization"][name].is_number()) << name;
}

TEST(KpiJson, EveryNullFigureHasItsReasonInTheLanguageAskedFor) {
  const Morning morning;
  const auto figures = kpi::figures(morning.inputs());
  const auto zh = kpi_to_json(figures, kpi::Language::zh_tw);
  const auto en = kpi_to_json(figures, kpi::Language::en);
  for (const char* name : {"quality", "oee", "energy_kwh", "energy_source", "co2e_kg"}) {
    EXPECT_TRUE(en[name].is_null()) << name;
    EXPECT_TRUE(en["why"].contains(name)) << name;
    EXPECT_NE(en["why"][name], zh["why"][name]) << name;
  }
  EXPECT_EQ(en["why"]["parts.good"],
            "vmc-1: neither good parts nor scrap are counted: give a signal the role good_count "
            "or scrap_count");
}

TEST(KpiJson, ReceiptCarriesIntervalsFormulaAndJournalRange) {
  const Morning morning;
  const auto receipt = kpi::receipt(morning.inputs(), "availability");
  const auto json = receipt_to_json(*receipt, morning.window, "Asia/Taipei", kpi::Language::en);
  EXPECT_EQ(json["figure"], "availability");
  EXPECT_EQ(json["from"], "2024-03-14T00:00:00.000Z");
  EXPECT_EQ(json["timezone"], "Asia/Taipei");
  EXPECT_EQ(json["journal"].dump(), R"({"first_sequence":7,"last_sequence":9})");
  EXPECT_TRUE(json["why"].is_null());
  ASSERT_EQ(json["intervals"].size(), 4u);
  EXPECT_EQ(json["intervals"][1].dump(),
            R"({"from":"2024-03-14T01:00:00.000Z","to":"2024-03-14T01:15:00.250Z",)"
            R"("state":"alarm","counted":false,"why":"the state alarm does not count"})");
  EXPECT_EQ(json["intervals"][3]["why"], "outside the shifts, or a break");
}

TEST(MachineFigures, FailureThatBeganInPlannedTimeBeforeTheWindowIsNotCountedAgain) {
  Morning morning;
  morning.window.from = at("2024-03-14T09:10:00+08:00");
  const auto figures = kpi::figures(morning.inputs());
  EXPECT_EQ(figures.sums.failures, 0);
  EXPECT_EQ(figures.sums.repair, 5min + 250ms);
}

}  // namespace
}  // namespace spindle::plant
