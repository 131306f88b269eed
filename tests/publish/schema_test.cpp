// The schema: brought forward from every version there was, and what is said when it can't be.
#include "publish/schema.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "publish/tables.hpp"
#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::IsEmpty;

struct Schema : testing::Test {
  void SetUp() override {
    server = shared_server();
    if (!server) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    database = server->make_database();
  }
  Result<std::unique_ptr<MirrorSession>> open(Box& box, const std::string& url) {
    return MirrorSession::open(must(parse_mirror_address(url)), box.source(), stop);
  }
  void mirror(Box& box, const std::string& to) {
    follow(*must(open(box, server->url(to))), day_one + 1h);
  }
  std::vector<std::string> ask(const std::string& sql) { return server->ask(database, sql); }

  /// A database as version 1 left it, with the rows that `from` holds of it.
  std::string version_1_of(const std::string& from) {
    const auto old = server->make_database();
    server->ask(
        old,
        "CREATE SCHEMA spindle; CREATE TABLE spindle.schema_version(version integer PRIMARY "
        "KEY, applied timestamptz NOT NULL DEFAULT now()); COMMENT ON TABLE "
        "spindle.schema_version IS 'x'; " +
            schema_step_1() + "; INSERT INTO spindle.schema_version(version) VALUES (1)");
    const auto names = server->ask(
        old,
        "SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM "
        "pg_class "
        "c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE n.nspname = 'spindle' AND c.relkind = 'r' AND c.relname <> 'schema_version' AND "
        "a.attnum > 0 AND a.attgenerated = '' GROUP BY c.oid, c.relname ORDER BY c.oid");
    for (const auto& line : names) {
      const auto bar = line.find('|');
      const auto table = line.substr(0, bar);
      const auto columns = line.substr(bar + 1);
      const auto rows = server->word(
          from,
          "SELECT quote_literal(coalesce(json_agg(t), '[]')::text) FROM spindle." + table + " t");
      server->ask(old,
                  fmt::format("INSERT INTO spindle.{0}({1}) OVERRIDING SYSTEM VALUE SELECT {1} "
                              "FROM json_populate_recordset(null::spindle.{0}, {2})",
                              table, columns, rows));
    }
    server->ask(old, "SELECT setval(pg_get_serial_sequence('spindle.boxes', 'box'), 1)");
    return old;
  }

  test::PostgresServer* server = nullptr;
  std::string database;
  StopSignal stop;
};

TEST_F(Schema, AStepThatWasReleasedNeverChanges) {
  EXPECT_EQ(fmt::format("{:08x}", crc32(as_bytes(schema_step_1()))), "3b3d0bd5");
  EXPECT_EQ(schema_steps().size(), 2u);
}

TEST_F(Schema, ADatabaseOfVersion1IsBroughtForwardWithItsRows) {
  Box box;
  box.write(0, 200);
  mirror(box, database);
  const auto old = version_1_of(database);
  ASSERT_EQ(told_by_database(*server, old, 1, "mill"), box.told_by_ledger(0));
  const auto versions =
      server->ask(old, "SELECT xmin, at FROM spindle.part_steps ORDER BY machine, at, number");
  box.write(200, 210);
  mirror(box, old);
  EXPECT_EQ(server->ask(old, "SELECT version FROM spindle.schema_version ORDER BY version"),
            (std::vector<std::string>{"1", "2"}));
  for (std::size_t n = 0; n < 2; ++n)
    EXPECT_EQ(told_by_database(*server, old, 1, box.machine(n).id), box.told_by_ledger(n));
  const auto after =
      server->ask(old, "SELECT xmin, at FROM spindle.part_steps ORDER BY machine, at, number");
  for (const auto& row : versions)
    EXPECT_THAT(after, testing::Contains(row)) << "a row was written again";
  EXPECT_EQ(server->word(old, "SELECT count(*) FROM spindle.boxes"), "1");
  EXPECT_NE(server->word(old, "SELECT count(*) FROM spindle.planned_times"), "0");
}

TEST_F(Schema, WhatIsBroughtForwardIsWhatIsMadeNew) {
  Box box;
  mirror(box, database);
  const auto old = version_1_of(database);
  mirror(box, old);
  const auto described =
      "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
      "coalesce(pg_get_viewdef(c.oid), '') FROM pg_class c JOIN pg_namespace n ON n.oid = "
      "c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname = 'spindle' AND "
      "a.attnum > 0 ORDER BY 1, 2";
  EXPECT_EQ(server->ask(old, described), ask(described));
}

