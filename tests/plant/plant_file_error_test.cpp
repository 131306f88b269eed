#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plant/plant_file.hpp"

namespace spindle::plant {
namespace {

std::vector<std::string> errors_of(std::string_view text, const PlantFileChecks& checks = {}) {
  std::vector<std::string> out;
  if (const auto result = parse_plant(text, "p.yaml", checks); !result)
    for (const auto& error : result.error()) out.push_back(error.to_string());
  return out;
}

/// A machine whose one signal line, connection or other keys are the case; line 4 is the signal.
std::string with_signal(std::string_view signal) {
  return "machines:\n- id: m\n  connection: {protocol: modbus-tcp, host: h}\n  signals: [" +
         std::string(signal) + "]\n";
}
std::string with_connection(std::string_view connection) {
  return "machines:\n- id: m\n  connection: " + std::string(connection) + "\n";
}
std::string with_machine(std::string_view keys) {
  return "machines:\n- id: m\n  connection: {protocol: push}\n  " + std::string(keys) + "\n";
}
std::string with_calendar(std::string_view keys) { return "calendar:\n  " + std::string(keys); }
std::string with_shift(std::string_view keys) {
  return with_calendar("shifts:\n  - {" + std::string(keys) + "}\n");
}

TEST(PlantFileErrors, AllAreCollectedInTheOrderOfTheLines) {
  const auto errors = errors_of(R"(site: {name: A, timezone: Asia/Taipeh}
machines:
  - id: VMC 1
    name: 立式加工機, colour: red
    ideal_cycle_s: fast
    conection: {protocol: modbus-tcp}
    signals:
      - {id: 甲, address: "di:0", tpye: bool, role: rum}
)");
  // Line 4 opens no second key: YAML itself refuses it, and then nothing else can be said.
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0], testing::StartsWith("p.yaml:4:"));
  EXPECT_THAT(errors[0], testing::HasSubstr("this is not YAML"));

  EXPECT_THAT(
      errors_of(R"(site: {name: A, timezone: Asia/Taipeh}
machines:
  - id: VMC 1
    ideal_cycle_s: fast
    conection: {protocol: modbus-tcp}
    signals:
      - {id: 甲, address: "di:0", tpye: bool, role: rum}
)"),
      testing::ElementsAre(
          "p.yaml:1:27: error: there is no time zone `Asia/Taipeh`, did you mean `Asia/Taipei`?; "
          "write an IANA name such as Asia/Taipei",
          "p.yaml:3:5: error: a machine has no `connection`; write `{protocol: …}`; `{protocol: "
          "push}` if others send the values",
          "p.yaml:3:9: error: the machine id `VMC 1` may hold only a-z 0-9 and -; write one such "
          "as vmc-1 (`name` may hold anything)",
          "p.yaml:4:20: error: `ideal_cycle_s` is `fast`; write a number from 0 to 604800",
          testing::StartsWith("p.yaml:5:5: error: a machine has no key `conection`, did you mean "
                              "`connection`?; write one of id, name,"),
          testing::StartsWith("p.yaml:7:14: error: the signal id `甲` may hold only"),
          testing::StartsWith("p.yaml:7:34: error: a signal has no key `tpye`, did you mean "
                              "`type`?"),
          testing::StartsWith("p.yaml:7:52: error: `role` can't be `rum`, did you mean `run`?; "
                              "write one of none, run, power_on")));
}

