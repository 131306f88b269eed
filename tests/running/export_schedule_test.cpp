// Files written to a folder again and again, by a clock of the test's own.
#include "plant/export_schedule.hpp"

#include <gmock/gmock.h>

#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using plant::next_export_window;
using plant::scheduled_file_name;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Instant utc(const char* text) { return *parse_rfc3339(text); }

kpi::Zone zone(const char* name) { return *kpi::Zone::find(name); }

TEST(ExportWindow, IsADayOfThePlantAndDueAfterIt) {
  ExportSchedule schedule;
  schedule.at = 30min;
  const auto window =
      next_export_window(schedule, zone("Asia/Taipei"), utc("2024-03-14T12:00:00+08:00"));
  EXPECT_EQ(window.when,
            (Interval{utc("2024-03-14T00:00:00+08:00"), utc("2024-03-15T00:00:00+08:00")}));
  EXPECT_EQ(window.due, utc("2024-03-15T00:30:00+08:00"));
  EXPECT_EQ(scheduled_file_name(schedule, zone("Asia/Taipei"), window.when.from),
            "spindle_2024-03-14.csv");
}

TEST(ExportWindow, HasItsTrueLengthWhenTheClockIsSet) {
  const ExportSchedule schedule;
  const auto day = next_export_window(schedule, zone("Europe/Berlin"), utc("2024-10-27T12:00:00Z"));
  EXPECT_EQ(day.when.length(), 25h);
  ExportSchedule hourly;
  hourly.every = ExportSchedule::Every::hour;
  std::vector<std::string> names;
  auto t = utc("2024-10-27T00:30:00Z");
  for (int i = 0; i < 3; ++i, t += 1h)
    names.push_back(
        scheduled_file_name(hourly, zone("Europe/Berlin"),
                            next_export_window(hourly, zone("Europe/Berlin"), t).when.from));
  EXPECT_THAT(names, ElementsAre("spindle_2024-10-27T02+0200.csv", "spindle_2024-10-27T02+0100.csv",
                                 "spindle_2024-10-27T03+0100.csv"));
  const auto half = next_export_window(hourly, zone("Asia/Kolkata"), utc("2024-03-14T00:45:00Z"));
  EXPECT_EQ(half.when.from, utc("2024-03-14T06:00:00+05:30"));
}

class ScheduledExport : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
    schedule_.folder = (folder_.path() / "out").string();
    std::filesystem::create_directory(schedule_.folder);
    std::vector<test::json> values;
    for (int h = 0; h < 96; ++h) values.push_back(test::seen("load", begin_ + h * 1h, h));
    const auto pushed =
        box_.post("/api/v1/ingest", {{"machine", "press"}, {"observations", values}});
    ASSERT_EQ(pushed.status, 200) << pushed.body;
  }
  plant::ScheduledExports make() {
    return plant::ScheduledExports(
        {.schedules = [this] { return schedules_ ? *schedules_ : std::vector{schedule_}; },
         .plant = [this] { return box_.plant().plant(); },
         .reader = [this] { return box_.plant().history().open_reader(); },
         .configuration = box_.plant().configuration(),
         .problems = problems_,
         .scratch = folder_.path()});
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(schedule_.folder))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  std::string text(const std::string& name) const {
    return test::text_of(std::filesystem::path(schedule_.folder) / name);
  }

  store::testing_support::TemporaryFolder folder_;
  test::RunningBox box_;
  plant::Problems problems_;
  ExportSchedule schedule_;
  std::optional<std::vector<ExportSchedule>> schedules_;
  const Instant begin_ = utc("2024-03-14T00:00:00+08:00");
};

