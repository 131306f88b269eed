#include "plant/recent_values.hpp"

#include <gtest/gtest.h>

#include <set>

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

std::uint64_t digest(std::uint32_t signal, Duration time, const Value& value,
                     std::string_view text = {}) {
  return RecentValues::digest(SignalKey{signal}, Instant{time}, value, text);
}

TEST(RecentValues, TellApartWhatDiffersInAnything) {
  const std::set<std::uint64_t> digests{
      digest(1, 1s, Value::of_int(1)),          digest(2, 1s, Value::of_int(1)),
      digest(1, 2s, Value::of_int(1)),          digest(1, 1s, Value::of_int(2)),
      digest(1, 1s, Value::of_uint(1)),         digest(1, 1s, Value::of_real(1)),
      digest(1, 1s, Value::of_real(0.0)),       digest(1, 1s, Value::of_real(-0.0)),
      digest(1, 1s, Value::of_bool(true)),      digest(1, 1s, Value::of_bool(false)),
      digest(1, 1s, Value::of_text(0, 1), "a"), digest(1, 1s, Value::of_text(0, 1), "b")};
  EXPECT_EQ(digests.size(), 12u);
  EXPECT_EQ(digest(1, 1s, Value::of_text(0, 1), "a"), digest(1, 1s, Value::of_text(7, 1), "a"));
}

TEST(RecentValues, KnowTheLastOnesAndForgetTheOldest) {
  RecentValues recent;
  EXPECT_FALSE(recent.contains(digest(1, 0s, Value::of_int(0))));
  const auto count = 3 * static_cast<int>(RecentValues::generation);
  for (int i = 0; i < count; ++i) {
    const auto one = digest(1, i * 1us, Value::of_int(i));
    ASSERT_FALSE(recent.contains(one)) << i;
    recent.add(one);
    recent.add(one);
    ASSERT_TRUE(recent.contains(one)) << i;
  }
  for (int i = count - static_cast<int>(RecentValues::generation); i < count; ++i)
    ASSERT_TRUE(recent.contains(digest(1, i * 1us, Value::of_int(i)))) << i;
  EXPECT_FALSE(recent.contains(digest(1, 0us, Value::of_int(0))));
}

}  // namespace
}  // namespace spindle::plant
