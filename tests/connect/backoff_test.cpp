#include "connect/backoff.hpp"

#include <gtest/gtest.h>

namespace spindle::connect {
namespace {

TEST(Backoff, IsFastAtFirstAndNeverAboveItsCap) {
  Backoff backoff({}, 42);
  EXPECT_LT(backoff.next(), std::chrono::milliseconds{300});
  EXPECT_LT(backoff.next(), std::chrono::milliseconds{600});
  for (int i = 0; i < 100; ++i) EXPECT_LE(backoff.next(), std::chrono::seconds{6});
  EXPECT_EQ(backoff.failures(), 102u);
  backoff.reset();
  EXPECT_LT(backoff.next(), std::chrono::milliseconds{300});
}

TEST(Backoff, NeverWaitsLongerThanHalfAMinuteWhateverIsAsked) {
  Backoff backoff({.first = std::chrono::hours{1}, .cap = std::chrono::hours{2}, .jitter = 0.2}, 7);
  for (int i = 0; i < 50; ++i) EXPECT_LE(backoff.next(), std::chrono::seconds{30});
}

TEST(Backoff, MachinesThatLostOneSwitchDoNotComeBackInStep) {
  Backoff a({}, 1);
  Backoff b({}, 2);
  int same = 0;
  for (int i = 0; i < 20; ++i) same += a.next() == b.next();
  EXPECT_LT(same, 18);
}

}  // namespace
}  // namespace spindle::connect
