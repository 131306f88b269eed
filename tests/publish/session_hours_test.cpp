// The hours of values, against the history's own answer.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/session.hpp"
#include "tests/publish/mirror_box.hpp"

namespace spindle::publish {
namespace {

using namespace testing_support;

struct Hours : testing::Test {
  void SetUp() override {
    server = shared_server();
    if (!server) GTEST_SKIP() << "PostgreSQL 15 is not installed";
    database = server->make_database();
    box.write(0, 2);  // A machine's life begins with its first state.
  }
  void hear(Instant from, Instant to, double value) {
    for (auto t = from; t < to; t += 5min) {
      Batch batch;
      batch.machine = box.machine(0).key;
      batch.begin_scan(ScanKind::values, t, {}, t, 1);
      batch.add(box.machine(0).signals[1].key, Value::of_real(value++));
      must(box.history().append(++sequence, batch));
    }
  }
  void mirror(Instant now) {
    auto session = must(
        MirrorSession::open(must(parse_mirror_address(server->url(database))), box.source(), stop));
    follow(*session, now);
  }
  std::vector<std::string> told() {
    return server->ask(database,
                       "SELECT to_char(hour AT TIME ZONE 'UTC', 'DD HH24'), min, max, mean, last, "
                       "count, good_s FROM spindle.signal_hours WHERE machine = 'mill' AND signal "
                       "= 'power' ORDER BY hour");
  }

  test::PostgresServer* server = nullptr;
  std::string database;
  StopSignal stop;
  Box box;
  std::uint64_t sequence = 0;
};

TEST_F(Hours, ComeWhenTheyAreOver) {
  hear(day_one, day_one + 3h, 0);
  mirror(day_one + 2h + 2min);
  EXPECT_EQ(told(), (std::vector<std::string>{"14 00|0|11|5.5|11|12|3600"}));
  mirror(day_one + 3h + 6min);
  EXPECT_EQ(told().size(), 3u);
}

TEST_F(Hours, AreWhatTheHistorySays) {
  hear(day_one + 20min, day_one + 50h, -3.3);
  mirror(day_one + 49h + 6min);
  const auto reader = must(box.history().open_reader());
  const auto buckets = must(reader->buckets({box.machine(0).key, box.machine(0).signals[1].key},
                                            {day_one, day_one + 49h}, 49));
  const auto rows =
      server->ask(database,
                  "SELECT hour = to_timestamp(0), min, max, mean, last, count, good_s FROM "
                  "spindle.signal_hours ORDER BY hour");
  ASSERT_EQ(rows.size(), 49u);
  for (std::size_t n = 0; n < 49; ++n) {
    const auto& b = buckets.buckets[n];
    EXPECT_EQ(rows[n], fmt::format("f|{}|{}|{}|{}|{}|{}", *b.min, *b.max, *b.average, *b.last,
                                   b.count, to_seconds(b.known)));
  }
}

TEST_F(Hours, ThatGotLateValuesAreWrittenAgain) {
  hear(day_one, day_one + 3h, 1);
  mirror(day_one + 4h);
  hear(day_one + 30min + 1s, day_one + 31min, 500);
  mirror(day_one + 4h + 30min);
  hear(day_one + 3h, day_one + 5h, 1);
  mirror(day_one + 5h + 6min);
  EXPECT_THAT(told().front(), testing::StartsWith("14 00|1|500|"));
}

TEST_F(Hours, WithoutAWordAreNotThere) {
  hear(day_one + 5h, day_one + 6h, 1);
  mirror(day_one + 9h);
  EXPECT_THAT(told(), testing::SizeIs(1));
}

}  // namespace
}  // namespace spindle::publish
