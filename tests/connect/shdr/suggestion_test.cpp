#include "connect/shdr/suggestion.hpp"

#include <gtest/gtest.h>

#include <string>

namespace spindle::connect {
namespace {

TEST(ShdrSuggestion, UsualKeysMeanWhatAdaptersMeanByThem) {
  const struct {
    std::string key;
    Role role;
  } cases[] = {
      {"avail", Role::availability},
      {"execution", Role::execution},
      {"exec", Role::execution},
      {"mode", Role::mode},
      {"estop", Role::estop},
      {"program", Role::program},
      {"tool_id", Role::tool},
      {"part_count", Role::part_count},
      {"PartCountAct", Role::part_count},
      {"load", Role::spindle_load},
      {"Sload", Role::spindle_load},
      {"S1load", Role::spindle_load},
      {"speed", Role::spindle_speed},
      {"Srpm", Role::spindle_speed},
      {"Fovr", Role::feed_override},
      {"scrap-count", Role::scrap_count},
      {"vmc-3:execution", Role::execution},
      {"execution_2", Role::execution},
      {"EXECUTION", Role::execution},
      {"Xact", Role::axis_position},
      {"power", Role::power},
      {"operator", Role::operator_id},
  };
  for (const auto& [key, role] : cases) EXPECT_EQ(suggest_shdr_role(key), role) << key;
}

TEST(ShdrSuggestion, OtherKeysMeanNothingToTheEngine) {
  for (const auto* key :
       {"", ":", "2", "executioner", "payload", "coolant", "partcounter", "avails"})
    EXPECT_EQ(suggest_shdr_role(key), Role::none) << key;
}

TEST(ShdrSuggestion, ASignalKeepsTheKeyAsItWasSentAndGetsAnIdAPlantFileTakes) {
  const auto signal = suggest_shdr_signal("切削:Spindle Load%", shdr::ItemKind::value, "12.5");
  EXPECT_EQ(signal.address, "切削:Spindle Load%");
  EXPECT_EQ(signal.id, "Spindle_Load_");
  EXPECT_EQ(suggest_shdr_signal(std::string(90, 'k'), shdr::ItemKind::value, "").id.size(), 64U);
}

TEST(ShdrSuggestion, TheLastWordsDecideBetweenNumberAndText) {
  const struct {
    std::string key, value;
    shdr::ItemKind kind;
    ValueType type;
    Role role;
    std::string unit;
  } cases[] = {
      {"coolant_temp", "21.5", shdr::ItemKind::value, ValueType::float64, Role::none, ""},
      {"coolant", "FULL", shdr::ItemKind::value, ValueType::text, Role::none, ""},
      {"coolant", "", shdr::ItemKind::value, ValueType::text, Role::none, ""},
      {"load", "33", shdr::ItemKind::value, ValueType::float64, Role::spindle_load, "%"},
      {"load", "UNAVAILABLE", shdr::ItemKind::value, ValueType::float64, Role::spindle_load, "%"},
      {"load", "heavy", shdr::ItemKind::value, ValueType::text, Role::none, ""},
      {"part_count", "7", shdr::ItemKind::value, ValueType::uint32, Role::part_count, ""},
      {"tool_id", "12", shdr::ItemKind::value, ValueType::text, Role::tool, ""},
      {"program", "1001", shdr::ItemKind::value, ValueType::text, Role::program, ""},
      {"power_on", "ON", shdr::ItemKind::value, ValueType::boolean, Role::power_on, ""},
      {"system", "", shdr::ItemKind::condition, ValueType::condition, Role::alarm, ""},
      {"message", "hello", shdr::ItemKind::message, ValueType::text, Role::none, ""},
      {"load", "1 2 3", shdr::ItemKind::series, ValueType::float64, Role::none, ""},
  };
  for (const auto& c : cases) {
    const auto signal = suggest_shdr_signal(c.key, c.kind, c.value);
    EXPECT_EQ(signal.type, c.type) << c.key << c.value;
    EXPECT_EQ(signal.role, c.role) << c.key << c.value;
    EXPECT_EQ(signal.unit, c.unit) << c.key << c.value;
  }
}

}  // namespace
}  // namespace spindle::connect
