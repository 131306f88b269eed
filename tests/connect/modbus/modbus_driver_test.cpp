#include "connect/modbus/modbus_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/connect/modbus/pair.hpp"

namespace spindle::connect {
namespace {

using modbus::Table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using enum ValueType;

TEST(ModbusDriver, OnePollIsOneScanInTheOrderOfThePlant) {
  for (const auto& m : {press(), on_serial_line(press())}) {
    Pair pair({m});
    fill(pair.devices[1]);
    pair.connect();
    pair.run(100ms);
    EXPECT_THAT(pair.lines(), ElementsAre("1 up", "1 g1: true 123456u \"O12\" true -5"));
    EXPECT_EQ(pair.devices[1].requests.size(), 3u) << "one request a table";
    const auto& scan = pair.batches.back().scans.back();
    EXPECT_EQ(scan.time, scan.received);
    EXPECT_EQ(scan.device, Instant{});
    EXPECT_EQ(pair.batches.back().observations[1].signal, SignalKey{2});
  }
}

TEST(ModbusDriver, BytesMayArriveInAnyPieces) {
  for (const auto& m : {press(), on_serial_line(press())}) {
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 11U}) {
      Pair pair({m});
      fill(pair.devices[1]);
      pair.piece = piece;
      pair.connect();
      pair.run(100ms);
      EXPECT_THAT(pair.lines(), ElementsAre("1 up", "1 g1: true 123456u \"O12\" true -5")) << piece;
    }
  }
}

TEST(ModbusDriver, ASignalsOwnPeriodMakesItsOwnGroup) {
  auto m = press();
  m.signals[0].poll = 20ms;
  Pair pair({m});
  fill(pair.devices[1]);
  pair.connect();
  pair.run(1s);
  std::map<int, int> scans;
  for (const auto& batch : pair.batches)
    for (const auto& scan : batch.scans)
      if (scan.kind == ScanKind::values) ++scans[scan.group];
  EXPECT_THAT(scans, ElementsAre(std::pair(1, 50), std::pair(2, 10)));
}

TEST(ModbusDriver, TheGridNeverDriftsAndSkippedSlotsAreCounted) {
  Pair pair({machine(1, {{"hr:0", uint16}}, 100ms)});
  pair.connect();
  pair.run(1s);
  const auto first = pair.asked_at.front();
  for (std::size_t i = 0; i < pair.asked_at.size(); ++i)
    EXPECT_EQ(pair.asked_at[i] - first, i * 100ms) << "slot " << i;
  EXPECT_EQ(pair.driver->counters().missed, 0u);

  pair.devices[1].latency = 350ms;
  pair.run(350ms);
  pair.devices[1].latency = 2ms;
  pair.run(2s);
  EXPECT_EQ((pair.asked_at.back() - first) % 100ms, 0ms) << "back on the grid";
  EXPECT_EQ(pair.driver->counters().missed, 2u)
      << "a slow answer covered three slots, one was late";
}

TEST(ModbusDriver, ManyUnitsDoNotAllFireAtOnce) {
  std::vector<Monotonic> firsts;
  for (unsigned host = 0; host < 100; ++host) {
    auto m = machine(1, {{"hr:0", uint16}}, 1s);
    m.connection.host = "10.0.0." + std::to_string(host);
    Pair pair({m});
    pair.connect();
    pair.run(999ms);
    ASSERT_EQ(pair.asked_at.size(), 1u);
    firsts.push_back(pair.asked_at[0]);
  }
  std::sort(firsts.begin(), firsts.end());
  for (std::size_t i = 10; i < firsts.size(); ++i)
    EXPECT_GT(firsts[i] - firsts[i - 10], 15ms) << "at most ten in 15 ms";
}

TEST(ModbusDriver, ALongPeriodIsReadSoonAfterConnecting) {
  Pair pair({machine(1, {{"hr:0", uint16}}, 3600s)});
  pair.connect();
  pair.run(1s);
  EXPECT_EQ(pair.scans(MachineKey{1}), 1u);
}

TEST(ModbusDriver, UnitsAreServedInTurn) {
  std::vector<Machine> machines;
  for (unsigned unit = 1; unit <= 4; ++unit)
    machines.push_back(on_serial_line(machine(unit, {{"hr:0", uint16}, {"di:0", boolean}}, 10ms)));
  Pair pair(machines);
  for (auto& [unit, device] : pair.devices) device.latency = 8ms;
  pair.connect();
  pair.run(1s);
  pair.asked_units.clear();
  pair.run(2s);
  for (std::size_t i = 4; i < pair.asked_units.size(); ++i)
    ASSERT_EQ(pair.asked_units[i], pair.asked_units[i - 4]) << "an overloaded line goes round";
}