TEST(PlantFileErrors, EachMistakeIsNamedAtItsPlace) {
  const struct {
    std::string text;
    std::string error;  ///< Part of one of the lines.
  } cases[] = {
      // The text itself.
      {"", "p.yaml:1:1: error: the file is empty"},
      {"# nothing\n", "the file is empty"},
      {"hello", "p.yaml:1:1: error: the plant file is written as text; write keys and values"},
      {"- a\n", "the plant file is written as a list"},
      {"site: {name: A}\nmachines: [\n", "this is not YAML"},
      {"site:\n\tname: A\n", "p.yaml:2:1: error: a tab can't indent YAML"},
      {std::string("site: {name: \0}\n", 16), "p.yaml:1:14: error: the control character 0x00"},
      {"site:\n  name: \xA4\xA4\n", "p.yaml:2:9: error: the byte 0xA4 is not UTF-8"},
      {"site:\n  name: \xED\xA0\x80\n", "p.yaml:2:9: error: the byte 0xED is not UTF-8"},
      {"site:\n  name: \xC0\xAF\n", "is not UTF-8"},
      {"site:\n  name: \xE4\xB8", "is not UTF-8"},
      {"\xFF\xFEs\0i\0", "is not UTF-8"},
      {"site: {name: A}\n---\nsite: {name: B}\n", "p.yaml:3:1: error: a second document"},
      {"site: {name: A, name: B}\n", "p.yaml:1:17: error: the key `name` is here twice"},
      {"site: {name: !!str A}\n", "tags (`!…`) have no meaning"},
      {"site: &a {name: *a}\n", "p.yaml:1:17: error: this alias is inside its own anchor"},
      {"site: {name: *b}\n", "this is not YAML"},
      {"base: &b {name: A}\nsite: {<<: *b}\n", "merge keys (`<<`) are not read"},
      {"site: {[a]: b}\n", "a key of the site is a list; write a word"},
      {"sites: {}\n", "p.yaml:1:1: error: the plant file has no key `sites`, did you mean `site`?"},
      {"x: 1\n", "neither `site` nor `machines`"},
      {"site: {name: \"a\\nb\"}\n", "`name` holds a line break"},
      {"site: {name: \"\"}\n", "p.yaml:1:14: error: `name` is empty"},
      {"site: {name: [A]}\n", "`name` is a list; write text"},
      {"site: {timezone: ../../etc/passwd}\n", "there is no time zone `../../etc/passwd`"},

      // Machines.
      {"machines: {id: m}\n", "p.yaml:1:11: error: `machines` is a map; write a list"},
      {"machines:\n- m\n", "p.yaml:2:3: error: a machine is written as text"},
      {"machines:\n- {id: m, connection: {protocol: push}}\n- {id: m, connection: {protocol: "
       "push}}\n",
       "p.yaml:3:8: error: the machine id `m` is already taken"},
      {"machines:\n- {connection: {protocol: push}}\n", "p.yaml:2:3: error: a machine has no `id`"},
      {"machines:\n- id:\n  connection: {protocol: push}\n",
       "p.yaml:2:3: error: `id` has no value"},
      {"machines:\n- id: m\n  connection:\n", "p.yaml:3:3: error: `connection` has no value"},
      {with_machine("ideal_cycle_s: 0"), "p.yaml:4:18: error: `ideal_cycle_s` is 0"},
      {with_machine("ideal_cycle_s: -1"), "`ideal_cycle_s` is -1, out of range"},
      {with_machine("ideal_cycle_s: \"30\""), "in quotes; write a number from 0 to 604800 without"},
      {with_machine("ideal_cycle_s: .inf"), "`ideal_cycle_s` is `.inf`"},
      {with_machine("ideal_cycle_s: nan"), "`ideal_cycle_s` is `nan`"},
      {with_machine("ideal_cycle_s: 1e999"), "`ideal_cycle_s` is `1e999`"},
      {with_machine("ideal_cycle_s: 30s"), "`ideal_cycle_s` is `30s`"},
      {with_machine("rated_power_kw: 1e9"), "out of range"},
      {with_machine("group: /A/"), "the group `/A/` has an empty part"},
      {with_machine("accept_new_signals: yes"), "`accept_new_signals` is `yes`; write true or"},
      {with_machine("profile: modbus/lamp"), "4:12: error: there is no profile library here"},
      {with_machine("state: {min_hold_s: 4000}"), "`min_hold_s` is 4000, out of range"},
      {with_machine("state: {min_hold: 4}"), "did you mean `min_hold_s`?"},
      {with_machine("state: {current_off_below: 5, current_run_above: 1}"), "less than"},
      {with_machine("state: {warmup_programs: O1}"), "`warmup_programs` is text; write a list"},
      {with_machine("counting: {modulus: 1}"), "`modulus` can't be 1"},
      {with_machine("counting: {modulus: 1.5}"), "`modulus` is `1.5`; write a whole number"},
      {with_machine("counting: {modulus: -1}"), "`modulus` is `-1`; write a whole number"},
      {with_machine("counting: {modulus: 18446744073709551616}"), "write a whole number"},
      {with_machine("counting: {parts_per_count: 0}"), "write a whole number from 1 to 1000000"},

      // Connections.
      {with_connection("{protocol: opcua, host: h}"),
       "p.yaml:3:26: error: `protocol` can't be `opcua`; write one of modbus-tcp, modbus-rtu, "
       "shdr, mtconnect, push"},
      {with_connection("{protocol: modbus_tcp, host: h}"), "did you mean `modbus-tcp`?"},
      {with_connection("{host: h}"), "p.yaml:3:15: error: a connection has no `protocol`"},
      {with_connection("{protocol: shdr}"), "p.yaml:3:15: error: a connection has no `host`"},
      {with_connection("{protocol: shdr, host: \"http://h\"}"), "`http://h` is no host"},
      {with_connection("{protocol: shdr, host: \"h:7878\"}"), "write it as `port`"},
      {with_connection("{protocol: shdr, host: a b}"), "`a b` is no host"},
      {with_connection("{protocol: shdr, host: h, port: 0}"), "from 1 to 65535"},
      {with_connection("{protocol: shdr, host: h, port: 65536}"), "from 1 to 65535"},
      {with_connection("{protocol: shdr, host: h, unit: 1}"), "`unit` means nothing to shdr"},
      {with_connection("{protocol: push, host: h}"), "`host` means nothing to push"},
      {with_connection("{protocol: modbus-tcp, host: h, unit: 256}"), "from 0 to 255"},
      {with_connection("{protocol: modbus-rtu, serial_port: /dev/ttyS0, unit: 0}"),
       "from 1 to 247"},
      {with_connection("{protocol: modbus-rtu, serial_port: COM1}"), "write a path"},
      {with_connection("{protocol: modbus-rtu}"), "a connection has no `serial_port`"},
      {with_connection("{protocol: modbus-rtu, serial_port: /dev/ttyS0, baud: 9601}"),
       "`baud` can't be 9601; write one of 1200"},
      {with_connection("{protocol: modbus-rtu, serial_port: /dev/ttyS0, parity: X}"),
       "`parity` can't be `X`; write one of N, E, O"},
      {with_connection("{protocol: modbus-rtu, serial_port: /dev/ttyS0, stop_bits: 3}"),
       "from 1 to 2"},
      {with_connection("{protocol: push, poll_ms: 9}"), "from 10 to 3600000"},
      {with_connection("{protocol: push, poll_ms: 3600001}"), "from 10 to 3600000"},
      {with_connection("{protocol: push, clock: mine}"), "write one of corrected, device, box"},
      {with_connection("{url: \"ftp://h\"}"), "this version does not speak `ftp`"},
      {with_connection("{url: \"shdr://h\", port: 1}"), "`port` is already in `url`"},
      {with_connection("{url: \"shdr://h\", protocol: push}"), "but `url` says shdr"},

      // Signals.
      {with_signal("{id: a}"), "p.yaml:4:13: error: a signal has no `address`"},
      {with_signal("{address: \"hr:1\"}"), "a signal has no `id`"},
      {with_signal("{id: a b, address: \"hr:1\"}"), "the signal id `a b` may hold only"},
      {with_signal("{id: a, address: \"hr:1\"}, {id: a, address: \"hr:2\"}"),
       "p.yaml:4:44: error: the signal id `a` is already taken"},
      {with_signal("{id: a, address: \"hr:1\", type: uint61}"), "did you mean `uint16`?"},
      {with_signal("{id: a, address: \"hr:1\", order: ABDC}"), "write one of ABCD, CDAB, BADC"},
      {with_signal("{id: a, address: \"hr:1\", scale: 0}"), "`scale` is 0"},
      {with_signal("{id: a, address: \"hr:1\", scale: big}"), "`scale` is `big`"},
      {with_signal("{id: a, address: \"di:1\", scale: 2}"), "`scale` needs a number, but the type"},
      {with_signal("{id: a, address: \"hr:1\", poll_ms: 0.5}"), "`poll_ms` is `0.5`"},
      {with_signal("{id: a, address: \"di:1\", role: part_count}"),
       "the role part_count needs a number, not bool; write a type such as uint32 or float64, or "
       "role: cycle_end"},
      {with_signal("{id: a, address: \"hr:1\", type: text, role: power}"), "needs a number"},
      {with_signal("{id: a, address: \"hr:1\", type: condition, role: run}"),
       "a condition can't be the role run"},
      {with_signal("{id: a, address: \"di:1\", role: run}, {id: b, address: \"di:2\", role: run}"),
       "p.yaml:4:81: error: the signals `a` and `b` both have the role run"},
      {"machines:\n- id: m\n  connection: {protocol: shdr, host: h}\n  signals: [{id: a, order: "
       "CDAB}]\n",
       "`order` means nothing to shdr"},

      // The calendar.
      {with_shift("days: mon-fry, start: \"08:00\", end: \"17:00\""), "`days` can't be `mon-fry`"},
      {with_shift("days: \"\", start: \"08:00\", end: \"17:00\""), "`days` is empty"},
      {with_shift("days: \"mon,\", start: \"08:00\", end: \"17:00\""), "`days` can't be `mon,`"},
      {with_shift("start: \"08:00\", end: \"17:00\""), "a shift has no `days`"},
      {with_shift("days: daily, start: \"8:00\", end: \"17:00\""),
       "p.yaml:3:26: error: `start` can't be `8:00`; write a time of day as \"HH:MM\""},
      {with_shift("days: daily, start: \"24:00\", end: \"17:00\""), "`start` can't be 24:00"},
      {with_shift("days: daily, start: \"08:60\", end: \"24:01\""), "`end` can't be `24:01`"},
      {with_shift("days: daily, start: \"08:00\""), "a shift has no `end`"},
      {with_shift("days: daily, start: \"08:00\", end: \"17:00\", breaks: [\"12-13\"]"),
       "`12-13` is no break"},
      {with_shift("days: daily, start: \"08:00\", end: \"17:00\", breaks: [\"16:30-17:30\"]"),
       "the break 16:30-17:30 is not inside its shift 08:00-17:00"},
      {with_shift("days: daily, start: \"20:00\", end: \"04:00\", breaks: [\"19:00-20:30\"]"),
       "is not inside its shift"},
      {with_shift("days: daily, start: \"08:00\", end: \"09:00\", from: 2026-02-30"),
       "`from` can't be `2026-02-30`; write a day that exists"},
      {with_shift("days: daily, start: \"08:00\", end: \"09:00\", from: 2026-02-03, until: "
                  "2026-02-02"),
       "`until` is before `from`"},
      {with_calendar("holidays: [{date: 2026-1-1}]\n"), "`date` can't be `2026-1-1`"},
      {with_calendar("holidays: [{name: x}]\n"), "a holiday has no `date`"},
      {with_calendar("holidays: [{date: 2026-01-01}, {date: 2026-01-01}]\n"),
       "p.yaml:2:34: error: 2026-01-01 is already an exception or a holiday"},
      {with_calendar("exceptions: [{date: 2026-01-01}]\n"), "put a day without work under"},
      {with_calendar("exceptions: [{date: 2026-01-01, shifts: [{days: daily, start: \"08:00\", "
                     "end: \"09:00\"}]}]\n"),
       "a shift has no key `days`"},
      {with_calendar("planned_downtime: [{from: 2026-01-01 08:00, to: 2026-01-01T09:00:00Z}]\n"),
       "`from` can't be `2026-01-01 08:00`; write a moment with its offset"},
      {with_calendar("planned_downtime: [{from: 2026-01-01T08:00:00Z, to: "
                     "2026-01-01T08:00:00Z}]\n"),
       "`to` is not after `from`"},
      {with_calendar("planned_downtime: [{machine: m1, from: 2026-01-01T08:00:00Z, to: "
                     "2026-01-01T09:00:00Z}]\nmachines:\n- {id: m2, connection: {protocol: "
                     "push}}\n"),
       "p.yaml:2:32: error: there is no machine `m1`, did you mean `m2`?"},
      {with_calendar("weeks: 1\n"), "the calendar has no key `weeks`"},
  };
  for (const auto& c : cases) {
    const auto errors = errors_of(c.text);
    EXPECT_THAT(errors, testing::Contains(testing::HasSubstr(c.error))) << c.text;
    for (const auto& error : errors)
      EXPECT_THAT(error, testing::MatchesRegex("p\\.yaml:[0-9]+:[0-9]+: error: [^\n]+"));
  }
}

