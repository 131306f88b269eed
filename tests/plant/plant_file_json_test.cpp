#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plant/plant_diff.hpp"
#include "plant/plant_json.hpp"
#include "tests/plant/plant_file_generators.hpp"

namespace spindle::plant {
namespace {

using nlohmann::json;

RC_GTEST_PROP(PlantFileJson, MachinesComeBackEqualWithEitherDetail, ()) {
  const auto machine = testing_support::any_machine(1);
  for (const auto detail : {JsonDetail::needed, JsonDetail::all}) {
    const auto written = machine_to_json(machine, detail);
    const auto back = machine_from_json(json::parse(written.dump()));
    if (!back) RC_FAIL(to_error(back.error()).what + written.dump());
    RC_ASSERT(same_definition(machine, *back));
  }
}

RC_GTEST_PROP(PlantFileJson, PlantsComeBackEqual, ()) {
  const auto plant = testing_support::any_plant();
  const json written = plant_to_json(plant);
  const auto back = plant_from_json(written);
  if (!back) RC_FAIL(to_error(back.error()).what + written.dump());
  RC_ASSERT(same_definition(plant, *back));
}

TEST(PlantFileJson, AMachineIsReadWithThePlantFilesKeys) {
  const auto machine = machine_from_json(json::parse(R"({
    "id": "vmc-1", "name": "立式加工機 1", "group": null, "ideal_cycle_s": 30, "rated_power_kw": 7.5,
    "connection": {"protocol": "modbus-tcp", "host": "127.0.0.1", "port": 1502, "poll_ms": 500},
    "signals": [{"id": "parts", "address": "hr:10", "type": "uint32", "role": "part_count"}]})"));
  ASSERT_TRUE(machine) << to_error(machine.error()).what;
  EXPECT_EQ(machine->name, "立式加工機 1");
  EXPECT_EQ(machine->group, "");
  EXPECT_EQ(machine->connection.port, 1502);
  EXPECT_EQ(machine->signals.at(0).role, Role::part_count);
}

TEST(PlantFileJson, ErrorsNameTheirPointer) {
  const struct {
    std::string_view body;
    std::string pointer;
    std::string what;
  } cases[] = {
      {R"([])", "", "a machine is written as a list"},
      {R"("x")", "", "a machine is written as text"},
      {R"(null)", "", "a machine is written as nothing"},
      {R"({"connection": {"protocol": "push"}})", "", "a machine has no `id`"},
      {R"({"id": 5, "connection": {"protocol": "push"}})", "/id", "`id` is a number; write text"},
      {R"({"id": "m", "connection": {"protocol": "opc"}})", "/connection/protocol", "can't be"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "ideal_cycle_s": "30"})",
       "/ideal_cycle_s", "in quotes"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "ideal_cycle_s": true})",
       "/ideal_cycle_s", "`true`"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "accept_new_signals": 1})",
       "/accept_new_signals", "write true or false"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "a/b~c": 1})", "/a~1b~0c",
       "has no key `a/b~c`"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "signals": [{"id": "a"}, {"id": "a"}]})",
       "/signals/1/id", "already taken"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "signals": [{"id": "a", "tpye": "bool"}]})",
       "/signals/0/tpye", "did you mean `type`?"},
      {R"({"id": "m", "connection": {"protocol": "push"}, "signals": [{"id": "a\u0000"}]})",
       "/signals/0/id", "control character"},
  };
  for (const auto& c : cases) {
    const auto machine = machine_from_json(json::parse(c.body));
    ASSERT_FALSE(machine) << c.body;
    EXPECT_THAT(machine.error(),
                testing::Contains(
                    testing::AllOf(testing::Field(&JsonProblem::pointer, c.pointer),
                                   testing::Field(&JsonProblem::what, testing::HasSubstr(c.what)))))
        << c.body << to_error(machine.error()).what;
  }
}

TEST(PlantFileJson, ADeepBodyIsRefused) {
  json deep = json::array();
  for (int i = 0; i < 200; ++i) deep = json::array({deep});
  const auto machine = machine_from_json(json{{"id", "m"}, {"signals", deep}});
  ASSERT_FALSE(machine);
  EXPECT_THAT(to_error(machine.error()).what, testing::HasSubstr("nested too deep"));
}

TEST(PlantFileJson, OneLineNamesAllProblems) {
  const auto machine = machine_from_json(json::parse(R"({"id": "M", "colour": 1})"));
  ASSERT_FALSE(machine);
  const auto error = to_error(machine.error());
  EXPECT_EQ(error.code, Errc::invalid);
  EXPECT_THAT(error.what, testing::MatchesRegex("/id: .*; .*has no `connection`.*; /colour: .*"));
}

}  // namespace
}  // namespace spindle::plant
