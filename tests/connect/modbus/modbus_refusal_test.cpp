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
using testing::IsEmpty;
using enum ValueType;

TEST(ModbusRefusal, ARefusedRegisterIsFoundNamedAndLeftOutWhileTheOthersGoOn) {
  std::vector<std::pair<std::string, ValueType>> signals;
  for (int i = 0; i < 10; ++i) signals.emplace_back("hr:" + std::to_string(i), uint16);
  Pair pair({machine(1, signals)});
  auto& device = pair.devices[1];
  for (std::uint16_t i = 0; i < 10; ++i) device.bank.set_word(Table::holding_registers, i, i);
  device.refused[6] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(290ms);
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

TEST(ModbusRefusal, ARefusedSignalIsAskedAgainAfterAReconnect) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:1", uint16}})});
  pair.devices[1].refused[1] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(300ms);
  pair.batches.clear();
  pair.disconnect("cable pulled");
  pair.advance(1s);
  pair.connect();
  pair.run(190ms);
  EXPECT_THAT(pair.lines(),
              ElementsAre("1 down: cable pulled", "1 up", "1 g1: 0u none/bad", "1 g1: 0u"));
  pair.devices[1].refused.clear();
  pair.disconnect("cable pulled");
  pair.batches.clear();
  pair.connect();
  pair.run(100ms);
  EXPECT_THAT(pair.lines(), ElementsAre("1 up", "1 g1: 0u 0u"));
}

TEST(ModbusRefusal, AGapTheDeviceRefusesCostsNoSignal) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:9", uint16}})});
  pair.devices[1].refused[5] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(1s);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
  EXPECT_EQ(pair.lines().at(1), "1 g1: 0u 0u");
  EXPECT_EQ(pair.devices[1].requests.size(), 1u + 2 * pair.scans(MachineKey{1}))
      << "refused once, then never asked again as one";
}

TEST(ModbusRefusal, ABadRegisterBesideABadGapIsStillTheOnlyOneSetAside) {
  Pair pair(
      {machine(1, {{"hr:0", uint16}, {"hr:1", uint16}, {"hr:9", uint16}, {"hr:10", uint16}})});
  pair.devices[1].refused[5] = ExceptionCode::illegal_data_address;
  pair.devices[1].refused[10] = ExceptionCode::illegal_data_address;
  pair.connect();
  pair.run(1s);
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 1u);
  EXPECT_EQ(pair.lines().at(1), "1 g1: 0u 0u 0u none/bad");
  EXPECT_EQ(pair.lines().back(), "1 g1: 0u 0u 0u");
  pair.devices[1].requests.clear();
  pair.run(1s);
  EXPECT_EQ(pair.devices[1].requests.size(), 20u) << "two requests a poll, none refused";
}

TEST(ModbusRefusal, ATimeOutInTheMiddleOfTheSearchLosesNoFinding) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"hr:1", uint16}, {"di:0", boolean}})});
  pair.devices[1].refused[1] = ExceptionCode::illegal_data_address;
  pair.connect();
  auto& device = pair.devices[1];
  while (device.requests.size() < 3) pair.run(1ms);
  device.dead = true;  // hr:1 was refused alone; its neighbours are still to be read
  pair.run(600ms);
  device.dead = false;
  pair.run(600ms);
  EXPECT_EQ(pair.lines().at(1), "1 g1: 0u none/bad false");
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 1u);
}

TEST(ModbusRefusal, ADeviceThatTakesOnlySmallRequestsGetsSmallRequests) {
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

TEST(ModbusRefusal, AFunctionTheDeviceDoesNotKnowSetsItsWholeTableAside) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"di:0", boolean}, {"di:1", boolean}})});
  pair.devices[1].refused[0] = ExceptionCode::illegal_function;
  pair.devices[1].refused[1] = ExceptionCode::illegal_function;
  pair.connect();
  pair.run(200ms);
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 3u);
  EXPECT_EQ(pair.devices[1].requests.size(), 2u) << "one look a table is enough";
}

TEST(ModbusRefusal, ABusyMomentCostsOnePollAndQuarantinesNothing) {
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

TEST(ModbusRefusal, ADeviceThatFailsAsAWholeIsBackWithinSeconds) {
  std::vector<std::pair<std::string, ValueType>> signals;
  for (int i = 0; i < 20; ++i) signals.emplace_back("hr:" + std::to_string(i), uint16);
  Pair pair({machine(1, signals)});
  pair.devices[1].whole = ExceptionCode::server_device_failure;
  pair.connect();
  pair.run(10min);
  EXPECT_EQ(pair.driver->health()[0].quarantined.size(), 20u);
  pair.devices[1].whole.reset();
  pair.run(6s);
  EXPECT_THAT(pair.driver->health()[0].quarantined, IsEmpty());
  pair.devices[1].requests.clear();
  pair.run(1s);
  EXPECT_EQ(pair.devices[1].requests.size(), 10u) << "all in one request again";
}

TEST(ModbusRefusal, ARefusalOfTheMomentIsRetriedSoonThenRarely) {
  Pair pair({machine(1, {{"hr:0", uint16}, {"di:9", boolean}})});
  pair.devices[1].refused[9] = ExceptionCode::server_device_failure;
  pair.connect();
  const auto tries = [&](Duration d) {
    pair.devices[1].requests.clear();
    pair.run(d);
    return std::count_if(pair.devices[1].requests.begin(), pair.devices[1].requests.end(),
                         [](const auto& r) { return r.first == 9; });
  };
  EXPECT_EQ(tries(1s), 2) << "asked twice, then set aside";
  EXPECT_EQ(tries(40s), 3) << "after 5, 10 and 20 s";
  tries(30min);
  EXPECT_EQ(tries(30min), 6) << "every 5 minutes";
  pair.devices[1].refused.clear();
  pair.run(5min);
  EXPECT_EQ(pair.lines().back(), "1 g1: 0u false");
}

TEST(ModbusRefusal, AnswersThatMakeNoSenseAreToldAndOnlyCostTheirSignals) {
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

}  // namespace
}  // namespace spindle::connect
