#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "store/configuration.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/faulty_disk.hpp"
#include "tests/store/power_cut_vfs.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::FaultyDisk;
using testing_support::PowerCutVfs;
using testing_support::TemporaryFolder;

std::uint64_t seed() {
  const auto* text = std::getenv("SPINDLE_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
}
int trials() { return std::getenv("SPINDLE_LONG") != nullptr ? 300 : 25; }

Batch numbered(std::uint64_t sequence) {
  return samples::poll_batch(1, static_cast<std::int64_t>(sequence), 1, 40, sequence);
}

const std::filesystem::path data_folder = "/data";

/// The journal on `disk` holds 1..n for some n >= least, each as it was.
void expect_first_batches(FaultyDisk& disk, std::uint64_t least) {
  auto journal = Journal::open(data_folder, {.disk = &disk});
  ASSERT_TRUE(journal) << journal.error().what;
  auto reader = *JournalReader::open(data_folder, disk);
  std::uint64_t next = 1;
  const auto read = reader.read(0, {}, [&](std::uint64_t sequence, const Batch& batch) {
    if (sequence == next && samples::dump(batch) == samples::dump(numbered(sequence))) ++next;
    return true;
  });
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->damaged, 0u);
  EXPECT_EQ(read->batches, next - 1) << "a row without gaps";
  EXPECT_GE(next - 1, least);
  EXPECT_GE((*journal)->last_sequence(), next - 1);
  EXPECT_TRUE((*journal)->append(std::vector{numbered(1)}));
}

TEST(PowerCut, TheJournalKeepsAllThatWasSyncedAndWhatItKeepsBeyondIsWhole) {
  const auto used = seed();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  std::uint64_t not_promised = 0;  // Batches a cut may take: without any, nothing was tried.
  for (int trial = 0; trial < trials() * 4; ++trial) {
    FaultyDisk disk;
    JournalOptions options{.file_bytes = 2000 + random() % 20'000, .disk = &disk};
    auto journal = *Journal::open(data_folder, options);
    Monotonic now{std::chrono::hours{1}};
    const auto steps = 1 + random() % 60;
    for (std::uint64_t step = 0; step < steps; ++step) {
      std::vector<Batch> batches;
      const auto first = journal->last_sequence() + 1;
      for (std::uint64_t n = 0; n <= random() % 8; ++n) batches.push_back(numbered(first + n));
      ASSERT_TRUE(journal->append(batches));
      now += std::chrono::milliseconds{random() % 200};
      ASSERT_TRUE(journal->sync_if_due(now));
    }
    not_promised += journal->last_sequence() - journal->synced_through();
    for (const unsigned keep : {0u, 50u, 90u, 100u}) {
      auto left = disk.cut(random, keep);
      SCOPED_TRACE(fmt::format("trial {}, {} % of unsynced sectors kept", trial, keep));
      expect_first_batches(left,
                           keep == 100 ? journal->last_sequence() : journal->synced_through());
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(not_promised, 0u);
}

TEST(PowerCut, NothingIsSyncedBetweenTheMarks) {
  FaultyDisk disk;
  auto journal = *Journal::open(data_folder, {.disk = &disk});
  ASSERT_TRUE(journal->append(std::vector{numbered(1)}));
  ASSERT_TRUE(journal->sync());
  const auto before = disk.syncs();
  for (std::uint64_t n = 2; n < 50; ++n) ASSERT_TRUE(journal->append(std::vector{numbered(n)}));
  EXPECT_EQ(disk.syncs(), before);
  ASSERT_TRUE(journal->sync());
  EXPECT_EQ(disk.syncs(), before + 1);
}

TEST(PowerCut, WithSyncAtEveryCommitNothingIsLost) {
  std::mt19937_64 random(1);
  FaultyDisk disk;
  auto journal =
      *Journal::open(data_folder, {.sync_every_commit = true, .file_bytes = 1000, .disk = &disk});
  for (std::uint64_t n = 1; n <= 40; ++n) {
    ASSERT_TRUE(journal->append(std::vector{numbered(n)}));
    auto left = disk.cut(random, n % 3 == 0 ? 0 : 50);
    expect_first_batches(left, n);
  }
}

TEST(PowerCut, ConfigurationIsSafeWhenItsCallReturns) {
  std::mt19937_64 random(1);
  TemporaryFolder folder;
  const auto data = folder.path() / "data";
  PowerCutVfs disk;
  {
    ASSERT_TRUE(Configuration::open(data, {}));
  }
  auto configuration = *Configuration::open(data, {.vfs = disk.name()});
  for (std::uint64_t n = 1; n <= 10; ++n) {
    ASSERT_EQ(*configuration->save_plant(fmt::format("site: {}", n), "test", Instant{}), n);
    const auto after = folder.path() / fmt::format("after-{}", n);
    disk.cut(data, after, random, 0);
    EXPECT_EQ((*(*Configuration::open(after, {}))->plant())->generation, n);
  }
}

TEST(PowerCut, TheLedgerKeepsFactsAndCursorTogetherAndAllOfItAfterSync) {
  const auto used = seed();
  SCOPED_TRACE(fmt::format("SPINDLE_SEED={}", used));
  std::mt19937_64 random(used);
  TemporaryFolder folder;
  const auto data = folder.path() / "data";
  PowerCutVfs disk;
  {
    ASSERT_TRUE(Ledger::open(data, {}));
  }
  auto ledger = *Ledger::open(data, {.vfs = disk.name()});
  std::uint64_t synced = 0;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    Facts facts;
    facts.parts = {{samples::at_us(static_cast<std::int64_t>(n)), CountKind::total,
                    StepKind::normal, n, false, fmt::format("O{}", n)}};
    ASSERT_TRUE(ledger->commit({"engine", n, {{MachineKey{1}, facts, {}}}}));
    if (n % 7 == 0) {
      ASSERT_TRUE(ledger->sync());
      synced = n;
    }
    const auto after = folder.path() / fmt::format("after-{}", n);
    disk.cut(data, after, random, static_cast<unsigned>(random() % 101));
    {
      ASSERT_TRUE(Ledger::open(after, {}));
    }
    auto reader = *LedgerReader::open(after, {});
    const auto cursor = *reader->cursor("engine");
    EXPECT_GE(cursor, synced);
    const auto parts = *reader->parts(MachineKey{1}, {samples::at_us(0), samples::at_us(1000)});
    ASSERT_EQ(parts.size(), cursor);
    for (std::uint64_t k = 1; k <= cursor; ++k)
      EXPECT_EQ(parts[k - 1].program, fmt::format("O{}", k));
  }
}

}  // namespace
}  // namespace spindle::store
