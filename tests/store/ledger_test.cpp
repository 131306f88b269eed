#include "store/ledger.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};
constexpr auto engine = "engine";

Instant at(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }
const Interval ever{at(-1'000'000), at(1'000'000)};

StateInterval state(std::int64_t from, std::int64_t to, State s, std::string program = {}) {
  StateInterval out;
  out.from = at(from);
  out.to = at(to);
  out.state = out.physical = s;
  out.detail.program = std::move(program);
  out.first_sequence = 3;
  out.last_sequence = 9;
  return out;
}

Bytes bytes(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

struct LedgerTest : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Ledger> ledger = *Ledger::open(folder.path(), {});
  std::unique_ptr<LedgerReader> reader = *LedgerReader::open(folder.path(), {});

  bool commit(std::uint64_t sequence, Facts facts, MachineKey machine = mill) {
    auto taken = ledger->commit(
        {engine, sequence, {{machine, std::move(facts), bytes("at " + std::to_string(sequence))}}});
    EXPECT_TRUE(taken) << taken.error().what;
    return *taken;
  }
  std::vector<StateInterval> states(Interval when = ever, MachineKey machine = mill) {
    return *reader->states(machine, when);
  }
};

TEST_F(LedgerTest, EveryKindOfFactReadsBackAsItWas) {
  Facts facts;
  facts.states = {state(0, 10, State::idle), state(10, 20, State::run, "O1234")};
  facts.states[1].state = State::setup;
  facts.states[1].booked = State::setup;
  facts.states[1].detail = {"換刀", "A1", "coolant, low", "O1234", "王小明", "WO-7"};
  facts.spans = {{Lane::program, at(10), at(20), "O1234"}, {Lane::tool, at(10), at(15), "T5"}};
  facts.alarms_raised = {{SignalKey{7}, "E42", Condition::Level::fault, "high", "過熱", at(3), {}}};
  facts.parts = {{at(12), CountKind::good, StepKind::rollover, 3, true, "O1234"},
                 {at(12), CountKind::good, StepKind::rollover, 3, true, "O1234"}};
  facts.incidents = {{at(5), Incident::Kind::clock_step, "box clock moved 3 s"}};
  ASSERT_TRUE(commit(5, facts));
  EXPECT_EQ(states(), facts.states);
  EXPECT_EQ(*reader->spans(mill, ever), facts.spans);
  EXPECT_EQ(*reader->alarms(mill, ever), facts.alarms_raised);
  EXPECT_EQ(*reader->parts(mill, ever), facts.parts) << "two steps at one time are two steps";
  EXPECT_EQ(*reader->incidents(mill, ever), facts.incidents);
  const auto snapshot = *reader->snapshot(mill);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->sequence, 5u);
  EXPECT_EQ(snapshot->state, bytes("at 5"));
  EXPECT_THAT(states(ever, lathe), IsEmpty());
  EXPECT_FALSE(*reader->snapshot(lathe));
}

TEST_F(LedgerTest, WhatIsDeliveredAgainIsIgnored) {
  Facts facts;
  facts.parts = {{at(1), CountKind::total, StepKind::normal, 1, false, ""}};
  EXPECT_TRUE(commit(5, facts));
  EXPECT_FALSE(commit(5, facts));
  EXPECT_FALSE(commit(4, facts));
  EXPECT_TRUE(commit(6, facts));
  EXPECT_EQ(reader->parts(mill, ever)->size(), 2u);
  EXPECT_EQ(*ledger->cursor(engine), 6u);
  EXPECT_EQ(*reader->cursor(engine), 6u);
  EXPECT_EQ(*ledger->cursor("uplink"), 0u);
}

TEST_F(LedgerTest, CursorsOfConsumersAreTheirOwnAndTheSlowestIsKnown) {
  EXPECT_FALSE(*ledger->slowest_cursor());
  ASSERT_TRUE(ledger->commit({"engine", 9, {}}));
  ASSERT_TRUE(ledger->commit({"uplink", 4, {}}));
  EXPECT_EQ(**ledger->slowest_cursor(), 4u);
}

