// Hours and days of plants whose clocks are put forward and back: what is asked by the hour or the
// day is cut where the wall clock there shows it, from raw values and from roll-ups alike.
#include <numeric>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::window;

Instant utc(const char* text) { return *parse_rfc3339(text); }

struct ChangedDay {
  const char* name;
  const char* zone;
  std::vector<Instant> midnights;  ///< Of three days; the clock changes in the second.
};

class HistoryOverAChangeOfTheClock : public ::testing::TestWithParam<ChangedDay> {
 protected:
  static Plant plant() {
    Plant plant;
    plant.timezone = GetParam().zone;
    auto& machine = plant.machines.emplace_back();
    machine.id = "press";
    machine.name = "press";
    machine.connection.protocol = Protocol::push;
    for (const auto* id : {"load", "run"}) {
      auto& signal = machine.signals.emplace_back();
      signal.id = id;
      signal.address = id;
      signal.type = id[0] == 'l' ? ValueType::float64 : ValueType::boolean;
    }
    return plant;
  }
  /// A value every 20 s from the first midnight to an hour after the last.
  static void push(plant::RunningPlant& running) {
    const auto machine = *running.plant()->find_machine("press");
    Batch batch;
    batch.machine = machine.key;
    int n = 0;
    for (Instant t = first(); t < last() + 1h; t += 20s, ++n) {
      batch.begin_scan(ScanKind::values, t, t, t, 1);
      batch.add(machine.find_signal("load")->key, Value::of_real(n % 977 / 10.0));
      batch.add(machine.find_signal("run")->key, Value::of_bool(n % 90 < 60));
    }
    ASSERT_TRUE(running.offer(std::move(batch)));
    ASSERT_TRUE(running.settle());
  }
  static Instant first() { return GetParam().midnights.front(); }
  static Instant last() { return GetParam().midnights.back(); }

  static Instant time_of(const json& row, std::size_t column) {
    return *parse_rfc3339(row[column].get<std::string>());
  }
  static json rows(const test::RunningBox& box, const std::string& what) {
    const auto answer = box.get("/api/v1/history" + what + "&" + window(first(), last()));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json()["rows"];
  }
  /// Rows of slices [t, next t): each has the values that came in it.
  static void expect_counts(const json& slices) {
    for (std::size_t n = 0; n < slices.size(); ++n) {
      const auto from = time_of(slices[n], 0);
      const auto to = n + 1 < slices.size() ? time_of(slices[n + 1], 0) : last();
      EXPECT_EQ(slices[n][5], (to - from) / 20s) << slices[n];
    }
  }
  static double held(const json& states) {
    double sum = 0;
    for (const auto& [value, seconds] : states.items()) sum += seconds.get<double>();
    return sum;
  }
  static void expect_all_true(const test::RunningBox& box) {
    const auto days = rows(box, "?signal=press/load&step=1d");
    ASSERT_EQ(days.size(), 3u);
    for (std::size_t n = 0; n < 3; ++n) EXPECT_EQ(time_of(days[n], 0), GetParam().midnights[n]);
    expect_counts(days);
    const auto hours = rows(box, "?signal=press/load&step=1h");
    EXPECT_GE(hours.size(), 71u);
    EXPECT_LE(hours.size(), 73u);
    expect_counts(hours);
    const auto by_day = rows(box, "/durations?signal=press/run&by=day");
    ASSERT_EQ(by_day.size(), 3u);
    for (std::size_t n = 0; n < 3; ++n)
      EXPECT_EQ(held(by_day[n][2]),
                to_seconds(GetParam().midnights[n + 1] - GetParam().midnights[n]));
    const auto by_hour = rows(box, "/durations?signal=press/run&by=hour");
    EXPECT_EQ(by_hour.size(), hours.size());
    for (std::size_t n = 0; n < by_hour.size(); ++n) {
      const auto to = n + 1 < by_hour.size() ? time_of(by_hour[n + 1], 1) : last();
      EXPECT_EQ(held(by_hour[n][2]), to_seconds(to - time_of(by_hour[n], 1))) << by_hour[n];
    }
  }

  store::testing_support::TemporaryFolder folder_;
};

TEST_P(HistoryOverAChangeOfTheClock, HoursAndDaysAreThoseOfTheWallClockThere) {
  {
    test::RunningBox box(plant(), folder_.path());
    push(box.plant());
    expect_all_true(box);
  }
  // From the disk, and once there are roll-ups of it from these.
  test::RunningBox box({}, folder_.path());
  expect_all_true(box);
  EXPECT_TRUE(test::eventually(60s, [&] {
    return box.get("/api/v1/history?signal=press/load&step=1d&" + window(first(), last()))
                   .json()["rows"]
                   .size() == 3 &&
           std::filesystem::exists(folder_.path() / "history" / "rollup-00000001.seg");
  }));
  expect_all_true(box);
}

INSTANTIATE_TEST_SUITE_P(
    Zones, HistoryOverAChangeOfTheClock,
    ::testing::Values(ChangedDay{"BerlinForward",
                                 "Europe/Berlin",
                                 {utc("2025-03-28T23:00:00Z"), utc("2025-03-29T23:00:00Z"),
                                  utc("2025-03-30T22:00:00Z"), utc("2025-03-31T22:00:00Z")}},
                      ChangedDay{"BerlinBack",
                                 "Europe/Berlin",
                                 {utc("2025-10-24T22:00:00Z"), utc("2025-10-25T22:00:00Z"),
                                  utc("2025-10-26T23:00:00Z"), utc("2025-10-27T23:00:00Z")}},
                      ChangedDay{"LordHoweBackByHalfAnHour",
                                 "Australia/Lord_Howe",
                                 {utc("2025-04-04T13:00:00Z"), utc("2025-04-05T13:00:00Z"),
                                  utc("2025-04-06T13:30:00Z"), utc("2025-04-07T13:30:00Z")}},
                      ChangedDay{"LordHoweForwardByHalfAnHour",
                                 "Australia/Lord_Howe",
                                 {utc("2025-10-03T13:30:00Z"), utc("2025-10-04T13:30:00Z"),
                                  utc("2025-10-05T13:00:00Z"), utc("2025-10-06T13:00:00Z")}}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace spindle
