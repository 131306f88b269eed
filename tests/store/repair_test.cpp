#include "store/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

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

namespace fs = std::filesystem;
using samples::at_us;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::TemporaryFolder;

const Interval ever{at_us(-1'000'000'000'000'000), at_us(4'000'000'000'000'000)};
const Instant now = at_us(1'795'046'400'000'000);
constexpr std::uint64_t batches = 3000;

/// A folder as a program left it: one machine that counts, value n of batch n.
class Repair : public testing::Test {
 protected:
  Repair() {
    auto configuration = *Configuration::open(data, {});
    Plant plant;
    plant.machines.resize(1);
    plant.machines[0].id = "mill";
    plant.machines[0].signals.resize(1);
    plant.machines[0].signals[0].id = "count";
    EXPECT_TRUE(configuration->assign_keys(plant));
    EXPECT_TRUE(configuration->save_plant("site: {name: mill}", "test", now));
    signal = {plant.machines[0].key, plant.machines[0].signals[0].key};
    auto journal = *Journal::open(data, {});
    auto ledger = *Ledger::open(data, {});
    auto history = *History::open(data, {});
    std::vector<Batch> group(1);
    for (std::uint64_t n = 1; n <= batches; ++n) {
      auto& batch = group[0];
      batch.clear();
      batch.machine = signal.machine;
      const auto time = at_us(static_cast<std::int64_t>(n) * 1'000'000);
      batch.begin_scan(ScanKind::values, time, {}, time);
      batch.add(signal.signal, Value::of_uint(n));
      EXPECT_TRUE(journal->append(group));
      EXPECT_TRUE(history->append(n, batch));
    }
    EXPECT_TRUE(history->flush());
    EXPECT_TRUE(ledger->commit({.cursor = "engine", .sequence = batches, .machines = {}}));
  }

  std::vector<std::string> repair() {
    auto done = repair_folder(data, now);
    EXPECT_TRUE(done) << done.error().what;
    return done.value_or(std::vector<std::string>{});
  }
  std::vector<std::string> problems() { return check_folder(data).problems; }
  std::size_t values() {
    auto history = *History::open(data, {});
    return (*history->open_reader())->raw(signal, ever, 10'000'000)->rows.size();
  }
  /// The history's one file of raw values.
  fs::path segment() {
    for (const auto& entry : fs::directory_iterator(data / "history"))
      if (const auto name = entry.path().filename().string();
          !name.starts_with("flush") && !name.starts_with("rollup"))
        return entry.path();
    return {};
  }
  static void overwrite(const fs::path& file, std::uint64_t at, const std::string& bytes) {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out << bytes;
  }

  TemporaryFolder place;
  fs::path data = place.path();
  SignalRef signal{};
};

TEST_F(Repair, OfASoundFolderDoesNothing) {
  ASSERT_THAT(problems(), IsEmpty());
  EXPECT_THAT(repair(), IsEmpty());
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(values(), batches);
}

TEST_F(Repair, IsRefusedWhileAProgramServesTheFolder) {
  fs::remove(data / "history.db");
  const auto lock = FolderLock::take(data);
  ASSERT_TRUE(lock);
  const auto done = repair_folder(data, now);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::refused);
  EXPECT_FALSE(fs::exists(data / "history.db"));
}

TEST_F(Repair, MakesAMissingHistoryIndexAgainFromItsSegments) {
  fs::remove(data / "history.db");
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("was not there; made again")));
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(values(), batches);
  EXPECT_THAT(repair(), IsEmpty());
}

TEST_F(Repair, MakesADamagedHistoryIndexAgainAndKeepsTheDamagedOne) {
  overwrite(data / "history.db", 0, std::string(2048, '\xA5'));
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("damaged and moved aside; made again")));
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(values(), batches);
  bool kept = false;
  for (const auto& entry : fs::directory_iterator(data))
    kept |= entry.path().filename().string().starts_with("history.db.damaged-");
  EXPECT_TRUE(kept);
}

TEST_F(Repair, CutsOffTornEnds) {
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(data / "journal"))
    if (newest.empty() || entry.path() > newest) newest = entry.path();
  std::ofstream(newest, std::ios::binary | std::ios::app) << std::string(100, '\x5A');
  ASSERT_THAT(problems(), ElementsAre(HasSubstr("100 bytes at the end")));
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("100 torn bytes were cut off")));
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Repair, MakesIndicesOfSqliteAgain) {
  {
    auto database = *Database::open(data / "history.db", {});
    ASSERT_TRUE(database->execute("PRAGMA writable_schema = ON"));
    // An index that lacks its rows, as a fault of the disk leaves it.
    ASSERT_TRUE(database->execute(
        "CREATE TABLE other(file INTEGER); CREATE INDEX other_file ON other(file);"
        "UPDATE sqlite_schema SET rootpage ="
        " (SELECT rootpage FROM sqlite_schema WHERE name = 'other_file')"
        " WHERE name = 'block_file';"
        "DELETE FROM sqlite_schema WHERE name IN ('other', 'other_file')"));
  }
  ASSERT_FALSE(problems().empty());
  const auto done = repair();
  EXPECT_FALSE(done.empty());
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(values(), batches);
}

TEST_F(Repair, PutsTheLastGoodCopyInTheConfigurationsPlace) {
  ASSERT_TRUE(fs::exists(data / Configuration::copy_name));
  for (const auto* end : {"-wal", "-shm"}) fs::remove((data / "config.db").native() + end);
  overwrite(data / "config.db", 0, std::string(4096, '\xA5'));
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("its last good copy is used")));
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ((*Configuration::open(data, {}))->plant()->value().text, "site: {name: mill}");
}

TEST_F(Repair, WithoutAGoodCopyADamagedConfigurationStaysAndIsNamed) {
  overwrite(data / "config.db", 0, std::string(4096, '\xA5'));
  overwrite(data / Configuration::copy_name, 0, std::string(4096, '\xA5'));
  EXPECT_THAT(repair(), IsEmpty());
  EXPECT_FALSE(problems().empty());
  EXPECT_TRUE(fs::exists(data / "config.db"));
}

TEST_F(Repair, ForgetsSegmentFilesThatAreGone) {
  const auto file = segment();
  fs::remove(file);
  ASSERT_FALSE(problems().empty());
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("is gone; the index speaks of it no more")));
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(values(), 0u);
}

TEST_F(Repair, LeavesDamagedRecordsWhereTheyAreAndDoesNotHideThem) {
  overwrite(segment(), 200, "damage");
  ASSERT_FALSE(problems().empty());
  const auto bytes = fs::file_size(segment());
  EXPECT_THAT(repair(), IsEmpty());
  EXPECT_EQ(fs::file_size(segment()), bytes);
  EXPECT_FALSE(problems().empty());
}

TEST_F(Repair, RemovesWhatInterruptedBackupsLeft) {
  fs::create_directories(data / ".backup-77/history");
  fs::create_directories(data / ".verifying-77/data");
  EXPECT_THAT(repair(), ElementsAre(HasSubstr("interrupted backups")));
  EXPECT_FALSE(fs::exists(data / ".backup-77"));
  EXPECT_FALSE(fs::exists(data / ".verifying-77"));
}

}  // namespace
}  // namespace spindle::store
