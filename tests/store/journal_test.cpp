#include "store/journal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "store/batch_codec.hpp"
#include "store/folder.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/counting_disk.hpp"
#include "tests/store/faulty_disk.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using samples::dump;
using samples::poll_batch;
using testing_support::CountingDisk;
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

TEST(Journal, ALargeCommitIsTakenWholeInSeveralRecords) {
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

TEST(Journal, TrimDropsTheOldestFilesAndStopsAtTheSlowestConsumer) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {.file_bytes = 800});
  for (int commit = 0; commit < 200; ++commit)
    ASSERT_TRUE(journal->append(
        std::vector(5, poll_batch(1, commit, 1, 100, static_cast<std::uint64_t>(commit)))));
  const auto bytes = [&] {
    std::uint64_t sum = 0;
    const auto files = *list_segments(Disk::system(), folder.path() / "journal", {});
    for (const auto& file : files) sum += file.bytes;
    return sum;
  };
  ASSERT_GT(bytes(), 8'000u);
  EXPECT_EQ(*journal->trim(1u << 30, 1000), 0u) << "there is room";
  EXPECT_EQ(*journal->trim(0, 1), 0u) << "nobody read anything";
  std::uint64_t removed = 0;
  const auto trim_all = [&](std::uint64_t keep, std::uint64_t below) {
    for (;;) {
      const auto now = journal->trim(keep, below);
      ASSERT_TRUE(now);
      if (*now == 0) return;
      removed += *now;
    }
  };
  trim_all(0, 400);
  EXPECT_GT(removed, 0u);
  EXPECT_LT(removed, 400u);
  EXPECT_EQ(journal->first_sequence(), removed + 1);
  EXPECT_EQ(read_all(folder.path()).size(), 1000 - removed);
  EXPECT_EQ(read_all(folder.path()).front().first, removed + 1);
  const auto before = bytes();
  trim_all(before - 2000, 1'000'000);
  EXPECT_LE(bytes(), before - 2000);
  EXPECT_GT(bytes(), before - 2000 - 1200) << "no more than needed";
  trim_all(0, 1'000'000);
  EXPECT_GT(read_all(folder.path()).size(), 0u) << "the newest file stays";
  journal.reset();
  journal = *Journal::open(folder.path(), {});
  EXPECT_EQ(journal->first_sequence(), removed + 1);
  EXPECT_EQ(*journal->append(std::vector{small(1)}), 1001u) << "numbers are never given twice";
}

TEST(Journal, WhatAStartReadsDoesNotGrowWithTheNumberOfFiles) {
  TemporaryFolder folder;
  std::vector<std::size_t> lists;
  std::vector<std::uint64_t> read;
  std::uint64_t taken = 0;
  for (const std::size_t files : {4u, 60u}) {
    {
      auto journal = *Journal::open(folder.path(), {.file_bytes = 40'000});
      while (list_segments(Disk::system(), folder.path() / "journal", {})->size() < files)
        for (int n = 0; n < 20; ++n, ++taken)
          ASSERT_TRUE(journal->append(
              std::vector{poll_batch(1, static_cast<std::int64_t>(taken), 1, 100, taken)}));
    }
    CountingDisk disk;
    auto journal = *Journal::open(folder.path(), {.disk = &disk});
    EXPECT_EQ(journal->first_sequence(), 1u);
    EXPECT_EQ(journal->last_sequence(), taken);
    auto reader = *JournalReader::open(folder.path(), disk);
    ASSERT_TRUE(reader.read(taken - 1, {}, [](std::uint64_t, const Batch&) { return true; }));
    lists.push_back(disk.lists);
    read.push_back(disk.bytes_read);
  }
  EXPECT_EQ(lists[0], lists[1]);
  // Looking for the place to read on halves the files each time.
  EXPECT_LT(read[1], read[0] + 6 * 40'000);
}

TEST(Journal, AFileWithoutAReadableBatchIsDroppedWithTheOneBefore) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {.file_bytes = 800});
    for (std::uint64_t n = 0; n < 100; ++n)
      ASSERT_TRUE(journal->append(std::vector(5, small(1, n))));
  }
  const auto files = *list_segments(Disk::system(), folder.path() / "journal", {});
  ASSERT_GT(files.size(), 5u);
  for (const std::size_t n : {1u, 2u})
    std::ofstream(segment_path(folder.path() / "journal", {}, files[n].number),
                  std::ios::binary | std::ios::trunc)
        << std::string(800, 'x');
  auto journal = *Journal::open(folder.path(), {.file_bytes = 800});
  EXPECT_EQ(journal->first_sequence(), 1u);
  EXPECT_EQ(journal->last_sequence(), 500u);
  const auto removed = journal->trim(0, 500);
  ASSERT_TRUE(removed);
  const auto left = *list_segments(Disk::system(), folder.path() / "journal", {});
  EXPECT_EQ(left.size(), files.size() - 3);
  EXPECT_EQ(left.front().number, files[3].number);
  EXPECT_EQ(journal->first_sequence(), *removed + 1);
  EXPECT_EQ(read_all(folder.path()).front().first, *removed + 1);
}

