// What goes on, what was planned, and the figures that follow from both, in the database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/present.hpp"
#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;
using testing::IsEmpty;
using Rows = std::vector<std::string>;

struct PresentInDatabase : testing::Test {
  void SetUp() override {
    server = shared_server();
    if (!server) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    database = server->make_database();
  }
  std::unique_ptr<MirrorSession> connect(Box& box) {
    return must(
        MirrorSession::open(must(parse_mirror_address(server->url(database))), box.source(), stop));
  }
  Rows ask(const std::string& sql) { return server->ask(database, sql); }
  std::string word(const std::string& sql) { return server->word(database, sql); }

  test::PostgresServer* server = nullptr;
  std::string database;
  StopSignal stop;
};

/// Of the mill only: in `state` since `from`, with a program.
auto going_on(State state, Instant from, const std::string& program) {
  return [=](const Machine& machine) -> Result<Facts> {
    Facts out;
    if (machine.id != "mill") return out;
    const auto now = from + 24h;
    out.states.push_back({from - 10s, from, State::idle, State::idle, {}, {}, 1, 1});
    out.states.push_back({from, now, state, state, {}, {}, 1, 1});
    out.states.back().detail.reason = "waiting";
    out.spans.push_back({Lane::tool, from - 5s, from, "T1"});  // Over.
    out.spans.push_back({Lane::program, from - 5s, now, program});
    return out;
  };
}

TEST_F(PresentInDatabase, TheIntervalThatRunsIsThereAndReplacedByTheNext) {
  Box box;
  box.write(0, 10);
  box.open_facts = going_on(State::hold, day_one + 100s, "O7");
  auto session = connect(box);
  follow(*session, day_one + 130s);
  EXPECT_EQ(ask("SELECT machine, name, state, seconds, reason, program, tool, stale FROM "
                "spindle.machines_now"),
            (Rows{"mill|The mill|hold|30|waiting|O7||t"}));
  EXPECT_EQ(
      word("SELECT state, seconds FROM (SELECT state, extract(epoch FROM ended - started)::int "
           "AS seconds, running FROM spindle.state_timeline) t WHERE running"),
      "hold|30");

  // It ends: as a fact, and another begins. Nothing is there twice, nothing is missing between.
  box.write(10, 13);
  box.open_facts = going_on(State::run, day_one + 130s, "O8");
  follow(*session, day_one + 140s);
  EXPECT_EQ(ask("SELECT state, program FROM spindle.current_states"), (Rows{"run|O8"}));
  EXPECT_EQ(word("SELECT sum(extract(epoch FROM ended - started)) = 140, count(*) FILTER (WHERE "
                 "running) FROM spindle.state_timeline WHERE machine = 'mill'"),
            "t|1");
  EXPECT_EQ(follow(*session, day_one + 141s), 0u) << "the same again was sent";
}

TEST_F(PresentInDatabase, AnIntervalThatIsOverAlreadyIsNotCountedTwice) {
  Box box;
  box.write(0, 10);
  // As told a moment before its end came into the ledger.
  box.open_facts = going_on(State::run, day_one + 90s, "O7");
  follow(*connect(box), day_one + 120s);
  EXPECT_EQ(word("SELECT sum(extract(epoch FROM ended - started)) = 120 FROM "
                 "spindle.state_timeline WHERE machine = 'mill'"),
            "t");
  EXPECT_EQ(word("SELECT sum(seconds) FROM spindle.states_by_day WHERE machine = 'mill'"), "120");
}

TEST_F(PresentInDatabase, AMachineThatLeftThePlantHasNoPresent) {
  Box box;
  box.write(0, 10);
  box.open_facts = going_on(State::run, day_one + 100s, "O7");
  auto session = connect(box);
  follow(*session, day_one + 130s);
  auto plant = two_machines();
  plant.machines.erase(plant.machines.begin());
  box.set_plant(plant);
  follow(*session, day_one + 140s);
  EXPECT_THAT(ask("SELECT machine FROM spindle.current_states"), IsEmpty());
  box.set_plant(two_machines());
  follow(*session, day_one + 150s);
  EXPECT_EQ(ask("SELECT machine FROM spindle.current_states"), (Rows{"mill"}));
}

TEST_F(PresentInDatabase, ANextConnectionPutsRightWhatIsStale) {
  Box box;
  box.write(0, 10);
  box.open_facts = going_on(State::run, day_one + 100s, "O7");
  follow(*connect(box), day_one + 130s);
  box.open_facts = going_on(State::alarm, day_one + 135s, "O7");
  follow(*connect(box), day_one + 140s);
  EXPECT_EQ(ask("SELECT state FROM spindle.current_states"), (Rows{"alarm"}));
  EXPECT_EQ(word("SELECT seen = '2024-03-14T00:02:20Z' FROM spindle.boxes"), "t");
}

TEST_F(PresentInDatabase, AStoreThatFailsIsAnErrorOfTheTurn) {
  Box box;
  box.write(0, 10);
  box.open_facts = [](const Machine&) -> Result<Facts> { return fail(Errc::corrupt, "no ledger"); };
  auto session = connect(box);
  const auto turned = session->turn(day_one);
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().what, "no ledger");
}

// ---- the plan ----

