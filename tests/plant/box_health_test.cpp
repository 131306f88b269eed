#include "plant/box_health.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "plant/problems.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

/// A box made of files.
struct BoxHealthTest : testing::Test {
  store::testing_support::TemporaryFolder root;
  BoxHealth health{root.path()};
  Monotonic start{1h};

  void write(const std::string& file, const std::string& text) const {
    const auto path = root.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void busy(int user, int idle, int program) const {
    write("proc/stat", "cpu  " + std::to_string(user) + " 0 0 " + std::to_string(idle) +
                           " 0 0 0 0 77 88\ncpu0 1 2 3 4\n");
    write("proc/self/stat", "42 (a (odd) name) S 1 1 1 0 -1 0 0 0 0 0 " + std::to_string(program) +
                                " 0 0 0 20 0 9 0\n");
  }
};

TEST_F(BoxHealthTest, SharesAndRatesAreOfTheTimeBetween) {
  busy(100, 900, 10);
  const auto first = health.read(start, 1000);
  EXPECT_FALSE(first.cpu_share) << "nothing to compare with";
  EXPECT_FALSE(first.observations_per_s);
  busy(150, 1050, 30);
  const auto second = health.read(start + 10s, 1500);
  EXPECT_DOUBLE_EQ(*second.cpu_share, 0.25);
  EXPECT_DOUBLE_EQ(*second.program_cpu_share, 0.1);
  EXPECT_DOUBLE_EQ(*second.observations_per_s, 50);
  EXPECT_EQ(second.window, 10s);
}

TEST_F(BoxHealthTest, TheWindowSlidesAndIsAMinute) {
  busy(0, 0, 0);
  for (int n = 0; n <= 120; ++n) {
    busy(n < 60 ? n * 10 : 600, n < 60 ? 0 : (n - 60) * 10, 0);
    (void)health.read(start + n * 1s, 0);
  }
  busy(600, 610, 0);
  const auto reading = health.read(start + 121s, 0);
  EXPECT_LE(reading.window, 62s);
  EXPECT_GE(reading.window, 59s);
  EXPECT_LT(*reading.cpu_share, 0.05) << "the busy minute lies before";
}

TEST_F(BoxHealthTest, WhatTheBoxDoesNotSayIsEmptyAndNotZero) {
  (void)health.read(start, 0);
  const auto reading = health.read(start + 1s, 0);
  EXPECT_FALSE(reading.cpu_share);
  EXPECT_FALSE(reading.program_cpu_share);
  EXPECT_FALSE(reading.memory_bytes);
  EXPECT_FALSE(reading.memory_total_bytes);
  EXPECT_FALSE(reading.temperature_c);
  EXPECT_FALSE(reading.load1);
}

TEST_F(BoxHealthTest, NonsenseIsNotTaken) {
  write("proc/stat", "disk 1 2 3\n");
  write("proc/self/stat", "no brackets");
  write("proc/meminfo", "MemTotal: much\nMemAvailable: 5 kB\n");
  write("proc/loadavg", "high");
  write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
  write("sys/class/thermal/thermal_zone0/temp", "-273000\n");
  write("sys/class/thermal/thermal_zone1/type", "cpu-thermal\n");
  write("sys/class/thermal/thermal_zone1/temp", "999999999\n");
  (void)health.read(start, 10);
  const auto reading = health.read(start + 1s, 5);
  EXPECT_FALSE(reading.cpu_share);
  EXPECT_FALSE(reading.memory_bytes);
  EXPECT_FALSE(reading.temperature_c);
  EXPECT_FALSE(reading.load1);
  EXPECT_EQ(*reading.observations_per_s, 0) << "a counter that fell counts nothing";
}

TEST_F(BoxHealthTest, MemoryLoadAndTheWarmestProcessorAreRead) {
  write("proc/meminfo", "MemTotal:  4000 kB\nMemFree: 10 kB\nMemAvailable:  1000 kB\n");
  write("proc/self/statm", "9999 10 3 4 0 6 0\n");
  write("proc/loadavg", "0.42 0.31 0.20 1/234 5678\n");
  write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
  write("sys/class/thermal/thermal_zone0/temp", "48500\n");
  write("sys/class/thermal/thermal_zone1/type", "battery\n");
  write("sys/class/thermal/thermal_zone1/temp", "90000\n");
  write("sys/class/hwmon/hwmon3/name", "coretemp\n");
  write("sys/class/hwmon/hwmon3/temp1_input", "51000\n");
  const auto reading = health.read(start, 0);
  EXPECT_EQ(reading.memory_total_bytes, 4000u * 1024);
  EXPECT_EQ(reading.memory_bytes, 3000u * 1024);
  EXPECT_GT(*reading.program_memory_bytes, 0u);
  EXPECT_DOUBLE_EQ(*reading.load1, 0.42);
  EXPECT_DOUBLE_EQ(*reading.temperature_c, 51);
  ASSERT_EQ(reading.temperatures.size(), 3u) << "the battery is told of, but is no processor";
}

TEST(ProblemsLog, TellsWhatCameChangedAndWentNewestFirst) {
  Instant now{1s};
  Problems problems([&now] { return Now{now, {}}; });
  problems.raise({"disk", Problem::Severity::warning, "10 % left"});
  now = Instant{2s};
  problems.raise({"disk", Problem::Severity::warning, "10 % left"});
  problems.raise({"disk", Problem::Severity::error, "5 % left"});
  now = Instant{3s};
  problems.clear("disk");
  problems.clear("disk");
  problems.clear("other");
  const auto log = problems.log();
  ASSERT_EQ(log.size(), 3u);
  EXPECT_EQ(log[0].kind, ProblemEvent::Kind::cleared);
  EXPECT_EQ(log[0].time, Instant{3s});
  EXPECT_EQ(log[0].problem.what, "5 % left");
  EXPECT_EQ(log[1].kind, ProblemEvent::Kind::changed);
  EXPECT_EQ(log[2].kind, ProblemEvent::Kind::raised);
  EXPECT_EQ(log[2].problem.what, "10 % left");
}

TEST(ProblemsLog, IsBounded) {
  Problems problems;
  for (int n = 0; n < 60; ++n) {
    problems.raise({"code", Problem::Severity::error, std::to_string(n)});
    problems.clear("code");
  }
  const auto log = problems.log();
  ASSERT_EQ(log.size(), Problems::log_max);
  EXPECT_EQ(log.front().problem.what, "59");
}

}  // namespace
}  // namespace spindle::plant
