// One session after another against a real server: what the database holds.
#include "publish/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "publish/schema.hpp"
#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::Not;

struct Session : testing::Test {
  void SetUp() override {
    server = shared_server();
    if (!server) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    database = server->make_database();
  }
  std::unique_ptr<MirrorSession> connect(Box& box) {
    return must(
        MirrorSession::open(must(parse_mirror_address(server->url(database))), box.source(), stop));
  }
  /// Connects, brings everything over and leaves.
  std::uint64_t mirror(Box& box, Instant now = day_one) { return follow(*connect(box), now); }
  Error refusal(Box& box, const std::string& url) {
    auto opened = MirrorSession::open(must(parse_mirror_address(url)), box.source(), stop);
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  void expect_equal(Box& box, int number = 1) {
    for (std::size_t n = 0; n < 2; ++n)
      EXPECT_EQ(told_by_database(*server, database, number, box.machine(n).id),
                box.told_by_ledger(n))
          << box.machine(n).id;
  }
  std::vector<std::string> ask(const std::string& sql) { return server->ask(database, sql); }
  std::string word(const std::string& sql) { return server->word(database, sql); }

  test::PostgresServer* server = nullptr;
  std::string database;
  StopSignal stop;
};

TEST_F(Session, TheDatabaseSaysWhatTheLedgerSays) {
  Box box;
  box.write(0, 5000);  // More than a page of each.
  mirror(box);
  expect_equal(box);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.state_intervals"), "10000");
  EXPECT_EQ(word("SELECT sum(seconds) FROM spindle.state_intervals WHERE machine = 'mill'"),
            "50000");
}

TEST_F(Session, GoesOnWhereTheLastOneEnded) {
  Box box;
  box.write(0, 10);
  mirror(box);
  box.write(10, 25);
  EXPECT_LT(mirror(box), 250u);
  expect_equal(box);
  box.write(25, 26);
  mirror(box);
  expect_equal(box);
}

TEST_F(Session, WritesNothingWhenNothingIsNew) {
  Box box;
  box.write(0, 100);
  mirror(box);
  const auto versions = ask("SELECT xmin, at FROM spindle.part_steps ORDER BY machine, at, number");
  mirror(box);
  EXPECT_EQ(ask("SELECT xmin, at FROM spindle.part_steps ORDER BY machine, at, number"), versions);
  auto session = connect(box);
  follow(*session);
  EXPECT_EQ(follow(*session), 0u);
}

TEST_F(Session, TakesWhatComesWhileItIsConnected) {
  Box box;
  auto session = connect(box);
  for (std::uint64_t step = 0; step < 40; step += 3) {
    box.write(step, step + 3);
    follow(*session);
    expect_equal(box);
  }
}

TEST_F(Session, AnAlarmThatStandsGetsItsEnd) {
  Box box;
  box.write(0, 3);
  mirror(box);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.alarms WHERE ended IS NULL AND seconds IS NULL"),
            "2");
  box.write(3, 5);
  mirror(box);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.alarms WHERE ended IS NULL"), "0");
  EXPECT_EQ(word("SELECT DISTINCT seconds FROM spindle.alarms"), "40");
  EXPECT_EQ(word("SELECT DISTINCT standing FROM spindle.alarms_by_code"), "0");
}