TEST_F(Schema, ReportsOfVersion1GoOn) {
  Box box;
  mirror(box, database);
  const auto old = version_1_of(database);
  server->ask(old,
              "CREATE VIEW public.report AS SELECT machine, day, sum(seconds) AS seconds FROM "
              "spindle.states_by_day GROUP BY machine, day");
  box.write(0, 10);
  mirror(box, old);
  EXPECT_EQ(server->ask(old, "SELECT seconds FROM public.report"),
            (std::vector<std::string>{"100", "100"}));
}

TEST_F(Schema, AStepThatFailsLeavesTheVersionBefore) {
  Box box;
  mirror(box, database);
  const auto old = version_1_of(database);
  server->ask(old, "CREATE TABLE spindle.planned_times(whose text)");
  const auto opened = open(box, server->url(old));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().what, HasSubstr("planned_times"));
  EXPECT_EQ(server->word(old, "SELECT max(version) FROM spindle.schema_version"), "1");
  EXPECT_THAT(server->ask(old,
                          "SELECT 1 FROM pg_attribute WHERE attrelid = 'spindle.boxes'::regclass "
                          "AND attname = 'seen'"),
              IsEmpty());
}

// ---- rights ----

struct Rights : Schema {
  void SetUp() override {
    Schema::SetUp();
    if (!server) return;
    ask("REVOKE TEMPORARY ON DATABASE " + database + " FROM PUBLIC");
    user = database + "_clerk";
    ask("CREATE ROLE " + user + " LOGIN PASSWORD 'clerk'");
  }
  /// What the box says; then its words are said by the owner of all, and it goes.
  std::string told_and_done(const std::string& needle) {
    Box box;
    const auto url = server->url(database, user, "clerk");
    const auto opened = open(box, url);
    EXPECT_FALSE(opened);
    if (opened) return {};
    EXPECT_EQ(opened.error().code, Errc::refused);
    EXPECT_THAT(opened.error().what, HasSubstr(needle));
    constexpr std::string_view before = "let its owner say once: ";
    const auto words = opened.error().what.find(before);
    EXPECT_NE(words, std::string::npos) << opened.error().what;
    if (words == std::string::npos) return opened.error().what;
    ask(opened.error().what.substr(words + before.size()));
    const auto again = open(box, url);
    EXPECT_TRUE(again) << again.error().what;
    if (again) EXPECT_TRUE((*again)->turn(day_one)) << "connected, and may not write";
    return opened.error().what;
  }
  std::string user;
};

TEST_F(Rights, ADatabaseInWhichNothingMayBeMade) { told_and_done("permission denied"); }

TEST_F(Rights, ASchemaThatIsThereAndSomebodyElses) {
  ask("CREATE SCHEMA spindle");
  const auto said = told_and_done("permission denied");
  EXPECT_THAT(said, HasSubstr("belongs to admin"));
}

TEST_F(Rights, TablesThatAnotherRoleMade) {
  ask("CREATE ROLE " + database +
      "_first LOGIN PASSWORD 'first'; CREATE SCHEMA spindle "
      "AUTHORIZATION " +
      database + "_first; GRANT TEMPORARY ON DATABASE " + database + " TO " + database + "_first");
  Box box;
  ASSERT_TRUE(open(box, server->url(database, database + "_first", "first")));
  const auto said = told_and_done("permission denied");
  EXPECT_THAT(said, HasSubstr("belongs to " + database + "_first"));
}

TEST_F(Rights, NoRightToTemporaryTables) {
  ask("CREATE SCHEMA spindle AUTHORIZATION " + user);
  told_and_done("temporary");
}

TEST_F(Rights, ASchemaOfVersion1ThatMayOnlyBeWrittenTo) {
  Box box;
  mirror(box, database);
  const auto user_before = user;
  database = version_1_of(database);
  ask("GRANT USAGE ON SCHEMA spindle TO " + user_before +
      "; GRANT ALL ON ALL TABLES IN SCHEMA spindle TO " + user_before);
  ask("ALTER SCHEMA spindle OWNER TO admin");
  told_and_done("permission denied to set role");
  EXPECT_EQ(ask("SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class c JOIN pg_namespace n ON "
                "n.oid = c.relnamespace WHERE n.nspname = 'spindle'"),
            (std::vector<std::string>{"admin"}));
}

}  // namespace
}  // namespace spindle::publish
