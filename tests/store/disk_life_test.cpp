// Every change that the stores make to the disk fails in its turn: for want of space, half way, or
// because the device is broken.
//
// SPINDLE_LONG=1 takes every one instead of some; SPINDLE_SEED=n chooses the same some again.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <random>

#include "store/backup.hpp"
#include "store/check.hpp"
#include "store/journal_database.hpp"
#include "tests/store/failing_disk.hpp"
#include "tests/store/store_life.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;
using testing_support::expect_whole;
using testing_support::Expected;
using testing_support::FailingDisk;
using testing_support::FailingVfs;
using testing_support::Faults;
using testing_support::StoreLife;
using testing_support::TemporaryFolder;

struct Fault {
  std::size_t at = 0;
  Faults::Kind kind{};
  bool lasting = false;
};

/// Each change with each fault, or some of them.
std::vector<Fault> faults_for(std::size_t changes) {
  std::vector<Fault> out;
  constexpr std::array kinds{Faults::Kind::full, Faults::Kind::short_write, Faults::Kind::broken};
  for (std::size_t n = 0; n < changes; ++n)
    for (std::size_t k = 0; k < kinds.size(); ++k) out.push_back({n, kinds[k], k == 0});
  if (std::getenv("SPINDLE_LONG") != nullptr) return out;
  const auto* text = std::getenv("SPINDLE_SEED");
  const auto seed = text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
  testing::Test::RecordProperty("seed", std::to_string(seed));
  std::shuffle(out.begin(), out.end(), std::mt19937_64(seed));
  out.resize(std::min<std::size_t>(out.size(), 12));
  return out;
}

/// A life in which every step is tried again until it succeeds: what failed has taken nothing.
class Stubborn {
 public:
  Stubborn(const fs::path& folder, Faults& faults, const std::string& vfs)
      : folder_(folder), faults_(faults), disk_(faults) {
    options_.disk = &disk_;
    options_.vfs = vfs;
    options_.history_file_bytes = 5000;
    options_.journal_file_bytes = 8000;
  }

  void live() {
    open();
    for (int round = 0; round < 14 && ok(); ++round) {
      for (int n = 0; n < 3; ++n) {
        const auto before = life_->journal->last_sequence();
        step([&] { return life_->accept(20); });
        EXPECT_EQ(life_->journal->last_sequence(), before + 20) << "taken once";
        expected_.accepted = life_->journal->last_sequence();
        step([&] { return life_->consume(); });
        step([&] { return life_->journal->sync(); });
      }
      step([&] { return life_->flush(); });
      expected_.stored = life_->history->cursor();
      step([&] { return life_->roll_up(100); });
      if (round % 3 == 1) drop();
      if (round % 3 == 2) trim();
      if (round % 5 == 4) open();
    }
  }
  void expect_all() {
    faults_.heal();
    ASSERT_TRUE(ok());
    ASSERT_NO_FATAL_FAILURE(expect_whole(*life_, expected_, false));
    open();
    ASSERT_NO_FATAL_FAILURE(expect_whole(*life_, expected_));
    life_.reset();
    const auto problems = check_folder(folder_).problems;
    ASSERT_TRUE(problems.empty()) << problems.front();
  }

 private:
  [[nodiscard]] static bool ok() { return !testing::Test::HasFailure(); }
  void step(const std::function<Result<void>()>& work) {
    for (int tries = 0; ok(); ++tries) {
      const auto done = work();
      if (done) return;
      EXPECT_TRUE(faults_.hit()) << done.error().what;
      EXPECT_NE(done.error().code, Errc::corrupt) << done.error().what;
      EXPECT_NE(done.error().what.find(folder_.string()), std::string::npos) << done.error().what;
      EXPECT_LT(tries, 3) << done.error().what;
      faults_.heal();
    }
  }
  void open() {
    life_.reset();
    step([&]() -> Result<void> {
      auto opened = StoreLife::open(folder_, options_);
      if (!opened) return fail(std::move(opened.error()));
      life_ = std::move(*opened);
      return {};
    });
  }
  void drop() {
    std::optional<HistoryFile> file;
    step([&]() -> Result<void> {
      auto found = life_->droppable();
      if (!found) return fail(std::move(found.error()));
      file = *found;
      return {};
    });
    if (!file) return;
    ++dropped;
    expected_.dropped.push_back(
        {file->kind, file->from.time_since_epoch().count(), file->to.time_since_epoch().count()});
    step([&] { return life_->history->drop(*file); });
  }
  void trim() {
    std::uint64_t below = 0;
    step([&]() -> Result<void> {
      auto needed = life_->needed();
      if (!needed) return fail(std::move(needed.error()));
      below = *needed;
      return {};
    });
    expected_.trimmed = below - 1;
    step([&] { return life_->trim(below); });
  }