TEST_F(LedgerTest, AWindowGivesTheRowsThatOverlapItUncut) {
  Facts facts;
  for (int n = 0; n < 10; ++n)
    facts.states.push_back(state(n * 10, n * 10 + 10, n % 2 ? State::run : State::idle));
  ASSERT_TRUE(commit(1, facts));
  struct {
    std::int64_t from, to;
    std::size_t first, count;
  } const table[] = {{0, 100, 0, 10}, {15, 16, 1, 1}, {10, 20, 1, 1},  {9, 21, 0, 3},
                     {20, 20, 0, 0},  {-50, 5, 0, 1}, {95, 500, 9, 1}, {100, 200, 0, 0},
                     {-9, 0, 0, 0},   {50, 60, 5, 1}};
  for (const auto& row : table) {
    const auto got = states({at(row.from), at(row.to)});
    ASSERT_EQ(got.size(), row.count) << row.from << ".." << row.to;
    if (row.count > 0) EXPECT_EQ(got[0], facts.states[row.first]) << row.from << ".." << row.to;
  }
}

TEST_F(LedgerTest, AnAlarmStandsUntilItIsClearedHoweverLongAgoItCame) {
  const AlarmSpan raised{SignalKey{7}, "E1", Condition::Level::fault, "", "door", at(10), {}};
  const AlarmSpan other{SignalKey{7}, "E2", Condition::Level::warning, "", "oil", at(10), {}};
  Facts facts;
  facts.alarms_raised = {raised, other};
  ASSERT_TRUE(commit(1, facts));
  EXPECT_THAT(*reader->alarms(mill, {at(900'000), at(900'001)}), ElementsAre(raised, other));
  EXPECT_THAT(*reader->open_alarms(mill), ElementsAre(raised, other));
  auto cleared = raised;
  cleared.to = at(20);
  Facts later;
  later.alarms_cleared = {cleared};
  ASSERT_TRUE(commit(2, later));
  EXPECT_THAT(*reader->alarms(mill, {at(15), at(16)}), ElementsAre(cleared, other));
  EXPECT_THAT(*reader->alarms(mill, {at(20), at(30)}), ElementsAre(other));
  EXPECT_THAT(*reader->alarms(mill, {at(5), at(10)}), IsEmpty());
  EXPECT_THAT(*reader->open_alarms(mill), ElementsAre(other));
}

TEST_F(LedgerTest, ARebuildIsUnseenUntilItIsFinishedAndThenTheOnlyTruth) {
  Facts live;
  live.states = {state(0, 10, State::idle)};
  ASSERT_TRUE(commit(5, live));
  const auto generation = *ledger->begin_rebuild(mill);
  Facts corrected;
  corrected.states = {state(0, 5, State::run), state(5, 10, State::alarm)};
  ASSERT_TRUE(ledger->add_to_rebuild(mill, generation, corrected, 5));
  EXPECT_EQ(states(), live.states);
  live.states.push_back(state(10, 20, State::idle));
  Facts more;
  more.states = {live.states[1]};
  ASSERT_TRUE(commit(6, more));
  EXPECT_EQ(states(), live.states) << "live goes on";
  EXPECT_EQ(ledger->finish_rebuild(mill, generation, bytes("s"), 5).error().code, Errc::invalid)
      << "batch 6 would be lost";
  Facts rest;
  rest.states = {state(10, 20, State::run)};
  ASSERT_TRUE(ledger->add_to_rebuild(mill, generation, rest, 7));
  ASSERT_TRUE(ledger->finish_rebuild(mill, generation, bytes("s7"), 7));
  corrected.states.push_back(rest.states[0]);
  EXPECT_EQ(states(), corrected.states);
  EXPECT_EQ((*reader->snapshot(mill))->sequence, 7u);
  // The live consumer still delivers batch 7: the rebuild has it, other machines do not.
  Facts other;
  other.states = {state(0, 1, State::run)};
  ASSERT_TRUE(ledger->commit({engine, 7, {{mill, other, bytes("x")}, {lathe, other, bytes("y")}}}));
  EXPECT_EQ(states(), corrected.states);
  EXPECT_EQ(states(ever, lathe), other.states);
  EXPECT_EQ((*reader->snapshot(mill))->state, bytes("s7"));
}