Plant with_shifts() {
  auto plant = two_machines();
  plant.timezone = "UTC";
  ShiftTemplate early;
  early.name = "early";
  early.days.fill(true);
  early.start = 0h;
  early.end = 8h;
  early.breaks = {{4h, 4h + 30min}};
  ShiftTemplate late = early;
  late.name = "late";
  late.start = 8h;
  late.end = 16h;
  late.breaks.clear();
  plant.calendar.shifts = {early, late};
  return plant;
}

TEST_F(PresentInDatabase, ThePlanIsThereUpToTomorrowAndGoesOn) {
  Box box(with_shifts());
  box.write(0, 10);
  auto session = connect(box);
  follow(*session, day_one + 1h);
  const auto days =
      "SELECT day, shift, sum(seconds) FROM spindle.planned_times WHERE machine = "
      "'mill' GROUP BY day, shift ORDER BY min(started)";
  EXPECT_EQ(ask(days), (Rows{"2024-03-14|early|27000", "2024-03-14|late|28800",
                             "2024-03-15|early|27000", "2024-03-15|late|28800"}));
  const auto versions =
      ask("SELECT xmin, started FROM spindle.planned_times WHERE day = '2024-03-14'");
  follow(*session, day_one + 25h);
  EXPECT_EQ(ask(days).size(), 6u);
  session.reset();
  follow(*connect(box), day_one + 49h);
  EXPECT_EQ(ask(days).size(), 8u);
  EXPECT_EQ(ask("SELECT xmin, started FROM spindle.planned_times WHERE day = '2024-03-14'"),
            versions)
      << "a day that stayed the same was written again";
}

TEST_F(PresentInDatabase, AnotherCalendarChangesThePastToo) {
  auto plant = with_shifts();
  Box box(plant);
  box.write(0, 10);
  auto session = connect(box);
  follow(*session, day_one + 1h);
  plant.calendar.shifts.pop_back();
  plant.calendar.shifts[0].breaks.clear();
  plant.calendar.planned_downtime = {{"saw", {day_one, day_one + 1h}, "service"}};
  box.set_plant(plant);
  follow(*session, day_one + 1h);
  EXPECT_EQ(ask("SELECT machine, day, shift, seconds FROM spindle.planned_times ORDER BY machine, "
                "started"),
            (Rows{"mill|2024-03-14|early|28800", "mill|2024-03-15|early|28800",
                  "saw|2024-03-14|early|25200", "saw|2024-03-15|early|28800"}));
}

TEST_F(PresentInDatabase, AClockThatWasWeeksAheadLeavesNoPlanBehind) {
  Box box(with_shifts());
  box.write(0, 10);
  follow(*connect(box), day_one + 24h * 40);
  follow(*connect(box), day_one + 1h);
  EXPECT_EQ(word("SELECT max(day) FROM spindle.planned_times"), "2024-03-15");
}

TEST_F(PresentInDatabase, FiguresOfAShiftCountPlannedTimeAsFarAsItHasPassed) {
  auto plant = with_shifts();
  plant.machines[0].ideal_cycle_s = 30;
  Signal counter;
  counter.id = "parts";
  counter.role = Role::part_count;
  plant.machines[0].signals.push_back(counter);
  Box box(plant);
  Facts facts;
  facts.states.push_back({day_one, day_one + 2h, State::run, State::run, {}, {}, 1, 1});
  facts.states.push_back(
      {day_one + 2h, day_one + 3h, State::offline, State::offline, {}, {}, 1, 1});
  facts.parts.push_back({day_one + 1h, CountKind::total, StepKind::normal, 60, false, ""});
  facts.parts.push_back({day_one + 1h, CountKind::total, StepKind::suspect, 999, false, ""});
  facts.parts.push_back({day_one + 1h, CountKind::total, StepKind::normal, 7, true, ""});
  must(box.ledger().commit({"engine", 1, {{box.machine(0).key, facts, {}}}}));
  box.open_facts = going_on(State::run, day_one + 3h, "O7");
  auto session = connect(box);
  follow(*session, day_one + 4h);
  EXPECT_EQ(ask("SELECT shift, planned_s, run_s, known_s, parts, good, coverage, availability, "
                "performance, quality FROM spindle.shift_figures WHERE machine = 'mill'"),
            (Rows{"early|14400|10800|10800|60||0.75|0.75|0.16666666666666666|"}));
  // The break from 4:00 to 4:30 is not planned, run or not.
  follow(*session, day_one + 10h);
  EXPECT_EQ(ask("SELECT shift, planned_s, run_s FROM spindle.shift_figures WHERE machine = 'mill' "
                "ORDER BY started"),
            (Rows{"early|27000|23400", "late|7200|7200"}));
}

TEST(Present, IsTheLastStateAndTheSpansThatHoldWithIt) {
  EXPECT_FALSE(present_of({}));
  Machine mill;
  mill.id = "mill";
  const auto facts = *going_on(State::run, day_one, "O7")(mill);
  const auto present = present_of(facts);
  ASSERT_TRUE(present);
  EXPECT_EQ(present->state.state, State::run);
  EXPECT_EQ(present->state.from, day_one);
  EXPECT_EQ(present->lanes[static_cast<std::size_t>(Lane::program)], "O7");
  EXPECT_EQ(present->lanes[static_cast<std::size_t>(Lane::tool)], "");
}

}  // namespace
}  // namespace spindle::publish
