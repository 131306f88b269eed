#include "store/ledger_feed.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};
constexpr SignalKey alarm_signal{7};

Instant at(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }

struct LedgerFeedTest : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Ledger> ledger = *Ledger::open(folder.path(), {});
  std::unique_ptr<LedgerFeed> feed = *LedgerFeed::open(folder.path());
  std::uint64_t sequence = 0;

  void commit(Facts facts, MachineKey machine = mill) {
    const auto taken = ledger->commit({"engine", ++sequence, {{machine, std::move(facts), {}}}});
    ASSERT_TRUE(taken) << taken.error().what;
  }
  FeedPage read(const FeedPosition& from, std::size_t limit = 100, MachineKey machine = mill) {
    auto page = feed->read(machine, from, limit);
    EXPECT_TRUE(page) << page.error().what;
    return *page;
  }
  static Facts part(std::int64_t second, std::uint64_t parts) {
    Facts out;
    out.parts.push_back({at(second), CountKind::total, StepKind::normal, parts, false, "O1"});
    return out;
  }
  static AlarmSpan alarm(std::int64_t from, std::optional<std::int64_t> to = {}) {
    AlarmSpan out{alarm_signal, "E1", Condition::Level::fault, "", "hot", at(from), std::nullopt};
    if (to) out.to = at(*to);
    return out;
  }
};

TEST_F(LedgerFeedTest, GivesEachFactOnce) {
  Facts facts = part(10, 1);
  StateInterval state;
  state.from = at(0);
  state.to = at(10);
  state.detail.reason = "why";
  facts.states.push_back(state);
  facts.spans.push_back({Lane::tool, at(0), at(10), "T1"});
  facts.incidents.push_back({at(0), Incident::Kind::gap, "lost"});
  facts.alarms_raised.push_back(alarm(5));
  commit(facts);
  const auto page = read({});
  EXPECT_EQ(page.states, facts.states);
  EXPECT_EQ(page.spans, facts.spans);
  EXPECT_EQ(page.alarms, facts.alarms_raised);
  ASSERT_EQ(page.parts.size(), 1u);
  EXPECT_EQ(page.parts[0].fact, facts.parts[0]);
  ASSERT_EQ(page.incidents.size(), 1u);
  EXPECT_EQ(page.incidents[0].fact, facts.incidents[0]);
  EXPECT_FALSE(page.more);
  EXPECT_EQ(page.after.through, 1u);

  const auto next = read(page.after);
  EXPECT_EQ(next.alarms, facts.alarms_raised) << "it stands: it may have changed";
  EXPECT_EQ(next.size(), 1u);
}

TEST_F(LedgerFeedTest, NumbersStepsOfOneMomentOverCommits) {
  commit(part(10, 1));
  auto first = read({});
  commit(part(10, 2));
  commit(part(11, 3));
  auto second = read(first.after);
  ASSERT_EQ(second.parts.size(), 2u);
  EXPECT_EQ(first.parts[0].number, 0u);
  EXPECT_EQ(second.parts[0].number, 1u);
  EXPECT_EQ(second.parts[0].fact.parts, 2u);
  EXPECT_EQ(second.parts[1].number, 0u);
  const auto whole = read({});
  EXPECT_EQ(whole.parts[1].number, 1u);
  EXPECT_EQ(whole.after, second.after);
}

TEST_F(LedgerFeedTest, GivesAnAlarmAgainWithItsEnd) {
  Facts raised;
  raised.alarms_raised = {alarm(5)};
  commit(raised);
  const auto first = read({});
  Facts cleared;
  cleared.alarms_cleared = {alarm(5, 9)};
  commit(cleared);
  const auto second = read(first.after);
  EXPECT_EQ(second.alarms, cleared.alarms_cleared);
  // Another may end at the same time, in a later commit.
  Facts also;
  also.alarms_cleared = {alarm(4, 9)};
  commit(also);
  const auto third = read(second.after);
  EXPECT_EQ(third.alarms.front(), alarm(4, 9));
}

