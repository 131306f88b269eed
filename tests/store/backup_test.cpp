#include "store/backup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "store/archive.hpp"
#include "store/check.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "tests/store/batch_samples.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;
using samples::at_us;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::TemporaryFolder;

const Interval ever{at_us(-1'000'000'000'000'000), at_us(4'000'000'000'000'000)};
const Instant taken = at_us(1'795'046'400'000'000);

/// Stores that a program would hold, with one machine that counts: value n of batch n.
class Box {
 public:
  explicit Box(fs::path folder) : folder_(std::move(folder)) {
    configuration_ = std::move(*Configuration::open(folder_, {}));
    plant_.machines.resize(1);
    plant_.machines[0].id = "mill";
    plant_.machines[0].signals.resize(1);
    plant_.machines[0].signals[0].id = "count";
    EXPECT_TRUE(configuration_->assign_keys(plant_));
    journal_ = std::move(*Journal::open(folder_, {}));
    ledger_ = std::move(*Ledger::open(folder_, {}));
    history_ = std::move(*History::open(folder_, {}));
  }

  void write(std::uint64_t batches) {
    std::vector<Batch> group(1);
    for (std::uint64_t n = 0; n < batches; ++n) {
      auto& batch = group[0];
      batch.clear();
      batch.machine = plant_.machines[0].key;
      const auto number = written_ + 1;
      const auto time = at_us(static_cast<std::int64_t>(number) * 1'000'000);
      batch.begin_scan(ScanKind::values, time, {}, time);
      batch.add(plant_.machines[0].signals[0].key, Value::of_uint(number));
      auto sequence = journal_->append(group);
      ASSERT_TRUE(sequence) << sequence.error().what;
      ASSERT_EQ(*sequence, number);
      ASSERT_TRUE(history_->append(*sequence, batch));
      written_ = number;
    }
    ASSERT_TRUE(history_->flush());
    ASSERT_TRUE(ledger_->commit({.cursor = "engine", .sequence = written_, .machines = {}}));
  }
  [[nodiscard]] std::uint64_t written() const { return written_; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
  Plant plant_;
  std::unique_ptr<Configuration> configuration_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<History> history_;
  std::atomic<std::uint64_t> written_ = 0;
};

/// As a start does: what the journal has after the history's cursor is handed on. Returns the
/// number of values, which must be 1, 2, … without a hole.
std::uint64_t values_in(const fs::path& folder) {
  auto configuration = *Configuration::open(folder, {});
  const auto signals = *configuration->signals();
  EXPECT_EQ(signals.size(), 1u);
  auto history = *History::open(folder, {});
  auto ledger = *Ledger::open(folder, {});
  auto journal = *Journal::open(folder, {});
  EXPECT_LE(history->cursor(), journal->last_sequence());
  EXPECT_LE(*ledger->cursor("engine"), journal->last_sequence());
  auto reader = *JournalReader::open(folder);
  auto read = reader.read(history->cursor(), {}, [&](std::uint64_t sequence, const Batch& batch) {
    EXPECT_TRUE(history->append(sequence, batch));
    return true;
  });
  EXPECT_TRUE(read);
  auto rows =
      (*history->open_reader())->raw({signals[0].machine, signals[0].key}, ever, 10'000'000);
  EXPECT_EQ(rows->damaged_blocks, 0u);
  std::uint64_t expected = 0;
  for (const auto& row : rows->rows) EXPECT_EQ(row.value.unsigned_integer, ++expected);
  return expected;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

struct BackupTest : testing::Test {
  TemporaryFolder place;
  fs::path data = place.path() / "data";
  fs::path file = place.path() / "backup.zip";
  fs::path target = place.path() / "target";

  BackupTest() { fs::create_directories(data); }

  BackupInfo back_up(const std::string& passphrase = {}) {
    auto info = write_backup(data, file, {.passphrase = passphrase, .now = taken, .progress = {}});
    EXPECT_TRUE(info) << info.error().what;
    return info.value_or(BackupInfo{});
  }
  std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
      names.push_back(entry.path().filename().string());
    return names;
  }
};

TEST_F(BackupTest, WhatIsRestoredIsWhatWasThere) {
  {
    Box box(data);
    box.write(3000);
    const auto info = back_up();
    EXPECT_EQ(info.taken, taken);
    EXPECT_FALSE(info.sealed);
    EXPECT_GT(info.files.size(), 4u);
  }
  const auto read = read_backup(file, {});
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->taken, taken);
  const auto restored = restore_backup(file, target, {});
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_EQ(restored->bytes(), read->bytes());
  EXPECT_THAT(check_folder(target).problems, IsEmpty());
  EXPECT_EQ(values_in(target), 3000u);
  EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data", "backup.zip", "target"))
      << "nothing is left behind";
}

/// Fifty in a row, or a few.
int backups_in_a_row() { return std::getenv("SPINDLE_LONG") != nullptr ? 50 : 8; }

class BackupUnderLoad : public BackupTest, public testing::WithParamInterface<bool> {};

TEST_P(BackupUnderLoad, IsWholeAtOneMomentAndHasAllThatWasAcknowledgedBeforeIt) {
  Box box(data);
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    while (!enough) box.write(200);
  });
  while (box.written() == 0) std::this_thread::yield();
  for (int round = 0; round < backups_in_a_row(); ++round) {
    const auto before = box.written();
    const auto info = write_backup(
        data, file,
        {.passphrase = {}, .now = taken, .progress = {}, .leave_free = 0, .links = GetParam()});
    EXPECT_TRUE(info) << info.error().what;
    const auto restored = restore_backup(file, target, {});
    EXPECT_TRUE(restored) << restored.error().what;
    EXPECT_THAT(check_folder(target).problems, IsEmpty());
    EXPECT_GE(values_in(target), before);
    fs::remove_all(target);
    fs::remove(file);
  }
  enough = true;
  writer.join();
}
INSTANTIATE_TEST_SUITE_P(OnDisks, BackupUnderLoad, testing::Bool(), [](const auto& with) {
  return with.param ? "ThatKnowLinks" : "ThatKnowNone";
});

