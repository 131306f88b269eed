#include "connect/modbus/modbus_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/connect/modbus/pair.hpp"

namespace spindle::connect {
namespace {

using modbus::ExceptionCode;
using modbus::Table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using enum ValueType;

const Machine press = machine(1, {{"di:0", boolean},
                                  {"hr:10", uint32},
                                  {"hr:20-22", text},
                                  {"ir:5.3", boolean},
                                  {"hr:12", int16}});

void fill(FakeDevice& device) {
  device.bank.set_bit(Table::discrete_inputs, 0, true);
  device.bank.set_word(Table::holding_registers, 10, 1);
  device.bank.set_word(Table::holding_registers, 11, 0xE240);
  device.bank.set_word(Table::holding_registers, 12, 0xFFFB);
  device.bank.set_word(Table::holding_registers, 20, 0x4F31);
  device.bank.set_word(Table::holding_registers, 21, 0x3200);
  device.bank.set_word(Table::input_registers, 5, 8);
}

TEST(ModbusDriver, OnePollIsOneScanInTheOrderOfThePlant) {
  for (const auto& m : {press, on_serial_line(press)}) {
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
  for (const auto& m : {press, on_serial_line(press)}) {
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
  auto m = press;
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
    pair.run(1s);
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

TEST(ModbusDriver, ARefusedRegisterIsFoundNamedAndLeftOutWhileTheOthersGoOn) {
  std::vector<std::pair<std::string, ValueType>> signals;
  for (int i = 0; i < 10; ++i) signals.emplace_back("hr:" + std::to_string(i), uint16);
  Pair pair({machine(1, signals)});
  auto& device = pair.devices[1];
  for (std::uint16_t i = 0; i < 10; ++i) device.bank.set_word(Table::holding_registers, i, i);
  device.refused[6] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(350ms);
  EXPECT_THAT(pair.lines(),
              ElementsAre("1 up", "1 g1: 0u 1u 2u 3u 4u 5u none/bad 7u 8u 9u",
                          "1 g1: 0u 1u 2u 3u 4u 5u 7u 8u 9u", "1 g1: 0u 1u 2u 3u 4u 5u 7u 8u 9u"));
  EXPECT_THAT(pair.driver->health()[0].quarantined,
              ElementsAre("s7 (hr:6): illegal data address (exception 2)"));
  EXPECT_EQ(pair.driver->health()[0].error, "");

  const auto before = device.requests.size();
  pair.run(1s);
  EXPECT_EQ(device.requests.size() - before, 20u) << "two requests a poll: around the hole";

  device.refused.clear();
  pair.run(5min);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty()) << "asked again after 5 minutes";
  pair.batches.clear();
  device.requests.clear();
  pair.run(100ms);
  EXPECT_THAT(pair.lines(), ElementsAre("1 g1: 0u 1u 2u 3u 4u 5u 6u 7u 8u 9u"));
  EXPECT_EQ(device.requests.size(), 1u) << "and merged again";
}

TEST(ModbusDriver, ARefusedSignalIsAskedAgainAfterAReconnect) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:1", uint16}})});
  pair.devices[1].refused[1] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(300ms);
  pair.batches.clear();
  pair.disconnect("cable pulled");
  pair.advance(1s);
  pair.connect();
  pair.run(250ms);
  EXPECT_THAT(pair.lines(),
              ElementsAre("1 down: cable pulled", "1 up", "1 g1: 0u none/bad", "1 g1: 0u"));
  pair.devices[1].refused.clear();
  pair.disconnect("cable pulled");
  pair.batches.clear();
  pair.connect();
  pair.run(150ms);
  EXPECT_THAT(pair.lines(), ElementsAre("1 up", "1 g1: 0u 0u"));
}

TEST(ModbusDriver, AGapTheDeviceRefusesCostsNoSignal) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:9", uint16}})});
  pair.devices[1].refused[5] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(1s);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
  EXPECT_EQ(pair.lines().at(1), "1 g1: 0u 0u");
  EXPECT_EQ(pair.devices[1].requests.size(), 1u + 2 * pair.scans(MachineKey{1}))
      << "refused once, then never asked again as one";
}

TEST(ModbusDriver, ADeviceThatTakesOnlySmallRequestsGetsSmallRequests) {
  std::vector<std::pair<std::string, ValueType>> signals;
  for (int i = 0; i < 100; ++i) signals.emplace_back("hr:" + std::to_string(i), uint16);
  Pair pair({machine(1, signals)});
  pair.devices[1].count_max = 30;
  pair.connect();
  pair.run(1s);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
  EXPECT_EQ(pair.scans(MachineKey{1}), 10u);
  EXPECT_LE(pair.devices[1].requests.size(), 4u + 4 * 10);
}

TEST(ModbusDriver, AFunctionTheDeviceDoesNotKnowSetsItsWholeTableAside) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"di:0", boolean}, {"di:1", boolean}})});
  pair.devices[1].refused[0] = ExceptionCode::illegal_function;
  pair.devices[1].refused[1] = ExceptionCode::illegal_function;
  pair.devices[1].refused[0] = ExceptionCode::illegal_function;
  pair.connect();
  pair.run(200ms);
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 3u);
  EXPECT_EQ(pair.devices[1].requests.size(), 2u) << "one look a table is enough";
}

