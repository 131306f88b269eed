#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plant/plant_diff.hpp"
#include "plant/plant_file.hpp"
#include "tests/plant/plant_file_generators.hpp"

namespace spindle::plant {
namespace {

constexpr std::string_view base = R"(
site: {name: A}
calendar:
  shifts: [{name: day, days: mon-fri, start: "08:00", end: "17:00"}]
machines:
  - id: vmc-1
    connection: {protocol: push}
  - id: vmc-2
    ideal_cycle_s: 30
    connection: {protocol: modbus-tcp, host: h}
    signals:
      - {id: run, address: "di:0", role: run}
      - {id: temp, address: "ir:3"}
)";

Plant parsed(std::string_view text) {
  auto plant = parse_plant(text, "p.yaml");
  if (!plant) ADD_FAILURE() << to_string(plant.error());
  return plant ? *plant : Plant{};
}

Plant with(std::string_view from, std::string_view to) {
  std::string text(base);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return parsed(text.replace(at, from.size(), to));
}

TEST(PlantFileDiff, EachChangeIsALineAndSaysWhatItCosts) {
  const struct {
    std::string_view from, to;
    std::string line;
    bool connection, engine;
  } cases[] = {
      {"ideal_cycle_s: 30", "ideal_cycle_s: 28", "~ machine vmc-2: ideal_cycle_s 30 → 28\n", false,
       true},
      {"    ideal_cycle_s: 30\n", "", "~ machine vmc-2: ideal_cycle_s 30 → none\n", false, true},
      {"ideal_cycle_s: 30", "ideal_cycle_s: 30\n    name: B", "~ machine vmc-2: name vmc-2 → B\n",
       false, false},
      {"ideal_cycle_s: 30", "ideal_cycle_s: 30\n    group: C", "~ machine vmc-2: group none → C\n",
       false, false},
      {"ideal_cycle_s: 30", "ideal_cycle_s: 30\n    state: {min_hold_s: 3}",
       "~ machine vmc-2: state.min_hold_s 2 → 3\n", false, true},
      {"ideal_cycle_s: 30", "ideal_cycle_s: 30\n    counting: {step_max: 3}",
       "~ machine vmc-2: counting.step_max none → 3\n", false, true},
      {"host: h", "host: i", "~ machine vmc-2: connection.host h → i\n", true, false},
      {"host: h", "host: h, poll_ms: 500", "~ machine vmc-2: connection.poll_ms 1000 → 500\n", true,
       false},
      {"host: h", "host: h, poll_ms: 9000", "~ machine vmc-2: connection.poll_ms 1000 → 9000\n",
       true, true},
      {"role: run", "role: power_on", "~ machine vmc-2: signal run: role run → power_on\n", false,
       true},
      {"\"di:0\"", "\"di:1\"", "~ machine vmc-2: signal run: address di:0 → di:1\n", true, false},
      {"\"ir:3\"", "\"ir:3\", unit: °C", "~ machine vmc-2: signal temp: unit none → °C\n", false,
       false},
      {"\"ir:3\"", "\"ir:3\", type: int16", "~ machine vmc-2: signal temp: type uint16 → int16\n",
       true, false},
      {"      - {id: temp, address: \"ir:3\"}\n", "",
       "- machine vmc-2: signal temp (ir:3, uint16)\n", true, false},
      {"id: run,", "id: runs,",
       "- machine vmc-2: signal run (di:0, bool, run)\n"
       "+ machine vmc-2: signal runs (di:0, bool, run)\n",
       true, true},
      {"id: vmc-1", "id: vmc-0",
       "- machine vmc-1 (push, 0 signals)\n+ machine vmc-0 (push, 0 signals)\n", true, true},
  };
  for (const auto& c : cases) {
    const auto changes = diff(parsed(base), with(c.from, c.to));
    EXPECT_EQ(changes.to_string(), c.line);
    ASSERT_FALSE(changes.machines.empty()) << c.line;
    EXPECT_EQ(changes.machines[0].connection_changed, c.connection) << c.line;
    EXPECT_EQ(changes.machines[0].engine_changed, c.engine) << c.line;
    EXPECT_EQ(changes.machines[0].display_only(), !c.connection && !c.engine) << c.line;
    EXPECT_FALSE(changes.calendar_changed);
  }
}

TEST(PlantFileDiff, SiteAndCalendarChangesAreLinesToo) {
  auto changes = diff(parsed(base), with("name: A}", "name: B, timezone: UTC}"));
  EXPECT_EQ(changes.to_string(), "~ site: name A → B\n~ site: timezone Asia/Taipei → UTC\n");
  EXPECT_TRUE(changes.calendar_changed) << "shifts are written in the zone";
  changes = diff(parsed(base),
                 with("end: \"17:00\"}]", "end: \"16:00\"}]\n  holidays: [{date: 2026-10-10}]"));
  EXPECT_EQ(changes.to_string(),
            "- shift: name day days mon-fri start 08:00 end 17:00\n"
            "+ shift: name day days mon-fri start 08:00 end 16:00\n"
            "+ holiday: date 2026-10-10\n");
  EXPECT_TRUE(changes.calendar_changed);
  EXPECT_TRUE(changes.machines.empty());
}

TEST(PlantFileDiff, NothingAndMereOrderAreSaidPlainly) {
  EXPECT_TRUE(diff(parsed(base), parsed(base)).empty());
  EXPECT_EQ(diff(parsed(base), parsed(base)).to_string(), "No changes.\n");
  auto swapped = parsed(base);
  std::swap(swapped.machines[0], swapped.machines[1]);
  const auto changes = diff(parsed(base), swapped);
  EXPECT_TRUE(changes.reordered);
  EXPECT_TRUE(changes.machines.empty());
}

RC_GTEST_PROP(PlantFileDiff, IsEmptyExactlyForEqualPlants, ()) {
  const auto a = testing_support::any_plant();
  auto b = a;
  RC_ASSERT(diff(a, b).empty());
  if (!b.machines.empty() && *rc::gen::arbitrary<bool>())
    b.machines.back().rated_power_kw = 12345.0;
  else
    b = testing_support::any_plant();
  RC_ASSERT(diff(a, b).empty() == same_definition(a, b));
}

}  // namespace
}  // namespace spindle::plant