TEST_F(Session, APastThatWasDerivedAnewReplacesTheOldOne) {
  Box box;
  box.write(0, 3000);
  mirror(box);
  const auto key = box.machine(0).key;
  const auto untouched =
      ask("SELECT xmin, at FROM spindle.part_steps WHERE machine = 'saw' AND at < "
          "'2024-03-14T08:00:00Z'");
  const auto early =
      ask("SELECT xmin, started FROM spindle.state_intervals WHERE machine = 'mill' AND started < "
          "'2024-03-14T01:00:00Z' ORDER BY started");

  const auto generation = must(box.ledger().begin_rebuild(key));
  for (std::uint64_t step = 0; step < 3000; ++step) {
    auto facts = box.facts(0, step);
    if (step > 1000) {
      if (step % 2 == 0) facts.parts.clear();
      facts.states.front().detail.reason = "another reason";
      facts.incidents.clear();
    }
    must(box.ledger().add_to_rebuild(key, generation, facts, step + 1));
  }
  must(box.ledger().finish_rebuild(key, generation, {}, 3000));
  while (must(box.ledger().purge(10'000)) > 0) {
  }
  box.write(3000, 3010);
  mirror(box);
  expect_equal(box);
  EXPECT_EQ(ask("SELECT xmin, at FROM spindle.part_steps WHERE machine = 'saw' AND at < "
                "'2024-03-14T08:00:00Z'"),
            untouched);
  EXPECT_EQ(ask("SELECT xmin, started FROM spindle.state_intervals WHERE machine = 'mill' AND "
                "started < '2024-03-14T01:00:00Z' ORDER BY started"),
            early)
      << "rows that stayed the same were written again";
}

TEST_F(Session, WhatIsOlderThanTheLedgerStays) {
  Plant plant = two_machines();
  std::string uid;
  {
    Box box(plant);
    box.write(0, 100);
    mirror(box);
    uid = *must(box.configuration().setting("box_id"));
  }
  // The box got a new disk: its configuration is back, its ledger begins today.
  Box box(plant);
  must(box.configuration().set_setting("box_id", uid));
  box.write(200, 300);
  mirror(box);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.boxes"), "1");
  EXPECT_EQ(word("SELECT count(*) FROM spindle.state_intervals"), "400");
  box.write(300, 301);
  mirror(box);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.state_intervals"), "402");
}

TEST_F(Session, ALedgerThatIsAnotherIsNoticed) {
  Plant plant = two_machines();
  std::string uid;
  {
    Box box(plant);
    box.write(0, 100);
    mirror(box);
    uid = *must(box.configuration().setting("box_id"));
  }
  // Restored from an older copy, and gone on differently since.
  Box box(plant);
  must(box.configuration().set_setting("box_id", uid));
  box.write(0, 60);
  for (std::uint64_t step = 61; step < 150; step += 2)
    must(
        box.ledger().commit({"engine", step * 10, {{box.machine(0).key, box.facts(0, step), {}}}}));
  mirror(box);
  expect_equal(box);
}

TEST_F(Session, TwoBoxesShareOneDatabase) {
  Box north(two_machines("north"));
  Box south(two_machines("south"));
  north.write(0, 50);
  south.write(0, 70);
  auto first = connect(north);
  auto second = connect(south);
  follow(*first);
  follow(*second);
  north.write(50, 60);
  follow(*first);
  follow(*second);
  expect_equal(north, 1);
  expect_equal(south, 2);
  EXPECT_EQ(ask("SELECT name FROM spindle.boxes ORDER BY box"),
            (std::vector<std::string>{"north", "south"}));
  EXPECT_EQ(word("SELECT count(DISTINCT (box, machine)) FROM spindle.states_by_day"), "4");
}

TEST_F(Session, ASecondWriterForTheSameBoxIsRefused) {
  Box box;
  auto first = connect(box);
  const auto error = refusal(box, server->url(database));
  EXPECT_EQ(error.code, Errc::overloaded);
  EXPECT_THAT(error.what, HasSubstr("another connection writes for this box"));
  first.reset();
  EXPECT_TRUE(test::eventually(10s, [&] {
    return MirrorSession::open(must(parse_mirror_address(server->url(database))), box.source(),
                               stop)
        .has_value();
  }));
}

TEST_F(Session, WordsOfAnyBytesArrive) {
  Box box;
  Facts facts;
  const auto at = day_one;
  const std::string big5("\xA4\xA4\0\x01", 4);
  facts.states.push_back({at, at + 10s, State::run, State::run, {}, {}, 1, 1});
  facts.states.back().detail.reason = big5;
  facts.spans.push_back({Lane::program, at, at + 10s, std::string(5000, 'p')});
  for (const auto* code : {"\xFF", "\xFE"})  // The same once they are UTF-8.
    facts.alarms_raised.push_back({box.machine(0).signals[0].key, code, Condition::Level::warning,
                                   "", "\\N", at, std::nullopt});
  facts.alarms_raised.push_back({box.machine(0).signals[0].key, std::string(9000, 'c'),
                                 Condition::Level::fault, "", "", at, std::nullopt});
  facts.incidents.push_back({at, Incident::Kind::gap, "\\.\n\\N\t'; DROP TABLE spindle.alarms"});
  must(box.ledger().commit({"engine", 1, {{box.machine(0).key, facts, {}}}}));
  mirror(box);
  EXPECT_EQ(word("SELECT reason FROM spindle.state_intervals"), "\uFFFD\uFFFD\uFFFD\x01");
  EXPECT_EQ(word("SELECT note FROM spindle.incidents"), facts.incidents[0].note);
  EXPECT_EQ(ask("SELECT words FROM spindle.alarms WHERE level = 'warning'").front(), "\\N");
  EXPECT_EQ(word("SELECT count(*) FROM spindle.alarms"), "2");
}

TEST_F(Session, NamesAndDefinitionsFollowThePlant) {
  Box box;
  box.write(0, 2);
  mirror(box);
  EXPECT_EQ(word("SELECT name, machine_group, in_plant FROM spindle.machines WHERE machine = "
                 "'mill'"),
            "The mill|一廠/A線|t");
  EXPECT_EQ(word("SELECT unit, type, role FROM spindle.signals WHERE machine = 'saw' AND signal = "
                 "'power'"),
            "kW|float64|power");
  auto session = connect(box);
  follow(*session);
  auto plant = two_machines();
  plant.machines.erase(plant.machines.begin());
  plant.machines[0].name = "Saw of the hall";
  box.set_plant(plant);
  follow(*session);
  EXPECT_EQ(ask("SELECT name, in_plant FROM spindle.machines ORDER BY machine"),
            (std::vector<std::string>{"The mill|f", "Saw of the hall|t"}));
  EXPECT_EQ(word("SELECT unit, role, in_plant FROM spindle.signals WHERE machine = 'mill' AND "
                 "signal = 'power'"),
            "kW|power|f")
      << "what explains the rows of a machine that left is gone";
  box.set_plant(two_machines());
  follow(*session);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.machines WHERE in_plant"), "2");
}

TEST_F(Session, ARowThatTheServerRefusesLeavesNothingBehind) {
  Box box;
  box.write(0, 10);
  mirror(box);
  const auto before = told_by_database(*server, database, 1, "mill");
  // As when its disk is full.
  ask("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
      "'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$; CREATE "
      "TRIGGER full_disk BEFORE INSERT ON spindle.incidents EXECUTE FUNCTION full_disk()");
  box.write(10, 30);
  auto turned = connect(box)->turn(day_one);
  ASSERT_FALSE(turned);
  EXPECT_EQ(turned.error().code, Errc::overloaded);
  EXPECT_THAT(turned.error().what, HasSubstr("No space left on device"));
  EXPECT_EQ(told_by_database(*server, database, 1, "mill"), before);
  ask("DROP TRIGGER full_disk ON spindle.incidents");
  mirror(box);
  expect_equal(box);
}

// ---- what a person is told ----

TEST_F(Session, SaysThatThePasswordIsWrongAndNotWhichItWas) {
  Box box;
  const auto error = refusal(box, server->url(database, "admin", "wr0ng"));
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.what, HasSubstr("password authentication failed"));
  EXPECT_THAT(error.what, HasSubstr("postgres://admin@127.0.0.1:"));
  EXPECT_THAT(error.what, Not(HasSubstr("wr0ng")));
  EXPECT_THAT(error.what, Not(HasSubstr("\n")));
}

TEST_F(Session, SaysThatAPasswordIsWanted) {
  Box box;
  const auto error =
      refusal(box, "postgres://admin@127.0.0.1:" + std::to_string(server->port()) + "/" + database);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.what, HasSubstr("PGPASSWORD"));
}

