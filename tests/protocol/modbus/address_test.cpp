#include "protocol/modbus/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace spindle::modbus {
namespace {

TEST(ModbusAddress, IsReadAsItIsWritten) {
  const std::pair<const char*, Address> cases[] = {
      {"hr:0", {Table::holding_registers, 0, {}, {}}},
      {"hr:65535", {Table::holding_registers, 65535, {}, {}}},
      {"ir:20", {Table::input_registers, 20, {}, {}}},
      {"co:7", {Table::coils, 7, {}, {}}},
      {"di:0", {Table::discrete_inputs, 0, {}, {}}},
      {"hr:10.0", {Table::holding_registers, 10, 0, {}}},
      {"ir:10.15", {Table::input_registers, 10, 15, {}}},
      {"hr:100-107", {Table::holding_registers, 100, {}, 107}},
      {"hr:0-124", {Table::holding_registers, 0, {}, 124}},
  };
  for (const auto& [text, expected] : cases) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text << ": " << address.error().what;
    EXPECT_EQ(*address, expected) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(ModbusAddress, WhatIsWrongIsSaidInWords) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "write hr:N"},
      {"10", "write hr:N"},
      {"hr", "write hr:N"},
      {":1", "is no table"},
      {"HR:1", "'HR' is no table"},
      {"mw:1", "'mw' is no table"},
      {"hr:", "no number from 0 to 65535"},
      {"hr:-1", "no number from 0 to 65535"},
      {"hr:+1", "no number from 0 to 65535"},
      {"hr: 1", "no number from 0 to 65535"},
      {"hr:1 ", "no number from 0 to 65535"},
      {"hr:0x10", "no number from 0 to 65535"},
      {"hr:65536", "no number from 0 to 65535"},
      {"hr:99999999999999", "no number from 0 to 65535"},
      {"hr:1.16", "from 0 to 15"},
      {"hr:1.", "from 0 to 15"},
      {"hr:1.5.2", "from 0 to 15"},
      {"co:1.2", "single bits"},
      {"di:1-2", "single bits"},
      {"hr:5-4", "range has 1 to 125"},
      {"hr:0-125", "range has 1 to 125"},
      {"hr:0-", "no number from 0 to 65535"},
      {"hr:0-70000", "no number from 0 to 65535"},
      {"40001", "write hr:0 for the 40001 of a manual"},
      {"400011", "write hr:10 for the 400011 of a manual"},
      {"30021", "write ir:20"},
      {"10005", "write di:4"},
      {"00001", "write co:0"},
  };
  for (const auto& [text, words] : cases) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, Errc::invalid);
    EXPECT_THAT(address.error().what, testing::HasSubstr(words)) << text;
    EXPECT_THAT(address.error().what, testing::HasSubstr(text)) << text;
  }
}

RC_GTEST_PROP(ModbusAddress, WhatIsAcceptedIsWrittenBackTheSame, (std::string noise)) {
  const auto text = *rc::gen::element<std::string>("hr:", "co:", "ir:1", "hr:1.", "hr:1-") + noise;
  if (const auto address = parse_address(text))
    RC_ASSERT(parse_address(to_string(*address)) == *address);
}

}  // namespace
}  // namespace spindle::modbus