TEST(Journal, AReaderGoesOnThroughFilesDroppedAndBegunSince) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {.file_bytes = 3000});
  auto reader = *JournalReader::open(folder.path());
  std::uint64_t after = 0;
  for (int round = 0; round < 30; ++round) {
    for (int commit = 0; commit < 20; ++commit)
      ASSERT_TRUE(journal->append(std::vector{small(1), small(2)}));
    if (round % 3 == 0)
      while (*journal->trim(0, after + 1) > 0) {
      }
    if (round % 4 == 3) continue;  // Then there is more to catch up with.
    const auto read = reader.read(after, {}, [&](std::uint64_t sequence, const Batch&) {
      EXPECT_EQ(sequence, ++after);
      return true;
    });
    ASSERT_TRUE(read);
    EXPECT_EQ(read->damaged, 0u);
    EXPECT_EQ(read->next_after, journal->last_sequence());
    EXPECT_EQ(*reader.last_sequence(), journal->last_sequence());
    const auto back = after / 2;
    std::uint64_t first = 0;
    ASSERT_TRUE(reader.read(back, {}, [&](std::uint64_t sequence, const Batch&) {
      first = sequence;
      return false;
    }));
    EXPECT_EQ(first, std::max(back + 1, journal->first_sequence()));
  }
  while (*journal->trim(0, 1'000'000) > 0) {
  }
  const auto late = reader.read(0, {}, [](std::uint64_t, const Batch&) { return true; });
  EXPECT_EQ(late->damaged, 0u) << "what was dropped is not damaged";
}

TEST(Journal, ACommitOfOneSmallBatchTakesLittleMoreThanItsBatch) {
  TemporaryFolder folder;
  auto journal = *Journal::open(folder.path(), {});
  ASSERT_TRUE(journal->append(std::vector{small(1)}));
  const auto file = segment_path(folder.path() / "journal", {}, 1);
  const auto before = std::filesystem::file_size(file);
  Bytes batch;
  ASSERT_TRUE(encode(small(1), batch));
  for (int n = 0; n < 100; ++n) ASSERT_TRUE(journal->append(std::vector{small(1)}));
  EXPECT_LE(std::filesystem::file_size(file) - before, 100 * (batch.size() + 20));
}

/// Where the n-th record's payload begins in the first file.
std::vector<SegmentPlace> places_in(const std::filesystem::path& folder) {
  std::vector<SegmentPlace> out;
  SegmentReader reader(Disk::system(), folder / "journal", {});
  EXPECT_TRUE(reader.scan({}, [&](const SegmentRecord& record) {
    out.push_back(record.place);
    return true;
  }));
  return out;
}

void flip(const std::filesystem::path& file, std::uint64_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const auto was = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(was ^ 16));
}