TEST(ModbusDriver, LosingTheConnectionDatesEachMachineToItsLastWord) {
  Pair pair({machine(1, {{"hr:0", uint16}})});
  pair.disconnect("10.0.0.1:502: no way to this address");
  EXPECT_THAT(pair.lines(), ElementsAre("1 down: 10.0.0.1:502: no way to this address"));
  pair.disconnect("again");
  EXPECT_EQ(pair.lines().size(), 1u) << "said once";
  pair.connect();
  pair.run(250ms);
  const auto last = pair.driver->health()[0].last_value;
  pair.advance(30s);
  pair.disconnect("gone");
  const auto& scan = pair.batches.back().scans.back();
  EXPECT_EQ(scan.kind, ScanKind::link_down);
  EXPECT_EQ(scan.time, last);
  EXPECT_EQ(scan.received, pair.now.wall);
  EXPECT_EQ(pair.driver->health()[0].error, "gone");
  EXPECT_FALSE(pair.driver->poll_deadline()) << "nothing to do without a connection";
}

TEST(ModbusDriver, TwoMachinesMayShareAUnit) {
  auto second = machine(1, {{"hr:1", uint16}});
  second.id = "vm-1b";
  second.key = MachineKey{7};
  Pair pair({machine(1, {{"hr:0", uint16}}), second});
  pair.devices[1].bank.set_word(Table::holding_registers, 1, 9);
  pair.connect();
  pair.run(100ms);
  EXPECT_THAT(pair.lines(), testing::UnorderedElementsAre("1 up", "1 g1: 0u", "7 up", "7 g1: 9u"));
}

TEST(ModbusDriver, WhatCannotBeReadIsRefusedWithMachineSignalAndAddress) {
  const auto error_of = [](const std::vector<Machine>& machines) {
    const auto made = make_modbus_driver(machines);
    return made ? std::string("made") : made.error().what;
  };
  EXPECT_EQ(error_of({press()}), "made");
  EXPECT_EQ(error_of({machine(1, {})}), "made") << "a machine without signals asks nothing";
  EXPECT_THAT(error_of({}), HasSubstr("no machine"));
  EXPECT_THAT(error_of({machine(1, {{"hr:x", uint16}})}),
              StartsWith("machine vm-1: signal s1: address 'hr:x'"));
  EXPECT_THAT(error_of({on_serial_line(machine(0, {}))}), HasSubstr("use 1 to 247"));
  EXPECT_THAT(error_of({on_serial_line(machine(248, {}))}), HasSubstr("use 1 to 247"));
  EXPECT_THAT(error_of({press(), on_serial_line(press())}), HasSubstr("is not on 10.0.0.1:502"));
  auto never = press();
  never.signals[0].poll = 0ms;
  EXPECT_THAT(error_of({never}), HasSubstr("poll period must be above 0"));
  auto other = press();
  other.connection.protocol = Protocol::shdr;
  EXPECT_THAT(error_of({other}), HasSubstr("does not speak Modbus"));
}

// Whatever is merged with whatever, each signal reads as it would alone.
RC_GTEST_PROP(ModbusDriver, MergingPollsNeverChangesAValue, ()) {
  std::vector<std::pair<std::string, ValueType>> signals;
  const auto n = *rc::gen::inRange<std::size_t>(1, 40);
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = std::to_string(*rc::gen::inRange(0, 300));
    const std::pair<std::string, ValueType> kinds[] = {
        {"hr:" + at, uint16},  {"hr:" + at, int64},          {"ir:" + at, uint32},
        {"co:" + at, boolean}, {"di:" + at, boolean},        {"ir:" + at, text},
        {"hr:" + at, int8},    {"hr:" + at + ".7", boolean},
    };
    signals.push_back(kinds[*rc::gen::inRange<std::size_t>(0, std::size(kinds))]);
  }
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const auto fill_random = [seed](FakeDevice& device) {
    std::uint32_t x = seed | 1;
    for (std::uint16_t i = 0; i < 320; ++i) {
      x = x * 1664525 + 1013904223;
      device.bank.set_word(Table::holding_registers, i, static_cast<std::uint16_t>(x >> 16));
      device.bank.set_word(Table::input_registers, i, static_cast<std::uint16_t>(x >> 9));
      device.bank.set_bit(Table::coils, i, (x >> 20 & 1) != 0);
      device.bank.set_bit(Table::discrete_inputs, i, (x >> 21 & 1) != 0);
    }
  };
  Pair together({machine(1, signals)});
  fill_random(together.devices[1]);
  together.connect();
  together.run(300ms);
  std::string alone = "1 g1:";
  for (const auto& signal : signals) {
    Pair single({machine(1, {signal})});
    fill_random(single.devices[1]);
    single.connect();
    single.run(100ms);
    alone += single.lines().at(1).substr(5);
  }
  RC_ASSERT(together.lines().at(1) == alone);
}

}  // namespace
}  // namespace spindle::connect
