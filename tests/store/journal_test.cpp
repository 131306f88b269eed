#include "store/journal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/folder.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using samples::dump;
using samples::poll_batch;
using testing_support::TemporaryFolder;

using Journalled = std::vector<std::pair<std::uint64_t, std::vector<std::string>>>;

Journalled read_all(const std::filesystem::path& folder, std::uint64_t after = 0,
                    std::optional<MachineKey> only = {}) {
  Journalled out;
  auto reader = JournalReader::open(folder);
  EXPECT_TRUE(reader) << reader.error().what;
  const auto report = reader->read(after, only, [&](std::uint64_t sequence, const Batch& batch) {
    out.emplace_back(sequence, dump(batch));
    return true;
  });
  EXPECT_TRUE(report);
  EXPECT_EQ(report->damaged, 0u);
  return out;
}

Batch small(std::uint32_t machine, std::uint64_t step = 1) {
  return poll_batch(machine, 1'700'000'000'000'000, machine * 100 + 1, 5, step);
}

TEST(Journal, BatchesReadBackInTheOrderTheyWereTaken) {
  TemporaryFolder folder;
  Journalled expected;
  {
    auto journal = *Journal::open(folder.path(), {});
    EXPECT_EQ(journal->last_sequence(), 0u);
    for (std::uint64_t commit = 0; commit < 5; ++commit) {
      std::vector<Batch> batches;
      for (std::uint32_t n = 0; n <= commit; ++n) batches.push_back(small(n + 1, commit));
      const auto last = journal->append(batches);
      ASSERT_TRUE(last) << last.error().what;
      for (std::size_t n = 0; n < batches.size(); ++n)
        expected.emplace_back(*last - batches.size() + 1 + n, dump(batches[n]));
      EXPECT_EQ(read_all(folder.path()), expected) << "a reader beside the writer";
    }
    EXPECT_EQ(journal->last_sequence(), 15u);
    EXPECT_EQ(journal->first_sequence(), 1u);
  }
  EXPECT_EQ(read_all(folder.path()), expected) << "a reader alone";
  auto again = *Journal::open(folder.path(), {});
  EXPECT_EQ(again->last_sequence(), 15u);
  EXPECT_EQ(*again->append(std::vector{small(9)}), 16u);
}

TEST(Journal, ReadingStartsAfterAnySequenceAndStopsWhenTold) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  for (int commit = 0; commit < 4; ++commit)
    ASSERT_TRUE(journal->append(std::vector{small(1), small(2), small(3)}));
  for (std::uint64_t after = 0; after <= 12; ++after) {
    const auto got = read_all(folder.path(), after);
    ASSERT_EQ(got.size(), 12 - after);
    if (!got.empty()) EXPECT_EQ(got.front().first, after + 1);
  }
  auto reader = *JournalReader::open(folder.path());
  const auto report =
      reader.read(4, {}, [](std::uint64_t sequence, const Batch&) { return sequence < 8; });
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->stopped);
  EXPECT_EQ(report->next_after, 8u);
  EXPECT_EQ(report->batches, 4u);
  EXPECT_EQ(*reader.last_sequence(), 12u);
}

TEST(Journal, OneMachineCanBeReadAlone) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  for (std::uint32_t commit = 0; commit < 10; ++commit)
    ASSERT_TRUE(journal->append(std::vector{small(1 + commit % 2), small(3)}));
  const auto got = read_all(folder.path(), 0, MachineKey{2});
  ASSERT_EQ(got.size(), 5u);
  EXPECT_EQ(got[0].first, 3u);
  EXPECT_EQ(got[4].first, 19u);
}

TEST(Journal, ALargeCommitIsOneTransactionInSeveralRows) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  Batch large;
  large.machine = MachineKey{1};
  large.begin_scan(ScanKind::values, samples::at_us(1), {}, samples::at_us(1));
  const auto text = large.add_text(std::string(700'000, 'x'));
  large.add(SignalKey{1}, text);
  ASSERT_EQ(*journal->append(std::vector<Batch>(5, large)), 5u);
  EXPECT_EQ(read_all(folder.path()).size(), 5u);
  EXPECT_EQ(read_all(folder.path(), 3).size(), 2u);
}

TEST(Journal, AnUnsoundBatchTakesItsWholeCommitWithIt) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  auto wrong = small(1);
  wrong.observations.pop_back();
  const auto refused = journal->append(std::vector{small(1), wrong});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_EQ(journal->last_sequence(), 0u);
  EXPECT_EQ(*journal->append(std::vector{small(1)}), 1u);
  EXPECT_EQ(read_all(folder.path()).size(), 1u);
}

