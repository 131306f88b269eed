#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connect/modbus/modbus_driver.hpp"
#include "tests/connect/modbus/pair.hpp"

namespace spindle::connect {
namespace {

using modbus::ExceptionCode;
using modbus::Table;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using enum ValueType;

TEST(ModbusSilence, GarbageEndsATcpConnectionWithItsReason) {
  Pair pair({press()});
  pair.connect();
  pair.hear(as_bytes("HTTP/1.1 400 Bad Request\r\n"));
  ASSERT_TRUE(pair.error);
  EXPECT_EQ(pair.error->code, Errc::malformed);
  EXPECT_THAT(pair.error->what, StartsWith("10.0.0.1:502: not Modbus TCP"));
}

TEST(ModbusSilence, GarbageOnASerialLineIsPassedOver) {
  Pair pair({on_serial_line(press())});
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

TEST(ModbusSilence, NoiseWithoutEndOnASerialLineEndsInATimeOutThatSaysSo) {
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

TEST(ModbusSilence, WhenNobodyAnswersThreeTimesTheConnectionIsGivenUp) {
  for (const auto& m : {press(), on_serial_line(press())}) {
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

TEST(ModbusSilence, ADeadUnitIsDatedToItsLastWordAndProbedWhileTheOthersGoOn) {
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
  EXPECT_GE(probes, 60);
  EXPECT_LE(probes, 80) << "every 8 s at last";
  pair.devices[2].dead = false;
  pair.batches.clear();
  pair.run(31s);
  const auto lines = pair.lines();
  EXPECT_THAT(lines, testing::Contains("2 up"));
  EXPECT_GT(pair.scans(MachineKey{2}), 0u);
  EXPECT_EQ(pair.driver->health()[1].error, "");
}

TEST(ModbusSilence, BesideADeadUnitTheOthersMissNoPollOnTcp) {
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

TEST(ModbusSilence, OnASerialLineADeadUnitTakesLittleOfIt) {
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

TEST(ModbusSilence, AfterAReconnectADeadUnitIsTriedOnceAndTheOthersGoOn) {
  Pair pair({machine(1, {{"hr:0", uint16}}), machine(2, {{"hr:0", uint16}})});
  pair.devices[2].dead = true;
  pair.connect();
  pair.run(10s);
  pair.disconnect("gateway restarted");
  pair.advance(5s);
  pair.batches.clear();
  pair.connect();
  pair.run(10s);
  EXPECT_GE(pair.scans(MachineKey{1}), 98u);
  EXPECT_EQ(pair.scans(MachineKey{2}), 0u);
  for (const auto& line : pair.lines())
    EXPECT_FALSE(line.starts_with("2 ")) << "still down: " << line;
  EXPECT_FALSE(pair.error);
}

TEST(ModbusSilence, AGatewayThatSpeaksForADeadUnitIsNoReasonToReconnect) {
  Pair pair({machine(1, {{"hr:0", uint16}})});
  pair.devices[1].whole = ExceptionCode::gateway_target_failed_to_respond;
  pair.connect();
  pair.run(60s);
  EXPECT_FALSE(pair.error);
  EXPECT_THAT(pair.lines(),
              ElementsAre("1 down: gateway target device failed to respond (exception 11)"));
  EXPECT_LE(pair.asked_units.size(), 11u);
  pair.devices[1].whole.reset();
  pair.run(31s);
  EXPECT_THAT(pair.lines(), testing::Contains("1 up"));
}

TEST(ModbusSilence, ALateAnswerIsDroppedAndNeverTakenForTheNextOne) {
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

TEST(ModbusSilence, ADeviceSlowerThanItsTimeOutIsToldSo) {
  Pair pair({machine(1, {{"hr:0", uint16}})});
  pair.devices[1].latency = 600ms;
  pair.connect();
  pair.run(5s);
  ASSERT_TRUE(pair.error);
  EXPECT_THAT(pair.error->what, HasSubstr("answers come too late: set a longer timeout"));
}

}  // namespace
}  // namespace spindle::connect
