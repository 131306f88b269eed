// The recordings of real machines, against what others counted in them by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/plant/replay_support.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::plant {
namespace {

using nlohmann::json;
using testing::at;
using testing::plant_of;
using testing::signal;
using testing::source_of;
using Json = nlohmann::ordered_json;

/// The signals of a recording, as an engineer would set them up: a condition where the adapter
/// reports conditions, a number where the samples are, the roles by the items' names.
std::vector<Signal> signals_of(std::string_view text, const json& day) {
  std::set<std::string> keys;
  std::set<std::string> conditions;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto bar = line.find('|');
    if (bar == std::string_view::npos) continue;
    const std::string key(line.substr(bar + 1, line.find('|', bar + 1) - bar - 1));
    keys.insert(key);
    if (std::ranges::count(line, '|') == 6) conditions.insert(key);
  }
  const std::map<std::string, Role> roles{{"avail", Role::availability},
                                          {"estop", Role::estop},
                                          {"EStop_State", Role::estop},
                                          {"execution", Role::execution},
                                          {"mode", Role::mode},
                                          {"Program_Status", Role::execution},
                                          {"program", Role::program},
                                          {"Program_Name_Running", Role::program},
                                          {"Part_Count", Role::part_count}};
  std::vector<Signal> out;
  for (const std::string& key : keys) {
    const auto role = roles.find(key);
    const bool number = day["samples"].contains(key) || key == "Part_Count";
    out.push_back(signal(key,
                         conditions.contains(key) ? ValueType::condition
                         : number                 ? ValueType::float64
                                                  : ValueType::text,
                         role == roles.end() ? Role::none : role->second));
  }
  return out;
}

/// The counts made by hand take in what was said at the last instant, which no half-open window
/// does: so it ends a microsecond later.
Result<ReplayReport> replay_day(const std::string& text, const json& day) {
  const Plant plant = plant_of(signals_of(text, day));
  return replay_recording(plant, "mill",
                          {.from = at(day["t_start"].get<std::string>()),
                           .to = at(day["t_end"].get<std::string>()) + Duration(1)},
                          source_of(text));
}

json expected(const char* part) {
  std::ifstream file(test::recordings() / "mtconnect-nist" / "expected.json");
  return file ? json::parse(file)[part] : json{};
}

/// The reference counts may name a value that was held for no time; then ours need not.
void expect_seconds(const json& expected, const Json& ours, const std::string& where) {
  for (const auto& [value, seconds] : expected.items()) {
    const double held = ours["value_s"].value(value, 0.0);
    EXPECT_NEAR(held, seconds.get<double>(), 1e-5) << where << ' ' << value;
  }
  for (const auto& [value, seconds] : ours["value_s"].items()) {
    if (seconds.get<double>() > 0) EXPECT_TRUE(expected.contains(value)) << where << ' ' << value;
  }
}

TEST(ReplayRecording, EachRecordedDayGivesWhatWasCountedInItByHand) {
  const json days = expected("shdr");
  if (days.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  for (const auto& [name, day] : days.items()) {
    if (!day.contains("t_start")) continue;  // A silent day: see below.
    const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" / name);
    ASSERT_FALSE(text.empty()) << name;
    const auto report = replay_day(text, day);
    ASSERT_TRUE(report) << report.error().what;
    const Json ours = replay_to_json(*report, kpi::Language::en);

    EXPECT_EQ(ours["observations"], day["observations"]) << name;
    EXPECT_EQ(ours["malformed"], day["malformed_lines"]) << name;
    EXPECT_NEAR(ours["window_s"].get<double>(), day["window_seconds"].get<double>(), 2e-6) << name;
    for (const auto& [item, seconds] : day["state_seconds"].items()) {
      ASSERT_TRUE(ours["signals"].contains(item)) << name << ' ' << item;
      expect_seconds(seconds, ours["signals"][item], name + ' ' + item);
      const json entered = day["entries"].value(item, json::object());
      for (const auto& [value, entries] : entered.items())
        EXPECT_EQ(ours["signals"][item]["entries"].value(value, 0), entries)
            << name << ' ' << item << ' ' << value;
    }
    for (const auto& [item, sample] : day["samples"].items()) {
      const Json& mine = ours["signals"][item];
      EXPECT_EQ(mine["n"], sample["n"]) << name << ' ' << item;
      if (sample["n"] == 0) continue;
      for (const char* figure : {"min", "max", "mean"})
        EXPECT_NEAR(mine[figure].get<double>(), sample[figure].get<double>(), 1e-6)
            << name << ' ' << item << ' ' << figure;
    }
    const json& conditions = day["condition"];
    for (const char* level : {"WARNING", "FAULT"})
      EXPECT_EQ(ours["conditions"]["activations"][level].get<int>(),
                conditions["activations"].value(level, 0))
          << name << ' ' << level;
    // A plain `|UNAVAILABLE` of a condition is no report to them; to us it is.
    for (const char* level : {"NORMAL", "WARNING", "FAULT"})
      EXPECT_EQ(ours["conditions"]["reports"][level].get<int>(),
                conditions["reports"].value(level, 0))
          << name << ' ' << level;
    EXPECT_NEAR(ours["conditions"]["fault_s"].get<double>(),
                conditions["fault_seconds"].get<double>(), 1e-5)
        << name;
    EXPECT_NEAR(ours["conditions"]["any_s"].get<double>(), conditions["any_seconds"].get<double>(),
                1e-5)
        << name;
    if (ours["signals"].contains("Part_Count")) {
      EXPECT_EQ(ours["signals"]["Part_Count"]["plus_one_steps"],
                day["part_counter"]["plus_one_steps"])
          << name;
      EXPECT_EQ(ours["parts"]["total"], day["part_counter"]["plus_one_steps"]) << name;
    }
  }
}

TEST(ReplayRecording, TimelineOfEachRecordedDayIsAPartitionOfItsWindow) {
  const json days = expected("shdr");
  if (days.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  for (const auto& [name, day] : days.items()) {
    if (!day.contains("t_start")) continue;
    const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" / name);
    const auto report = replay_day(text, day);
    ASSERT_TRUE(report) << report.error().what;
    Instant t = report->window.from;
    kpi::StateTimes times;
    for (const StateInterval& state : report->timeline) {
      ASSERT_EQ(state.from, t) << name;
      ASSERT_LT(state.from, state.to) << name;
      times[state.state] += state.to - state.from;
      t = state.to;
    }
    EXPECT_EQ(t, report->window.to) << name;
    EXPECT_EQ(times, report->figures.sums.state) << name;
  }
}

TEST(ReplayRecording, CounterThatJumpsAfterConnectingIsOnePartAndNever3763) {
  const json days = expected("shdr");
  if (days.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  const std::string name = "Hurco01-20170809-20170810.txt.xz";
  const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" / name);
  const auto report = replay_day(text, days[name]);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->figures.parts_total, 1);
  EXPECT_EQ(report->figures.sums.suspect, 3763);
  EXPECT_NEAR(kpi::in_seconds(report->figures.sums.state[State::run]), 100.67, 5);
}

TEST(ReplayRecording, SilentDayHasNoPartsAndIsNotTakenForIdle) {
  const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" /
                                   "Mazak01-20161209-20161210.txt.xz");
  if (text.empty()) GTEST_SKIP() << "no recordings in " << test::recordings();
  const Plant plant = plant_of(signals_of(text, json{{"samples", json::object()}}));
  const auto report = replay_recording(
      plant, "mill", {.from = at("2016-12-09T05:00:00Z"), .to = at("2016-12-10T05:00:00Z")},
      source_of(text));
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->figures.sums.state[State::offline], std::chrono::hours(24));
  EXPECT_EQ(report->observations, 86u);
}