TEST(ModbusDriver, ABusyMomentCostsOnePollAndQuarantinesNothing) {
  Pair pair({machine(1, {{"hr:0", uint16}})});
  pair.connect();
  pair.devices[1].whole = ExceptionCode::server_device_busy;
  pair.run(100ms);
  EXPECT_THAT(pair.lines(), ElementsAre("1 up", "1 g1: none/bad"));
  EXPECT_EQ(pair.driver->health()[0].error, "server device busy (exception 6)");
  EXPECT_EQ(pair.driver->health()[0].last_value, Instant{});
  pair.devices[1].whole.reset();
  pair.run(100ms);
  EXPECT_EQ(pair.lines().back(), "1 g1: 0u");
  EXPECT_EQ(pair.driver->health()[0].error, "");
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
}

TEST(ModbusDriver, ADeviceThatFailsAsAWholeIsBackWithinHalfAMinute) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:1", uint16}})});
  pair.devices[1].whole = ExceptionCode::server_device_failure;
  pair.connect();
  pair.run(10s);
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 2u);
  pair.devices[1].whole.reset();
  pair.run(31s);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
  EXPECT_EQ(pair.lines().back(), "1 g1: 0u 0u");
}

TEST(ModbusDriver, AnswersThatMakeNoSenseAreToldAndOnlyCostTheirSignals) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"di:0", boolean}})});
  pair.spoil = [](Bytes& bytes) {
    // The register answer carries one byte too few; its frame is still well formed.
    if (bytes[7] != std::byte{3}) return;
    bytes.pop_back();
    bytes[5] = std::byte{4};
  };
  pair.connect();
  pair.run(150ms);
  EXPECT_EQ(pair.lines().at(1), "1 g1: none/bad false");
  EXPECT_THAT(pair.driver->health()[0].quarantined.at(0),
              HasSubstr("is 3 bytes, 4 were asked for"));
  EXPECT_FALSE(pair.error);
}

TEST(ModbusDriver, GarbageEndsATcpConnectionWithItsReason) {
  Pair pair({press});
  pair.connect();
  pair.hear(as_bytes("HTTP/1.1 400 Bad Request\r\n"));
  ASSERT_TRUE(pair.error);
  EXPECT_EQ(pair.error->code, Errc::malformed);
  EXPECT_THAT(pair.error->what, StartsWith("10.0.0.1:502: not Modbus TCP"));
}

TEST(ModbusDriver, GarbageOnASerialLineIsPassedOver) {
  Pair pair({on_serial_line(press)});
  fill(pair.devices[1]);
  pair.connect();
  for (int i = 0; i < 200; ++i) {
    pair.hear(Bytes(50, std::byte{0x01}));
    pair.run(1ms);
  }
  pair.run(500ms);
  EXPECT_FALSE(pair.error);
  EXPECT_EQ(pair.lines().back(), "1 g1: true 123456u \"O12\" true -5");
}

