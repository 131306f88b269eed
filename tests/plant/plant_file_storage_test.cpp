#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

PlantFileResult with_storage(std::string_view storage) {
  return parse_plant("site: {name: A}\nstorage: " + std::string(storage) + "\n", "p.yaml");
}

PlantFileResult with_signal(std::string_view keys) {
  return parse_plant(
      "machines:\n- id: m\n  connection: {protocol: push}\n  signals:\n  - {id: a, " +
          std::string(keys) + "}\n",
      "p.yaml");
}

Signal signal_of(std::string_view keys) {
  const auto plant = with_signal(keys);
  if (!plant) ADD_FAILURE() << to_string(plant.error());
  return plant ? plant->machines.front().signals.front() : Signal{};
}

std::string first_error(const PlantFileResult& result) {
  return result ? "no error" : result.error().front().to_string();
}

TEST(PlantFileStorage, WithoutAWordTheDefaultsHold) {
  const auto plant = with_storage("{}");
  ASSERT_TRUE(plant) << to_string(plant.error());
  EXPECT_EQ(plant->storage, Storage{});
  EXPECT_EQ(plant->storage.keep.of(HistoryClass::analog), 365U);
  EXPECT_EQ(plant->storage.keep.of(HistoryClass::state), 3650U);
  EXPECT_DOUBLE_EQ(plant->storage.leave_free, 0.1);
}

TEST(PlantFileStorage, ExportsAreWrittenAgainAndAgain) {
  const auto plant = with_storage(
      "{exports: [{folder: /media/out}, {name: line-a, folder: /media/out, every: hour, at: "
      "\"00:10\", "
      "format: xlsx, signals: [vmc-1/power, vmc-2/*]}]}");
  ASSERT_TRUE(plant) << to_string(plant.error());
  const auto& exports = plant->storage.exports;
  ASSERT_EQ(exports.size(), 2u);
  EXPECT_EQ(exports[0], (ExportSchedule{.folder = "/media/out", .signals = {}}));
  EXPECT_EQ(exports[0].every, ExportSchedule::Every::day);
  EXPECT_EQ(exports[0].at, 5min);
  EXPECT_EQ(exports[1].every, ExportSchedule::Every::hour);
  EXPECT_EQ(exports[1].at, 10min);
  EXPECT_EQ(exports[1].format, "xlsx");
  EXPECT_EQ(exports[1].signals, (std::vector<std::string>{"vmc-1/power", "vmc-2/*"}));
}

TEST(PlantFileStorage, ExportsThatMakeNoSenseAreRefused) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"{}", "folder"},
      {"{folder: out}", "not a whole path"},
      {"{folder: /out, name: a/b}", "becomes a file's name"},
      {"{folder: /out, every: week}", "every"},
      {"{folder: /out, at: \"25:00\"}", "a time of the day"},
      {"{folder: /out, every: hour, at: \"01:00\"}", "minutes past the hour"},
      {"{folder: /out, format: pdf}", "write csv, xml"},
      {"{folder: /out, signals: [power]}", "write MACHINE/SIGNAL"},
      {"{folder: /out, machines: [a]}", "machines"},
      {"{folder: /out}, {folder: /out}", "two exports would write the same files"}};
  for (const auto& [written, words] : table)
    EXPECT_THAT(first_error(with_storage("{exports: [" + written + "]}")),
                ::testing::HasSubstr(words));
}

TEST(PlantFileStorage, EachKeyMeansWhatItSays) {
  const auto plant = with_storage(
      "{quota_gb: 8.5, keep: {analog_days: 30, energy_days: 90}, leave_free: 0.2, "
      "backups: {folder: /media/usb, at: \"01:15\", keep_days: 7}}");
  ASSERT_TRUE(plant) << to_string(plant.error());
  EXPECT_EQ(plant->storage.quota_gb, 8.5);
  EXPECT_EQ(plant->storage.keep.analog, 30U);
  EXPECT_EQ(plant->storage.keep.energy, 90U);
  EXPECT_EQ(plant->storage.keep.counter, 3650U);
  EXPECT_DOUBLE_EQ(plant->storage.leave_free, 0.2);
  EXPECT_EQ(plant->storage.backups, (BackupSchedule{"/media/usb", MinuteOfDay{75}, 7}));
}

TEST(PlantFileStorage, WhatCanNotBeIsRefusedWithItsPlace) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"{quota_gb: 0}",
       "p.yaml:2:21: error: `quota_gb` is 0, out of range; write a number from "
       "0.05 to 1000000"},
      {"{quota: 5}", "p.yaml:2:11: error: "},
      {"{keep: {analog: 5}}", "p.yaml:2:18: error: "},
      {"{keep: {analog_days: 0}}", "`analog_days` is `0`; write a whole number from 1 to 36500"},
      {"{keep: {analog_days: 1.5}}", "write a whole number"},
      {"{leave_free: 1}", "`leave_free` is 1, out of range"},
      {"{backups: {}}", "a backup schedule has no `folder`; write the whole path of a folder"},
      {"{backups: {folder: usb}}", "the backup folder `usb` is not a whole path"},
      {"{backups: {folder: /usb, at: \"25:00\"}}",
       "`at` can't be `25:00`; write a time of the day"},
      {"{backups: {folder: /usb, at: \"24:00\"}}", "`at` can't be `24:00`"},
      {"[]", "write keys and values"}};
  for (const auto& [storage, error] : cases)
    EXPECT_THAT(first_error(with_storage(storage)), testing::HasSubstr(std::string(error)))
        << storage;
}