TEST_F(Session, SaysThatThereIsNoSuchDatabase) {
  Box box;
  const auto error = refusal(box, server->url("nowhere"));
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.what, HasSubstr("database \"nowhere\" does not exist"));
}

TEST_F(Session, SaysThatNobodyListens) {
  Box box;
  const auto error = refusal(box, "postgres://admin:s3cret@127.0.0.1:1/erp");
  EXPECT_EQ(error.code, Errc::unreachable);
  EXPECT_THAT(error.what, HasSubstr("Connection refused"));
}

TEST_F(Session, SaysHowToGiveTheRightsThatAreMissing) {
  Box box;
  ask("DO $$ BEGIN CREATE ROLE clerk LOGIN PASSWORD 'clerk'; EXCEPTION WHEN duplicate_object THEN "
      "NULL; END $$");
  const auto url = server->url(database, "clerk", "clerk");
  const auto error = refusal(box, url);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.what, HasSubstr("permission denied"));
  const auto words = error.what.find("CREATE SCHEMA IF NOT EXISTS");
  ASSERT_NE(words, std::string::npos) << error.what;
  // The words do what they say.
  auto grant = error.what.substr(words);
  ask(grant.substr(0, grant.rfind(" [")));
  EXPECT_TRUE(MirrorSession::open(must(parse_mirror_address(url)), box.source(), stop));
}