TEST_F(LedgerFeedTest, SaysWhenAnotherGenerationCounts) {
  commit(part(10, 1));
  const auto before = read({}).after;
  const auto generation = *ledger->begin_rebuild(mill);
  ASSERT_TRUE(ledger->add_to_rebuild(mill, generation, part(10, 5), sequence));
  EXPECT_FALSE(read(before).replaced) << "nobody sees what is being built";
  ASSERT_TRUE(ledger->finish_rebuild(mill, generation, {}, sequence));
  const auto page = read(before);
  EXPECT_TRUE(page.replaced);
  EXPECT_EQ(page.size(), 0u);
  EXPECT_EQ(read({}).parts[0].fact.parts, 5u);
}

TEST_F(LedgerFeedTest, SaysWhenThePositionIsOfAnotherLedger) {
  commit(part(10, 1));
  commit(part(20, 1));
  const auto position = read({}).after;
  const TemporaryFolder other;
  const auto younger = *Ledger::open(other.path(), {});
  ASSERT_TRUE(younger->commit({"engine", 1, {{mill, part(10, 1), {}}}}));
  const auto its_feed = *LedgerFeed::open(other.path());
  EXPECT_TRUE(its_feed->read(mill, position, 100)->replaced);
}

TEST_F(LedgerFeedTest, KnowsEachMachineAndWhereItBegins) {
  commit(part(10, 1), lathe);
  commit(part(5, 1));
  const auto heads = *feed->heads();
  ASSERT_EQ(heads.size(), 2u);
  EXPECT_EQ(heads[0].machine, mill);
  EXPECT_EQ(heads[0].through, 2u);
  EXPECT_EQ(heads[1].machine, lathe);
  EXPECT_EQ(*feed->first(lathe), at(10));
  EXPECT_EQ(*feed->first(MachineKey{99}), std::nullopt);
}

TEST_F(LedgerFeedTest, ReadsInPagesOfAnySize) {
  for (int n = 0; n < 20; ++n) {
    auto facts = part(n / 2, static_cast<std::uint64_t>(n));
    if (n % 3 == 0) facts.alarms_raised = {alarm(n)};
    if (n % 3 == 2) facts.alarms_cleared = {alarm(n - 2, n)};
    facts.spans.push_back({Lane::tool, at(n), at(n + 1), "T"});
    commit(facts);
  }
  const auto whole = read({});
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 20u, 21u}) {
    FeedPage page;
    std::size_t parts = 0;
    std::vector<AlarmSpan> alarms;
    do {
      page = read(page.after, limit);
      EXPECT_LE(page.parts.size(), limit);
      for (const auto& each : page.parts) EXPECT_EQ(each.fact, whole.parts[parts++].fact);
      alarms.insert(alarms.end(), page.alarms.begin(), page.alarms.end());
    } while (page.more);
    EXPECT_EQ(parts, 20u) << limit;
    EXPECT_EQ(alarms, whole.alarms) << limit;
    EXPECT_EQ(page.after, whole.after) << limit;
  }
}

RC_GTEST_PROP(FeedPosition, ComesBackFromItsText, ()) {
  FeedPosition position;
  position.generation = *rc::gen::arbitrary<std::uint32_t>();
  position.through = *rc::gen::arbitrary<std::uint64_t>();
  position.state_us = *rc::gen::arbitrary<std::int64_t>();
  for (auto& lane : position.span_us) lane = *rc::gen::arbitrary<std::int64_t>();
  position.alarm = {*rc::gen::arbitrary<std::int64_t>(), 2, 3, 4};
  position.part = {1, *rc::gen::arbitrary<std::int64_t>(), 3, 4};
  RC_ASSERT(FeedPosition::unpack(position.pack()) == position);
}

TEST(FeedPosition, RefusesWhatItDidNotWrite) {
  const auto packed = FeedPosition{}.pack();
  for (const auto& text :
       {std::string(), std::string("1"), packed + " ", packed + " 1", " " + packed,
        "2" + packed.substr(1), packed.substr(0, packed.size() - 1) + "x"})
    EXPECT_FALSE(FeedPosition::unpack(text)) << text;
}

}  // namespace
}  // namespace spindle::store
