#include "plant/profiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "plant/plant_file.hpp"
#include "plant/plant_file_checks.hpp"
#include "plant/plant_file_decode.hpp"

namespace spindle::plant {
namespace {

using testing::HasSubstr;

constexpr std::string_view good_profile = R"(
name: 燈
name_en: Lamp
description: 一盞燈。
description_en: A lamp.
protocol: [modbus-tcp]
signals: [{id: lamp, address: "di:0", role: lamp_green}]
)";

Plant parsed(const std::string& text) {
  auto plant = parse_plant(text, "p.yaml", standard_checks());
  if (!plant) ADD_FAILURE() << to_string(plant.error());
  return plant ? *plant : Plant{};
}

std::string machine(const std::string& rest) { return "machines:\n  - {id: m, " + rest + "}\n"; }

TEST(Profiles, EveryFileOfTheLibraryIsCarriedAndIsWhatAPlantFileTakes) {
  const std::filesystem::path folder = SPINDLE_SOURCE_DIR "/profiles";
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".yaml")
      files.insert(entry.path().lexically_relative(folder).replace_extension().string());
  std::set<std::string> carried;
  for (const auto& text : profile_texts()) {
    carried.emplace(text.id);
    const auto profile = read_profile(text);
    ASSERT_TRUE(profile) << profile.error().what;
    std::set<std::string> ids;
    std::set<Role> unique;
    for (const auto& signal : profile->signals) {
      EXPECT_TRUE(ids.insert(signal.id).second) << text.id << signal.id;
      if (is_unique(signal.role)) EXPECT_TRUE(unique.insert(signal.role).second) << text.id;
    }
    for (const auto protocol : profile->protocols)
      EXPECT_TRUE(signals_of_profile(text.id, protocol)) << text.id;
  }
  EXPECT_EQ(carried, files);
  EXPECT_EQ(profiles().size(), files.size());
  for (const auto* wanted :
       {"modbus/tri-colour-lamp", "modbus/lamp-and-counter", "modbus/power-meter",
        "shdr/machining-centre", "mtconnect/machining-centre"})
    EXPECT_TRUE(carried.contains(wanted)) << wanted;
}

TEST(Profiles, AMachineOfAPlantFileTakesItsSignals) {
  const auto plant = parsed(
      machine("connection: {protocol: modbus-tcp, host: h}, profile: modbus/tri-colour-lamp"));
  ASSERT_EQ(plant.machines.size(), 1U);
  const auto& signals = plant.machines[0].signals;
  ASSERT_EQ(signals.size(), 4U);
  EXPECT_EQ(signals[0].role, Role::lamp_red);
  EXPECT_EQ(signals[0].address, "di:0");
  EXPECT_EQ(signals[0].type, ValueType::boolean);
  // And keeps them when it is written and read where there is no library.
  const auto again = parse_plant(write_plant(plant), "again");
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->machines[0].signals.size(), 4U);
  EXPECT_EQ(parsed(write_plant(plant)).machines[0].signals.size(), 4U);
}

TEST(Profiles, TheMachinesOwnSignalsReplaceThoseOfEqualIdAndThoseOfARoleThatOnlyOneMayHave) {
  const auto plant = parsed(machine(
      "connection: {protocol: modbus-tcp, host: h}, profile: modbus/lamp-and-counter, signals: ["
      "{id: lamp_red, address: 'di:9', role: lamp_red}, "
      "{id: pieces, address: 'hr:4', role: part_count}, {id: temp, address: 'ir:8'}]"));
  ASSERT_EQ(plant.machines.size(), 1U);
  std::vector<std::string> ids;
  for (const auto& signal : plant.machines[0].signals) ids.push_back(signal.id);
  EXPECT_THAT(ids, testing::ElementsAre("lamp_red", "lamp_yellow", "lamp_green", "pieces", "temp"));
  EXPECT_EQ(plant.machines[0].signals[0].address, "di:9");
}

TEST(Profiles, UnknownOnesAndThoseOfAnotherProtocolAreRefusedWithAHint) {
  const struct {
    std::string rest, error;
  } cases[] = {
      {"connection: {protocol: modbus-tcp, host: h}, profile: modbus/tri-color-lamp",
       "did you mean `modbus/tri-colour-lamp`"},
      {"connection: {protocol: shdr, host: h}, profile: modbus/power-meter",
       "is for modbus-tcp, modbus-rtu, not for shdr"},
      {"connection: {protocol: push}, profile: shdr/machining-centre", "not for push"},
  };
  for (const auto& [rest, error] : cases) {
    const auto plant = parse_plant(machine(rest), "p.yaml", standard_checks());
    ASSERT_FALSE(plant) << rest;
    EXPECT_THAT(to_string(plant.error()), HasSubstr(error));
  }
}

TEST(Profiles, AFileThatBreaksTheRulesIsRefused) {
  ASSERT_TRUE(read_profile({"x/y", good_profile}));
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text(good_profile);
    return text.replace(text.find(from), from.size(), to);
  };
  const struct {
    std::string text, error;
  } cases[] = {
      {with("name: 燈\n", ""), "no `name`"},
      {with("name_en: Lamp\n", ""), "no `name_en`"},
      {with("[modbus-tcp]", "[]"), "no `protocol`"},
      {with("[modbus-tcp]", "[telepathy]"), "write a protocol"},
      {with("di:0", "xx:0"), "xx:0"},
      {with("[modbus-tcp]", "[modbus-tcp, shdr]\nsigns: 1"), "signs"},
      {with("[{id: lamp, address: \"di:0\", role: lamp_green}]", "[]"), "no signals"},
      {"", "empty"},
      {"- a", "a profile"},
  };
  for (const auto& [text, error] : cases) {
    const auto profile = read_profile({"x/y", text});
    ASSERT_FALSE(profile) << text;
    EXPECT_THAT(profile.error().what, HasSubstr(error)) << text;
    EXPECT_THAT(profile.error().what, HasSubstr("x/y")) << text;
  }
}

TEST(Profiles, AreListedWithWordsInBothLanguagesAndSignalsAsAPlantFileHasThem) {
  for (const auto& profile : profiles()) {
    const auto json = profile_to_json(profile);
    for (const auto* words : {"name", "name_en", "description", "description_en"})
      EXPECT_FALSE(json[words].get<std::string>().empty()) << profile.id << words;
    EXPECT_EQ(json["signals"].size(), profile.signals.size());
    EXPECT_TRUE(json["signals"][0].contains("role"));
    EXPECT_FALSE(json["protocol"].empty());
  }
}

}  // namespace
}  // namespace spindle::plant
