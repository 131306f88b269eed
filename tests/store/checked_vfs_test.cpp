// Pages of databases bear checksums: what was changed behind SQLite's back is an error that names
// the page, in every database that is made, copied or brought over from an earlier version.
#include "store/checked_vfs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <random>

#include "store/backup.hpp"
#include "store/configuration.hpp"
#include "store/database.hpp"
#include "store/ledger.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::TemporaryFolder;

constexpr int rows = 20'000;

class CheckedVfs : public testing::Test {
 protected:
  [[nodiscard]] static std::unique_ptr<Database> open(const fs::path& file,
                                                      Access access = Access::read_write) {
    return Database::open(file, {.access = access}).value();
  }
  static void fill(Database& database) {
    ASSERT_TRUE(database.execute(
        fmt::format("CREATE TABLE t(k INTEGER PRIMARY KEY, v TEXT);"
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
                    " INSERT INTO t SELECT i, 'value ' || i * 7919 FROM n",
                    rows)));
  }
  /// Of all rows.
  static Result<std::int64_t> sum(Database& database) {
    return database.scalar("SELECT sum(k * length(v)) FROM t");
  }
  /// As earlier versions made it, and other programs do.
  static void make_plain(const fs::path& file) {
    sqlite3* plain = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &plain), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(plain,
                           "PRAGMA journal_mode = WAL; CREATE TABLE t(k INTEGER PRIMARY KEY, v);"
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i"
                           " < 20000) INSERT INTO t SELECT i, 'value ' || i * 7919 FROM n",
                           nullptr, nullptr, nullptr),
              SQLITE_OK);
    ASSERT_EQ(sqlite3_close(plain), SQLITE_OK);
  }
  static void flip(const fs::path& file, std::uint64_t at, int bit) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const auto byte = static_cast<char>(stream.get() ^ (1 << bit));
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
  }

  TemporaryFolder place_;
  const fs::path file_ = place_.path() / "facts.db";
};

TEST_F(CheckedVfs, AFlippedBitAnywhereInAPageNamesThePage) {
  {
    const auto database = open(file_);
    ASSERT_NO_FATAL_FAILURE(fill(*database));
    EXPECT_TRUE(has_page_checksums(database->handle()));
  }
  std::mt19937_64 random(7);
  const auto pages = fs::file_size(file_) / 4096;
  ASSERT_GT(pages, 40u);
  for (int n = 0; n < 60; ++n) {
    const auto page = 2 + random() % (pages - 1);  // Without the first one nothing opens at all.
    const auto at = (page - 1) * 4096 + random() % 4096;
    const auto bit = static_cast<int>(random() % 8);
    flip(file_, at, bit);
    {
      const auto database = open(file_, Access::read_only);
      const auto found = sum(*database);
      ASSERT_FALSE(found) << "byte " << at;
      EXPECT_EQ(found.error().code, Errc::corrupt);
      EXPECT_THAT(found.error().what, HasSubstr(fmt::format("page {} does not match", page)));
    }
    flip(file_, at, bit);
    ASSERT_TRUE(sum(*open(file_, Access::read_only)));
  }
}

TEST_F(CheckedVfs, AWholePageInTheWrongPlaceIsFound) {
  ASSERT_NO_FATAL_FAILURE(fill(*open(file_)));
  std::fstream stream(file_, std::ios::binary | std::ios::in | std::ios::out);
  std::string page(4096, ' ');
  stream.seekg(5 * 4096);
  stream.read(page.data(), 4096);
  stream.seekp(9 * 4096);
  stream.write(page.data(), 4096);
  stream.close();
  const auto database = open(file_, Access::read_only);
  const auto found = sum(*database);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("page 10 does not match"));
}

TEST_F(CheckedVfs, AnyOtherProgramReadsIt) {
  ASSERT_NO_FATAL_FAILURE(fill(*open(file_)));
  sqlite3* plain = nullptr;
  ASSERT_EQ(sqlite3_open_v2(file_.c_str(), &plain, SQLITE_OPEN_READONLY, "unix"), SQLITE_OK);
  std::string said;
  const auto take = [](void* to, int, char** columns, char**) {
    *static_cast<std::string*>(to) = columns[0];
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(plain, "PRAGMA integrity_check", take, &said, nullptr), SQLITE_OK);
  EXPECT_EQ(said, "ok");
  EXPECT_EQ(sqlite3_exec(plain, "SELECT count(*) FROM t", take, &said, nullptr), SQLITE_OK);
  EXPECT_EQ(said, std::to_string(rows));
  sqlite3_close(plain);
}

