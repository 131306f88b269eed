// A journal.db of an earlier version becomes segments: once, with the same numbers, whatever
// happens meanwhile. fixtures/journal-0.1.db was written by version 0.1: twelve pushed batches.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "store/batch_codec.hpp"
#include "store/check.hpp"
#include "store/folder.hpp"
#include "store/journal.hpp"
#include "store/journal_database.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/batch_version_1.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using samples::dump;
using samples::poll_batch;
using testing_support::TemporaryFolder;

constexpr auto old_layout =
    "CREATE TABLE commits(first_sequence INTEGER PRIMARY KEY, batches INTEGER NOT NULL,"
    " directory BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1), synced_through INTEGER NOT NULL);"
    "INSERT INTO mark VALUES(1, 0); PRAGMA user_version = 1;";

Batch numbered(std::uint64_t n) {
  return poll_batch(static_cast<std::uint32_t>(n % 3 + 1), static_cast<std::int64_t>(n) * 1000, 1,
                    20, n);
}

void add_row(Database& database, std::uint64_t first, std::uint64_t batches) {
  Bytes directory;
  Bytes body;
  for (auto n = first; n < first + batches; ++n) {
    const auto bytes = samples::encode_version_1(numbered(n));
    ByteWriter writer(directory);
    writer.varint(static_cast<std::uint32_t>(numbered(n).machine));
    writer.varint(bytes.size());
    body.insert(body.end(), bytes.begin(), bytes.end());
  }
  const auto sum = crc32(directory);
  ByteWriter(directory).u32_le(sum);
  auto insert = *database.prepare("INSERT INTO commits VALUES(?, ?, ?, ?)");
  insert.bind(1, first);
  insert.bind(2, batches);
  insert.bind(3, ByteView(directory));
  insert.bind(4, ByteView(body));
  ASSERT_TRUE(insert.run());
}

/// Batches 1 to `last`, `each` to a commit.
std::unique_ptr<Database> old_journal(const std::filesystem::path& folder, std::uint64_t last,
                                      std::uint64_t each) {
  auto database = *Database::open(folder / journal_database_name, {});
  EXPECT_TRUE(database->execute(old_layout));
  for (std::uint64_t n = 1; n <= last; n += each)
    add_row(*database, n, std::min(each, last - n + 1));
  return database;
}

std::vector<std::uint64_t> numbers_in(const std::filesystem::path& folder, ReadReport& report) {
  std::vector<std::uint64_t> out;
  auto reader = JournalReader::open(folder);
  EXPECT_TRUE(reader) << reader.error().what;
  auto read = reader->read(0, {}, [&](std::uint64_t sequence, const Batch& batch) {
    EXPECT_EQ(dump(batch), dump(numbered(sequence)));
    out.push_back(sequence);
    return true;
  });
  EXPECT_TRUE(read);
  report = *read;
  return out;
}

std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> out;
  for (auto n = first; n <= last; ++n) out.push_back(n);
  return out;
}