TEST(Journal, SyncsWhenTheOldestUnsyncedCommitIsOldEnoughAlsoWhenIdle) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {.sync_after = std::chrono::milliseconds{350}});
  const Monotonic start{std::chrono::hours{1}};
  const auto at = [&](int ms) { return start + std::chrono::milliseconds{ms}; };
  ASSERT_TRUE(journal->sync_if_due(at(0)));
  ASSERT_TRUE(journal->append(std::vector{small(1)}));
  ASSERT_TRUE(journal->sync_if_due(at(300)));
  EXPECT_EQ(journal->synced_through(), 0u);
  ASSERT_TRUE(journal->append(std::vector{small(1)}));
  ASSERT_TRUE(journal->sync_if_due(at(350)));
  EXPECT_EQ(journal->synced_through(), 2u);
  ASSERT_TRUE(journal->append(std::vector{small(1)}));
  ASSERT_TRUE(journal->sync_if_due(at(600)));
  EXPECT_EQ(journal->synced_through(), 2u);
  ASSERT_TRUE(journal->sync_if_due(at(700)));
  EXPECT_EQ(journal->synced_through(), 3u);
}

TEST(Journal, WithSyncAtEveryCommitNothingIsLeftUnsynced) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {.sync_every_commit = true});
  ASSERT_TRUE(journal->append(std::vector{small(1)}));
  EXPECT_EQ(journal->synced_through(), 1u);
}

TEST(Journal, NumbersAConsumerHoldsAreNotGivenAgain) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {});
    ASSERT_TRUE(journal->append(std::vector{small(1), small(1)}));
    journal->never_below(7);
    journal->never_below(3);
    EXPECT_EQ(*journal->append(std::vector{small(2)}), 8u);
  }
  auto journal = *Journal::open(folder.path(), {});
  EXPECT_EQ(journal->last_sequence(), 8u);
  const auto got = read_all(folder.path(), 1);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].first, 2u);
  EXPECT_EQ(got[1].first, 8u);
}

TEST(Journal, TrimTakesTheOldestAndStopsAtTheSlowestConsumer) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  for (int commit = 0; commit < 50; ++commit) {
    std::vector<Batch> batches(10,
                               poll_batch(1, commit, 1, 1000, static_cast<std::uint64_t>(commit)));
    ASSERT_TRUE(journal->append(batches));
  }
  EXPECT_EQ(*journal->trim(1u << 30, 500), 0u);
  EXPECT_EQ(*journal->trim(0, 35), 30u) << "row by row, none past sequence 34";
  EXPECT_EQ(journal->first_sequence(), 31u);
  EXPECT_EQ(read_all(folder.path()).size(), 470u);
  std::uint64_t all = 0;
  for (;;) {
    const auto removed = journal->trim(0, 1'000'000);
    ASSERT_TRUE(removed);
    if (*removed == 0) break;
    all += *removed;
  }
  EXPECT_EQ(all, 460u) << "the newest commit stays, so that numbers are never given twice";
  EXPECT_EQ(journal->first_sequence(), 491u);
}

TEST(Journal, ADamagedBatchIsPassedOverCountedAndNamed) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {});
    ASSERT_TRUE(journal->append(std::vector{small(1), small(2), small(3)}));
    ASSERT_TRUE(journal->append(std::vector{small(4)}));
    ASSERT_TRUE(journal->append(std::vector{small(5)}));
  }
  {
    auto database = *Database::open(folder.path() / "journal.db", {});
    ASSERT_TRUE(database->execute(
        "UPDATE commits SET body = substr(body, 1, 45) || x'EE' || substr(body, 47)"
        " WHERE first_sequence = 1"));
    ASSERT_TRUE(database->execute(
        "UPDATE commits SET directory = x'0102' || substr(directory, 3) WHERE first_sequence = 4"));
  }
  auto reader = *JournalReader::open(folder.path());
  std::vector<std::uint64_t> good;
  const auto report = reader.read(0, {}, [&](std::uint64_t sequence, const Batch&) {
    good.push_back(sequence);
    return true;
  });
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->damaged, 2u);
  EXPECT_EQ(report->first_damaged, 2u);
  EXPECT_EQ(good, (std::vector<std::uint64_t>{1, 3, 5}));
}

TEST(Journal, ADamagedFileIsMovedAsideAndTheProgramGoesOn) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {});
    ASSERT_TRUE(journal->append(std::vector{small(1)}));
  }
  std::filesystem::resize_file(folder.path() / "journal.db", 5000);
  const auto plain = Journal::open(folder.path(), {});
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, Errc::corrupt);
  auto opened = open_or_set_aside<Journal>(folder.path(), JournalOptions{},
                                           *parse_rfc3339("2024-03-14T08:00:00Z"));
  ASSERT_TRUE(opened) << opened.error().what;
  ASSERT_TRUE(opened->damage);
  EXPECT_TRUE(std::filesystem::exists(opened->damage->moved_to));
  EXPECT_EQ(*opened->store->append(std::vector{small(1)}), 1u);
}

}  // namespace
}  // namespace spindle::store
