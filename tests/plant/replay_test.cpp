#include "plant/replay.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plant/replay_support.hpp"

namespace spindle::plant {
namespace {

using testing::at;
using testing::plant_of;
using testing::signal;
using testing::source_of;

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

TEST(Replay, BytesThatAreNoUtf8AreStillJson) {
  const auto report = replay_recording(
      small_plant(), "mill", {},
      source_of("2024-03-14T08:00:00Z|exec|READY\xFC\nno\xFF line\n2024-03-14T08:01:00Z|exec|A\n"));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->malformed, 1u);
  const auto text = replay_to_json(*report, kpi::Language::en).dump();
  EXPECT_NE(text.find("READY\u00FC"), std::string::npos) << text;
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
