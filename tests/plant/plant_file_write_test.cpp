#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "tests/plant/plant_file_generators.hpp"

namespace spindle::plant {
namespace {

RC_GTEST_PROP(PlantFileWrite, WhatIsWrittenParsesBackToAnEqualPlant, ()) {
  const auto plant = testing_support::any_plant();
  const auto text = write_plant(plant);
  const auto back = parse_plant(text, "written.yaml");
  if (!back) RC_FAIL(to_string(back.error()) + text);
  if (!same_definition(plant, *back)) RC_FAIL(diff(plant, *back).to_string() + text);
  RC_ASSERT(write_plant(*back) == text);
}

TEST(PlantFileWrite, OnlyWhatDiffersFromTheDefaultsIsWrittenInAStableOrder) {
  constexpr std::string_view text = R"(
machines:
  - signals:
      - {role: run, type: bool, id: running, address: "di:0", scale: 1}
      - {id: power, address: "ir:20", type: float32, scale: 0.1, order: CDAB, role: power, unit: kW}
      - {id: temp, address: "ir:3", type: uint16, poll_ms: 5000, offset: -40}
    connection: {port: 502, unit: 1, host: 192.168.1.20, protocol: modbus-tcp, timeout_ms: 2000}
    state: {min_hold_s: 2, offline_after_s: 30}
    counting: {modulus: 0}
    name: 沖床 3
    id: press-3
    ideal_cycle_s: 30.0
  - {id: vmc, name: vmc, connection: {url: "shdr://[fe80::1]:7878"}, signals: [{id: exec, role: execution}]}
calendar:
  exceptions:
    - {date: 2026-05-02, name: 加班, shifts: [{name: 早, start: "08:00", end: "12:00"}]}
  shifts:
    - {name: 日班, days: "mon, tue-fri", start: "08:00", end: "17:00", breaks: [12:00-13:00]}
    - {name: 大夜, days: "fri,sat", start: "22:00", end: "24:00"}
  holidays: [{date: 2026-10-10, name: 國慶日}]
site: {timezone: Asia/Taipei, name: "示範工廠: 一"}
)";
  const auto plant = parse_plant(text, "p.yaml");
  ASSERT_TRUE(plant) << to_string(plant.error());
  const auto written = write_plant(*plant);
  EXPECT_THAT(written, testing::StartsWith("# A Spindle plant file."));
  EXPECT_EQ(written.substr(written.find("site:")),
            R"(site: {name: "示範工廠: 一", timezone: Asia/Taipei}
calendar:
  shifts:
    - {name: 日班, days: mon-fri, start: "08:00", end: "17:00", breaks: ["12:00-13:00"]}
    - {name: 大夜, days: "fri,sat", start: "22:00", end: "24:00"}
  holidays:
    - {date: "2026-10-10", name: 國慶日}
  exceptions:
    - date: "2026-05-02"
      name: 加班
      shifts:
        - {name: 早, start: "08:00", end: "12:00"}
machines:
  - id: press-3
    name: 沖床 3
    ideal_cycle_s: 30
    connection: {protocol: modbus-tcp, host: "192.168.1.20"}
    state: {offline_after_s: 30}
    signals:
      - {id: running, address: "di:0", role: run}
      - {id: power, address: "ir:20", type: float32, order: CDAB, scale: 0.1, unit: kW, role: power}
      - {id: temp, address: "ir:3", offset: -40, poll_ms: 5000}
  - id: vmc
    connection: {protocol: shdr, host: "fe80::1"}
    signals:
      - {id: exec, role: execution}
)");
}

}  // namespace
}  // namespace spindle::plant
