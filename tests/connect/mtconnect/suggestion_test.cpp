#include "connect/mtconnect/suggestion.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "connect/mtconnect/device_choice.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::connect {
namespace {

using mtconnect::Category;

TEST(MtconnectSuggestion, SaysWhatADataItemMeans) {
  struct Case {
    Category category;
    std::string_view component, type, sub_type, units, representation;
    ValueType value;
    Role role;
    std::string_view unit;
  };
  const std::vector<Case> cases{
      {Category::event, "Device", "AVAILABILITY", "", "", "VALUE", ValueType::text,
       Role::availability, ""},
      {Category::event, "Path", "EXECUTION", "", "", "VALUE", ValueType::text, Role::execution, ""},
      {Category::event, "Path", "CONTROLLER_MODE", "", "", "VALUE", ValueType::text, Role::mode,
       ""},
      {Category::event, "Controller", "EMERGENCY_STOP", "", "", "VALUE", ValueType::text,
       Role::estop, ""},
      {Category::event, "Path", "PART_COUNT", "", "", "VALUE", ValueType::uint32, Role::part_count,
       ""},
      {Category::event, "Path", "PART_COUNT", "ALL", "", "VALUE", ValueType::uint32,
       Role::part_count, ""},
      {Category::event, "Path", "PART_COUNT", "GOOD", "", "VALUE", ValueType::uint32,
       Role::good_count, ""},
      {Category::event, "Path", "PART_COUNT", "BAD", "", "VALUE", ValueType::uint32,
       Role::scrap_count, ""},
      {Category::event, "Path", "PROGRAM", "MAIN", "", "VALUE", ValueType::text, Role::program, ""},
      {Category::event, "Path", "TOOL_NUMBER", "", "", "VALUE", ValueType::text, Role::tool, ""},
      {Category::sample, "Rotary", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE", "VALUE",
       ValueType::float64, Role::spindle_speed, "rpm"},
      {Category::sample, "Rotary", "LOAD", "", "PERCENT", "VALUE", ValueType::float64,
       Role::spindle_load, "%"},
      {Category::sample, "Electric", "WATTAGE", "", "WATT", "VALUE", ValueType::float64,
       Role::power, "W"},
      {Category::condition, "Controller", "SYSTEM", "", "", "VALUE", ValueType::condition,
       Role::none, ""},
      // What must not be taken for it.
      {Category::event, "Path", "PART_COUNT", "TARGET", "", "VALUE", ValueType::uint32, Role::none,
       ""},
      {Category::event, "Path", "PROGRAM", "SCHEDULE", "", "VALUE", ValueType::text, Role::none,
       ""},
      {Category::sample, "Rotary", "ROTARY_VELOCITY", "COMMANDED", "REVOLUTION/MINUTE", "VALUE",
       ValueType::float64, Role::none, "rpm"},
      {Category::sample, "Linear", "LOAD", "", "PERCENT", "VALUE", ValueType::float64, Role::none,
       "%"},
      {Category::sample, "Path", "PATH_POSITION", "ACTUAL", "MILLIMETER_3D", "VALUE",
       ValueType::text, Role::none, "mm"},
      {Category::event, "Path", "VARIABLE", "", "", "DATA_SET", ValueType::text, Role::none, ""},
      {Category::condition, "Rotary", "LOAD", "", "", "VALUE", ValueType::condition, Role::none,
       ""},
  };
  for (const auto& c : cases) {
    mtconnect::Device device;
    device.components = {{0, "Device", "d", "d"}, {0, std::string(c.component), "c", ""}};
    const mtconnect::DataItem item{"Id-1",
                                   "",
                                   std::string(c.type),
                                   std::string(c.sub_type),
                                   std::string(c.units),
                                   std::string(c.representation),
                                   c.category,
                                   1};
    const auto signal = suggest_signal(device, item);
    EXPECT_EQ(signal.type, c.value) << c.type << c.sub_type;
    EXPECT_EQ(signal.role, c.role) << c.type << c.sub_type;
    EXPECT_EQ(signal.unit, c.unit) << c.type;
    EXPECT_EQ(signal.id, "id_1");
    EXPECT_EQ(signal.address, "Id-1");
  }
}

TEST(MtconnectSuggestion, FindsTheStateOfEachMachineInARecordedModel) {
  std::ifstream file(test::recordings() / "mtconnect-nist/Devices.xml");
  if (!file) GTEST_SKIP() << "no recordings";
  std::stringstream text;
  text << file.rdbuf();
  mtconnect::Document document;
  ASSERT_TRUE(document.load(text.str()));
  const auto devices = mtconnect::read_devices(document);
  ASSERT_TRUE(devices);
  std::size_t with_execution = 0;
  for (const auto& device : *devices) {
    std::set<Role> roles;
    for (const auto& item : device.data_items) roles.insert(suggest_role(device, item));
    EXPECT_TRUE(roles.contains(Role::availability)) << device.name;
    with_execution += roles.contains(Role::execution) ? 1 : 0;
  }
  EXPECT_GE(with_execution, 5u);
}

TEST(MtconnectDeviceChoice, PercentEncodesWhatAPathMayNotHold) {
  EXPECT_EQ(percent_encoded("mill-1_a.b~"), "mill-1_a.b~");
  EXPECT_EQ(percent_encoded("a b/ü?"), "a%20b%2F%C3%BC%3F");
}

}  // namespace
}  // namespace spindle::connect