 public:
  int dropped = 0;

 private:
  fs::path folder_;
  Faults& faults_;
  FailingDisk disk_;
  StoreLife::Options options_;
  std::unique_ptr<StoreLife> life_;
  Expected expected_;
};

TEST(DiskLife, WhicheverChangeFailsNothingAcceptedIsLostAndItGoesOnWhenTheDiskDoes) {
  std::size_t changes = 0;
  {
    TemporaryFolder folder;
    Faults faults;
    const FailingVfs vfs(faults);
    Stubborn life(folder.path(), faults, vfs.name());
    life.live();
    changes = faults.changes();
    ASSERT_NO_FATAL_FAILURE(life.expect_all());
    ASSERT_GT(life.dropped, 0);
  }
  RecordProperty("changes", static_cast<int>(changes));
  for (const auto& fault : faults_for(changes)) {
    SCOPED_TRACE(fmt::format("change {} of {}, fault {}{}", fault.at, changes,
                             static_cast<int>(fault.kind), fault.lasting ? ", lasting" : ""));
    TemporaryFolder folder;
    Faults faults;
    const FailingVfs vfs(faults);
    Stubborn life(folder.path(), faults, vfs.name());
    faults.fail_at(fault.at, fault.kind, fault.lasting);
    life.live();
    EXPECT_TRUE(faults.hit());
    ASSERT_NO_FATAL_FAILURE(life.expect_all());
    ASSERT_FALSE(HasFailure());
  }
}