TEST_F(BackupTest, WhatAWriterIsInTheMiddleOfStaysOut) {
  Box box(data);
  box.write(1000);
  // As the files look when a record, or the head of one, has only just begun.
  const auto whole_record = [](const fs::path& path) {
    const auto bytes = bytes_of(path);
    return bytes.substr(16, bytes.size() - 16);
  };
  std::vector<std::pair<fs::path, std::uintmax_t>> grown;
  for (const auto* sub : {"journal", "history"})
    for (const auto& entry : fs::directory_iterator(data / sub)) {
      const auto torn = whole_record(entry.path());
      if (torn.empty()) continue;
      grown.emplace_back(entry.path(), fs::file_size(entry.path()));
      std::ofstream(entry.path(), std::ios::binary | std::ios::app)
          << torn.substr(0, grown.size() % 2 == 0 ? 7 : torn.size() / 2);
    }
  ASSERT_GE(grown.size(), 3u);
  const auto info = back_up();
  for (const auto& [path, bytes] : grown) {
    const auto name = path.parent_path().filename().string() + "/" + path.filename().string();
    const auto kept = std::ranges::find(info.files, name, &BackupInfo::File::name);
    ASSERT_NE(kept, info.files.end()) << name;
    EXPECT_EQ(kept->bytes, bytes) << name;
  }
  const auto good = verify_backup(file, place.path(), {});
  ASSERT_TRUE(good) << good.error().what;
  EXPECT_THAT(*good, IsEmpty());
  ASSERT_TRUE(restore_backup(file, target, {}));
  EXPECT_EQ(values_in(target), 1000u);
}

