#include "store/database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "store/folder.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

constexpr std::array one_step{"CREATE TABLE t(n INTEGER PRIMARY KEY, body BLOB)"};
constexpr std::array two_steps{"CREATE TABLE t(n INTEGER PRIMARY KEY, body BLOB)",
                               "ALTER TABLE t ADD COLUMN note TEXT"};

TEST(Database, ValuesReadBackAsBound) {
  TemporaryFolder folder;
  auto database = Database::open(folder.path() / "t.db", {});
  ASSERT_TRUE(database) << database.error().what;
  ASSERT_TRUE((*database)->migrate(one_step));
  auto insert = (*database)->prepare("INSERT INTO t(n, body) VALUES(?, ?)");
  ASSERT_TRUE(insert);
  insert->bind(1, std::uint64_t{0xFFFFFFFFFFFFFFFF});
  insert->bind(2, as_bytes("a\0b"));
  ASSERT_TRUE(insert->run());
  auto select = (*database)->prepare("SELECT n, body FROM t");
  ASSERT_TRUE(select);
  ASSERT_TRUE(*select->step());
  EXPECT_EQ(select->unsigned_integer(0), 0xFFFFFFFFFFFFFFFF);
  EXPECT_EQ(as_text(select->blob(1)), "a");
  EXPECT_FALSE(*select->step());
}

TEST(Database, ATransactionWithoutCommitLeavesNothing) {
  TemporaryFolder folder;
  auto database = *Database::open(folder.path() / "t.db", {});
  ASSERT_TRUE(database->migrate(one_step));
  {
    auto transaction = Transaction::begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database->execute("INSERT INTO t(n) VALUES(1)"));
  }
  EXPECT_EQ(*database->scalar("SELECT count(*) FROM t"), 0);
}

TEST(Database, AnOlderLayoutIsBroughtForwardAndANewerOneRefused) {
  TemporaryFolder folder;
  const auto file = folder.path() / "t.db";
  {
    auto old = *Database::open(file, {});
    ASSERT_TRUE(old->migrate(one_step));
    ASSERT_TRUE(old->execute("INSERT INTO t(n) VALUES(7)"));
  }
  {
    auto reader = *Database::open(file, {.access = Access::read_only});
    EXPECT_EQ(reader->migrate(two_steps).error().code, Errc::unsupported);
  }
  {
    auto current = *Database::open(file, {});
    ASSERT_TRUE(current->migrate(two_steps));
    EXPECT_EQ(*current->scalar("SELECT n FROM t WHERE note IS NULL"), 7);
  }
  auto older_program = *Database::open(file, {});
  const auto refused = older_program->migrate(one_step);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  EXPECT_NE(refused.error().what.find("newer"), std::string::npos);
}

TEST(Database, AFileThatIsNoDatabaseIsCalledDamaged) {
  TemporaryFolder folder;
  const auto file = folder.path() / "t.db";
  std::ofstream(file) << std::string(8192, 'x');
  const auto opened = Database::open(file, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::corrupt);
  EXPECT_NE(opened.error().what.find("t.db"), std::string::npos);
}

TEST(Database, AFolderThatCannotBeWrittenIsNamed) {
  const auto opened = Database::open("/proc/spindle-test/t.db", {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::refused);
  EXPECT_NE(opened.error().what.find("/proc/spindle-test/t.db"), std::string::npos);
}

TEST(Database, AFullDiskIsOverloadedAndGoesOnWhenSpaceReturns) {
  TemporaryFolder folder;
  auto database = *Database::open(folder.path() / "t.db", {});
  ASSERT_TRUE(database->migrate(one_step));
  ASSERT_TRUE(database->execute("PRAGMA max_page_count = 8"));
  const auto full = database->execute("INSERT INTO t(body) VALUES(zeroblob(100000))");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::overloaded);
  EXPECT_NE(full.error().what.find("disk is full"), std::string::npos);
  ASSERT_TRUE(database->execute("PRAGMA max_page_count = 10000"));
  EXPECT_TRUE(database->execute("INSERT INTO t(body) VALUES(zeroblob(100000))"));
}

TEST(FolderLock, ASecondProgramIsToldWhoHoldsTheFolder) {
  TemporaryFolder folder;
  const auto data = folder.path() / "data";
  {
    const auto first = FolderLock::take(data);
    ASSERT_TRUE(first);
    const auto second = FolderLock::take(data);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::refused);
    EXPECT_NE(second.error().what.find(std::to_string(::getpid())), std::string::npos);
  }
  EXPECT_TRUE(FolderLock::take(data));
  EXPECT_EQ(FolderLock::take("/proc/spindle-test").error().code, Errc::refused);
}

TEST(SetAside, MovesTheFileWithItsLogAndDeletesNothing) {
  TemporaryFolder folder;
  const auto file = folder.path() / "history.db";
  for (int n = 0; n < 2; ++n) {
    std::ofstream(file) << "x";
    std::ofstream(file.string() + "-wal") << "y";
    const auto moved = set_aside(file, *parse_rfc3339("2024-03-14T08:00:00Z"));
    ASSERT_TRUE(moved);
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_TRUE(std::filesystem::exists(*moved));
    EXPECT_TRUE(std::filesystem::exists(moved->string() + "-wal"));
  }
  EXPECT_TRUE(std::filesystem::exists(file.string() + ".damaged-20240314T080000000Z"));
  EXPECT_TRUE(std::filesystem::exists(file.string() + ".damaged-20240314T080000000Z-2"));
}

}  // namespace
}  // namespace spindle::store