TEST(JournalConversion, AJournalOfVersion01ReadsAsItDid) {
  TemporaryFolder folder;
  const auto file = folder.path() / journal_database_name;
  std::filesystem::copy_file(
      std::filesystem::path(SPINDLE_SOURCE_DIR) / "tests/store/fixtures/journal-0.1.db", file);
  EXPECT_TRUE(check_folder(folder.path()).problems.empty());
  EXPECT_EQ(check_folder(folder.path()).batches, 12u) << "also before it was converted";
  auto journal = Journal::open(folder.path(), {});
  ASSERT_TRUE(journal) << journal.error().what;
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ((*journal)->last_sequence(), 12u);
  EXPECT_EQ((*journal)->first_sequence(), 1u);
  EXPECT_EQ((*journal)->synced_through(), 12u);
  auto reader = *JournalReader::open(folder.path());
  std::uint64_t next = 1;
  const auto read = reader.read(0, {}, [&](std::uint64_t sequence, const Batch& batch) {
    EXPECT_EQ(sequence, next);
    EXPECT_EQ(batch.push_key(), fmt::format("n-{}", next));
    EXPECT_EQ(batch.scans.size(), 3u);
    EXPECT_EQ(batch.observations.size(), 12u);
    EXPECT_EQ(batch.observations[0].value.unsigned_integer, next * 10);
    EXPECT_EQ(batch.observations[1].value.real, static_cast<double>(next) * 1.25);
    EXPECT_EQ(batch.text_of(batch.observations[2].value), fmt::format("Teil {}", next));
    EXPECT_EQ(batch.observations[3].value.boolean, next % 2 == 0);
    ++next;
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->damaged, 0u);
  EXPECT_EQ(next, 13u);
  EXPECT_EQ(*(*journal)->append(std::vector{numbered(1)}), 13u);
}

TEST(JournalConversion, WhatIsStillInTheLogOfAKilledProgramComesToo) {
  TemporaryFolder folder;
  TemporaryFolder killed;
  const auto open = old_journal(folder.path(), 50, 3);
  for (const auto* end : {"", "-wal"})
    std::filesystem::copy_file(folder.path() / (std::string("journal.db") + end),
                               killed.path() / (std::string("journal.db") + end));
  ASSERT_LT(std::filesystem::file_size(killed.path() / "journal.db"), 10'000u);
  ASSERT_TRUE(Journal::open(killed.path(), {}));
  ReadReport report;
  EXPECT_EQ(numbers_in(killed.path(), report), from_to(1, 50));
  EXPECT_EQ(report.damaged, 0u);
  for (const auto* end : {"", "-wal", "-shm"})
    EXPECT_FALSE(std::filesystem::exists(killed.path() / (std::string("journal.db") + end)));
}

TEST(JournalConversion, AKillAtAnyInstantLosesNothingAndDoublesNothing) {
  std::mt19937_64 random(5);
  TemporaryFolder original;
  old_journal(original.path(), 3000, 7).reset();
  int interrupted = 0;
  for (int trial = 0; trial < 25; ++trial) {
    TemporaryFolder folder;
    std::filesystem::copy(original.path(), folder.path(), std::filesystem::copy_options::recursive);
    bool converted = false;
    for (int kills = 0; !converted; ++kills) {
      int pipe_ends[2];
      ASSERT_EQ(::pipe(pipe_ends), 0);
      const auto child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        if (::write(pipe_ends[1], "", 1) != 1) ::_exit(2);
        ::_exit(Journal::open(folder.path(), {.file_bytes = 20'000}) ? 0 : 1);
      }
      char byte = 0;
      ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
      for (volatile std::uint64_t spin = random() % 3'000'000; spin > 0;) spin = spin - 1;
      if (kills < 5) ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      ::close(pipe_ends[0]);
      ::close(pipe_ends[1]);
      converted = WIFEXITED(status);
      if (converted) ASSERT_EQ(WEXITSTATUS(status), 0);
      interrupted += converted ? 0 : 1;
    }
    ReadReport report;
    ASSERT_EQ(numbers_in(folder.path(), report), from_to(1, 3000));
    ASSERT_EQ(report.damaged, 0u);
    ASSERT_FALSE(std::filesystem::exists(folder.path() / "journal.db"));
    ASSERT_EQ((*Journal::open(folder.path(), {}))->last_sequence(), 3000u);
  }
  EXPECT_GT(interrupted, 0);
}

TEST(JournalConversion, AFileLeftBehindAfterItsEndIsNotTakenAgain) {
  TemporaryFolder original;
  TemporaryFolder folder;
  old_journal(original.path(), 20, 4).reset();
  const auto bring_back = [&] {
    std::filesystem::copy_file(original.path() / "journal.db", folder.path() / "journal.db");
  };
  bring_back();
  ASSERT_TRUE((*Journal::open(folder.path(), {}))->append(std::vector{numbered(21)}));
  bring_back();
  EXPECT_EQ((*Journal::open(folder.path(), {}))->last_sequence(), 21u);
  ReadReport report;
  EXPECT_EQ(numbers_in(folder.path(), report), from_to(1, 21));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "journal.db"));
}

TEST(JournalConversion, NumbersLeftOutAreKeptOutAndThoseItGaveAreNotGivenAgain) {
  TemporaryFolder folder;
  {
    auto database = old_journal(folder.path(), 4, 2);
    add_row(*database, 9, 3);
    ASSERT_TRUE(database->execute("UPDATE mark SET synced_through = 15"));
  }
  auto journal = *Journal::open(folder.path(), {});
  ReadReport report;
  EXPECT_EQ(numbers_in(folder.path(), report), (std::vector<std::uint64_t>{1, 2, 3, 4, 9, 10, 11}));
  EXPECT_EQ(report.damaged, 0u) << "numbers left out on purpose are no damage";
  EXPECT_EQ(*journal->append(std::vector{numbered(16)}), 16u);
}

TEST(JournalConversion, DamagedRowsAreStillCountedAndTheOthersCome) {
  TemporaryFolder folder;
  {
    auto database = old_journal(folder.path(), 30, 3);
    ASSERT_TRUE(database->execute(
        "UPDATE commits SET body = zeroblob(length(body)) WHERE first_sequence = 4;"
        "UPDATE commits SET directory = x'0102' || substr(directory, 3) WHERE first_sequence = 10;"
        "UPDATE commits SET body = substr(body, 1, 30) WHERE first_sequence = 16;"));
  }
  const auto before = check_folder(folder.path());
  EXPECT_EQ(before.problems.size(), 3u);
  EXPECT_EQ(before.batches, 21u);
  ASSERT_TRUE(Journal::open(folder.path(), {}));
  ReadReport report;
  const auto numbers = numbers_in(folder.path(), report);
  EXPECT_EQ(numbers.size(), 21u);
  EXPECT_EQ(report.damaged, 9u);
  EXPECT_EQ(report.first_damaged, 4u);
}

TEST(JournalConversion, AFileThatIsNoDatabaseIsSetAsideAndWhatIsInSegmentsStays) {
  TemporaryFolder folder;
  ASSERT_TRUE((*Journal::open(folder.path(), {}))->append(std::vector{numbered(1)}));
  std::ofstream(folder.path() / "journal.db", std::ios::binary) << std::string(50'000, '\x33');
  const auto plain = Journal::open(folder.path(), {});
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, Errc::corrupt);
  auto opened = open_or_set_aside<Journal>(folder.path(), JournalOptions{}, samples::at_us(0));
  ASSERT_TRUE(opened) << opened.error().what;
  ASSERT_TRUE(opened->damage);
  EXPECT_EQ(opened->damage->moved_to.filename().string().substr(0, 18), "journal.db.damaged");
  EXPECT_EQ(opened->store->last_sequence(), 1u);
}

}  // namespace
}  // namespace spindle::store
