// Each file of a data folder is damaged in turn: the others lose nothing and the program starts.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <random>

#include "store/check.hpp"
#include "store/configuration.hpp"
#include "store/folder.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using samples::poll_batch;
using testing_support::TemporaryFolder;

const Instant noon = *parse_rfc3339("2024-03-14T12:00:00Z");
constexpr const char* journal_file = "journal/00000001.seg";
constexpr std::array files{"config.db", journal_file, "ledger.db", "history.db"};

/// A folder with something in each file, closed.
void fill(const std::filesystem::path& folder) {
  auto configuration = *Configuration::open(folder, {});
  Plant plant;
  plant.machines.resize(1);
  plant.machines[0].id = "mill";
  for (int n = 0; n < 50; ++n)
    plant.machines[0].signals.emplace_back().id = fmt::format("signal-{}", n);
  ASSERT_TRUE(configuration->assign_keys(plant));
  ASSERT_TRUE(configuration->save_plant(std::string(20'000, 'p'), "test", noon));
  auto journal = *Journal::open(folder, {});
  auto history = *History::open(folder, {});
  auto ledger = *Ledger::open(folder, {});
  for (int n = 0; n < 40; ++n) {
    const auto batch = poll_batch(1, n * 1000, 1, 50, static_cast<std::uint64_t>(n) * 31);
    const auto last = journal->append(std::vector(5, batch));
    ASSERT_TRUE(last);
    for (std::uint64_t k = 5; k > 0; --k) ASSERT_TRUE(history->append(*last - k + 1, batch));
    ASSERT_TRUE(history->flush());
    LedgerCommit commit{"engine", *last, {{MachineKey{1}, {}, Bytes(2000)}}};
    for (int p = 0; p < 30; ++p)
      commit.machines[0].facts.parts.push_back(
          {samples::at_us(n), CountKind::total, StepKind::normal, 1, false, fmt::format("O{}", n)});
    ASSERT_TRUE(ledger->commit(commit));
  }
}

struct Start {
  std::vector<std::string> damaged;
  bool all_open = true;
  std::uint64_t torn_bytes = 0;  ///< Of the journal.
};

/// What the program does at its start.
Start start(const std::filesystem::path& folder) {
  Start out;
  const auto note = [&](const auto& opened) {
    if (!opened) {
      ADD_FAILURE() << opened.error().what;
      out.all_open = false;
    } else if (opened->damage) {
      out.damaged.push_back(opened->damage->moved_to.filename().string());
      EXPECT_NE(opened->damage->why.find("damaged"), std::string::npos) << opened->damage->why;
    }
  };
  note(open_or_set_aside<Configuration>(folder, ConfigurationOptions{}, noon));
  const auto journal = open_or_set_aside<Journal>(folder, JournalOptions{}, noon);
  note(journal);
  if (journal) out.torn_bytes = journal->store->torn_bytes();
  note(open_or_set_aside<Ledger>(folder, LedgerOptions{}, noon));
  note(open_or_set_aside<History>(folder, HistoryOptions{}, noon));
  return out;
}

TEST(Damage, ASoundFolderStartsWithoutAWordAndPassesTheCheck) {
  TemporaryFolder folder;
  fill(folder.path());
  EXPECT_TRUE(start(folder.path()).damaged.empty());
  const auto report = check_folder(folder.path());
  EXPECT_TRUE(report.problems.empty()) << report.problems[0];
  EXPECT_EQ(report.batches, 200u);
  EXPECT_GT(report.blocks, 0u);
}

TEST(Damage, AFileThatIsNoDatabaseCostsItselfAlone) {
  for (const auto* name : files) {
    TemporaryFolder folder;
    fill(folder.path());
    std::ofstream(folder.path() / name, std::ios::binary) << std::string(50'000, '\x33');
    const auto report = check_folder(folder.path());
    ASSERT_FALSE(report.problems.empty()) << name;
    const auto told = std::string(name).substr(0, std::string(name).find('/'));
    EXPECT_NE(report.problems[0].find(told), std::string::npos) << report.problems[0];
    const auto got = start(folder.path());
    EXPECT_TRUE(got.all_open);
    ASSERT_EQ(got.damaged.size(), 1u) << name;
    EXPECT_EQ(got.damaged[0],
              std::filesystem::path(name).filename().string() + ".damaged-20240314T120000000Z");
    EXPECT_TRUE(start(folder.path()).damaged.empty()) << "and is in order from then on";
  }
}

TEST(Damage, AShortFileIsFoundAtTheStart) {
  for (const auto* name : files) {
    TemporaryFolder folder;
    fill(folder.path());
    const auto size = std::filesystem::file_size(folder.path() / name);
    std::filesystem::resize_file(folder.path() / name, size / 3);
    EXPECT_FALSE(check_folder(folder.path()).problems.empty()) << name;
    const auto got = start(folder.path());
    EXPECT_TRUE(got.all_open) << name;
    // What the journal still holds is good; it only ends sooner.
    EXPECT_EQ(got.damaged.size(), name == journal_file ? 0u : 1u) << name;
    EXPECT_EQ(got.torn_bytes > 0, name == journal_file);
  }
}

// Wherever it is: found at the start, or by the check, or harmless; never a crash.
TEST(Damage, APageOfGarbageAnywhereIsFoundAtTheStartOrByTheCheck) {
  std::mt19937_64 random(7);
  TemporaryFolder original;
  fill(original.path());
  for (const auto* name : files) {
    const auto size = std::filesystem::file_size(original.path() / name);
    for (int trial = 0; trial < 6; ++trial) {
      TemporaryFolder folder;
      std::filesystem::copy(original.path(), folder.path(),
                            std::filesystem::copy_options::overwrite_existing |
                                std::filesystem::copy_options::recursive);
      {
        std::fstream stream(folder.path() / name, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(random() % (size / 4096) * 4096));
        std::string garbage(4096, '\0');
        for (auto& c : garbage) c = static_cast<char>(random());
        stream << garbage;
      }
      EXPECT_FALSE(check_folder(folder.path()).problems.empty()) << name << " " << trial;
      EXPECT_TRUE(start(folder.path()).all_open) << name << " " << trial;
    }
  }
}

TEST(Damage, ABatchOrABlockThatChangedIsNamedByTheCheck) {
  TemporaryFolder folder;
  fill(folder.path());
  {
    // The third commit's record, batches 11 to 15.
    SegmentReader journal(Disk::system(), folder.path() / "journal", {});
    std::vector<SegmentPlace> places;
    ASSERT_TRUE(journal.scan({}, [&](const SegmentRecord& record) {
      places.push_back(record.place);
      return places.size() < 3;
    }));
    auto file = *Disk::system().open(segment_path(folder.path() / "journal", {}, places[2].file),
                                     Access::read_write);
    ASSERT_TRUE(file->write(Bytes(20), places[2].at + 30));
    auto history = *Database::open(folder.path() / "history.db", {});
    ASSERT_TRUE(
        history->execute("UPDATE block SET size = size - 1"
                         " WHERE id = (SELECT max(id) FROM block)"));
    auto ledger = *Database::open(folder.path() / "ledger.db", {});
    ASSERT_TRUE(ledger->execute("UPDATE snapshot SET state = x'00'"));
  }
  const auto report = check_folder(folder.path());
  // The block is named by itself, and as one that its file tells otherwise of.
  ASSERT_EQ(report.problems.size(), 4u);
  EXPECT_NE(report.problems[0].find("11"), std::string::npos) << report.problems[0];
}

TEST(Damage, ANewConfigurationGivesNoNumberThatOldDataSpeaksOf) {
  TemporaryFolder folder;
  fill(folder.path());
  std::ofstream(folder.path() / "config.db", std::ios::binary) << std::string(50'000, 'x');
  auto opened = open_or_set_aside<Configuration>(folder.path(), ConfigurationOptions{}, noon);
  ASSERT_TRUE(opened);
  auto& configuration = opened->store;
  const auto largest = largest_keys(folder.path());
  ASSERT_TRUE(largest) << largest.error().what;
  EXPECT_EQ(largest->machine, MachineKey{1});
  EXPECT_EQ(largest->signal, SignalKey{50});
  ASSERT_TRUE(configuration->never_below(*largest));
  ASSERT_TRUE(configuration->never_below({}));
  Machine machine;
  machine.id = "lathe";
  machine.signals.emplace_back().id = "run";
  ASSERT_TRUE(configuration->assign_keys(machine));
  EXPECT_EQ(machine.key, MachineKey{2});
  EXPECT_EQ(machine.signals[0].key, SignalKey{51});
  EXPECT_TRUE(largest_keys(folder.path() / "empty"));
}

TEST(Damage, AFolderThatCannotBeWrittenIsRefusedByEach) {
  const std::filesystem::path nowhere = "/proc/spindle-test";
  EXPECT_EQ(Configuration::open(nowhere, {}).error().code, Errc::refused);
  EXPECT_EQ(Journal::open(nowhere, {}).error().code, Errc::refused);
  EXPECT_EQ(Ledger::open(nowhere, {}).error().code, Errc::refused);
  EXPECT_EQ(History::open(nowhere, {}).error().code, Errc::refused);
  EXPECT_EQ(JournalReader::open(nowhere).error().code, Errc::refused);
  EXPECT_EQ(HistoryReader::open(nowhere).error().code, Errc::refused);
}

// A limit on file sizes stands in for a full disk; it holds for a process, hence the child.
TEST(Damage, OnAFullDiskNothingIsTakenAndItGoesOnWhenSpaceReturns) {
  TemporaryFolder folder;
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto journal = *Journal::open(folder.path(), {});
    auto history = *History::open(folder.path(), {});
    const auto limit = [](rlim_t bytes) {
      rlimit now{};
      ::getrlimit(RLIMIT_FSIZE, &now);
      now.rlim_cur = bytes;
      ::setrlimit(RLIMIT_FSIZE, &now);
    };
    const auto batch = poll_batch(1, 1, 1, 1000, 12'345);
    limit(200'000);
    std::uint64_t taken = 0;
    Result<std::uint64_t> last = 0;
    for (int n = 0; n < 50'000 && last; ++n) {
      last = journal->append(std::vector(4, batch));
      if (last) taken = *last;
    }
    if (last || last.error().code != Errc::overloaded) ::_exit(10);
    if (last.error().what.find("disk is full") == std::string::npos) ::_exit(11);
    if (journal->last_sequence() != taken) ::_exit(12);
    for (std::uint64_t n = 1; n <= 300; ++n)
      if (!history->append(n, poll_batch(1, static_cast<std::int64_t>(n), 1, 1000, n * n)))
        ::_exit(13);
    const auto flushed = history->flush();
    if (flushed || flushed.error().code != Errc::overloaded) ::_exit(14);
    limit(RLIM_INFINITY);
    if (!journal->append(std::vector(4, batch))) ::_exit(15);
    if (journal->last_sequence() != taken + 4) ::_exit(16);
    if (!history->flush() || history->cursor() != 300) ::_exit(17);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 0);
  const auto report = check_folder(folder.path());
  EXPECT_TRUE(report.problems.empty()) << report.problems[0];
  auto reader = *HistoryReader::open(folder.path());
  EXPECT_EQ(
      reader->raw({MachineKey{1}, SignalKey{1}}, {samples::at_us(0), samples::at_us(1000)}, 1000)
          ->rows.size(),
      300u);
}

}  // namespace
}  // namespace spindle::store
