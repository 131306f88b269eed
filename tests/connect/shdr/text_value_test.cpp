#include "connect/text_value.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

namespace spindle::connect {
namespace {

std::string told(ValueType type, std::string_view words, double scale = 1, double offset = 0) {
  Batch batch;
  batch.begin_scan(ScanKind::values, {}, {}, {});
  add_text(batch, {SignalKey{1}, type, scale, offset}, words, Quality::good);
  const auto& o = batch.observations.at(0);
  std::string value;
  switch (o.value.kind) {
    case ValueKind::none:
      value = "none";
      break;
    case ValueKind::boolean:
      value = o.value.boolean ? "true" : "false";
      break;
    case ValueKind::integer:
      value = fmt::format("i{}", o.value.integer);
      break;
    case ValueKind::unsigned_integer:
      value = fmt::format("u{}", o.value.unsigned_integer);
      break;
    case ValueKind::real:
      value = fmt::format("r{}", o.value.real);
      break;
    case ValueKind::text:
      value = fmt::format("'{}'", batch.text_of(o.value));
      break;
  }
  return o.quality == Quality::good ? value : fmt::format("{} {}", value, to_string(o.quality));
}

TEST(TextValue, BecomesWhatTheSignalsTypeSays) {
  struct Case {
    ValueType type;
    std::string_view words;
    std::string_view expected;
  };
  const std::vector<Case> cases{
      {ValueType::float64, "1.25", "r1.25"},
      {ValueType::float64, "+1.25e1", "r12.5"},
      {ValueType::float32, "0.1", "r0.1"},
      {ValueType::int16, "-5", "i-5"},
      {ValueType::uint32, "7", "u7"},
      {ValueType::uint32, "7.0", "u7"},
      {ValueType::uint64, "18446744073709551615", "u18446744073709551615"},
      {ValueType::int64, "-9223372036854775808", "i-9223372036854775808"},
      {ValueType::uint32, "0:DAY", "u0"},
      {ValueType::boolean, "on", "true"},
      {ValueType::boolean, "OFF", "false"},
      {ValueType::boolean, "1", "true"},
      {ValueType::boolean, "False", "false"},
      {ValueType::text, "", "''"},
      {ValueType::text, "TNC:\\A.H", "'TNC:\\A.H'"},
      {ValueType::text, "加工", "'加工'"},
      {ValueType::text, "K\xFChlung", "'Kühlung'"},
      {ValueType::text, "\xC0\xAF", "'À¯'"},
      {ValueType::text, "UNAVAILABLE", "none unavailable"},
      {ValueType::float64, "Unavailable", "none unavailable"},
      {ValueType::boolean, "UNAVAILABLE", "none unavailable"},
      {ValueType::condition, "Fault", "'FAULT\x1F\x1F\x1F\x1F'"},
      {ValueType::condition, "UNAVAILABLE", "'UNAVAILABLE\x1F\x1F\x1F\x1F' unavailable"},
      // What must be refused.
      {ValueType::float64, "", "none bad"},
      {ValueType::float64, "abc", "none bad"},
      {ValueType::float64, "1,5", "none bad"},
      {ValueType::float64, "1.5 mm", "none bad"},
      {ValueType::float64, "nan", "none bad"},
      {ValueType::float64, "inf", "none bad"},
      {ValueType::float64, "1e999", "none bad"},
      {ValueType::uint32, "-1", "none bad"},
      {ValueType::uint32, "4294967296", "none bad"},
      {ValueType::uint32, "1.5", "none bad"},
      {ValueType::uint64, "18446744073709551616", "none bad"},
      {ValueType::int8, "128", "none bad"},
      {ValueType::int64, "9223372036854775808", "none bad"},
      {ValueType::boolean, "2", "none bad"},
      {ValueType::boolean, "maybe", "none bad"},
      {ValueType::condition, "LOUD", "none bad"},
  };
  for (const auto& [type, words, expected] : cases)
    EXPECT_EQ(told(type, words), expected) << to_string(type) << " " << words;
}

TEST(TextValue, ScaleMakesARealNumber) {
  EXPECT_EQ(told(ValueType::uint16, "40", 0.5, 1), "r21");
  EXPECT_EQ(told(ValueType::boolean, "1", 0.5), "true");
  EXPECT_EQ(told(ValueType::text, "40", 0.5), "'40'");
}

TEST(TextValue, AConditionIsPackedAsTheModelUnpacksIt) {
  Batch batch;
  batch.begin_scan(ScanKind::values, {}, {}, {});
  const Condition report{Condition::Level::warning, "17", "2", "LOW", "oil \x1F low"};
  add_condition(batch, {SignalKey{1}, ValueType::condition}, report, Quality::uncertain);
  add_condition(batch, {SignalKey{2}, ValueType::text}, report, Quality::good);
  const auto back = Condition::unpack(batch.text_of(batch.observations[0].value));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->level, Condition::Level::warning);
  EXPECT_EQ(back->native_code, "17");
  EXPECT_EQ(back->native_severity, "2");
  EXPECT_EQ(back->qualifier, "LOW");
  EXPECT_EQ(back->text, "oil   low");
  EXPECT_EQ(batch.observations[0].quality, Quality::uncertain);
  EXPECT_EQ(batch.text_of(batch.observations[1].value), "WARNING");
}

}  // namespace
}  // namespace spindle::connect
