#include "protocol/modbus/value.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/protocol/modbus/hex.hpp"

namespace spindle::modbus {
namespace {

std::string show(Number n) {
  switch (n.kind) {
    case Number::Kind::boolean:
      return n.boolean ? "true" : "false";
    case Number::Kind::integer:
      return std::to_string(n.integer);
    case Number::Kind::unsigned_integer:
      return std::to_string(n.unsigned_integer) + "u";
    case Number::Kind::real:
      return std::to_string(n.real);
  }
  return {};
}

Bytes wire(std::span<const std::uint16_t> registers) {
  Bytes out;
  ByteWriter writer(out);
  for (const auto r : registers) writer.u16_be(r);
  return out;
}

TEST(ModbusValue, EachTypeAndOrderIsReadFromItsRegistersAndWrittenBack) {
  using enum NumberType;
  using enum WordOrder;
  struct Case {
    const char* registers;
    NumberType type;
    WordOrder order;
    const char* expected;
  };
  const Case cases[] = {
      {"0000", boolean, abcd, "false"},
      {"0001", boolean, abcd, "true"},
      {"00FF", int8, abcd, "-1"},
      {"0080", int8, abcd, "-128"},
      {"00FF", uint8, abcd, "255u"},
      {"FF00", uint8, badc, "255u"},  // the high byte, by swapping
      {"8000", int16, abcd, "-32768"},
      {"8000", uint16, abcd, "32768u"},
      {"0080", uint16, dcba, "32768u"},
      {"1234", uint16, cdab, "4660u"},
      {"0001 E240", uint32, abcd, "123456u"},
      {"E240 0001", uint32, cdab, "123456u"},
      {"0100 40E2", uint32, badc, "123456u"},
      {"40E2 0100", uint32, dcba, "123456u"},
      {"FFFE 1DC0", int32, abcd, "-123456"},
      {"1DC0 FFFE", int32, cdab, "-123456"},
      {"0102 0304 0506 0708", uint64, abcd, "72623859790382856u"},
      {"0708 0506 0304 0102", uint64, cdab, "72623859790382856u"},
      {"0201 0403 0605 0807", uint64, badc, "72623859790382856u"},
      {"0807 0605 0403 0201", uint64, dcba, "72623859790382856u"},
      {"FFFF FFFF FFFF FFFE", int64, abcd, "-2"},
      {"4148 0000", float32, abcd, "12.500000"},
      {"0000 4148", float32, cdab, "12.500000"},
      {"4841 0000", float32, badc, "12.500000"},
      {"0000 4841", float32, dcba, "12.500000"},
      {"4029 0000 0000 0000", float64, abcd, "12.500000"},
      {"0000 0000 0000 4029", float64, cdab, "12.500000"},
      {"0000 0000 0000 2940", float64, dcba, "12.500000"},
  };
  for (const auto& c : cases) {
    const auto bytes = hex(c.registers);
    const auto value = decode_number(bytes, c.type, c.order);
    EXPECT_EQ(show(value), c.expected) << c.registers;
    std::array<std::uint16_t, 4> back{};
    ASSERT_TRUE(encode_number(value, c.type, c.order, back));
    EXPECT_EQ(to_hex(wire(std::span(back).first(registers_of(c.type)))), to_hex(bytes));
  }
}

TEST(ModbusValue, ANumberItsTypeCannotHoldIsRefused) {
  using enum NumberType;
  std::array<std::uint16_t, 4> out{};
  const std::pair<Number, NumberType> refused[] = {
      {Number::of_int(128), int8},
      {Number::of_int(-1), uint8},
      {Number::of_uint(65536), uint16},
      {Number::of_int(-32769), int16},
      {Number::of_real(65535.5), uint16},
      {Number::of_real(-0.6), uint32},
      {Number::of_real(1e19), int64},
      {Number::of_real(18446744073709551616.0), uint64},
      {Number::of_real(std::nan("")), int32},
      {Number::of_real(1e39), float32},
      {Number::of_uint(std::numeric_limits<std::uint64_t>::max()), int64},
  };
  for (const auto& [value, type] : refused)
    EXPECT_FALSE(encode_number(value, type, WordOrder::abcd, out)) << show(value);
  EXPECT_TRUE(encode_number(Number::of_real(65535.4), uint16, WordOrder::abcd, out));
  EXPECT_EQ(out[0], 65535);
}

RC_GTEST_PROP(ModbusValue, EveryPatternSurvivesDecodingAndEncoding,
              (std::array<std::uint16_t, 4> registers)) {
  const auto type = static_cast<NumberType>(*rc::gen::inRange(3, 11));
  const auto order = static_cast<WordOrder>(*rc::gen::inRange(0, 4));
  const auto value = decode_number(wire(registers), type, order);
  if (value.kind == Number::Kind::real) RC_PRE(!std::isnan(value.real));
  std::array<std::uint16_t, 4> back{};
  RC_ASSERT(encode_number(value, type, order, back));
  for (std::size_t i = 0; i < registers_of(type); ++i) RC_ASSERT(back[i] == registers[i]);
}

TEST(ModbusValue, TextEndsAtItsFirstNulAndLosesTheSpacesAfterIt) {
  struct Case {
    const char* registers;
    WordOrder order;
    const char* expected;
  };
  using enum WordOrder;
  const Case cases[] = {
      {"4142 4344", abcd, "ABCD"},     {"4241 4443", badc, "ABCD"},
      {"4142 4300", abcd, "ABC"},      {"4142 4320", abcd, "ABC"},
      {"4120 4220 2020", abcd, "A B"}, {"4142 0043 4445", abcd, "AB"},
      {"4120 0043", abcd, "A"},        {"2020 2020", abcd, ""},
      {"0000 0000", abcd, ""},         {"E58A A0E5 B7A5 0000", abcd, "加工"},
  };
  for (const auto& c : cases) {
    std::string out = "kept ";
    append_text(out, hex(c.registers), c.order);
    EXPECT_EQ(out, std::string("kept ") + c.expected) << c.registers;
  }
}

TEST(ModbusValue, TextIsWrittenFilledUpAndRefusedWhenTooLong) {
  std::array<std::uint16_t, 3> out{1, 1, 1};
  ASSERT_TRUE(encode_text("ABC", WordOrder::abcd, out));
  EXPECT_EQ(to_hex(wire(out)), "414243000000");
  ASSERT_TRUE(encode_text("ABC", WordOrder::dcba, out));
  EXPECT_EQ(to_hex(wire(out)), "424100430000");
  EXPECT_FALSE(encode_text("ABCDEFG", WordOrder::abcd, out));
}

}  // namespace
}  // namespace spindle::modbus
