#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "plant/plant_json.hpp"

namespace spindle::plant {
namespace {

Plant parsed(const std::string& text) {
  auto plant = parse_plant(text, "p.yaml");
  if (!plant) ADD_FAILURE() << to_string(plant.error());
  return plant ? *plant : Plant{};
}

TEST(PlantFileReasons, APlantWithoutAnyHasTheTwelveOfTheShopFloor) {
  for (const auto* text : {"site: {name: A}\n", "site: {name: A}\nreasons:\n"}) {
    const auto plant = parsed(text);
    EXPECT_EQ(plant.reasons, default_reasons());
    EXPECT_EQ(plant.reasons.size(), 12U);
    ASSERT_TRUE(plant.find_reason("changeover"));
    EXPECT_EQ(plant.find_reason("changeover")->state, State::setup);
    EXPECT_EQ(plant.find_reason("planned_maint")->state, State::maint);
    EXPECT_FALSE(plant.find_reason("no_material")->state);
    EXPECT_EQ(plant.find_reason("no_material")->name, "待料");
    EXPECT_EQ(plant.find_reason("nothing"), nullptr);
    EXPECT_EQ(write_plant(plant).find("reasons"), std::string::npos);
  }
}

TEST(PlantFileReasons, AreReadWrittenAndReadAgain) {
  const auto plant = parsed(R"(
site: {name: A}
reasons:
  - {id: no_wire, name: 換線材, name_en: Wire change, group: 物料, state: setup}
  - id: lunch
)");
  ASSERT_EQ(plant.reasons.size(), 2U);
  EXPECT_EQ(plant.reasons[0],
            (StopReason{"no_wire", "換線材", "Wire change", "物料", State::setup}));
  EXPECT_EQ(plant.reasons[1], (StopReason{"lunch", "lunch", "", "", {}}));
  EXPECT_EQ(parsed(write_plant(plant)).reasons, plant.reasons);
  EXPECT_TRUE(same_definition(parsed(write_plant(plant)), plant));
  EXPECT_EQ(plant_from_json(plant_to_json(plant, JsonDetail::all))->reasons, plant.reasons);
}

TEST(PlantFileReasons, AnEmptyListIsKept) {
  const auto plant = parsed("site: {name: A}\nreasons: []\n");
  EXPECT_TRUE(plant.reasons.empty());
  EXPECT_TRUE(parsed(write_plant(plant)).reasons.empty());
}

TEST(PlantFileReasons, WhatIsWrongIsRefusedWhereItStands) {
  const struct {
    std::string reason;
    std::string error;
  } cases[] = {
      {"{name: 待料}", "no `id`"},
      {"{id: No Material}", "may hold only a-z 0-9 _ and -"},
      {"{id: a, state: run}", "write setup or maint"},
      {"{id: a, state: broken}", "write setup or maint"},
      {"{id: a, colour: red}", "`colour`"},
      {"{id: a}, {id: a}", "already taken"},
      {"a", "a reason"},
  };
  for (const auto& [reason, error] : cases) {
    const auto plant = parse_plant("site: {name: A}\nreasons: [" + reason + "]\n", "p.yaml");
    ASSERT_FALSE(plant) << reason;
    EXPECT_THAT(to_string(plant.error()), testing::HasSubstr(error));
    EXPECT_THAT(to_string(plant.error()), testing::HasSubstr("p.yaml:2:"));
  }
}

TEST(PlantFileReasons, EachChangeIsALineInBothLanguages) {
  const auto before = parsed("site: {name: A}\nreasons: [{id: a, name: 甲}, {id: b}]\n");
  const auto after = parsed("site: {name: A}\nreasons: [{id: b, state: maint}, {id: c}]\n");
  const auto changes = diff(before, after);
  EXPECT_EQ(changes.to_string(),
            "- reason a 甲\n"
            "~ reason b: state none → maint\n"
            "+ reason c\n");
  EXPECT_THAT(changes.said(kpi::Language::zh_tw),
              testing::ElementsAre("移除停機原因 a 甲", "變更停機原因 b：登錄狀態 無 → maint",
                                   "新增停機原因 c"));
  EXPECT_THAT(changes.said(kpi::Language::en),
              testing::ElementsAre("Removed reason a 甲", "Changed reason b: state none → maint",
                                   "Added reason c"));
}

TEST(PlantDiffWords, AMachinesChangesAreSaidInTheShopFloorsWords) {
  const auto machine = [](const std::string& rest) {
    return parsed("site: {name: A}\nmachines: [{id: vmc-2, connection: {protocol: shdr, host: h}" +
                  rest + "}]\n");
  };
  const auto changes = diff(machine(""), machine(", ideal_cycle_s: 28, group: 一廠"));
  EXPECT_THAT(changes.said(kpi::Language::zh_tw),
              testing::ElementsAre("變更設備 vmc-2：群組 無 → 一廠",
                                   "變更設備 vmc-2：標準工時（秒） 無 → 28"));
  const auto added = diff(parsed("site: {name: A}\n"), machine(""));
  EXPECT_THAT(added.said(kpi::Language::zh_tw),
              testing::ElementsAre("新增設備 vmc-2（shdr，0 個訊號）"));
  const auto shift = diff(parsed("site: {name: A}\n"),
                          parsed("site: {name: A}\ncalendar: {shifts: [{name: 日班, days: mon-fri, "
                                 "start: '08:00', end: '17:00'}]}\n"));
  EXPECT_THAT(shift.said(kpi::Language::zh_tw),
              testing::ElementsAre("新增班別：名稱 日班，星期 mon-fri，開始 08:00，結束 17:00"));
}

}  // namespace
}  // namespace spindle::plant