TEST_F(CheckedVfs, WhatAnEarlierVersionMadeStaysAsItIsUntilItIsToldAndThenHasThem) {
  ASSERT_NO_FATAL_FAILURE(make_plain(file_));
  std::int64_t before = 0;
  {
    const auto database = open(file_);
    EXPECT_FALSE(has_page_checksums(database->handle()));
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES(99999, 'one more')"));
    before = sum(*database).value();
  }
  {
    const auto database = open(file_);
    ASSERT_TRUE(database->add_page_checksums(1000)) << "larger: left as it is";
    EXPECT_FALSE(has_page_checksums(database->handle()));
    ASSERT_TRUE(database->add_page_checksums());
    EXPECT_TRUE(has_page_checksums(database->handle()));
    EXPECT_EQ(sum(*database).value(), before);
  }
  flip(file_, fs::file_size(file_) / 2, 3);
  EXPECT_FALSE(sum(*open(file_, Access::read_only)));
}

TEST_F(CheckedVfs, AConnectionThatWasOpenBeforeWritesThemAsWell) {
  ASSERT_NO_FATAL_FAILURE(make_plain(file_));
  {
    const auto early = open(file_);
    EXPECT_FALSE(has_page_checksums(early->handle()));
    ASSERT_TRUE(open(file_)->add_page_checksums());
    ASSERT_TRUE(early->execute("UPDATE t SET v = v || '!'; PRAGMA wal_checkpoint(TRUNCATE)"));
  }
  const auto database = open(file_, Access::read_only);
  EXPECT_TRUE(has_page_checksums(database->handle()));
  EXPECT_TRUE(sum(*database));
}

TEST_F(CheckedVfs, ALargeCopyAndALargeVacuumHaveThem) {
  {
    const auto database = open(file_);
    ASSERT_NO_FATAL_FAILURE(fill(*database));
    // More than fits into what SQLite keeps in memory of a file.
    for (int n = 0; n < 4; ++n)
      ASSERT_TRUE(database->execute(
          "INSERT INTO t(v) SELECT v || ' and much more text, so that it takes its room' FROM t"));
    const auto into = place_.path() / "into.db";
    ASSERT_TRUE(database->execute(fmt::format("VACUUM INTO '{}'", into.string())));
    const auto other = open(into, Access::read_only);
    EXPECT_TRUE(has_page_checksums(other->handle()));
    EXPECT_EQ(sum(*other).value(), sum(*database).value());
  }
}

TEST_F(CheckedVfs, BackupsCarryThemAndCarryNoneWhereThereAreNone) {
  for (const bool plain : {false, true}) {
    const auto data = place_.path() / (plain ? "old" : "new");
    {
      ASSERT_TRUE(Configuration::open(data, {}));
      ASSERT_TRUE(Ledger::open(data, {}));
    }
    // The history's index is brought over by nobody.
    if (plain)
      ASSERT_NO_FATAL_FAILURE(make_plain(data / "history.db"));
    else
      ASSERT_NO_FATAL_FAILURE(fill(*open(data / "history.db")));
    const auto file = place_.path() / fmt::format("{}.zip", plain);
    ASSERT_TRUE(write_backup(data, file, {.passphrase = {}, .now = {}}));
    const auto target = place_.path() / fmt::format("restored-{}", plain);
    ASSERT_TRUE(restore_backup(file, target, {}));
    const auto history = open(target / "history.db", Access::read_only);
    EXPECT_EQ(has_page_checksums(history->handle()), !plain);
    EXPECT_EQ(sum(*history).value(), sum(*open(data / "history.db", Access::read_only)).value());
    EXPECT_TRUE(has_page_checksums(open(target / "config.db", Access::read_only)->handle()));
  }
}

}  // namespace
}  // namespace spindle::store