/// What a folder of version 0.1 holds after its conversion.
std::string converted(const fs::path& folder) {
  std::string out;
  {
    auto journal = Journal::open(folder, {});
    EXPECT_TRUE(journal) << journal.error().what;
    out = fmt::format("{} ", (*journal)->last_sequence());
  }
  auto reader = JournalReader::open(folder);
  EXPECT_TRUE(reader) << reader.error().what;
  auto read = reader->read(0, {}, [&](std::uint64_t n, const Batch& batch) {
    out += fmt::format("{}:{} ", n, batch.observations[0].value.unsigned_integer);
    return true;
  });
  EXPECT_TRUE(read && read->damaged == 0);
  auto history = History::open(folder, {});
  EXPECT_TRUE(history) << history.error().what;
  auto values = *(*history)->open_reader();
  constexpr std::array<std::pair<int, int>, 5> signals{{{1, 1}, {1, 2}, {1, 3}, {1, 4}, {2, 9}}};
  for (const auto& [machine, signal] : signals) {
    const auto page =
        *values->raw({static_cast<MachineKey>(machine), static_cast<SignalKey>(signal)},
                     {Instant{}, Instant::max()}, 100'000);
    EXPECT_EQ(page.damaged_blocks, 0u);
    for (const auto& row : page.rows)
      out += fmt::format("{} {} ", row.time.time_since_epoch().count(), row.value.unsigned_integer);
  }
  return out;
}

TEST(DiskLife, AConversionGoesOnWhenTheDiskDoes) {
  const auto old_folder = [](const fs::path& folder) {
    const auto fixtures = fs::path(SPINDLE_SOURCE_DIR) / "tests/store/fixtures";
    fs::copy_file(fixtures / "journal-0.1.db", folder / "journal.db");
    fs::copy_file(fixtures / "history-0.1.db", folder / "history.db");
  };
  const auto open = [](const fs::path& folder, FailingDisk& disk,
                       const std::string& vfs) -> Result<void> {
    JournalOptions of_journal;
    of_journal.disk = &disk;
    if (auto journal = Journal::open(folder, of_journal); !journal)
      return fail(std::move(journal.error()));
    HistoryOptions of_history;
    of_history.disk = &disk;
    of_history.vfs = vfs;
    if (auto history = History::open(folder, of_history); !history)
      return fail(std::move(history.error()));
    return {};
  };
  std::size_t changes = 0;
  std::string expected;
  {
    TemporaryFolder folder;
    old_folder(folder.path());
    Faults faults;
    const FailingVfs vfs(faults);
    FailingDisk disk(faults);
    ASSERT_TRUE(open(folder.path(), disk, vfs.name()));
    changes = faults.changes();
    expected = converted(folder.path());
  }
  RecordProperty("changes", static_cast<int>(changes));
  for (const auto& fault : faults_for(changes)) {
    SCOPED_TRACE(fmt::format("change {} of {}, fault {}{}", fault.at, changes,
                             static_cast<int>(fault.kind), fault.lasting ? ", lasting" : ""));
    TemporaryFolder folder;
    old_folder(folder.path());
    {
      Faults faults;
      const FailingVfs vfs(faults);
      FailingDisk disk(faults);
      faults.fail_at(fault.at, fault.kind, fault.lasting);
      // Where the change was one that nothing depends on, it goes on at once.
      if (const auto opened = open(folder.path(), disk, vfs.name()); !opened) {
        ASSERT_NE(opened.error().code, Errc::corrupt) << opened.error().what;
        faults.heal();
        const auto again = open(folder.path(), disk, vfs.name());
        ASSERT_TRUE(again) << again.error().what;
      }
    }
    ASSERT_EQ(converted(folder.path()), expected);
    const auto problems = check_folder(folder.path()).problems;
    ASSERT_TRUE(problems.empty()) << problems.front();
  }
}

// A limit on file sizes stands in for a full disk; it holds for a process, hence the child.
TEST(DiskLife, ABackupOrARestoreOnAFullDiskLeavesNothingAndSucceedsWhenThereIsRoom) {
  TemporaryFolder place;
  const auto data = place.path() / "data";
  {
    auto life = *StoreLife::open(data, {});
    for (int n = 0; n < 10; ++n) {
      ASSERT_TRUE(life->accept(20));
      ASSERT_TRUE(life->consume());
      ASSERT_TRUE(life->flush());
    }
  }
  const auto whole = place.path() / "whole.zip";
  ASSERT_TRUE(write_backup(data, whole, {}));
  const auto bytes = fs::file_size(whole);
  const int steps = std::getenv("SPINDLE_LONG") != nullptr ? 200 : 12;
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto limit = [](rlim_t most) {
      rlimit now{};
      ::getrlimit(RLIMIT_FSIZE, &now);
      now.rlim_cur = most;
      ::setrlimit(RLIMIT_FSIZE, &now);
    };
    const auto refused = [](const auto& result, const fs::path& left) {
      if (result || result.error().code == Errc::corrupt || result.error().what.empty()) {
        ::dprintf(2, "%s\n", result ? "it succeeded" : result.error().what.c_str());
        return false;
      }
      return !fs::exists(left);
    };
    for (int n = 0; n < steps; ++n) {
      const auto most = bytes * static_cast<unsigned>(n) / static_cast<unsigned>(steps);
      const auto file = place.path() / "one.zip";
      const auto folder = place.path() / "restored";
      limit(most);
      const auto written = write_backup(data, file, {});
      limit(RLIM_INFINITY);
      if (!refused(written, file)) ::_exit(10);
      if (!write_backup(data, file, {})) ::_exit(11);
      fs::remove(file);
      limit(most / 40);
      const auto restored = restore_backup(whole, folder, {});
      limit(RLIM_INFINITY);
      if (!refused(restored, folder)) ::_exit(12);
      if (!restore_backup(whole, folder, {})) ::_exit(13);
      if (!check_folder(folder).problems.empty()) ::_exit(14);
      fs::remove_all(folder);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(place.path()))
    left.push_back(entry.path().filename().string());
  EXPECT_EQ(left.size(), 2u) << "data and whole.zip";
}

}  // namespace
}  // namespace spindle::store
