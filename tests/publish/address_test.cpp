#include "publish/address.hpp"

#include <gtest/gtest.h>

#include "publish/pg_connection.hpp"

namespace spindle::publish {
namespace {

TEST(MirrorAddress, IsShownWithoutItsPassword) {
  const std::pair<const char*, const char*> cases[] = {
      {"postgres://bi:s3cret@db.plant:5433/erp?sslmode=require", "postgres://bi@db.plant:5433/erp"},
      {"postgresql://bi@db/erp", "postgres://bi@db/erp"},
      {"postgres://db/erp?password=s3cret&user=bi", "postgres://bi@db/erp"},
      {"host=db user=bi password=s3cret dbname=erp sslpassword=s3cret", "postgres://bi@db/erp"},
      {"postgres://a,b:5433/erp", "postgres://a,b:,5433/erp"},
      {"service=factory", "postgres://?service=factory"}};
  for (const auto& [given, shown] : cases) {
    const auto address = parse_mirror_address(given);
    ASSERT_TRUE(address) << given;
    EXPECT_EQ(address->shown, shown);
    EXPECT_EQ(address->conninfo, given);
  }
}

TEST(MirrorAddress, SaysWhatIsWrongWithoutAWordOfIt) {
  for (const auto* given :
       {"", "db.plant", "mysql://s3cret@db", "postgres://bi:s3cret%zz@db/erp",
        "postgres://bi:x@db/erp?s3cret", "host=db s3cret", "postgres://db/erp?s3cret=1"}) {
    const auto address = parse_mirror_address(given);
    ASSERT_FALSE(address) << given;
    EXPECT_EQ(address.error().code, Errc::invalid);
    EXPECT_EQ(address.error().what.find("s3cret"), std::string::npos) << given;
    EXPECT_NE(address.error().what.find("postgres://USER@HOST:PORT/DATABASE"), std::string::npos);
  }
}

TEST(SqlState, IsFoundInTheWordsOfAnyLanguage) {
  EXPECT_EQ(sqlstate_in("connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: "
                        "password authentication failed for user \"bi\"\nLOCATION:  auth_failed"),
            "28P01");
  EXPECT_EQ(sqlstate_in("… 失敗: 致命錯誤:  3D000: 資料庫 \"erp\" 不存在"), "3D000");
  EXPECT_EQ(sqlstate_in("connection to server failed: Connection refused"), "");
  EXPECT_EQ(sqlstate_in(""), "");
}

TEST(SqlState, SaysWhatToDoNext) {
  EXPECT_EQ(meaning_of("28P01"), Errc::refused);
  EXPECT_EQ(meaning_of("3D000"), Errc::refused);
  EXPECT_EQ(meaning_of("42501"), Errc::refused);
  EXPECT_EQ(meaning_of("25006"), Errc::refused);
  EXPECT_EQ(meaning_of("42P01"), Errc::invalid);
  EXPECT_EQ(meaning_of("53100"), Errc::overloaded);
  EXPECT_EQ(meaning_of("53300"), Errc::overloaded);
  EXPECT_EQ(meaning_of("57P01"), Errc::unreachable);
  EXPECT_EQ(meaning_of("08006"), Errc::unreachable);
  EXPECT_EQ(meaning_of(""), Errc::unreachable);
  EXPECT_EQ(meaning_of("22P05"), Errc::unsupported);
  EXPECT_EQ(meaning_of("22003"), Errc::invalid);
}

}  // namespace
}  // namespace spindle::publish