TEST(ModbusDriver, NoiseWithoutEndOnASerialLineEndsInATimeOutThatSaysSo) {
  Pair pair({on_serial_line(machine(1, {{"hr:0", uint16}}))});
  pair.devices[1].dead = true;
  pair.connect();
  for (int i = 0; i < 20'000 && !pair.error; ++i) {
    pair.hear(Bytes(1, std::byte{0x55}));
    pair.run(1ms);
  }
  ASSERT_TRUE(pair.error);
  EXPECT_THAT(pair.error->what, HasSubstr("check baud rate, parity and wiring"));
}

TEST(ModbusDriver, WhenNobodyAnswersThreeTimesTheConnectionIsGivenUp) {
  for (const auto& m : {press, on_serial_line(press)}) {
    Pair pair({m});
    pair.devices[1].dead = true;
    pair.connect();
    pair.run(60s);
    ASSERT_TRUE(pair.error);
    EXPECT_EQ(pair.error->code, Errc::timeout);
    EXPECT_THAT(pair.error->what, HasSubstr("unit 1 did not answer within 0.5 s"));
    EXPECT_EQ(pair.asked_units.size(), 3u);
    pair.disconnect(pair.error->what.c_str());
    EXPECT_EQ(pair.lines().size(), 1u) << "one link_down, not two";
    // The next connection starts afresh.
    pair.error.reset();
    pair.devices[1].dead = false;
    pair.batches.clear();
    pair.connect();
    pair.run(150ms);
    EXPECT_EQ(pair.lines().at(0), "1 up");
  }
}

TEST(ModbusDriver, ADeadUnitIsDatedToItsLastWordAndProbedWhileTheOthersGoOn) {
  Pair pair({machine(1, {{"hr:0", uint16}}), machine(2, {{"hr:0", uint16}}),
             machine(3, {{"hr:0", uint16}})});
  pair.connect();
  pair.run(2s);
  const auto last_word = pair.driver->health()[1].last_value;
  pair.devices[2].dead = true;
  pair.run(1s);
  pair.batches.clear();
  pair.asked_units.clear();
  pair.run(10s);
  EXPECT_GE(pair.scans(MachineKey{1}), 99u);
  EXPECT_GE(pair.scans(MachineKey{3}), 99u);
  std::vector<Scan> downs;
  for (const auto& batch : pair.batches)
    for (const auto& scan : batch.scans)
      if (scan.kind == ScanKind::link_down) {
        downs.push_back(scan);
        EXPECT_EQ(batch.machine, MachineKey{2});
        EXPECT_EQ(batch.note_of(scan), "unit 2 did not answer within 0.5 s");
      }
  ASSERT_EQ(downs.size(), 1u);
  EXPECT_EQ(downs[0].time, last_word);
  EXPECT_GT(downs[0].received, last_word);
  EXPECT_EQ(pair.driver->health()[1].error, "unit 2 did not answer within 0.5 s");
  EXPECT_FALSE(pair.error);

  pair.run(5min);
  pair.asked_units.clear();
  pair.run(10min);
  const auto probes = std::count(pair.asked_units.begin(), pair.asked_units.end(), 2U);
  EXPECT_GE(probes, 15);
  EXPECT_LE(probes, 21) << "every half minute at last";
  pair.devices[2].dead = false;
  pair.batches.clear();
  pair.run(31s);
  const auto lines = pair.lines();
  EXPECT_THAT(lines, testing::Contains("2 up"));
  EXPECT_GT(pair.scans(MachineKey{2}), 0u);
  EXPECT_EQ(pair.driver->health()[1].error, "");
}

TEST(ModbusDriver, BesideADeadUnitTheOthersMissNoPollOnTcp) {
  Pair pair({machine(1, {{"hr:0", uint16}}), machine(2, {{"hr:0", uint16}})});
  pair.devices[2].dead = true;
  pair.connect();
  pair.run(2s);
  const auto missed = pair.driver->counters().missed;
  EXPECT_LE(missed, 6u) << "only the first time-out is waited for";
  const auto before = pair.scans(MachineKey{1});
  pair.run(60s);
  EXPECT_EQ(pair.scans(MachineKey{1}) - before, 600u);
}