TEST(PlantFileStorage, ASignalsPolicyIsRead) {
  const auto signal = signal_of(
      "type: float64, history: {every_s: 10, dead_band: 0.5, dead_band_percent: 1, "
      "at_least_every_s: 600, class: energy}");
  EXPECT_EQ(signal.history.every, Duration{10s});
  EXPECT_EQ(signal.history.dead_band, 0.5);
  EXPECT_EQ(signal.history.dead_band_percent, 1.0);
  EXPECT_EQ(signal.history.at_least_every, Duration{600s});
  EXPECT_EQ(signal.history.kept_as, HistoryClass::energy);
  EXPECT_TRUE(signal.history.thins());
  EXPECT_FALSE(signal_of("history: {class: state}").history.thins());
}

TEST(PlantFileStorage, APolicyThatCanNotHoldIsRefused) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"type: bool, history: {dead_band: 1}", "`dead_band` needs a number, but the type is bool"},
      {"type: text, history: {dead_band_percent: 1}", "but the type is text"},
      {"history: {every_s: 10, at_least_every_s: 5}",
       "one value can't be kept more often than at most; write at least 10"},
      {"history: {every_s: 0}", "out of range"},
      {"history: {dead_band: -1}", "out of range"},
      {"history: {class: analogue}", "did you mean `analog`?"},
      {"history: {deadband: 1}", "dead_band"},
      {"history: 5", "write keys and values"}};
  for (const auto& [keys, error] : cases)
    EXPECT_THAT(first_error(with_signal(keys)), testing::HasSubstr(std::string(error))) << keys;
}

TEST(PlantFileStorage, RoleAndTypeSuggestTheClassUnlessItIsSaid) {
  const std::vector<std::pair<std::string_view, HistoryClass>> cases{
      {"type: bool", HistoryClass::state},
      {"type: text", HistoryClass::state},
      {"type: float64", HistoryClass::analog},
      {"type: uint16", HistoryClass::analog},
      {"role: execution", HistoryClass::state},
      {"role: execution, type: uint16", HistoryClass::state},
      {"role: lamp_red", HistoryClass::state},
      {"role: part_count", HistoryClass::counter},
      {"role: scrap_count", HistoryClass::counter},
      {"role: power", HistoryClass::energy},
      {"role: energy", HistoryClass::energy},
      {"role: temperature", HistoryClass::analog},
      {"role: spindle_load", HistoryClass::analog},
      {"role: temperature, history: {class: state}", HistoryClass::state}};
  for (const auto& [keys, wanted] : cases)
    EXPECT_EQ(signal_of(keys).history_class(), wanted) << keys;
}

TEST(PlantFileStorage, AChangedPolicyIsSaidAndMovesNeitherPastNorConnection) {
  const auto before = with_signal("role: power");
  const auto after = with_signal("role: power, history: {dead_band: 0.1, class: analog}");
  ASSERT_TRUE(before && after);
  const auto changes = diff(*before, *after);
  EXPECT_EQ(changes.to_string(),
            "~ machine m: signal a: history.dead_band none → 0.1\n"
            "~ machine m: signal a: history.class none → analog\n");
  ASSERT_EQ(changes.machines.size(), 1U);
  EXPECT_TRUE(changes.machines.front().display_only());
  EXPECT_THAT(changes.said(kpi::Language::zh_tw),
              testing::Contains("變更設備 m：訊號 a：保存死區 無 → 0.1"));
}

TEST(PlantFileStorage, AChangedQuotaIsSaid) {
  const auto before = with_storage("{}");
  const auto after = with_storage("{quota_gb: 4, keep: {analog_days: 30}}");
  ASSERT_TRUE(before && after);
  const auto changes = diff(*before, *after);
  EXPECT_EQ(changes.to_string(),
            "~ storage: quota_gb none → 4\n~ storage: keep.analog_days 365 → 30\n");
  EXPECT_FALSE(changes.calendar_changed);
  EXPECT_FALSE(same_definition(*before, *after));
}

TEST(PlantFileStorage, SettingsChangeItAndLeaveItAloneWhenSilent) {
  const auto plant = with_storage("{quota_gb: 4}");
  ASSERT_TRUE(plant);
  const auto silent = plant_with_settings(*plant, {{"site", {{"name", "B"}}}});
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->storage, plant->storage);
  const auto said = plant_with_settings(*plant, {{"storage", {{"leave_free", 0.3}}}});
  ASSERT_TRUE(said);
  EXPECT_EQ(said->storage.quota_gb, std::nullopt);
  EXPECT_DOUBLE_EQ(said->storage.leave_free, 0.3);
}

}  // namespace
}  // namespace spindle::plant
