#include "connect/device_clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spindle::connect {
namespace {

constexpr Instant epoch{std::chrono::seconds{1'700'000'000}};

Instant at(double s) { return epoch + from_seconds(s); }
/// Both of the box's clocks, `s` seconds after the test began.
Now now(double s, double wall_ahead = 0) {
  return {at(s + wall_ahead), Monotonic{from_seconds(1000 + s)}};
}

struct Heard {
  double time;
  Quality quality;
  bool carry_over;
};

Heard hear(DeviceClock& clock, double stamp, double received) {
  const auto dated = clock.date(at(stamp), now(received));
  EXPECT_EQ(dated.device, at(stamp));
  return {to_seconds(dated.time - epoch), dated.quality, dated.carry_over};
}

TEST(DeviceClock, ARightClockIsTakenAtItsWord) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 1; t < 100; t += 0.5) {
    const auto heard = hear(clock, t, t + 0.2);
    EXPECT_DOUBLE_EQ(heard.time, t);
    EXPECT_EQ(heard.quality, Quality::good);
  }
  EXPECT_EQ(clock.skew(), from_seconds(0.2));
  EXPECT_FALSE(clock.take_step());
}

TEST(DeviceClock, ValuesFromBeforeTheConnectionHoldFromItsBeginning) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (const double stamp : {-86400.0, -3.0, -0.1}) {
    const auto heard = hear(clock, stamp, 0.1);
    EXPECT_DOUBLE_EQ(heard.time, 0);
    EXPECT_TRUE(heard.carry_over);
    EXPECT_EQ(heard.quality, Quality::good);
  }
  EXPECT_FALSE(clock.skew()) << "they say nothing about the clock";
  // The same old value, sent again and again long after connecting.
  for (double t = 20; t < 40; t += 0.5) EXPECT_DOUBLE_EQ(hear(clock, -100, t).time, 0);
  EXPECT_FALSE(clock.take_step());
}

TEST(DeviceClock, AFastClockIsShiftedAndItsTimesAreUncertain) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 1; t < 50; t += 1) {
    const auto heard = hear(clock, t + 3600, t + 0.25);
    EXPECT_DOUBLE_EQ(heard.time, t + 0.25);
    EXPECT_EQ(heard.quality, Quality::uncertain);
  }
  EXPECT_EQ(clock.skew(), from_seconds(0.25 - 3600));
  EXPECT_FALSE(clock.take_step()) << "wrong from the start is not a step";
}

TEST(DeviceClock, ASlowClockIsFoundOutOnceItsLinesGoOnAfterConnecting) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 0.5; t < 30; t += 1) {
    const auto heard = hear(clock, t - 3600, t);
    if (t > 9) {
      EXPECT_DOUBLE_EQ(heard.time, t);
      EXPECT_EQ(heard.quality, Quality::uncertain);
      EXPECT_FALSE(heard.carry_over);
    }
  }
  EXPECT_EQ(clock.skew(), from_seconds(3600));
}

TEST(DeviceClock, ADeviceOf1970IsDatedByItsArrival) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  Heard last{};
  for (double t = 1; t < 20; t += 1) last = hear(clock, t - 1'700'000'000, t);
  EXPECT_NEAR(last.time, 19, 1e-6);
  EXPECT_EQ(last.quality, Quality::uncertain);
}

TEST(DeviceClock, OneStampInTheFutureDisturbsNoOther) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 1; t < 60; t += 1) {
    if (t == 30) {
      const auto mad = hear(clock, 2e9, t);
      EXPECT_DOUBLE_EQ(mad.time, t);
      EXPECT_EQ(mad.quality, Quality::uncertain);
    }
    const auto heard = hear(clock, t - 0.1, t);
    EXPECT_DOUBLE_EQ(heard.time, t == 1 ? 0.9 : t - 0.1);
    EXPECT_EQ(heard.quality, Quality::good);
  }
  EXPECT_FALSE(clock.take_step());
}

