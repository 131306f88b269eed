#include "store/acknowledgements.hpp"

#include <gtest/gtest.h>

#include "store/configuration.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

constexpr MachineKey mill{1};
constexpr MachineKey lathe{2};
Instant at(std::int64_t s) { return Instant{std::chrono::seconds{s}}; }

AlarmSpan alarm(std::int64_t from, std::optional<std::int64_t> to, std::string code = "E1",
                SignalKey signal = SignalKey{7}) {
  AlarmSpan out;
  out.signal = signal;
  out.code = std::move(code);
  out.from = at(from);
  if (to) out.to = at(*to);
  return out;
}

struct AcknowledgementsTest : testing::Test {
  testing_support::TemporaryFolder folder;
  std::unique_ptr<Configuration> configuration = *Configuration::open(folder.path(), {});

  Acknowledgements& acks() { return configuration->acknowledgements(); }
  bool seen(const AlarmSpan& a, MachineKey machine = mill) {
    return acks().find(machine, a)->has_value();
  }
  void reopen() {
    configuration.reset();
    configuration = *Configuration::open(folder.path(), {});
  }
};

const Acknowledgement by_wang{at(1000), "王小明", "已通知維修"};

TEST_F(AcknowledgementsTest, WhatWasSeenIsKnownAfterwardsAndAfterARestart) {
  EXPECT_EQ(*acks().add(mill, alarm(10, 20), by_wang, "mill E1"), by_wang);
  EXPECT_EQ(**acks().find(mill, alarm(10, 20)), by_wang);
  reopen();
  EXPECT_EQ(**acks().find(mill, alarm(10, 20)), by_wang);
}

TEST_F(AcknowledgementsTest, ItIsOfThisAlarmAndOfNoOther) {
  ASSERT_TRUE(acks().add(mill, alarm(10, 20), by_wang, ""));
  EXPECT_FALSE(seen(alarm(10, 20), lathe));
  EXPECT_FALSE(seen(alarm(10, 20, "E2")));
  EXPECT_FALSE(seen(alarm(10, 20, "")));
  EXPECT_FALSE(seen(alarm(10, 20, "E1", SignalKey{8})));
  EXPECT_FALSE(seen(alarm(0, 10))) << "ended when the other began";
  EXPECT_FALSE(seen(alarm(11, 30))) << "began after the other";
}

TEST_F(AcknowledgementsTest, ItFollowsItsAlarmWhenThePastIsDerivedAgain) {
  ASSERT_TRUE(acks().add(mill, alarm(10, std::nullopt), by_wang, ""));
  EXPECT_TRUE(seen(alarm(10, 300))) << "over since";
  EXPECT_TRUE(seen(alarm(8, 300))) << "began earlier than it had seemed";
  EXPECT_TRUE(seen(alarm(10, 10))) << "over at once";
}

TEST_F(AcknowledgementsTest, TheFirstOneStays) {
  ASSERT_TRUE(acks().add(mill, alarm(10, 20), by_wang, ""));
  const Acknowledgement later{at(2000), "李", ""};
  EXPECT_EQ(*acks().add(mill, alarm(10, 20), later, ""), by_wang);
  EXPECT_EQ(configuration->audit_trail(10)->size(), 1u);
}

TEST_F(AcknowledgementsTest, ItIsTakenBackOnceAndBothAreInTheAuditTrail) {
  EXPECT_FALSE(*acks().remove(mill, alarm(10, 20), at(1), "李", "")) << "there is none";
  ASSERT_TRUE(acks().add(mill, alarm(10, 20), by_wang, "mill E1"));
  EXPECT_TRUE(*acks().remove(mill, alarm(10, 20), at(1500), "李", "mill E1"));
  EXPECT_FALSE(*acks().remove(mill, alarm(10, 20), at(1600), "李", "mill E1"));
  EXPECT_FALSE(seen(alarm(10, 20)));
  const auto trail = *configuration->audit_trail(10);
  ASSERT_EQ(trail.size(), 2u);
  EXPECT_EQ(trail[0], (AuditEntry{2, at(1500), "李", "alarm.unack", "mill E1"}));
  EXPECT_EQ(trail[1], (AuditEntry{1, at(1000), "王小明", "alarm.ack", "mill E1: 已通知維修"}));
}

TEST_F(AcknowledgementsTest, WithoutItsAuditEntryItIsNotTaken) {
  {
    auto other = *Database::open(folder.path() / Configuration::file_name, {});
    ASSERT_TRUE(
        other->execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN"
                       " SELECT raise(ABORT, 'full'); END"));
  }
  EXPECT_FALSE(acks().add(mill, alarm(10, 20), by_wang, ""));
  EXPECT_FALSE(seen(alarm(10, 20)));
}

}  // namespace
}  // namespace spindle::store
