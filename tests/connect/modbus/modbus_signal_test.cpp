#include "connect/modbus/modbus_signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connect/modbus/pair.hpp"
#include "tests/protocol/modbus/hex.hpp"

namespace spindle::connect {
namespace {

using modbus::hex;

Signal signal(std::string address, ValueType type) {
  Signal s;
  s.id = "s";
  s.address = std::move(address);
  s.type = type;
  return s;
}

std::string decoded(const Signal& s, std::string_view data) {
  const auto made = make_modbus_signal(s);
  if (!made) return made.error().what;
  Batch batch;
  const auto observation = decode(*made, hex(data), 0, batch.text);
  return show(observation, batch);
}

TEST(ModbusSignal, AValueIsReadByItsTypeOrderScaleAndOffset) {
  auto with = [](Signal s, WordOrder order, double scale = 1, double offset = 0) {
    s.order = order;
    s.scale = scale;
    s.offset = offset;
    return s;
  };
  using enum ValueType;
  using enum WordOrder;
  const std::tuple<Signal, const char*, const char*> cases[] = {
      {signal("di:0", boolean), "01", "true"},
      {signal("co:0", boolean), "FE", "false"},
      {signal("hr:0.15", boolean), "8000", "true"},
      {signal("hr:0.0", boolean), "FFFE", "false"},
      {signal("hr:0", boolean), "0002", "true"},
      {signal("hr:0", int16), "FFFF", "-1"},
      {signal("hr:0", uint16), "FFFF", "65535u"},
      {signal("hr:0", uint8), "12FF", "255u"},
      {with(signal("hr:0", uint32), cdab), "E240 0001", "123456u"},
      {with(signal("ir:20", float32), cdab, 0.1), "0000 4148", "1.250000"},
      {with(signal("hr:0", int16), abcd, 0.1, -40), "00FA", "-15.000000"},
      {with(signal("hr:0", uint16), abcd, 1, 0.5), "0002", "2.500000"},
      {with(signal("hr:0", boolean), abcd, 10, 1), "0002", "true"},
      {signal("hr:0", float32), "7FC0 0000", "none/bad"},
      {signal("hr:0", float64), "7FF8 0000 0000 0000", "none/bad"},
      {signal("hr:0", float32), "FF80 0000", "none/bad"},
      {with(signal("hr:0", float64), abcd, 1e300), "7FE0 0000 0000 0000", "none/bad"},
      {signal("hr:0-2", text), "4F31 3233 2000", "\"O123\""},
      {signal("hr:0", text), "4F31", "\"O1\""},
      {signal("hr:0-1", text), "41FF 4200", "\"AÿB\"/uncertain"},
      {signal("hr:0-2", text), "E58A A0E5 B7A5", "\"加工\""},
  };
  for (const auto& [s, data, expected] : cases)
    EXPECT_EQ(decoded(s, data), expected) << s.address << ' ' << to_string(s.type);
}

TEST(ModbusSignal, AnAddressThatDoesNotGoWithItsTypeIsRefusedInWords) {
  using enum ValueType;
  const std::tuple<const char*, ValueType, const char*> cases[] = {
      {"co:0", uint16, "its type is bool, not uint16"},
      {"di:3", text, "its type is bool"},
      {"hr:3.1", int32, "its type is bool"},
      {"hr:0", condition, "Modbus has no condition"},
      {"hr:65535", uint32, "would pass 65535"},
      {"hr:65533", float64, "would pass 65535"},
      {"hr:0-2", uint32, "takes 2 registers; write hr:0"},
      {"hr:0:2", uint32, "no number from 0 to 65535"},
      {"DB1.DBW2", int16, "write hr:N"},
  };
  for (const auto& [address, type, words] : cases) {
    const auto checked = check_modbus_address(signal(address, type));
    ASSERT_FALSE(checked) << address;
    EXPECT_EQ(checked.error().code, Errc::invalid);
    EXPECT_THAT(checked.error().what, testing::HasSubstr(words)) << address;
  }
  for (const auto& [address, type] :
       {std::pair{"hr:65535", uint16}, {"hr:65534", float32}, {"hr:0-1", uint32}, {"hr:5", text}})
    EXPECT_TRUE(check_modbus_address(signal(address, type))) << address;
}

}  // namespace
}  // namespace spindle::connect