TEST(ModbusDriver, OnASerialLineADeadUnitTakesLittleOfIt) {
  Pair pair({on_serial_line(machine(1, {{"hr:0", uint16}}, 1s)),
             on_serial_line(machine(2, {{"hr:0", uint16}}, 1s))});
  pair.connect();
  pair.run(5s);
  pair.devices[2].dead = true;
  pair.run(5s);
  const auto before = pair.scans(MachineKey{1});
  pair.run(5min);
  EXPECT_GE(pair.scans(MachineKey{1}) - before, 299u);
  EXPECT_FALSE(pair.error);
}

TEST(ModbusDriver, AGatewayThatSpeaksForADeadUnitIsNoReasonToReconnect) {
  Pair pair({machine(1, {{"hr:0", uint16}})});
  pair.devices[1].whole = ExceptionCode::gateway_target_failed_to_respond;
  pair.connect();
  pair.run(60s);
  EXPECT_FALSE(pair.error);
  EXPECT_THAT(pair.lines(),
              ElementsAre("1 down: gateway target device failed to respond (exception 11)"));
  EXPECT_LE(pair.asked_units.size(), 9u);
  pair.devices[1].whole.reset();
  pair.run(31s);
  EXPECT_THAT(pair.lines(), testing::Contains("1 up"));
}

TEST(ModbusDriver, ALateAnswerIsDroppedAndNeverTakenForTheNextOne) {
  auto m = machine(1, {{"hr:0", uint16}});
  m.connection.timeout = 50ms;
  for (const auto& each : {m, on_serial_line(m)}) {
    Pair pair({each});
    auto& device = pair.devices[1];
    pair.connect();
    pair.run(200ms);
    device.bank.set_word(Table::holding_registers, 0, 111);
    device.latency = 65ms;
    const auto asked = pair.asked_at.size();
    while (pair.asked_at.size() == asked) pair.run(1ms);
    // The answer on its way carries 111; whatever is asked from now on carries 222.
    device.latency = 2ms;
    device.bank.set_word(Table::holding_registers, 0, 222);
    pair.batches.clear();
    pair.run(1s);
    for (const auto& line : pair.lines()) EXPECT_EQ(line, "1 g1: 222u");
    EXPECT_EQ(pair.driver->counters().time_outs, 1u);
    if (each.connection.protocol == Protocol::modbus_tcp)
      EXPECT_EQ(pair.driver->counters().late_answers, 1u);
  }
}

TEST(ModbusDriver, ADeviceSlowerThanItsTimeOutIsToldSo) {
  auto m = machine(1, {{"hr:0", uint16}});
  Pair pair({m, machine(2, {{"hr:0", uint16}})});
  pair.devices[1].latency = 600ms;
  pair.connect();
  pair.run(5s);
  EXPECT_THAT(pair.driver->health()[0].error, HasSubstr("a longer timeout may help"));
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
  EXPECT_EQ(error_of({press}), "made");
  EXPECT_EQ(error_of({machine(1, {})}), "made") << "a machine without signals asks nothing";
  EXPECT_THAT(error_of({}), HasSubstr("no machine"));
  EXPECT_THAT(error_of({machine(1, {{"hr:x", uint16}})}),
              StartsWith("machine vm-1: signal s1: address 'hr:x'"));
  EXPECT_THAT(error_of({on_serial_line(machine(0, {}))}), HasSubstr("use 1 to 247"));
  EXPECT_THAT(error_of({on_serial_line(machine(248, {}))}), HasSubstr("use 1 to 247"));
  EXPECT_THAT(error_of({press, on_serial_line(press)}), HasSubstr("is not on 10.0.0.1:502"));
  auto never = press;
  never.signals[0].poll = 0ms;
  EXPECT_THAT(error_of({never}), HasSubstr("poll period must be above 0"));
  auto other = press;
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