TEST_F(ScheduledExport, WritesTheLastDayThatIsOverAndThenEachOnce) {
  auto exports = make();
  EXPECT_EQ(exports.run_due(begin_ + 24h + 4min), 1u);  // not due before 00:05: the day before
  EXPECT_THAT(files(), ElementsAre("spindle_2024-03-13.csv"));
  EXPECT_EQ(exports.run_due(begin_ + 24h + 5min), 1u);
  EXPECT_THAT(files(), ElementsAre("spindle_2024-03-13.csv", "spindle_2024-03-14.csv"));
  EXPECT_EQ(exports.run_due(begin_ + 24h + 6min), 0u);
  const auto day = text("spindle_2024-03-14.csv");
  EXPECT_EQ(std::ranges::count(day, '\n'), 25);
  EXPECT_THAT(day, HasSubstr("press,load,2024-03-13T16:00:00.000000Z,0,good,,real"));
  EXPECT_THAT(day, HasSubstr("press,load,2024-03-14T15:00:00.000000Z,23,good,,real"));
  EXPECT_TRUE(problems_.all().empty());
}

TEST_F(ScheduledExport, MakesUpWhatWasMissedWhileTheBoxWasOff) {
  EXPECT_EQ(make().run_due(begin_ + 25h), 1u);
  EXPECT_EQ(make().run_due(begin_ + 73h), 2u) << "another start of the program";
  EXPECT_THAT(files(), ElementsAre("spindle_2024-03-14.csv", "spindle_2024-03-15.csv",
                                   "spindle_2024-03-16.csv"));
  EXPECT_THAT(text("spindle_2024-03-15.csv"), HasSubstr(",24,good"));
}

TEST_F(ScheduledExport, OfALongAbsenceMakesUpOnlySoMuch) {
  schedule_.every = ExportSchedule::Every::hour;
  EXPECT_EQ(make().run_due(begin_ + 1h + 5min), 1u);
  EXPECT_EQ(make().run_due(begin_ + 24h * 365), plant::ScheduledExports::missed_max);
}

TEST_F(ScheduledExport, ThatFailsStandsAsAProblemUntilItWorksAndLosesNothing) {
  auto exports = make();
  EXPECT_EQ(exports.run_due(begin_ + 25h), 1u);
  std::filesystem::remove_all(schedule_.folder);
  EXPECT_EQ(exports.run_due(begin_ + 49h), 0u);
  ASSERT_EQ(problems_.all().size(), 1u);
  EXPECT_THAT(problems_.all().front().what, HasSubstr("there is no such folder"));
  EXPECT_FALSE(std::filesystem::exists(schedule_.folder)) << "it may be a disk that is not mounted";
  std::filesystem::create_directory(schedule_.folder);
  EXPECT_EQ(exports.run_due(begin_ + 49h + 10s), 0u) << "not before a minute has passed";
  EXPECT_EQ(exports.run_due(begin_ + 49h + 61s), 1u);
  EXPECT_TRUE(problems_.all().empty());
  EXPECT_THAT(files(), ElementsAre("spindle_2024-03-15.csv"));
}

TEST_F(ScheduledExport, NamesASignalThatIsNotThereAndForgetsAScheduleThatWent) {
  schedule_.signals = {"press/ghost"};
  auto exports = make();
  EXPECT_EQ(exports.run_due(begin_ + 25h), 0u);
  ASSERT_EQ(problems_.all().size(), 1u);
  EXPECT_THAT(problems_.all().front().what, HasSubstr("there is no 'press/ghost'"));
  EXPECT_TRUE(files().empty());
  schedules_.emplace();
  EXPECT_EQ(exports.run_due(begin_ + 25h + 2min), 0u);
  EXPECT_TRUE(problems_.all().empty());
}

TEST_F(ScheduledExport, WritesEveryFormat) {
  for (const std::string format : {"csv", "xml", "jsonl", "json", "xlsx", "bin"}) {
    schedule_.format = format;
    EXPECT_EQ(make().run_due(begin_ + 25h), 1u);
    EXPECT_GT(text("spindle_2024-03-14." + format).size(), 100u) << format;
  }
  EXPECT_EQ(files().size(), 6u) << "and nothing else";
}

}  // namespace
}  // namespace spindle