TEST_F(BackupTest, ASegmentThatWasOnlyJustCreatedMayGrowMeanwhile) {
  Box(data).write(100);
  const auto fresh = data / "journal" / "00000099.seg";
  std::ofstream{fresh};
  const auto grow = [&](double share) {
    if (share > 0.2)  // All that goes in is known; the archive is being written.
      std::ofstream(fresh, std::ios::binary | std::ios::app) << "more than its header";
    return true;
  };
  ASSERT_TRUE(write_backup(data, file, {.passphrase = {}, .now = taken, .progress = grow}));
  const auto good = verify_backup(file, place.path(), {});
  ASSERT_TRUE(good) << good.error().what;
  EXPECT_THAT(*good, IsEmpty());
}

TEST_F(BackupTest, WhatWouldTouchTheReserveIsNotBegun) {
  Box(data).write(100);
  const auto written = write_backup(
      data, file, {.passphrase = {}, .now = taken, .progress = {}, .leave_free = 1, .links = true});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::overloaded);
  EXPECT_THAT(written.error().what, HasSubstr("stay free"));
  EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data"));
  back_up();
  const auto tried = verify_backup(
      file, place.path(),
      {.passphrase = {}, .now = taken, .progress = {}, .leave_free = 1, .links = true});
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, Errc::overloaded);
  EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data", "backup.zip"));
}

TEST_F(BackupTest, ASealedOneOpensToItsPassphraseOnly) {
  Box(data).write(100);
  EXPECT_TRUE(back_up("correct horse").sealed);
  EXPECT_EQ(bytes_of(file).find("SPNDLSEG"), std::string::npos)
      << "segments are stored as they are";
  const auto none = restore_backup(file, target, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::refused);
  EXPECT_THAT(none.error().what, HasSubstr("give its passphrase"));
  const auto wrong =
      restore_backup(file, target, {.passphrase = "battery", .now = {}, .progress = {}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Errc::refused);
  EXPECT_FALSE(fs::exists(target));
  ASSERT_TRUE(
      restore_backup(file, target, {.passphrase = "correct horse", .now = {}, .progress = {}}));
  EXPECT_EQ(values_in(target), 100u);
}

TEST_F(BackupTest, DamageIsFoundOrCostsNothing) {
  Box(data).write(500);
  back_up();
  const auto whole = bytes_of(file);
  ASSERT_TRUE(restore_backup(file, target, {}));
  std::map<std::string, std::string> content;
  const auto info = *read_backup(file, {});
  for (const auto& entry : info.files) content[entry.name] = bytes_of(target / entry.name);
  std::size_t found = 0;
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 97 + 1) {
    fs::remove_all(target);
    auto flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    write_bytes(file, flipped);
    const auto restored = restore_backup(file, target, {});
    if (!restored) {
      ++found;
      EXPECT_FALSE(fs::exists(target)) << at;
      continue;
    }
    for (const auto& [name, bytes] : content) EXPECT_EQ(bytes_of(target / name), bytes) << at;
  }
  EXPECT_GT(found, 50u);
}

TEST_F(BackupTest, AnythingCutShortIsRefused) {
  Box(data).write(500);
  back_up();
  const auto whole = bytes_of(file);
  for (const double share : {0.0, 0.1, 0.5, 0.9, 0.999}) {
    write_bytes(
        file, whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size()))));
    const auto restored = restore_backup(file, target, {});
    ASSERT_FALSE(restored) << share;
    EXPECT_EQ(restored.error().code, Errc::corrupt) << restored.error().what;
    EXPECT_FALSE(fs::exists(target));
  }
}

TEST_F(BackupTest, NeverWritesOverAnything) {
  Box(data).write(10);
  back_up();
  const auto again = write_backup(data, file, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::invalid);
  EXPECT_THAT(again.error().what, HasSubstr("already"));
  const auto over = restore_backup(file, data, {});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Errc::invalid);
  EXPECT_THAT(over.error().what, HasSubstr("restore into a new folder"));
  EXPECT_EQ(values_in(data), 10u);
  fs::create_directories(target);
  EXPECT_TRUE(restore_backup(file, target, {})) << "an empty folder gives way";
}

