#include "plant/retention_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr std::uint64_t mb = 1'000'000;
const Instant now{std::chrono::hours{24 * 20'000}};

Instant days_ago(int days) { return now - std::chrono::hours{24 * days}; }

StoredFile raw(std::uint32_t number, HistoryClass kind, int from, int to, std::uint64_t bytes,
               bool droppable = true) {
  return {number, kind, false, droppable, bytes, days_ago(from), days_ago(to), false};
}
StoredFile rollup(std::uint32_t number, int from, int to, std::uint64_t bytes) {
  return {number, HistoryClass::state, true, true, bytes, days_ago(from), days_ago(to), false};
}

StoredNow stored(std::vector<StoredFile> files) {
  StoredNow out;
  out.now = now;
  out.aged_by = now;
  out.disk = {10'000 * mb, 5'000 * mb};
  out.files = std::move(files);
  return out;
}

StorageLimits limits(std::uint64_t quota) {
  StorageLimits out;
  out.quota_bytes = quota;
  out.reserved_bytes = 1'000 * mb;
  out.journal_bytes = 100 * mb;
  return out;
}

std::vector<std::uint32_t> numbers(const RetentionPlan& plan) {
  std::vector<std::uint32_t> out;
  for (const auto& drop : plan.drops) out.push_back(drop.file.number);
  return out;
}

TEST(RetentionPlan, BelowItsLimitsNothingGoes) {
  auto now_there =
      stored({raw(1, HistoryClass::analog, 300, 200, 10 * mb), rollup(2, 900, 800, mb)});
  now_there.journal_bytes = 90 * mb;
  const auto plan = plan_retention(now_there, limits(2'000 * mb));
  EXPECT_THAT(plan.drops, ElementsAre());
  EXPECT_EQ(plan.journal_keep_bytes, 90 * mb);
  EXPECT_EQ(plan.over_quota_bytes, 0U);
}

TEST(RetentionPlan, WhatIsPastItsDaysGoesAlsoWhenThereIsRoom) {
  const auto plan = plan_retention(
      stored({raw(1, HistoryClass::analog, 500, 366, mb),
              raw(2, HistoryClass::analog, 366, 364, mb), raw(3, HistoryClass::state, 900, 800, mb),
              raw(4, HistoryClass::analog, 900, 501, mb)}),
      limits(2'000 * mb));
  EXPECT_THAT(numbers(plan), ElementsAre(4, 1));
  EXPECT_EQ(plan.drops.front().reason, DropReason::days);
}

TEST(RetentionPlan, WhatCameLateHasItsDaysFromThenOn) {
  auto late = raw(1, HistoryClass::analog, 900, 800, 10 * mb);
  late.written = days_ago(2);
  auto long_here = raw(2, HistoryClass::analog, 700, 600, 10 * mb);
  long_here.written = days_ago(366);
  auto under_a_wrong_clock = raw(3, HistoryClass::analog, 650, 500, 10 * mb);
  under_a_wrong_clock.written = days_ago(-400);
  const auto there = stored({late, long_here, under_a_wrong_clock});
  EXPECT_THAT(numbers(plan_retention(there, limits(2'000 * mb))), ElementsAre(2, 3));
  // For want of room it is as old as its values.
  EXPECT_THAT(numbers(plan_retention(there, limits(25 * mb))), ElementsAre(1, 2, 3));
}

TEST(RetentionPlan, WhatIsOldIsNotJudgedByTheClockAlone) {
  auto there = stored({raw(1, HistoryClass::analog, 900, 800, mb)});
  there.aged_by = days_ago(700);
  EXPECT_THAT(plan_retention(there, limits(2'000 * mb)).drops, ElementsAre());
  EXPECT_THAT(numbers(plan_retention(there, limits(0))), ElementsAre(1));
}

TEST(RetentionPlan, ValuesFromTheFutureAreAsOldAsThoseBeforeThem) {
  auto there = stored({raw(1, HistoryClass::analog, 500, 400, mb),
                       raw(2, HistoryClass::analog, 400, -26'000, mb),
                       raw(3, HistoryClass::analog, -26'000, -26'030, mb),
                       raw(4, HistoryClass::analog, 380, 300, mb),
                       raw(1, HistoryClass::state, -26'000, -26'010, mb)});
  EXPECT_THAT(numbers(plan_retention(there, limits(2'000 * mb))), ElementsAre(1, 2, 3));
  // By the quota they go in the same order, and what is right does not go before them.
  there.aged_by = days_ago(100);
  EXPECT_THAT(numbers(plan_retention(there, limits(2 * mb))), ElementsAre(1, 2, 3));
}

TEST(RetentionPlan, WhatIsWrittenUntilTheNextLookHasRoom) {
  const auto there = stored({raw(1, HistoryClass::analog, 110, 100, 10 * mb),
                             raw(2, HistoryClass::analog, 90, 80, 10 * mb)});
  auto asked = limits(20 * mb);
  EXPECT_THAT(plan_retention(there, asked).drops, ElementsAre());
  asked.ahead_bytes = mb;
  EXPECT_THAT(numbers(plan_retention(there, asked)), ElementsAre(1));
  asked.quota_bytes = 0;
  EXPECT_EQ(plan_retention(stored({raw(1, HistoryClass::analog, 9, 8, 10 * mb, false)}), asked)
                .over_quota_bytes,
            10 * mb)
      << "what is kept free is not over the quota";
}

TEST(RetentionPlan, AnotherFileIsBegunOnceTheNewestReachesOverASixteenthOfItsDays) {
  auto there = stored({raw(1, HistoryClass::analog, 22, 0, mb, false),
                       raw(1, HistoryClass::state, 300, 0, mb, false)});
  for (auto& file : there.files) file.newest = true;
  EXPECT_THAT(plan_retention(there, limits(2'000 * mb)).begin, ElementsAre(HistoryClass::state));
  there.files[1].newest = false;
  EXPECT_THAT(plan_retention(there, limits(2'000 * mb)).begin, ElementsAre());
}

TEST(RetentionPlan, ForTheQuotaGoesWhatHadMostOfItsTime) {
  // An analog value of 100 days had more of its year than a state of 300 days of its ten.
  const auto files = stored({raw(1, HistoryClass::state, 310, 300, 10 * mb),
                             raw(2, HistoryClass::analog, 110, 100, 10 * mb),
                             raw(3, HistoryClass::analog, 90, 80, 10 * mb)});
  EXPECT_THAT(numbers(plan_retention(files, limits(25 * mb))), ElementsAre(2));
  EXPECT_THAT(numbers(plan_retention(files, limits(15 * mb))), ElementsAre(2, 3));
  EXPECT_THAT(numbers(plan_retention(files, limits(5 * mb))), ElementsAre(2, 3, 1));
  EXPECT_EQ(plan_retention(files, limits(25 * mb)).drops.front().reason, DropReason::quota);
}

TEST(RetentionPlan, TheJournalBeyondItsShareGoesFirst) {
  auto there = stored({raw(1, HistoryClass::analog, 110, 100, 10 * mb)});
  there.journal_bytes = 300 * mb;
  there.journal_needed_bytes = 5 * mb;
  const auto plan = plan_retention(there, limits(150 * mb));
  EXPECT_THAT(plan.drops, ElementsAre());
  EXPECT_EQ(plan.journal_keep_bytes, 100 * mb);
}

TEST(RetentionPlan, TheJournalIsNeverCutBelowWhatIsNeeded) {
  auto there = stored({raw(1, HistoryClass::analog, 110, 100, 10 * mb)});
  there.journal_bytes = 300 * mb;
  there.journal_needed_bytes = 250 * mb;
  const auto plan = plan_retention(there, limits(50 * mb));
  EXPECT_EQ(plan.journal_keep_bytes, 250 * mb);
  EXPECT_THAT(numbers(plan), ElementsAre(1));
  EXPECT_EQ(plan.over_quota_bytes, 200 * mb);
}

TEST(RetentionPlan, RollUpsGoOnlyAfterAllRawAndTheJournalsRest) {
  auto there = stored({raw(1, HistoryClass::state, 20, 10, 10 * mb), rollup(2, 900, 800, 10 * mb),
                       rollup(3, 700, 600, 10 * mb)});
  there.journal_bytes = 20 * mb;
  EXPECT_THAT(numbers(plan_retention(there, limits(45 * mb))), ElementsAre(1));
  const auto tighter = plan_retention(there, limits(25 * mb));
  EXPECT_THAT(numbers(tighter), ElementsAre(1));
  EXPECT_EQ(tighter.journal_keep_bytes, 5 * mb);
  EXPECT_THAT(numbers(plan_retention(there, limits(15 * mb))), ElementsAre(1, 2));
}

TEST(RetentionPlan, WhatHasNoRollUpsYetStays) {
  const auto plan = plan_retention(stored({raw(1, HistoryClass::analog, 900, 800, 10 * mb, false),
                                           raw(2, HistoryClass::analog, 20, 10, 10 * mb)}),
                                   limits(5 * mb));
  EXPECT_THAT(numbers(plan), ElementsAre(2));
  EXPECT_EQ(plan.over_quota_bytes, 5 * mb);
  EXPECT_TRUE(plan.waits) << "so that it is looked at again soon";
}

TEST(RetentionPlan, TheReserveOfTheDiskIsGivenBack) {
  auto there = stored({raw(1, HistoryClass::analog, 30, 20, 40 * mb),
                       raw(2, HistoryClass::analog, 20, 10, 40 * mb)});
  there.disk.free_bytes = 970 * mb;
  const auto plan = plan_retention(there, limits(2'000 * mb));
  EXPECT_THAT(numbers(plan), ElementsAre(1));
  EXPECT_EQ(plan.drops.front().reason, DropReason::disk);
  EXPECT_EQ(plan.over_disk_bytes, 0U);
  there.disk.free_bytes = 100 * mb;
  EXPECT_EQ(plan_retention(there, limits(2'000 * mb)).over_disk_bytes, 820 * mb);
}

TEST(StorageLimits, TheDefaultQuotaLeavesTheReserveFree) {
  const auto roomy = storage_limits({}, {1'000 * mb, 900 * mb}, 50 * mb, 4'000 * mb);
  EXPECT_EQ(roomy.quota_bytes, 600 * mb);
  EXPECT_FALSE(roomy.quota_from_plant);
  EXPECT_EQ(roomy.reserved_bytes, 100 * mb);
  EXPECT_EQ(roomy.journal_bytes, 75 * mb);
  // Others filled the disk: what leaves a tenth of it free.
  EXPECT_EQ(storage_limits({}, {1'000 * mb, 300 * mb}, 50 * mb, 0).quota_bytes, 250 * mb);
  EXPECT_EQ(storage_limits({}, {1'000 * mb, 20 * mb}, 50 * mb, 0).quota_bytes, 0U);
  Storage said;
  said.quota_gb = 0.2;
  said.leave_free = 0.5;
  const auto from_plant = storage_limits(said, {1'000 * mb, 20 * mb}, 50 * mb, 10 * mb);
  EXPECT_EQ(from_plant.quota_bytes, 200 * mb);
  EXPECT_TRUE(from_plant.quota_from_plant);
  EXPECT_EQ(from_plant.reserved_bytes, 500 * mb);
  EXPECT_EQ(from_plant.journal_bytes, 10 * mb);
}

// ---- properties ----

StoredNow anything_stored() {
  StoredNow out;
  out.now = now;
  out.aged_by = now;
  const auto bytes = [] { return *rc::gen::inRange<std::uint64_t>(0, 100) * mb; };
  for (int n = *rc::gen::inRange(0, 30); n > 0; --n) {
    StoredFile file;
    file.number = static_cast<std::uint32_t>(n);
    file.kind = *rc::gen::element(HistoryClass::state, HistoryClass::counter, HistoryClass::analog,
                                  HistoryClass::energy);
    file.rollup = *rc::gen::inRange(0, 4) == 0;
    file.droppable = *rc::gen::inRange(0, 5) != 0;
    file.bytes = bytes();
    const auto newest = *rc::gen::inRange(-2, 4000);
    file.to = days_ago(newest);
    file.from = days_ago(newest + *rc::gen::inRange(0, 50));
    out.files.push_back(file);
  }
  out.fixed_bytes = bytes();
  out.journal_bytes = bytes();
  out.journal_needed_bytes = std::min(out.journal_bytes, bytes());
  out.disk = {10'000 * mb, *rc::gen::inRange<std::uint64_t>(0, 2'000) * mb};
  return out;
}

StorageLimits any_limits() {
  auto out = limits(*rc::gen::inRange<std::uint64_t>(0, 2'000) * mb);
  out.journal_bytes = *rc::gen::inRange<std::uint64_t>(0, 100) * mb;
  return out;
}

std::uint64_t dropped_bytes(const RetentionPlan& plan, bool past_days) {
  std::uint64_t sum = 0;
  for (const auto& drop : plan.drops)
    if (past_days || drop.reason != DropReason::days) sum += drop.file.bytes;
  return sum;
}

RC_GTEST_PROP(RetentionPlanProperty, OnlyWhatMayGoGoesAndEachFileOnce, ()) {
  const auto there = anything_stored();
  const auto plan = plan_retention(there, any_limits());
  auto order = numbers(plan);
  for (const auto& drop : plan.drops) RC_ASSERT(drop.file.droppable);
  std::ranges::sort(order);
  RC_ASSERT(std::ranges::adjacent_find(order) == order.end());
  RC_ASSERT(plan.journal_keep_bytes >= there.journal_needed_bytes);
  RC_ASSERT(plan.journal_keep_bytes <= there.journal_bytes);
}

RC_GTEST_PROP(RetentionPlanProperty, ItEndsBelowTheLimitsOrWithNothingLeftToDrop, ()) {
  const auto there = anything_stored();
  const auto asked = any_limits();
  const auto plan = plan_retention(there, asked);
  const auto freed = dropped_bytes(plan, true) + (there.journal_bytes - plan.journal_keep_bytes);
  const auto left = there.ours_bytes() - freed;
  const auto over = [](std::uint64_t a, std::uint64_t b) { return a - std::min(a, b); };
  RC_ASSERT(plan.over_quota_bytes == over(left, asked.quota_bytes));
  RC_ASSERT(plan.over_disk_bytes == over(asked.reserved_bytes, there.disk.free_bytes + freed));
  if (plan.over_quota_bytes == 0 && plan.over_disk_bytes == 0) return;
  RC_ASSERT(plan.journal_keep_bytes == there.journal_needed_bytes);
  const bool raw_waits = std::ranges::any_of(
      there.files, [](const auto& f) { return !f.droppable && !f.rollup && !f.newest; });
  const bool rollups_go = !raw_waits || plan.over_disk_bytes > 0;
  for (const auto& file : there.files)
    if (file.droppable && (!file.rollup || rollups_go))
      RC_ASSERT(std::ranges::count(plan.drops, file, &FileDrop::file) > 0);
}

RC_GTEST_PROP(RetentionPlanProperty, WithTheRollUpsThatItNamesItEndsBelowTheQuota, ()) {
  auto there = anything_stored();
  const auto asked = any_limits();
  const auto plan = plan_retention(there, asked);
  for (auto& file : there.files)
    for (const auto& when : plan.roll_up_first)
      file.droppable |= !file.rollup && when == Interval{file.from, file.to};
  const auto made = plan_retention(there, asked);
  RC_ASSERT(made.roll_up_first.empty());
  for (auto& file : there.files) file.droppable |= !file.rollup;
  const auto all = plan_retention(there, asked);
  RC_ASSERT(made.over_quota_bytes == all.over_quota_bytes);
}

RC_GTEST_PROP(RetentionPlanProperty, NeverMoreThanNeededAndTheRestOfOneFile, ()) {
  const auto there = anything_stored();
  const auto asked = any_limits();
  const auto plan = plan_retention(there, asked);
  const auto for_room =
      std::ranges::find_if(plan.drops.rbegin(), plan.drops.rend(),
                           [](const FileDrop& drop) { return drop.reason != DropReason::days; });
  if (for_room == plan.drops.rend()) return;
  const auto freed = dropped_bytes(plan, true) - for_room->file.bytes +
                     (there.journal_bytes - plan.journal_keep_bytes);
  // Without the last one a limit would still be broken.
  RC_ASSERT(there.ours_bytes() - freed > asked.quota_bytes ||
            there.disk.free_bytes + freed < asked.reserved_bytes);
}

RC_GTEST_PROP(RetentionPlanProperty, ATighterLimitDropsTheSameAndMore, ()) {
  const auto there = anything_stored();
  const auto asked = any_limits();
  auto tighter = asked;
  tighter.quota_bytes -=
      std::min(tighter.quota_bytes, *rc::gen::inRange<std::uint64_t>(0, 900) * mb);
  tighter.reserved_bytes += *rc::gen::inRange<std::uint64_t>(0, 900) * mb;
  const auto few = numbers(plan_retention(there, asked));
  const auto more = numbers(plan_retention(there, tighter));
  RC_ASSERT(few.size() <= more.size());
  RC_ASSERT(std::equal(few.begin(), few.end(), more.begin()));
}

RC_GTEST_PROP(RetentionPlanProperty, ARollUpGoesOnlyWhenNoRawFileMayGoAnyMore, ()) {
  const auto there = anything_stored();
  const auto plan = plan_retention(there, any_limits());
  const auto rolled = std::ranges::any_of(plan.drops, [](const auto& d) { return d.file.rollup; });
  if (!rolled) return;
  for (const auto& file : there.files)
    if (file.droppable && !file.rollup)
      RC_ASSERT(std::ranges::any_of(plan.drops, [&](const auto& d) { return d.file == file; }));
}

}  // namespace
}  // namespace spindle::plant