TEST_F(LedgerTest, OldGenerationsArePurgedInPiecesAndNothingElse) {
  Facts facts;
  for (int n = 0; n < 50; ++n) {
    facts.states.push_back(state(n, n + 1, State::run));
    facts.parts.push_back({at(n), CountKind::total, StepKind::normal, 1, false, ""});
  }
  ASSERT_TRUE(commit(1, facts));
  const auto dropped = *ledger->begin_rebuild(mill);
  ASSERT_TRUE(ledger->add_to_rebuild(mill, dropped, facts, 1));
  ASSERT_TRUE(ledger->abandon_rebuild(mill, dropped));
  EXPECT_FALSE(ledger->add_to_rebuild(mill, dropped, facts, 1));
  const auto generation = *ledger->begin_rebuild(mill);
  ASSERT_TRUE(ledger->add_to_rebuild(mill, generation, facts, 1));
  std::uint64_t removed = 0;
  while (const auto n = *ledger->purge(30)) {
    EXPECT_LE(n, 30u);
    removed += n;
  }
  EXPECT_EQ(removed, 100u) << "the abandoned one";
  ASSERT_TRUE(ledger->finish_rebuild(mill, generation, bytes("s"), 1));
  removed = 0;
  while (const auto n = *ledger->purge(1000)) removed += n;
  EXPECT_EQ(removed, 100u) << "the one before";
  EXPECT_EQ(states(), facts.states);
}

TEST_F(LedgerTest, ASnapshotThatFailsItsChecksumIsNotGiven) {
  ASSERT_TRUE(commit(1, {}));
  {
    auto database = *Database::open(folder.path() / "ledger.db", {});
    ASSERT_TRUE(database->execute("UPDATE snapshot SET state = x'00'"));
  }
  EXPECT_EQ(reader->snapshot(mill).error().code, Errc::corrupt);
}

TEST_F(LedgerTest, AfterAFullDiskWordsAndFactsAreStillRight) {
  {
    auto other = *Database::open(folder.path() / "ledger.db", {});
    ASSERT_TRUE(
        other->execute("CREATE TRIGGER full BEFORE INSERT ON cursor BEGIN"
                       " SELECT raise(ABORT, 'full'); END"));
  }
  Facts facts;
  facts.states = {state(0, 1, State::run, "O1")};
  EXPECT_FALSE(ledger->commit({engine, 1, {{mill, facts, {}}}}));
  EXPECT_THAT(states(), IsEmpty());
  {
    auto other = *Database::open(folder.path() / "ledger.db", {});
    ASSERT_TRUE(other->execute("DROP TRIGGER full"));
  }
  ASSERT_TRUE(commit(1, facts));
  EXPECT_EQ(states(), facts.states);
}

TEST_F(LedgerTest, AMonthOfAMachineReadsFast) {
  Facts facts;
  for (int n = 0; n < 80'000; ++n)
    facts.states.push_back(state(n * 30, n * 30 + 30, n % 2 ? State::run : State::idle,
                                 "PROGRAM-" + std::to_string(n % 40)));
  ASSERT_TRUE(commit(1, facts));
  const auto began = std::chrono::steady_clock::now();
  const auto got = states({at(0), at(80'000 * 30)});
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(got.size(), 80'000u);
  RecordProperty("milliseconds", static_cast<int>(took.count()));
  fmt::print("80,000 intervals in {:.1f} ms\n", took.count());
  const auto visited_from = std::chrono::steady_clock::now();
  std::size_t visited = 0;
  ASSERT_TRUE(reader->each_state(mill, ever, [&](const StateInterval&) { ++visited; }));
  const std::chrono::duration<double, std::milli> visit =
      std::chrono::steady_clock::now() - visited_from;
  fmt::print("one at a time in {:.1f} ms ({})\n", visit.count(), visited);
  EXPECT_LT(took.count(), 2000) << "generous, for slow and sanitized builds; bench/ has the target";
}

}  // namespace
}  // namespace spindle::store