TEST(DeviceClock, AStampInTheFutureAsTheFirstWordIsOutlived) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  EXPECT_DOUBLE_EQ(hear(clock, 2e9, 1).time, 1);
  for (double t = 2; t < 20; t += 1) {
    const auto heard = hear(clock, t - 0.1, t);
    EXPECT_NEAR(heard.time, t, 0.11) << t;
  }
  EXPECT_DOUBLE_EQ(hear(clock, 20, 20.1).time, 20);
}

TEST(DeviceClock, AStepIsToldOnceWithItsDistance) {
  for (const double step : {-3600.0, -5.0, 5.0, 3600.0}) {
    DeviceClock clock(ClockPolicy::corrected);
    clock.handle_connected(now(0));
    for (double t = 1; t < 20; t += 1) hear(clock, t, t + 0.1);
    std::vector<std::string> steps;
    for (double t = 20; t < 60; t += 1) {
      const auto heard = hear(clock, t + step, t + 0.1);
      if (const auto note = clock.take_step()) steps.push_back(*note);
      if (t > 23) {
        EXPECT_NEAR(heard.time, t, 0.2) << step;
        EXPECT_EQ(heard.quality, Quality::uncertain);
      }
    }
    ASSERT_EQ(steps.size(), 1u) << step;
    EXPECT_NE(steps[0].find(step < 0 ? "the device's clock stepped back by"
                                     : "the device's clock stepped forward by"),
              std::string::npos)
        << steps[0];
    EXPECT_NE(steps[0].find(std::abs(step) == 5 ? "5.000 s" : "3600.000 s"), std::string::npos)
        << steps[0];
  }
}

TEST(DeviceClock, LinesKeptBackAndSentInOneGoAreLateNotAStep) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 1; t < 20; t += 1) hear(clock, t, t);
  for (double t = 20; t < 80; t += 0.25) {
    const auto heard = hear(clock, t, 80 + t / 10000);
    EXPECT_DOUBLE_EQ(heard.time, t);
  }
  EXPECT_FALSE(clock.take_step());
  EXPECT_EQ(hear(clock, 81, 81).quality, Quality::good);
}

TEST(DeviceClock, AStepOfTheBoxIsNotBlamedOnTheDevice) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 1; t < 10; t += 1) hear(clock, t, t);
  // The box's wall clock is set forward by a minute: the device now seems a minute slow.
  const auto dated = clock.date(at(10), now(10, 60));
  EXPECT_EQ(clock.take_step(), "the box's clock stepped forward by 60.000 s");
  EXPECT_EQ(dated.time, at(70));
  EXPECT_EQ(dated.quality, Quality::uncertain);
  for (double t = 11; t < 30; t += 1) static_cast<void>(clock.date(at(t), now(t, 60)));
  EXPECT_FALSE(clock.take_step());
}

TEST(DeviceClock, PoliciesSayWhoseTimeCounts) {
  DeviceClock device(ClockPolicy::device);
  DeviceClock box(ClockPolicy::box);
  for (auto* clock : {&device, &box}) clock->handle_connected(now(0));
  EXPECT_DOUBLE_EQ(hear(device, -500, 0.1).time, -500);
  EXPECT_DOUBLE_EQ(hear(device, 4000, 1).time, 4000);
  EXPECT_DOUBLE_EQ(hear(box, -500, 0.1).time, 0);
  EXPECT_DOUBLE_EQ(hear(box, 4000, 1).time, 1);
  EXPECT_EQ(hear(box, 4001, 2).quality, Quality::good);
  EXPECT_EQ(box.on_timeline(at(5)), at(5));
  EXPECT_EQ(device.on_timeline(at(5)), at(4004)) << "in the device's own time";
}

TEST(DeviceClock, ASignOfLifeIsNeverDatedAfterTheValueThatFollows) {
  DeviceClock clock(ClockPolicy::corrected);
  clock.handle_connected(now(0));
  for (double t = 2; t < 100; t += 1) {
    const auto alive = clock.on_timeline(at(t + 0.99));
    hear(clock, t - 1, t);  // A second slow, or a second on the way.
    EXPECT_LE(to_seconds(clock.on_timeline(at(t)) - epoch), t - 1 + 1e-9);
    static_cast<void>(alive);
  }
}

}  // namespace
}  // namespace spindle::connect