TEST_F(BackupTest, AFolderWithoutDataIsNoPlaceToBackUp) {
  const auto empty = write_backup(data, file, {});
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().what, HasSubstr("no data folder"));
  const auto none = write_backup(place.path() / "nowhere", file, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::invalid);
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(BackupTest, NamesThatLeaveTheFolderAreRefused) {
  for (const std::string name : {"../evil", "/tmp/evil", "journal/../../evil.seg", "lock",
                                 "journal/a/b.seg", "history/x.seg\n", "journal/.seg"}) {
    fs::remove(file);
    auto archive = *ArchiveWriter::create(file, {});
    ASSERT_TRUE(archive->add_text(
        "backup.json", fmt::format(R"({{"spindle_backup":1,"taken":"2026-01-01T00:00:00Z",)"
                                   R"("files":[{{"name":"{}","bytes":4}}]}})",
                                   name)));
    if (!archive->add_text(name, "evil")) continue;
    ASSERT_TRUE(archive->finish({}));
    const auto restored = restore_backup(file, target, {});
    ASSERT_FALSE(restored) << name;
    EXPECT_EQ(restored.error().code, Errc::corrupt) << name;
    EXPECT_FALSE(fs::exists(target));
  }
}

TEST_F(BackupTest, ANewerFormatIsLeftToANewerVersion) {
  auto archive = *ArchiveWriter::create(file, {});
  ASSERT_TRUE(archive->add_text(
      "backup.json", R"({"spindle_backup":2,"taken":"2026-01-01T00:00:00Z","files":[]})"));
  ASSERT_TRUE(archive->finish({}));
  const auto read = read_backup(file, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::unsupported);
}

TEST_F(BackupTest, WhatIsCancelledLeavesNothing) {
  Box(data).write(5000);
  for (const double share : {0.0, 0.1, 0.3, 0.6}) {
    const auto cancelled = write_backup(
        data, file,
        {.passphrase = {}, .now = taken, .progress = [&](double done) { return done <= share; }});
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, Errc::refused);
    EXPECT_THAT(cancelled.error().what, HasSubstr("cancelled"));
    EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data"));
    for (const auto& name : names_in(data)) EXPECT_FALSE(name.starts_with(".")) << name;
  }
  back_up();
  const auto cancelled = restore_backup(
      file, target,
      {.passphrase = {}, .now = {}, .progress = [](double done) { return done < 0.5; }});
  ASSERT_FALSE(cancelled);
  EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data", "backup.zip"));
}

TEST_F(BackupTest, VerifyingRestoresExaminesAndCleansUp) {
  Box(data).write(2000);
  back_up();
  const auto good = verify_backup(file, place.path(), {});
  ASSERT_TRUE(good) << good.error().what;
  EXPECT_THAT(*good, IsEmpty());
  EXPECT_THAT(names_in(place.path()), testing::UnorderedElementsAre("data", "backup.zip"));
}

TEST_F(BackupTest, KilledInTheMiddleThereIsAWholeFileOrNone) {
  Box(data).write(5000);
  int whole = 0;
  for (int round = 0; round < 20; ++round) {
    const auto child = ::fork();
    if (child == 0) {
      // It dies at its nth word of progress: each round a little further on.
      int words = round * 25;
      static_cast<void>(
          write_backup(data, file, {.passphrase = {}, .now = taken, .progress = [&](double) {
                                      if (words-- == 0) ::kill(::getpid(), SIGKILL);
                                      return true;
                                    }}));
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    if (fs::exists(file)) {
      ++whole;
      const auto good = verify_backup(file, place.path(), {});
      ASSERT_TRUE(good) << good.error().what;
      EXPECT_THAT(*good, IsEmpty());
      fs::remove(file);
    }
    clear_backup_remains(data);
    for (const auto& name : names_in(data)) EXPECT_FALSE(name.starts_with(".backup")) << name;
  }
  EXPECT_LT(whole, 20);
}

}  // namespace
}  // namespace spindle::store