TEST(Journal, DamagedRecordsArePassedOverCountedAndNamed) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {});
    ASSERT_TRUE(journal->append(std::vector{small(1), small(2), small(3)}));
    ASSERT_TRUE(journal->append(std::vector{small(4)}));
    ASSERT_TRUE(journal->append(std::vector{small(5), small(6)}));
    ASSERT_TRUE(journal->append(std::vector{small(7)}));
    journal->never_below(10);
    ASSERT_TRUE(journal->append(std::vector{small(8)}));
  }
  const auto file = segment_path(folder.path() / "journal", {}, 1);
  const auto places = places_in(folder.path());
  ASSERT_EQ(places.size(), 5u);
  flip(file, places[1].at + 2);   // a head
  flip(file, places[2].at + 40);  // a payload
  const auto expect = [&](std::uint64_t after, std::uint64_t damaged, std::uint64_t first,
                          const std::vector<std::uint64_t>& sound) {
    auto reader = *JournalReader::open(folder.path());
    std::vector<std::uint64_t> good;
    const auto report = reader.read(after, {}, [&](std::uint64_t sequence, const Batch&) {
      good.push_back(sequence);
      return true;
    });
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->damaged, damaged) << after;
    EXPECT_EQ(report->first_damaged, first) << after;
    EXPECT_EQ(good, sound) << after;
  };
  expect(0, 3, 4, {1, 2, 3, 7, 11});
  expect(3, 3, 4, {7, 11});
  expect(5, 1, 6, {7, 11});
  expect(7, 0, 0, {11});
  auto journal = *Journal::open(folder.path(), {});
  EXPECT_EQ(journal->torn_bytes(), 0u);
  EXPECT_EQ(*journal->append(std::vector{small(1)}), 12u);
  expect(0, 3, 4, {1, 2, 3, 7, 11, 12});
}

TEST(Journal, AFileOfGarbageIsMovedAsideAndTheOthersStay) {
  TemporaryFolder folder;
  {
    auto journal = *Journal::open(folder.path(), {.file_bytes = 200});
    for (int n = 0; n < 20; ++n) ASSERT_TRUE(journal->append(std::vector{small(1)}));
  }
  const auto files = *list_segments(Disk::system(), folder.path() / "journal", {});
  ASSERT_GT(files.size(), 2u);
  const auto newest = segment_path(folder.path() / "journal", {}, files.back().number);
  std::ofstream(newest, std::ios::binary) << std::string(50'000, '\x33');
  const auto plain = Journal::open(folder.path(), {});
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, Errc::corrupt);
  auto opened = open_or_set_aside<Journal>(folder.path(), JournalOptions{},
                                           *parse_rfc3339("2024-03-14T08:00:00Z"));
  ASSERT_TRUE(opened) << opened.error().what;
  ASSERT_TRUE(opened->damage);
  EXPECT_EQ(std::filesystem::file_size(opened->damage->moved_to), 50'000u);
  EXPECT_EQ(opened->damage->moved_to.string(), newest.string() + ".damaged-20240314T080000000Z");
  const auto kept = read_all(folder.path()).size();
  EXPECT_GT(kept, 10u);
  opened->store->never_below(20);
  EXPECT_EQ(*opened->store->append(std::vector{small(1)}), 21u);
  EXPECT_EQ(read_all(folder.path()).size(), kept + 1);
}

TEST(Journal, OnAFullDiskNothingIsTakenWhicheverWriteFails) {
  for (const auto fault : {testing_support::FaultyDisk::Fault::full,
                           testing_support::FaultyDisk::Fault::short_write}) {
    for (const bool always_sync : {false, true}) {
      bool failed = true;
      for (std::size_t n = 0; failed; ++n) {
        testing_support::FaultyDisk disk;
        const JournalOptions options{
            .sync_every_commit = always_sync, .file_bytes = 700, .disk = &disk};
        auto journal = *Journal::open("/data", options);
        disk.fail_after(n, fault);
        std::uint64_t taken = 0;
        for (int commit = 0; commit < 25; ++commit) {
          const auto last = journal->append(std::vector{small(1), small(2)});
          if (last)
            taken = *last;
          else
            EXPECT_EQ(last.error().code, Errc::overloaded);
          EXPECT_EQ(journal->last_sequence(), taken);
          if (disk.failed() && commit % 3 == 0) disk.heal();
          static_cast<void>(journal->sync());
        }
        failed = disk.failed();
        disk.heal();
        EXPECT_EQ(*journal->append(std::vector{small(3)}), taken + 1);
        const auto expect_all = [&] {
          auto reader = *JournalReader::open("/data", disk);
          std::uint64_t next = 1;
          const auto read = reader.read(0, {}, [&](std::uint64_t sequence, const Batch&) {
            EXPECT_EQ(sequence, next++);
            return true;
          });
          EXPECT_EQ(read->damaged + read->torn_bytes, 0u);
          EXPECT_EQ(next, taken + 2) << "change " << n;
        };
        expect_all();
        journal.reset();
        journal = *Journal::open("/data", options);
        EXPECT_EQ(journal->torn_bytes(), 0u);
        expect_all();
      }
    }
  }
}

}  // namespace
}  // namespace spindle::store
