#include "plant/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/protocol/shdr/recording.hpp"

namespace spindle::plant {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

RecordingSource source_of(std::string_view text, std::size_t at_once = 1 << 16) {
  return [text, at_once](std::span<std::byte> piece) mutable -> Result<std::size_t> {
    const auto n = std::min({text.size(), piece.size(), at_once});
    std::memcpy(piece.data(), text.data(), n);
    text.remove_prefix(n);
    return n;
  };
}

Instant at(std::string_view text) { return *parse_rfc3339(text); }

Signal signal(std::string id, ValueType type, Role role = Role::none) {
  Signal out;
  out.id = out.address = std::move(id);
  out.type = type;
  out.role = role;
  return out;
}

Plant plant_of(std::vector<Signal> signals) {
  Plant plant;
  plant.timezone = "America/New_York";
  Machine machine;
  machine.id = "mill";
  machine.connection.protocol = Protocol::shdr;
  machine.signals = std::move(signals);
  plant.machines = {machine};
  return plant;
}

// ---- the recordings of real machines against what others counted in them

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

json expected_days() {
  std::ifstream file(test::recordings() / "mtconnect-nist" / "expected.json");
  return file ? json::parse(file)["shdr"] : json{};
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

TEST(Replay, EachRecordedDayGivesWhatWasCountedInItByHand) {
  const json days = expected_days();
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

TEST(Replay, TimelineOfEachRecordedDayIsAPartitionOfItsWindow) {
  const json days = expected_days();
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

TEST(Replay, CounterThatJumpsAfterConnectingIsOnePartAndNever3763) {
  const json days = expected_days();
  if (days.is_null()) GTEST_SKIP() << "no recordings in " << test::recordings();
  const std::string name = "Hurco01-20170809-20170810.txt.xz";
  const auto text = test::unpacked(test::recordings() / "mtconnect-nist" / "shdr" / name);
  const auto report = replay_day(text, days[name]);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->figures.parts_total, 1);
  EXPECT_EQ(report->figures.sums.suspect, 3763);
  EXPECT_NEAR(kpi::in_seconds(report->figures.sums.state[State::run]), 100.67, 5);
}

TEST(Replay, SilentDayHasNoPartsAndIsNotTakenForIdle) {
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

// ---- small recordings

const std::string shift =
    "2024-03-14T08:00:00Z|exec|READY|parts|10\n"
    "2024-03-14T08:10:00Z|exec|ACTIVE\n"
    "this is no line\n"
    "2024-03-14T08:20:00Z|parts|11|load|50\n"
    "2024-03-14T08:30:00Z|parts|12|load|70\n"
    "2024-03-14T08:40:00Z|exec|READY|nobody|1\n"
    "2024-03-14T09:00:00Z|parts|12\n";

Plant small_plant() {
  return plant_of({signal("exec", ValueType::text, Role::execution),
                   signal("parts", ValueType::uint32, Role::part_count),
                   signal("load", ValueType::float64)});
}

TEST(Replay, WindowIsTheRecordingUnlessGiven) {
  const auto report = replay_recording(small_plant(), "mill", {}, source_of(shift));
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->window, (Interval{at("2024-03-14T08:00:00Z"), at("2024-03-14T09:00:00Z")}));
  EXPECT_EQ(report->figures.sums.state[State::run], std::chrono::minutes(30));
  EXPECT_EQ(report->figures.parts_total, 2);
  EXPECT_EQ(report->malformed, 1u);
  EXPECT_EQ(report->observations, 10u);
}

TEST(Replay, SaysTheSameHoweverTheBytesArrive) {
  const auto whole = replay_recording(small_plant(), "mill", {}, source_of(shift));
  for (const std::size_t piece : {1u, 7u, 64u}) {
    const auto cut = replay_recording(small_plant(), "mill", {}, source_of(shift, piece));
    ASSERT_TRUE(whole && cut);
    EXPECT_EQ(replay_to_json(*cut, kpi::Language::en).dump(),
              replay_to_json(*whole, kpi::Language::en).dump());
  }
}

TEST(Replay, CsvSaysTheSameAsTheShdrLog) {
  const std::string csv =
      "t,signal,value\n"
      "2024-03-14T08:00:00Z,exec,READY\n2024-03-14T08:00:00Z,parts,10\n"
      "2024-03-14T08:10:00Z,exec,ACTIVE\nthis is no line\n"
      "2024-03-14T08:20:00Z,parts,11\n2024-03-14T08:20:00Z,load,50\n"
      "2024-03-14T08:30:00Z,parts,12\n2024-03-14T08:30:00Z,load,70\n"
      "2024-03-14T08:40:00Z,exec,READY\n2024-03-14T08:40:00Z,nobody,1\n"
      "2024-03-14T09:00:00Z,parts,12\n";
  const auto a = replay_recording(small_plant(), "mill", {}, source_of(shift));
  const auto b = replay_recording(small_plant(), "mill", {}, source_of(csv));
  ASSERT_TRUE(a && b);
  auto left = replay_to_json(*a, kpi::Language::en);
  auto right = replay_to_json(*b, kpi::Language::en);
  left.erase("first_malformed");
  right.erase("first_malformed");
  EXPECT_EQ(left.dump(1), right.dump(1));
}

TEST(Replay, WhatCameBeforeTheWindowSetsItsStartOnly) {
  const auto report = replay_recording(
      small_plant(), "mill", {.from = at("2024-03-14T08:15:00Z"), .to = at("2024-03-14T08:25:00Z")},
      source_of(shift));
  ASSERT_TRUE(report) << report.error().what;
  const auto json = replay_to_json(*report, kpi::Language::en);
  EXPECT_EQ(json["state_s"]["run"], 600);
  EXPECT_EQ(json["parts"]["total"], 1);
  EXPECT_EQ(json["signals"]["exec"]["value_s"].dump(), R"({"READY":0.0,"ACTIVE":600.0})");
  EXPECT_EQ(json["signals"]["load"].dump(), R"({"n":1,"min":50.0,"max":50.0,"mean":50.0})");
  EXPECT_EQ(json["timeline"].size(), 1u);
  EXPECT_EQ(json["timeline"][0]["from"], "2024-03-14T08:15:00.000Z");
}

TEST(Replay, HourBeforeTheRecordingBeginsIsOffline) {
  const auto report = replay_recording(
      small_plant(), "mill", {.from = at("2024-03-14T07:00:00Z"), .to = at("2024-03-14T09:00:00Z")},
      source_of(shift));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->timeline.front().state, State::offline);
  EXPECT_EQ(report->figures.sums.state[State::offline], std::chrono::hours(1));
  EXPECT_EQ(report->signals[0].values[0].value, "(none)");
  EXPECT_EQ(report->signals[0].values[0].held, std::chrono::hours(1));
}

TEST(Replay, RefusesWhatItCannotAnswerAndSaysWhatToDo) {
  const struct {
    const char* what;
    const char* machine;
    ReplayOptions options;
    std::string recording;
  } table[] = {
      {"the plant has no machine \"lathe\"; it has mill", "lathe", {}, shift},
      {"says nothing about the signals of mill", "mill", {}, ""},
      {"says nothing about the signals of mill", "mill", {}, "2024-03-14T08:00:00Z|other|1\n"},
      {"before it begins",
       "mill",
       {.from = at("2024-03-14T09:00:00Z"), .to = at("2024-03-14T08:00:00Z")},
       shift},
  };
  for (const auto& row : table) {
    const auto report =
        replay_recording(small_plant(), row.machine, row.options, source_of(row.recording));
    ASSERT_FALSE(report) << row.what;
    EXPECT_EQ(report.error().code, Errc::invalid);
    EXPECT_NE(report.error().what.find(row.what), std::string::npos) << report.error().what;
  }
}

TEST(Replay, ErrorOfTheSourceIsPassedOn) {
  const auto report =
      replay_recording(small_plant(), "mill", {}, [](std::span<std::byte>) -> Result<std::size_t> {
        return fail(Errc::unreachable, "the disk is gone");
      });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().what, "the disk is gone");
}

}  // namespace
}  // namespace spindle::plant
