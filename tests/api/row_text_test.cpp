#include "api/row_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>

namespace spindle::api {
namespace {

using store::NumberForm;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }

std::string text_of(const std::function<void(RowText&)>& write) {
  RowText text;
  write(text);
  return text.take();
}

RC_GTEST_PROP(RowText, TimesAreThoseOfTheOtherFormatter, ()) {
  RowText text;
  std::string expected;
  auto t = *rc::gen::inRange<std::int64_t>(-3'000'000'000'000'000, 9'000'000'000'000'000);
  for (int n = 0; n < 10; ++n) {
    text.time(at(t));
    text.time(at(t), true);
    const bool whole = t % 1000 == 0;
    expected += '"' + format_rfc3339(at(t)) + "\"\"" +
                (whole ? format_rfc3339(at(t)) : format_rfc3339_us(at(t))) + '"';
    t += *rc::gen::inRange<std::int64_t>(-1'000'000'000, 100'000'000'000);
    if (*rc::gen::arbitrary<bool>()) t -= t % 1000;
  }
  RC_ASSERT(text.take() == expected);
}

RC_GTEST_PROP(RowText, ADecimalReadsBackToTheSameDouble, ()) {
  const NumberForm form{*rc::gen::inRange<std::int8_t>(0, 7)};
  const auto key =
      *rc::gen::inRange<std::int64_t>(-(1LL << 53), 1LL << 53) >> *rc::gen::inRange(0, 50);
  const auto text = text_of([&](RowText& t) { t.number(form, key); });
  RC_ASSERT(std::strtod(text.c_str(), nullptr) == form.number(key));
}

RC_GTEST_PROP(RowText, ADoubleIsItsShortestText, ()) {
  const auto value = *rc::gen::oneOf(
      rc::gen::map(rc::gen::inRange<std::int64_t>(-2'000'000'000'000, 2'000'000'000'000),
                   [](std::int64_t n) { return static_cast<double>(n) / 1000; }),
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                   [](std::uint64_t bits) { return std::bit_cast<double>(bits); }));
  RC_PRE(std::isfinite(value));
  const auto text = text_of([&](RowText& t) { t.number(value); });
  RC_ASSERT(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) ==
            std::bit_cast<std::uint64_t>(value));
  RC_ASSERT(text.size() <= fmt::format("{}", value).size());
}

RC_GTEST_PROP(RowText, WhatWasComputedKeepsFifteenDigits, ()) {
  const auto value = std::ldexp(*rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000),
                                *rc::gen::inRange(-60, 60));
  const auto text = text_of([&](RowText& t) { t.computed(value); });
  RC_ASSERT(std::fabs(std::strtod(text.c_str(), nullptr) - value) <= 1e-14 * std::fabs(value));
}

RC_GTEST_PROP(RowText, ATextThatGrowsIsWhatWasPutIntoIt, (const std::vector<std::string>& words)) {
  RowText text("begun", *rc::gen::inRange<std::size_t>(0, 20));
  std::string expected = "begun";
  for (const auto& word : words) {
    text.raw(word);
    text.raw(',');
    text.whole(word.size());
    expected += word + ',' + std::to_string(word.size());
  }
  RC_ASSERT(text.last() == expected.back());
  RC_ASSERT(text.take() == expected);
}

RC_GTEST_PROP(RowText, AWholeNumberIsAllItsDigits, ()) {
  const auto number = *rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64);
  RC_ASSERT(text_of([&](RowText& t) { t.whole(number); }) == std::to_string(number));
  for (std::uint64_t power = 1; power < 10'000'000'000'000'000'000u / 10; power *= 10)
    for (const auto near : {power - 1, power, power + 1})
      RC_ASSERT(text_of([&](RowText& t) { t.whole(near); }) == std::to_string(near));
}

TEST(RowText, NumbersReadAsPeopleWriteThem) {
  EXPECT_EQ(text_of([](RowText& t) { t.number({3}, 12'500); }), "12.5");
  EXPECT_EQ(text_of([](RowText& t) { t.number({3}, -7); }), "-0.007");
  EXPECT_EQ(text_of([](RowText& t) { t.number({2}, 0); }), "0");
  EXPECT_EQ(text_of([](RowText& t) { t.computed(0.5); }), "0.5");
  EXPECT_EQ(text_of([](RowText& t) { t.computed(2.0 / 3); }), "0.666666666666667");
  EXPECT_EQ(text_of([](RowText& t) { t.number(std::nan("")); }), "null");
  EXPECT_EQ(text_of([](RowText& t) { t.computed(-INFINITY); }), "null");
  EXPECT_EQ(text_of([](RowText& t) { t.whole(18'446'744'073'709'551'615u); }),
            "18446744073709551615");
}

}  // namespace
}  // namespace spindle::api
