#include "plant/live_table.hpp"

#include <gtest/gtest.h>

#include <array>

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 19}};

class LiveTableTest : public ::testing::Test {
 protected:
  void say(Duration time, Duration received, double value) {
    Batch batch;
    batch.begin_scan(ScanKind::values, start + time, start + time, start + received);
    batch.add(SignalKey{3}, Value::of_real(value));
    table_.store(batch);
  }
  double now() const { return table_.find(SignalKey{3})->value.real; }

  LiveTable table_;
};

TEST_F(LiveTableTest, NewestTimeIsTheLastValueWhateverComesLate) {
  say(100s, 100s, 1);
  say(200s, 200s, 2);
  EXPECT_EQ(now(), 2);
  say(150s, 300s, 3);
  EXPECT_EQ(now(), 2);
  say(250s, 300s, 4);
  EXPECT_EQ(now(), 4);
}

TEST_F(LiveTableTest, ClockThatWentBackIsBelieved) {
  say(100s, 100s, 1);
  say(99s, 101s, 2);
  EXPECT_EQ(now(), 2);
}

TEST_F(LiveTableTest, SignalsNeverSeenAreUnavailable) {
  say(1s, 1s, 7);
  const std::array keys{SignalKey{2}, SignalKey{3}, SignalKey{9999}};
  const auto values = table_.find(keys);
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(values[0].quality, Quality::unavailable);
  EXPECT_EQ(values[1].value.real, 7);
  EXPECT_EQ(values[2].value.kind, ValueKind::none);
}

TEST_F(LiveTableTest, TextsAreKeptWithTheirValues) {
  for (const auto* words : {"first", "a longer text than fits into a small string"}) {
    Batch batch;
    batch.begin_scan(ScanKind::values, start, {}, start);
    const auto value = batch.add_text(words);
    batch.add(SignalKey{5}, value);
    table_.store(batch);
    EXPECT_EQ(table_.find(SignalKey{5})->text, words);
    EXPECT_EQ(table_.find(std::array{SignalKey{5}})[0].text, words);
  }
}

}  // namespace
}  // namespace spindle::plant
