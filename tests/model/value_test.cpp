#include "model/value.hpp"

#include <gtest/gtest.h>

namespace spindle {
namespace {

TEST(Condition, PacksAndUnpacksItsFiveParts) {
  const Condition c{Condition::Level::fault, "81000046", "2", "HIGH", "FEED OVERRIDE = 0 %"};
  const auto packed = c.pack();
  const auto back = Condition::unpack(packed);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->level, Condition::Level::fault);
  EXPECT_EQ(back->native_code, "81000046");
  EXPECT_EQ(back->native_severity, "2");
  EXPECT_EQ(back->qualifier, "HIGH");
  EXPECT_EQ(back->text, "FEED OVERRIDE = 0 %");
}

TEST(Condition, RefusesTextItDidNotPack) {
  EXPECT_FALSE(Condition::unpack("FAULT"));
  EXPECT_FALSE(Condition::unpack("MAYBE\x1F\x1F\x1F\x1F"));
}

TEST(ValueType, WordsOfThePlantFileReadBack) {
  for (const auto word : {"bool", "int16", "uint32", "float32", "float64", "text", "condition"})
    EXPECT_EQ(to_string(value_type_from(word).value()), word);
  EXPECT_FALSE(value_type_from("double"));
}

TEST(Value, OnlyNumbersAndBoolsHaveATruth) {
  EXPECT_EQ(Value::of_bool(true).truth(), true);
  EXPECT_EQ(Value::of_uint(0).truth(), false);
  EXPECT_EQ(Value::of_real(0.5).truth(), true);
  EXPECT_EQ(Value::of_text(0, 3).truth(), std::nullopt);
}

}  // namespace
}  // namespace spindle
