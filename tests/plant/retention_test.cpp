#include "plant/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t mb = 1'000'000;

/// A folder and a disk made of numbers.
struct RetentionTest : testing::Test {
  Now now{Instant{std::chrono::hours{24 * 20'000}}, Monotonic{1h}};
  std::vector<StoredFile> files;
  DiskSpace disk{1'000 * mb, 900 * mb};
  std::uint64_t journal_bytes = 0;
  std::optional<std::uint64_t> journal_cut;
  std::vector<bool> refused;
  std::vector<std::string> audits;
  std::vector<HistoryClass> begun;
  std::uint64_t file_bytes = 0;
  std::optional<Instant> kept_aged_by;
  std::optional<Error> cannot_drop;
  bool files_known = true;
  Problems problems;

  Retention retention{hands(), problems, [this] { return now; }, 100 * mb};

  Retention::Hands hands() {
    Retention::Hands out;
    out.files = [this]() -> Result<std::vector<StoredFile>> {
      if (!files_known) return fail(Errc::overloaded, "the history can't be read");
      return files;
    };
    out.drop = [this](const StoredFile& file) -> Result<void> {
      if (cannot_drop) return fail(*cannot_drop);
      EXPECT_EQ(std::erase(files, file), 1u);
      disk.free_bytes += file.bytes;
      return {};
    };
    out.disk = [this] { return std::optional(disk); };
    out.journal = [this] { return Retention::Hands::Journal{journal_bytes, 0}; };
    out.fixed_bytes = [] { return mb; };
    out.cut_journal = [this](std::uint64_t bytes) { journal_cut = bytes; };
    out.refuse_history = [this](bool refuse) { refused.push_back(refuse); };
    out.audit = [this](const std::string& detail) { audits.push_back(detail); };
    out.begin_file = [this](HistoryClass kind) -> Result<void> {
      begun.push_back(kind);
      return {};
    };
    out.file_bytes = [this](std::uint64_t bytes) { file_bytes = bytes; };
    out.aged_by = [this] { return kept_aged_by; };
    out.keep_aged_by = [this](Instant at) { kept_aged_by = at; };
    return out;
  }
  void add(int from_days, int to_days, std::uint64_t bytes,
           HistoryClass kind = HistoryClass::analog, bool rollup = false) {
    const auto ago = [&](int days) { return now.wall - std::chrono::hours{24 * days}; };
    files.push_back({static_cast<std::uint32_t>(files.size() + 1), kind, rollup, true, bytes,
                     ago(from_days), ago(to_days), false});
  }
  void quota(double megabytes) {
    Storage storage;
    storage.quota_gb = megabytes / 1000;
    retention.set_storage(storage);
  }
  void pass(Duration time) {
    now.wall += time;
    now.mono += time;
    retention.run();
  }
  std::string problem(const std::string& code) const {
    for (const auto& p : problems.all())
      if (p.code == code) return p.what;
    return {};
  }
};

TEST_F(RetentionTest, WhatIsTooMuchIsDroppedAndToldInTheAuditTrail) {
  add(30, 20, 10 * mb);
  add(20, 10, 10 * mb);
  add(10, 0, 10 * mb);
  quota(25);
  retention.run();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files.front().number, 2u);
  EXPECT_THAT(audits, ElementsAre(HasSubstr("1 files, 10.0 MB: analog ")));
  EXPECT_THAT(audits.front(), HasSubstr("(quota)"));
  const auto state = retention.state();
  ASSERT_TRUE(state.known && state.last_drop);
  EXPECT_EQ(state.last_drop->drop.file.number, 1u);
  EXPECT_EQ(state.dropped_bytes, 10 * mb);
  retention.run();
  EXPECT_EQ(files.size(), 2u);
  EXPECT_EQ(audits.size(), 1u);
}

TEST_F(RetentionTest, TheJournalIsCutToItsShare) {
  journal_bytes = 50 * mb;
  quota(80);
  retention.run();
  EXPECT_EQ(journal_cut, 10 * mb);
}

TEST_F(RetentionTest, AJournalBelowItsShareMayGrowUpToIt) {
  journal_bytes = 5 * mb;
  quota(80);
  retention.run();
  EXPECT_EQ(journal_cut, 10 * mb);
}

TEST_F(RetentionTest, ADiskOthersFillIsGivenBackThenHistoryIsRefusedAndLaterTaken) {
  add(30, 20, 10 * mb);
  disk.free_bytes = 95 * mb;
  retention.run();
  EXPECT_EQ(files.size(), 0u);
  EXPECT_EQ(refused.back(), false);
  disk.free_bytes = 60 * mb;
  retention.run();
  EXPECT_EQ(refused.back(), true);
  EXPECT_THAT(problem("disk_reserve"), HasSubstr("60.0 MB free and 100.0 MB of it stay free"));
  EXPECT_THAT(problem("disk_reserve"), HasSubstr("states, parts and alarms are kept"));
  // A little room is not enough: it would be refused again at once.
  disk.free_bytes = 105 * mb;
  retention.run();
  EXPECT_EQ(refused.back(), true);
  disk.free_bytes = 115 * mb;
  retention.run();
  EXPECT_EQ(refused.back(), false);
  EXPECT_EQ(problem("disk_reserve"), "");
}

TEST_F(RetentionTest, AQuotaThatCanNotBeKeptIsSaid) {
  add(30, 20, 10 * mb, HistoryClass::analog);
  files.front().droppable = false;
  quota(5);
  retention.run();
  EXPECT_THAT(problem("storage_quota"), HasSubstr("6.0 MB more than its quota of 5.0 MB"));
  quota(50);
  retention.run();
  EXPECT_EQ(problem("storage_quota"), "");
}

TEST_F(RetentionTest, WhatWaitsForItsRollUpsIsNamedInTheOrderItIsToGo) {
  for (int n = 0; n < 4; ++n) {
    add(50 - 10 * n, 40 - 10 * n, 10 * mb);
    files.back().droppable = false;
  }
  files[1].droppable = true;
  quota(30);
  retention.run();
  const auto first = retention.roll_up_first();
  ASSERT_EQ(first.size(), 1u) << "the second was dropped, the third and fourth may stay";
  EXPECT_EQ(first.front().from, now.wall - std::chrono::hours{24 * 50});
  files.front().droppable = true;
  retention.run();
  EXPECT_EQ(files.size(), 2u);
  EXPECT_TRUE(retention.roll_up_first().empty());
}

TEST_F(RetentionTest, WhatCanNotBeDroppedIsSaidAndTriedAgain) {
  add(30, 20, 10 * mb);
  quota(5);
  cannot_drop = Error{Errc::overloaded, "history/analog-1.seg: the disk fails"};
  retention.run();
  EXPECT_THAT(problem("storage_drop"), HasSubstr("analog-1.seg"));
  EXPECT_TRUE(audits.empty());
  cannot_drop.reset();
  retention.run();
  EXPECT_TRUE(files.empty());
  EXPECT_EQ(problem("storage_drop"), "");
}

TEST_F(RetentionTest, WhatCanNotBeSeenIsLeftAlone) {
  add(30, 20, 10 * mb);
  quota(5);
  files_known = false;
  retention.run();
  EXPECT_EQ(files.size(), 1u);
  EXPECT_FALSE(retention.state().known);
  EXPECT_THAT(problem("storage_watch"), HasSubstr("can't be read"));
}

TEST_F(RetentionTest, MuchIsDroppedInPieces) {
  for (int n = 0; n < 200; ++n) add(400 - n, 399 - n, mb);
  quota(10);
  retention.run();
  EXPECT_EQ(files.size(), 200 - Retention::drops_max);
  EXPECT_THAT(audits.back(), HasSubstr("and 56 more"));
  for (int n = 0; n < 5; ++n) retention.run();
  EXPECT_LE(files.size(), 9u);
}

TEST_F(RetentionTest, WithRoomTheFilesAreLookedAtOnceAMinute) {
  retention.run();
  add(30, 20, 10 * mb);
  retention.run();
  EXPECT_TRUE(retention.state().stored.files.empty());
  disk.free_bytes = 110 * mb;
  retention.run();
  EXPECT_EQ(retention.state().stored.files.size(), 1u) << "little room";
  disk.free_bytes = 900 * mb;
  retention.run();
  add(20, 10, 10 * mb);
  now.mono += 61s;
  now.wall += 61s;
  retention.run();
  EXPECT_EQ(retention.state().stored.files.size(), 2u);
}

TEST_F(RetentionTest, AClockThatJumpsAYearMakesNothingOldInAMoment) {
  add(300, 290, mb);
  add(10, 1, mb, HistoryClass::state);
  retention.run();
  now.wall += std::chrono::hours{24 * 365};
  for (int days = 0; days < 30; ++days) {
    pass(24h);
    EXPECT_EQ(files.size(), 2u);
  }
  EXPECT_THAT(problem("storage_clock"), HasSubstr("ahead of what was recorded"));
  now.wall -= std::chrono::hours{24 * 365};
  pass(1min);
  EXPECT_EQ(files.size(), 2u) << "it is right again";
  EXPECT_EQ(problem("storage_clock"), "");
}

TEST_F(RetentionTest, AClockThatStaysAheadIsCaughtUpWith) {
  add(300, 290, mb);
  add(10, 1, mb, HistoryClass::state);
  retention.run();
  now.wall += std::chrono::hours{24 * 365};
  // 75 days are missing, and it gains one a day.
  for (int days = 0; days < 36; ++days) pass(24h);
  EXPECT_EQ(files.size(), 2u);
  for (int days = 0; days < 4; ++days) pass(24h);
  EXPECT_EQ(files.size(), 1u);
}

TEST_F(RetentionTest, WhatWasBelievedIsKeptOverARestart) {
  add(300, 290, mb);
  add(10, 1, mb, HistoryClass::state);
  retention.run();
  ASSERT_TRUE(kept_aged_by);
  const auto before = *kept_aged_by;
  now.wall += std::chrono::hours{24 * 900};
  Retention again{hands(), problems, [this] { return now; }, 100 * mb};
  again.run();
  EXPECT_EQ(files.size(), 2u);
  EXPECT_EQ(*kept_aged_by, before);
  // A night, a weekend, and holidays are believed at once.
  now.wall -= std::chrono::hours{24 * 895};
  Retention later{hands(), problems, [this] { return now; }, 100 * mb};
  later.run();
  EXPECT_EQ(*kept_aged_by, now.wall);
}

TEST_F(RetentionTest, WithNothingKeptTheNewestOfWhatIsStoredCounts) {
  add(900, 890, mb);
  add(880, 860, mb);
  retention.run();
  EXPECT_EQ(files.size(), 2u);
  EXPECT_EQ(retention.state().stored.aged_by, now.wall - std::chrono::hours{24 * 860});
}

TEST_F(RetentionTest, AClockThatWasAheadFromTheFirstIsForgottenAfterADay) {
  now.wall += std::chrono::hours{24 * 26'000};
  retention.run();
  now.wall -= std::chrono::hours{24 * 26'000};
  add(300, 290, mb);
  for (int hours = 0; hours < 30; ++hours) pass(1h);
  EXPECT_EQ(*kept_aged_by, now.wall);
  EXPECT_EQ(files.size(), 1u);
}

TEST_F(RetentionTest, AClassInWhichLittleIsWrittenBeginsAnotherFileInTime) {
  add(30, 0, 100'000);
  files.back().newest = true;
  files.back().droppable = false;
  retention.run();
  EXPECT_THAT(begun, ElementsAre(HistoryClass::analog));
  begun.clear();
  files.back().bytes = 1000;
  pass(61s);
  EXPECT_THAT(begun, ElementsAre()) << "too little for a file";
}

TEST_F(RetentionTest, WhatIsWrittenBetweenTwoLooksIsSeenByTheDisk) {
  add(30, 20, 10 * mb);
  quota(30);
  retention.run();
  add(20, 10, 10 * mb);
  add(10, 0, 15 * mb);
  disk.free_bytes -= 25 * mb;
  retention.run();
  EXPECT_EQ(files.size(), 2u) << "without waiting for the next minute";
}

TEST_F(RetentionTest, WhatIsWrittenWhileOthersFreeTheDiskIsSeenByTheJournal) {
  add(30, 20, 10 * mb);
  quota(20);
  retention.run();
  add(20, 10, 10 * mb);
  add(10, 0, 10 * mb);
  disk.free_bytes += 50 * mb;
  journal_bytes = 20 * mb;
  retention.run();
  EXPECT_LT(files.size(), 3u) << "without waiting for the next minute";
}

TEST_F(RetentionTest, FilesAreAsSmallAsTheQuotaAsks) {
  quota(640);
  retention.run();
  EXPECT_EQ(file_bytes, 10 * mb);
  quota(1);
  retention.run();
  EXPECT_EQ(file_bytes, 1u << 20);
  quota(1e6);
  retention.run();
  EXPECT_EQ(file_bytes, 32u << 20);
}

}  // namespace
}  // namespace spindle::plant
