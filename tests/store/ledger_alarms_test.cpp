#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/ledger.hpp"
#include "store/ledger_layout.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::TemporaryFolder;

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};
Instant at(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }

AlarmSpan alarm(std::int64_t from, std::optional<std::int64_t> to, std::string code = "E1") {
  AlarmSpan out;
  out.signal = SignalKey{7};
  out.code = std::move(code);
  out.text = "text of " + out.code;
  out.from = at(from);
  if (to) out.to = at(*to);
  return out;
}

struct LedgerAlarms : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Ledger> ledger = *Ledger::open(folder.path(), {});
  std::unique_ptr<LedgerReader> reader = *LedgerReader::open(folder.path(), {});
  std::uint64_t sequence = 0;

  void add(MachineKey machine, std::vector<AlarmSpan> alarms) {
    Facts facts;
    facts.alarms_cleared = std::move(alarms);
    ASSERT_TRUE(ledger->commit({"engine", ++sequence, {{machine, facts, {}}}}));
  }
  /// `machine code@begin` of what each_alarm_back() gives, at most `count`.
  std::vector<std::string> back(Interval when, std::size_t count = 100,
                                std::vector<MachineKey> wanted = {mill, lathe}) {
    std::vector<std::string> out;
    const auto is_wanted = [&](MachineKey key) {
      return std::find(wanted.begin(), wanted.end(), key) != wanted.end();
    };
    auto done = reader->each_alarm_back(when, is_wanted, [&](const MachineAlarm& row) {
      const auto seconds = row.alarm.from.time_since_epoch().count() / 1'000'000;
      out.push_back(std::to_string(static_cast<int>(row.machine)) + " " + row.alarm.code + "@" +
                    std::to_string(seconds));
      return out.size() < count;
    });
    EXPECT_TRUE(done) << done.error().what;
    return out;
  }
};

const Interval ever{Instant::min(), Instant::max()};

TEST_F(LedgerAlarms, AlarmsOfAllMachinesComeNewestFirst) {
  add(mill, {alarm(10, 20), alarm(30, std::nullopt), alarm(5, 6, "E2")});
  add(lathe, {alarm(20, 21), alarm(30, 31)});
  EXPECT_THAT(back(ever), ElementsAre("2 E1@30", "1 E1@30", "2 E1@20", "1 E1@10", "1 E2@5"));
  EXPECT_THAT(back(ever, 2), ElementsAre("2 E1@30", "1 E1@30"));
  EXPECT_THAT(back({at(10), at(20)}), ElementsAre("2 E1@20", "1 E1@10"));
  EXPECT_THAT(back({at(31), at(99)}), IsEmpty());
  EXPECT_THAT(back(ever, 9, {mill}), ElementsAre("1 E1@30", "1 E1@10", "1 E2@5"));
  EXPECT_THAT(back(ever, 9, {}), IsEmpty());
}

TEST_F(LedgerAlarms, OnlyTheGenerationThatCountsIsSeen) {
  add(mill, {alarm(10, 20)});
  const auto generation = *ledger->begin_rebuild(mill);
  Facts again;
  again.alarms_cleared = {alarm(8, 20)};
  ASSERT_TRUE(ledger->add_to_rebuild(mill, generation, again, 5));
  EXPECT_THAT(back(ever), ElementsAre("1 E1@10"));
  EXPECT_THAT(*reader->alarms_at(mill, at(8)), IsEmpty());
  ASSERT_TRUE(ledger->finish_rebuild(mill, generation, {}, 5));
  EXPECT_THAT(back(ever), ElementsAre("1 E1@8"));
  EXPECT_EQ(reader->alarms_at(mill, at(8))->size(), 1u);
  EXPECT_EQ(reader->alarm_sums(mill, ever)->size(), 1u);
}

TEST_F(LedgerAlarms, WhatStoodAtAMomentIsFoundByIt) {
  const auto over = alarm(10, 20);
  const auto stands = alarm(12, std::nullopt, "E2");
  const auto blink = alarm(15, 15, "E3");
  add(mill, {over, stands, blink});
  EXPECT_THAT(*reader->alarms_at(mill, at(9)), IsEmpty());
  EXPECT_THAT(*reader->alarms_at(mill, at(10)), ElementsAre(over));
  EXPECT_THAT(*reader->alarms_at(mill, at(15)), ElementsAre(blink, over, stands));
  EXPECT_THAT(*reader->alarms_at(mill, at(20)), ElementsAre(stands));
  EXPECT_THAT(*reader->alarms_at(lathe, at(15)), IsEmpty());
}

TEST_F(LedgerAlarms, SumsAreCutToTheWindowAndLeaveOutWhatStands) {
  add(mill, {alarm(10, 20), alarm(30, 50), alarm(40, 45, "E2"), alarm(0, std::nullopt, "E3"),
             alarm(100, 110)});
  const auto sums = *reader->alarm_sums(mill, {at(15), at(42)});
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums[0].code, "E1");
  EXPECT_EQ(sums[0].signal, SignalKey{7});
  EXPECT_EQ(sums[0].count, 2u);
  EXPECT_EQ(sums[0].stood, std::chrono::seconds{5 + 12});
  EXPECT_EQ(sums[0].newest, at(30));
  EXPECT_EQ(sums[1].code, "E2");
  EXPECT_EQ(sums[1].stood, std::chrono::seconds{2});
  EXPECT_THAT(*reader->alarm_sums(mill, {at(50), at(100)}), IsEmpty());
}

TEST_F(LedgerAlarms, AFileOfTheFirstLayoutIsBroughtUpToDate) {
  TemporaryFolder old;
  {
    auto database = *Database::open(old.path() / Ledger::file_name, {});
    ASSERT_TRUE(database->migrate(std::span(ledger_layout).first(1)));
  }
  EXPECT_EQ(LedgerReader::open(old.path(), {}).error().code, Errc::unsupported);
  ASSERT_TRUE(Ledger::open(old.path(), {}));
  auto opened = LedgerReader::open(old.path(), {});
  ASSERT_TRUE(opened);
  EXPECT_TRUE((*opened)->each_alarm_back(
      ever, [](MachineKey) { return true; }, [](const MachineAlarm&) { return true; }));
}

}  // namespace
}  // namespace spindle::store
