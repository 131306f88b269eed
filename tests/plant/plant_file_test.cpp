#include "plant/plant_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "plant/plant_diff.hpp"

namespace spindle::plant {
namespace {

using namespace std::chrono_literals;

Plant parsed(std::string_view text, const PlantFileChecks& checks = {}) {
  auto result = parse_plant(text, "plant.yaml", checks);
  if (!result) {
    ADD_FAILURE() << to_string(result.error());
    return {};
  }
  return *result;
}

/// One machine with one signal, as the table below writes it.
Signal signal_of(std::string_view connection, std::string_view signal) {
  const auto plant = parsed("machines:\n  - id: m\n    connection: " + std::string(connection) +
                            "\n    signals:\n      - " + std::string(signal) + "\n");
  return plant.machines.empty() ? Signal{} : plant.machines.front().signals.front();
}

Connection connection_of(std::string_view connection) {
  const auto plant =
      parsed("machines:\n  - id: m\n    connection: " + std::string(connection) + "\n");
  return plant.machines.empty() ? Connection{} : plant.machines.front().connection;
}

constexpr std::string_view contract_example = R"(site: {name: 示範工廠, timezone: Asia/Taipei}
calendar:
  shifts:
    - {name: 日班, days: mon-fri, start: "08:00", end: "17:00", breaks: ["12:00-13:00"]}
machines:
  - id: vmc-1                       # [a-z0-9-], stable for ever
    name: 立式加工機 1
    group: 一廠/A線
    ideal_cycle_s: 30
    rated_power_kw: 7.5
    connection: {protocol: modbus-tcp, host: 127.0.0.1, port: 1502, unit: 1, poll_ms: 500}
    profile: modbus/tri-colour-lamp   # optional: signals come from the profile library
    signals:
      - {id: running, address: "di:0", type: bool, role: run}
      - {id: parts, address: "hr:10", type: uint32, role: part_count}
      - {id: power, address: "ir:20", type: float32, order: CDAB, scale: 0.1, unit: kW, role: power}
)";

TEST(PlantFile, TheContractsExampleMeansWhatItSays) {
  const auto plant = parsed(contract_example);
  EXPECT_EQ(plant.name, "示範工廠");
  EXPECT_EQ(plant.timezone, "Asia/Taipei");
  ASSERT_EQ(plant.calendar.shifts.size(), 1U);
  const ShiftTemplate day{.name = "日班",
                          .days = {true, true, true, true, true, false, false},
                          .start = 8h,
                          .end = 17h,
                          .breaks = {{.start = 12h, .end = 13h}},
                          .valid_from = {},
                          .valid_until = {}};
  EXPECT_EQ(plant.calendar.shifts.front(), day);
  ASSERT_EQ(plant.machines.size(), 1U);
  const auto& machine = plant.machines.front();
  EXPECT_EQ(machine.id, "vmc-1");
  EXPECT_EQ(machine.name, "立式加工機 1");
  EXPECT_EQ(machine.group, "一廠/A線");
  EXPECT_EQ(machine.ideal_cycle_s, 30.0);
  EXPECT_EQ(machine.rated_power_kw, 7.5);
  EXPECT_EQ(machine.profile, "modbus/tri-colour-lamp");
  EXPECT_EQ(machine.connection.protocol, Protocol::modbus_tcp);
  EXPECT_EQ(machine.connection.host, "127.0.0.1");
  EXPECT_EQ(machine.connection.port, 1502);
  EXPECT_EQ(machine.connection.unit, 1);
  EXPECT_EQ(machine.connection.poll, Duration(500ms));
  ASSERT_EQ(machine.signals.size(), 3U);
  EXPECT_EQ(machine.signals[0].role, Role::run);
  EXPECT_EQ(machine.signals[0].type, ValueType::boolean);
  EXPECT_EQ(machine.signals[1].type, ValueType::uint32);
  EXPECT_EQ(machine.signals[1].role, Role::part_count);
  const auto& power = machine.signals[2];
  EXPECT_EQ(power.address, "ir:20");
  EXPECT_EQ(power.type, ValueType::float32);
  EXPECT_EQ(power.order, WordOrder::cdab);
  EXPECT_EQ(power.scale, 0.1);
  EXPECT_EQ(power.unit, "kW");
}

TEST(PlantFile, ACalendarKeepsHolidaysExceptionsAndDowntimes) {
  const auto plant = parsed(R"(
site: {name: A, timezone: Europe/Berlin}
calendar:
  shifts:
    - {name: night, days: "mon,wed,fri", start: "20:00", end: "08:00",
       breaks: ["00:00-01:00", "04:00-04:30"], from: 2026-01-01, until: 2026-06-30}
    - {days: sat-mon, start: 09:00, end: "12:00"}
  holidays:
    - {date: 2026-10-10, name: 國慶日}
    - {date: "2026-02-17"}
  exceptions:
    - date: 2026-05-02
      name: overtime
      shifts: [{name: extra, start: "08:00", end: "12:00"}]
  planned_downtime:
    - {machine: m, from: 2026-03-14T08:00:00+08:00, to: 2026-03-14T10:00:00+08:00, reason: oil}
    - {from: "2026-04-01T00:00:00Z", to: "2026-04-01T01:00:00Z"}
machines: [{id: m, connection: {protocol: push}}]
)");
  ASSERT_EQ(plant.calendar.shifts.size(), 2U);
  const auto& night = plant.calendar.shifts[0];
  EXPECT_EQ(night.days, (std::array<bool, 7>{true, false, true, false, true, false, false}));
  EXPECT_EQ(night.breaks.size(), 2U);
  EXPECT_EQ(night.valid_from, 2026y / 1 / 1);
  EXPECT_EQ(night.valid_until, 2026y / 6 / 30);
  EXPECT_EQ(plant.calendar.shifts[1].days,
            (std::array<bool, 7>{true, false, false, false, false, true, true}));
  EXPECT_EQ(plant.calendar.shifts[1].name, "09:00-12:00") << "a shift is named by its times";
  const auto& days = plant.calendar.exceptions;
  ASSERT_EQ(days.size(), 3U);
  EXPECT_EQ(days[0].date, 2026y / 2 / 17) << "sorted by date";
  EXPECT_EQ(days[1].shifts.size(), 1U);
  EXPECT_EQ(days[2].name, "國慶日");
  EXPECT_TRUE(days[2].shifts.empty());
  ASSERT_EQ(plant.calendar.planned_downtime.size(), 2U);
  const auto& downtime = plant.calendar.planned_downtime[0];
  EXPECT_EQ(downtime.machine, "m");
  EXPECT_EQ(format_rfc3339(downtime.when.from), "2026-03-14T00:00:00.000Z");
  EXPECT_EQ(plant.calendar.planned_downtime[1].machine, "");
}

TEST(PlantFile, StateAndCountingRulesOfAMachineAreRead) {
  const auto plant = parsed(R"(
machines:
  - id: m
    connection: {protocol: shdr, host: h}
    state: {min_hold_s: 0.5, lamp_min_hold_s: 0, blink_window_s: 5, offline_after_s: 30,
            fault_stops_run: true, warmup_programs: [O9001, "9002"], current_off_below: 0.2,
            current_run_above: 3.5}
    counting: {modulus: 18446744073709551615, parts_per_count: 4, step_max: 20}
    accept_new_signals: true
    work_unit: false
)");
  const auto& machine = plant.machines.at(0);
  EXPECT_EQ(machine.state_rules.min_hold, Duration(500ms));
  EXPECT_EQ(machine.state_rules.lamp_min_hold, Duration(0));
  EXPECT_EQ(machine.state_rules.blink_window, Duration(5s));
  EXPECT_EQ(machine.state_rules.offline_after, Duration(30s));
  EXPECT_TRUE(machine.state_rules.fault_stops_run);
  EXPECT_THAT(machine.state_rules.warmup_programs, testing::ElementsAre("O9001", "9002"));
  EXPECT_EQ(machine.state_rules.current_off_below, 0.2);
  EXPECT_EQ(machine.state_rules.current_run_above, 3.5);
  EXPECT_EQ(machine.count_rules.modulus, 18446744073709551615U);
  EXPECT_EQ(machine.count_rules.parts_per_count, 4U);
  EXPECT_EQ(machine.count_rules.step_max, 20U);
  EXPECT_TRUE(machine.accept_new_signals);
  EXPECT_FALSE(machine.work_unit);
  EXPECT_EQ(machine.name, "m") << "a machine without a name goes by its id";
}

TEST(PlantFile, APortThatIsNotGivenIsTheProtocolsOwn) {
  EXPECT_EQ(connection_of("{protocol: modbus-tcp, host: h}").port, 502);
  EXPECT_EQ(connection_of("{protocol: shdr, host: h}").port, 7878);
  EXPECT_EQ(connection_of("{protocol: mtconnect, host: h}").port, 5000);
  EXPECT_EQ(connection_of("{protocol: push}").port, 0);
}

TEST(PlantFile, AConnectionCanBeWrittenAsAnUrl) {
  auto by_keys = connection_of("{protocol: modbus-tcp, host: 10.0.0.5, port: 1502, unit: 17}");
  EXPECT_EQ(connection_of("{url: \"modbus-tcp://10.0.0.5:1502/17\"}"), by_keys);
  by_keys.poll = 250ms;
  EXPECT_EQ(connection_of("{url: \"modbus-tcp://10.0.0.5:1502/17\", poll_ms: 250}"), by_keys);
  EXPECT_EQ(
      connection_of("{protocol: modbus-rtu, serial_port: /dev/ttyS0, baud: 19200, parity: E}"),
      connection_of("{url: \"modbus-rtu:/dev/ttyS0?baud=19200&parity=E\"}"));
  EXPECT_EQ(connection_of("{protocol: mtconnect, host: agent, port: 5001, device: Mill, clock: "
                          "device}")
                .device,
            "Mill");
}

TEST(PlantFile, ATypeThatIsNotGivenFollowsFromProtocolRoleAndAddress) {
  constexpr auto modbus = "{protocol: modbus-tcp, host: h}";
  constexpr auto shdr = "{protocol: shdr, host: h}";
  const struct {
    std::string_view connection;
    std::string_view signal;
    ValueType type;
  } cases[] = {
      {modbus, "{id: a, address: \"co:1\"}", ValueType::boolean},
      {modbus, "{id: a, address: \"di:1\", role: run}", ValueType::boolean},
      {modbus, "{id: a, address: \"hr:1.3\"}", ValueType::boolean},
      {modbus, "{id: a, address: \"hr:1\"}", ValueType::uint16},
      {modbus, "{id: a, address: \"ir:1\", role: part_count}", ValueType::uint16},
      {modbus, "{id: a, address: \"ir:1\", type: int32}", ValueType::int32},
      {shdr, "{id: a, role: execution}", ValueType::text},
      {shdr, "{id: a, role: operator}", ValueType::text},
      {shdr, "{id: a, role: estop}", ValueType::text},
      {shdr, "{id: a, role: door}", ValueType::text},
      {"{protocol: push}", "{id: a, role: door}", ValueType::boolean},
      {shdr, "{id: a, role: alarm}", ValueType::boolean},
      {shdr, "{id: a, role: lamp_red}", ValueType::boolean},
      {shdr, "{id: a, role: spindle_load}", ValueType::float64},
      {shdr, "{id: a}", ValueType::float64},
      {shdr, "{id: a, type: condition}", ValueType::condition},
      {"{protocol: push}", "{id: a, role: program}", ValueType::text},
      {"{protocol: mtconnect, host: h}", "{id: a, role: mode}", ValueType::text},
  };
  for (const auto& c : cases)
    EXPECT_EQ(signal_of(c.connection, c.signal).type, c.type) << c.connection << " " << c.signal;
}

TEST(PlantFile, AnAddressMayBeTheIdWhereNamesAreAddresses) {
  EXPECT_EQ(signal_of("{protocol: shdr, host: h}", "{id: exec, role: execution}").address, "exec");
  EXPECT_EQ(signal_of("{protocol: push}", "{id: a, address: b}").address, "b");
}

TEST(PlantFile, AListAnchoredOnceServesSeveralMachines) {
  const auto plant = parsed(R"(
machines:
  - id: a
    connection: {protocol: shdr, host: h}
    signals: &mill
      - {id: exec, role: execution}
  - {id: b, connection: {protocol: shdr, host: i}, signals: *mill}
)");
  ASSERT_EQ(plant.machines.size(), 2U);
  EXPECT_TRUE(same_definition(plant.machines[0].signals[0], plant.machines[1].signals[0]));
}

TEST(PlantFile, EmptySectionsAndAByteOrderMarkAreFine) {
  EXPECT_TRUE(parsed("\xEF\xBB\xBFsite:\n  name: A\ncalendar:\nmachines:\n").machines.empty());
  EXPECT_EQ(parsed("site: {name: A}\r\nmachines: []\r\n").name, "A");
  EXPECT_EQ(parsed("{\"site\": {\"name\": \"A\"}, \"machines\": []}").name, "A")
      << "JSON is YAML too";
}

TEST(PlantFile, ProfileSignalsComeFirstAndTheMachinesOwnReplaceThem) {
  PlantFileChecks checks;
  checks.profile = [](std::string_view name, Protocol) -> Result<std::vector<Signal>> {
    if (name != "lamp") return fail(Errc::invalid, "no such profile");
    std::vector<Signal> signals(2);
    signals[0].id = "green";
    signals[0].address = "di:0";
    signals[0].role = Role::lamp_green;
    signals[1].id = "red";
    signals[1].address = "di:1";
    signals[1].role = Role::lamp_red;
    return signals;
  };
  const auto plant = parsed(R"(
machines:
  - id: m
    connection: {protocol: modbus-tcp, host: h}
    profile: lamp
    signals:
      - {id: parts, address: "hr:1", role: part_count}
      - {id: green, address: "di:7", role: lamp_green}
)",
                            checks);
  const auto& signals = plant.machines.at(0).signals;
  ASSERT_EQ(signals.size(), 3U);
  EXPECT_EQ(signals[0].id, "green");
  EXPECT_EQ(signals[0].address, "di:7");
  EXPECT_EQ(signals[1].id, "red");
  EXPECT_EQ(signals[2].id, "parts");
}

}  // namespace
}  // namespace spindle::plant