TEST(PlantFileErrors, AMistakeIsReportedOnce) {
  EXPECT_EQ(errors_of(with_connection("{protocol: opcua, host: h, port: 4840}")).size(), 1U);
  EXPECT_EQ(errors_of(with_signal("{id: a, address: \"hr:1\", type: uint61}")).size(), 1U);
  EXPECT_EQ(errors_of("machines:\n- m\n").size(), 1U);
  EXPECT_EQ(errors_of("hello").size(), 1U);
}

TEST(PlantFileErrors, InjectedChecksSpeakAtTheirPlace) {
  PlantFileChecks checks;
  checks.address = [](Protocol protocol, const Signal& signal) -> Result<void> {
    EXPECT_EQ(protocol, Protocol::modbus_tcp);
    if (signal.address == "hr:99999") return fail(Errc::invalid, "hr:99999 is out of range");
    return {};
  };
  checks.calendar = [](const Calendar&, std::string_view timezone) -> Result<void> {
    return fail(Errc::invalid, "overlap in " + std::string(timezone));
  };
  checks.profile = [](std::string_view, Protocol) -> Result<std::vector<Signal>> {
    return fail(Errc::invalid, "there is no profile like that");
  };
  EXPECT_THAT(errors_of(with_signal("{id: a, address: \"hr:99999\"}"), checks),
              testing::ElementsAre("p.yaml:4:30: error: hr:99999 is out of range"));
  EXPECT_THAT(errors_of(with_shift("days: daily, start: \"08:00\", end: \"17:00\""), checks),
              testing::Contains(testing::EndsWith("p.yaml:3:3: error: overlap in Asia/Taipei")));
  EXPECT_THAT(errors_of(with_machine("profile: x"), checks),
              testing::ElementsAre("p.yaml:4:12: error: there is no profile like that"));
}