TEST_F(Session, LeavesASchemaOfANewerProgramAlone) {
  Box box;
  mirror(box);
  ask("INSERT INTO spindle.schema_version(version) VALUES (99)");
  const auto error = refusal(box, server->url(database));
  EXPECT_EQ(error.code, Errc::unsupported);
  EXPECT_THAT(error.what, HasSubstr("version 99"));
  EXPECT_THAT(error.what, HasSubstr("update this box"));
}

TEST_F(Session, WantsADatabaseThatHoldsEveryWord) {
  Box box;
  database = server->make_database("ENCODING 'LATIN1' TEMPLATE template0");
  const auto error = refusal(box, server->url(database));
  EXPECT_EQ(error.code, Errc::unsupported);
  EXPECT_THAT(error.what, HasSubstr("ENCODING 'UTF8'"));
}

// ---- the schema ----

TEST_F(Session, EveryTableViewAndColumnIsExplained) {
  Box box;
  mirror(box);
  EXPECT_THAT(ask("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                  "WHERE n.nspname = 'spindle' AND c.relkind IN ('r', 'v') AND "
                  "obj_description(c.oid) IS NULL"),
              testing::IsEmpty());
  EXPECT_THAT(
      ask("SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_namespace n ON "
          "n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid WHERE n.nspname "
          "= 'spindle' AND c.relkind = 'r' AND a.attnum > 0 AND a.attname NOT IN ('box', "
          "'machine', 'signal') AND col_description(c.oid, a.attnum) IS NULL"),
      testing::IsEmpty());
}

TEST_F(Session, TheDocumentsQuestionsAreAnswered) {
  Box box;
  box.write(0, 50);
  mirror(box);
  std::ifstream in(SPINDLE_SOURCE_DIR "/docs/postgresql.md");
  std::stringstream all;
  all << in.rdbuf();
  const auto text = all.str();
  int asked = 0;
  for (auto at = text.find("```sql\nSELECT"); at != std::string::npos;
       at = text.find("```sql\nSELECT", at + 1)) {
    const auto begin = at + 7;
    EXPECT_NO_THROW(ask(text.substr(begin, text.find("```", begin) - begin)));
    ++asked;
  }
  EXPECT_EQ(asked, 6);
}

TEST_F(Session, ManyBoxesMayMakeTheSchemaAtOnce) {
  std::vector<std::unique_ptr<Box>> boxes;
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) boxes.push_back(std::make_unique<Box>());
  std::atomic<int> good = 0;
  for (auto& box : boxes)
    threads.emplace_back([&, each = box.get()] {
      auto opened = MirrorSession::open(must(parse_mirror_address(server->url(database))),
                                        each->source(), stop);
      if (opened)
        ++good;
      else
        ADD_FAILURE() << opened.error().what;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 4);
  EXPECT_EQ(word("SELECT count(*) FROM spindle.boxes"), "4");
}

TEST_F(Session, DaysAreDaysOfThePlantOverDaylightSavingToo) {
  auto plant = two_machines();
  plant.timezone = "Europe/Berlin";
  Box box(plant);
  Facts facts;
  const auto at = Instant{std::chrono::sys_days{std::chrono::year{2024} / 3 / 29}};
  facts.states.push_back({at, at + 96h, State::run, State::run, {}, {}, 1, 1});
  facts.parts.push_back(
      {at + 71h + 30min, CountKind::total, StepKind::normal, 5, false, "O1"});  // 01:30 on the 1st
  facts.parts.push_back({at + 72h, CountKind::total, StepKind::suspect, 900, false, "O1"});
  must(box.ledger().commit({"engine", 1, {{box.machine(0).key, facts, {}}}}));
  mirror(box);
  EXPECT_EQ(ask("SELECT day, seconds FROM spindle.states_by_day ORDER BY day"),
            (std::vector<std::string>{"2024-03-29|82800", "2024-03-30|86400", "2024-03-31|82800",
                                      "2024-04-01|86400", "2024-04-02|7200"}));
  EXPECT_EQ(word("SELECT count(*), min(seconds), max(seconds) FROM spindle.states_by_hour"),
            "96|3600|3600");
  EXPECT_EQ(ask("SELECT day, sum(total), sum(suspect) FROM spindle.parts_by_day GROUP BY day"),
            (std::vector<std::string>{"2024-04-01|5|900"}));
}

}  // namespace
}  // namespace spindle::publish