TEST(ReplayRecording, EachPlateHasItsSecondsSamplesAndObservations) {
  const json plates = expected("parts");
  if (plates.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  for (const auto& [name, plate] : plates.items()) {
    const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "parts" / name);
    ASSERT_FALSE(text.empty()) << name;
    const auto report = replay_day(
        text, json{{"t_start", plate["t_start"]},
                   {"t_end", plate["t_end"]},
                   {"samples", {{"Spindle_Speed", 0}, {"Feed_Rate", 0}, {"Current_Tool", 0}}}});
    ASSERT_TRUE(report) << report.error().what;
    const Json ours = replay_to_json(*report, kpi::Language::en);
    EXPECT_EQ(ours["observations"], plate["observations"]) << name;
    EXPECT_EQ(ours["malformed"].get<int>(),
              plate["lines"].get<int>() - plate["observations"].get<int>())
        << name;
    expect_seconds(plate["program_status_seconds"], ours["signals"]["Program_Status"], name);
    for (const auto& [item, key] :
         {std::pair{"Spindle_Speed", "spindle_speed"}, std::pair{"Feed_Rate", "feed_rate"},
          std::pair{"Current_Tool", "current_tool"}}) {
      EXPECT_EQ(ours["signals"][item]["n"], plate[key]["n"]) << name << ' ' << item;
      EXPECT_NEAR(ours["signals"][item]["mean"].get<double>(), plate[key]["mean"].get<double>(),
                  1e-6)
          << name << ' ' << item;
    }
    EXPECT_EQ(ours["signals"]["Part_Count"]["plus_one_steps"],
              plate["part_counter"]["plus_one_steps"])
        << name;
  }
}

/// First stamp of the day that the file is named after, and the last of all.
std::pair<std::string, std::string> day_of(std::string_view text, const std::string& name) {
  const auto digits = name.substr(name.find('-') + 1, 8);
  const auto date = digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2);
  std::pair<std::string, std::string> out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string stamp(line.substr(0, line.find('|')));
    if (out.first.empty() && stamp.starts_with(date)) out.first = stamp;
    if (!stamp.empty()) out.second = stamp;
  }
  return out;
}

TEST(ReplayRecording, EachDayOfTheMonthsHasItsSecondsAndActivations) {
  const json months = expected("shdr_months");
  if (months.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  for (const auto& [archive, month] : months.items()) {
    const auto path = test::recordings() / "mtconnect-nist" / "shdr-months" / archive;
    const auto folder = archive.substr(0, archive.find('-'));
    for (const auto& [name, day] : month["per_file"].items()) {
      const auto text =
          test::output_of("tar xOf '" + path.string() + "' '" + folder + "/" + name + "'");
      ASSERT_FALSE(text.empty()) << name;
      const auto [from, to] = day_of(text, name);
      const auto report =
          replay_day(text, json{{"t_start", from}, {"t_end", to}, {"samples", json::object()}});
      ASSERT_TRUE(report) << report.error().what;
      const Json ours = replay_to_json(*report, kpi::Language::en);
      const auto* item = ours["signals"].contains("execution") ? "execution" : "Program_Status";
      EXPECT_NEAR(ours["window_s"].get<double>(), day["window_seconds"].get<double>(), 2e-6)
          << name;
      expect_seconds(day["execution_seconds"], ours["signals"][item], name);
      for (const char* level : {"WARNING", "FAULT"})
        EXPECT_EQ(ours["conditions"]["activations"][level].get<int>(),
                  day["condition_activations"].value(level, 0))
            << name << ' ' << level;
    }
  }
}

}  // namespace
}  // namespace spindle::plant