TEST(PlantFileErrors, HostileFilesAreRefusedQuicklyAndClearly) {
  const auto repeated = [](std::string_view piece, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += piece;
    return out;
  };
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c)
    laughs += std::string(1, c) + ": &" + c + " [*" +
              repeated(std::string(1, static_cast<char>(c - 1)) + ", *", 8) +
              static_cast<char>(c - 1) + "]\n";
  std::string shared = "machines:\n- {id: m0, connection: {protocol: push}, signals: &s [";
  for (int i = 0; i < 5000; ++i) shared += "{id: s" + std::to_string(i) + "},";
  shared += "]}\n";
  for (int i = 1; i < 5000; ++i)
    shared += "- {id: m" + std::to_string(i) + ", connection: {protocol: push}, signals: *s}\n";
  const struct {
    std::string text;
    std::string error;
  } cases[] = {
      {repeated("[", 1'000'000), "nested more than 32 levels"},
      {repeated("{a: ", 1'000'000), "nested more than 32 levels"},
      {repeated("- ", 100'000), "nested more than 32 levels"},
      {"a:\n" + repeated("? ", 100'000), "error: "},
      {std::string(10'000'001, ' '), "more than the 10000000 a plant file may have"},
      {"site: [" + repeated("a,", 2'500'000) + "]", "more than 2000000 entries"},
      {repeated("\"", 999'999), "error: "},
      {repeated("&a ", 100'000), "error: "},
      {repeated("!", 100'000), "error: "},
      {repeated("%", 100'000), "error: "},
      {laughs + "site: *z\n", "the site is written as a list"},
      {shared, "aliases multiply this file"},
  };
  for (const auto& c : cases) {
    const auto errors = errors_of(c.text);
    EXPECT_THAT(errors, testing::Contains(testing::HasSubstr(c.error))) << c.text.substr(0, 60);
    EXPECT_LE(errors.size(), plant_file_errors_max + 1);
  }
}

TEST(PlantFileErrors, AfterAHundredTheRestIsCounted) {
  std::string text = "machines:\n";
  for (int i = 0; i < 250; ++i)
    text += "- {id: M" + std::to_string(i) + ", connection: {protocol: push}}\n";
  const auto errors = errors_of(text);
  ASSERT_EQ(errors.size(), 101U);
  EXPECT_THAT(errors.back(), testing::HasSubstr("150 more errors"));
}

TEST(PlantFile, ANameWrittenOverTwoLinesIsToldInOne) {
  const auto plant = parse_plant("{\"one\\\ntwo\nthree\": 1}", "p.yaml");
  ASSERT_FALSE(plant);
  for (const auto& error : plant.error()) EXPECT_EQ(error.what.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace spindle::plant
