#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "exchange/row.hpp"

namespace spindle::exchange {

/// A row that owns its words.
struct Sample {
  std::string machine = "vmc-1";
  std::string signal = "power";
  std::string unit = "kW";
  Instant time{};
  Quality quality = Quality::good;
  Value value;
  std::string text;

  [[nodiscard]] Row row() const {
    Row row;
    row.machine = machine;
    row.signal = signal;
    row.unit = unit;
    row.time = time;
    row.quality = quality;
    row.value = value;
    row.text = text;
    return row;
  }
  static Sample of(Value value, Quality quality = Quality::good) {
    Sample sample;
    sample.value = value;
    sample.quality = quality;
    sample.time = Instant{std::chrono::microseconds{1'710'374'400'123'456}};
    return sample;
  }
  static Sample of_text(std::string words) {
    auto sample = of(Value::of_text(0, static_cast<std::uint32_t>(words.size())));
    sample.text = std::move(words);
    return sample;
  }
};

/// What has gone wrong in other people's files.
inline std::vector<Sample> awkward_samples() {
  constexpr auto int_min = std::numeric_limits<std::int64_t>::min();
  constexpr auto int_max = std::numeric_limits<std::int64_t>::max();
  std::vector<Sample> out;
  for (const auto v :
       {int_min, int_max, std::int64_t{0}, std::int64_t{-1}, (std::int64_t{1} << 53) + 1})
    out.push_back(Sample::of(Value::of_int(v)));
  for (const auto v : {std::numeric_limits<std::uint64_t>::max(), std::uint64_t{0}})
    out.push_back(Sample::of(Value::of_uint(v)));
  for (const double v :
       {0.0, -0.0, 0.1 + 0.2, 1e300, -1e-300, std::numeric_limits<double>::denorm_min(),
        std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::nan(""), 123456789012345680.0, -17.25})
    out.push_back(Sample::of(Value::of_real(v)));
  out.push_back(Sample::of(Value::of_bool(true)));
  out.push_back(Sample::of(Value::of_bool(false), Quality::uncertain));
  for (const auto quality : {Quality::good, Quality::uncertain, Quality::bad, Quality::unavailable})
    out.push_back(Sample::of(Value{}, quality));
  for (const char* words : {"",
                            " ",
                            " a ",
                            "a,b;c\td",
                            "say \"hi\"",
                            "\"",
                            "two\nlines",
                            "two\r\nlines",
                            "\r",
                            "\n",
                            "\t",
                            "=1+1",
                            "+1",
                            "-1",
                            "-1+1|cmd",
                            "@SUM(A1)",
                            "'=1",
                            "'",
                            "''",
                            "\xEF\xBC\x9D"
                            "1+1",
                            "-INF",
                            "NaN",
                            "1e5",
                            "TRUE",
                            "null",
                            "<a>&amp;</a>",
                            "]]>",
                            "&#13;",
                            "_x000D_",
                            "\xEF\xBB\xBF",
                            "加工中",
                            "\xF0\x9F\x94\xA7",
                            "base64:AAAA",
                            "text:x",
                            "x!good",
                            "!bad",
                            "int:5!good",
                            "FAULT|1|2|3|4",
                            "\xFF\xFE",
                            "\x01\x02",
                            "\x1F",
                            "a\x7F",
                            "\xED\xA0\x80",
                            "\\",
                            "a\\|b"})
    out.push_back(Sample::of_text(words));
  out.push_back(Sample::of_text(std::string("nul\0nul", 7)));
  out.push_back(Sample::of_text(std::string(70'000, 'x') + "\xE4\xB8\xAD"));
  const auto condition = [](const Condition& c) { return Sample::of_text(c.pack()); };
  out.push_back(condition({Condition::Level::fault, "AL|12", "5\\", "HIGH", "coolant | low\n=1"}));
  out.push_back(condition({Condition::Level::normal, "", "", "", ""}));
  out.push_back(condition({Condition::Level::warning, "\x01", "", "", "text"}));
  out.push_back(
      Sample::of_text("fault\x1F"
                      "1\x1F\x1F\x1F"));  // not as it would be packed
  auto early = Sample::of(Value::of_int(1));
  early.time = Instant{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}};
  out.push_back(early);
  auto late = Sample::of(Value::of_int(1));
  late.time = Instant{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};
  out.push_back(late);
  auto odd_unit = Sample::of(Value::of_real(1.5));
  odd_unit.unit = "=µ\"m\"/<s>, °C";
  out.push_back(odd_unit);
  auto no_unit = Sample::of(Value::of_real(1.5));
  no_unit.unit.clear();
  no_unit.signal = "x:y.z_1";
  out.push_back(no_unit);
  return out;
}

inline rc::Gen<Value> any_number() {
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](auto v) { return Value::of_int(v); }),
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](auto v) { return Value::of_uint(v); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](auto v) { return Value::of_bool(v); }),
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                   [](auto v) { return Value::of_real(std::bit_cast<double>(v)); }),
      rc::gen::map(rc::gen::inRange(-100'000, 100'000),
                   [](auto v) { return Value::of_real(v / 100.0); }),
      rc::gen::just(Value{}));
}

inline rc::Gen<std::string> any_text() {
  return rc::gen::oneOf(rc::gen::string<std::string>(),
                        rc::gen::container<std::string>(rc::gen::elementOf(
                            std::string("=+-@'\"\t\r\n,;!:|\\ ab1<&>_x\x1F\xE4\xB8\xAD"))));
}

inline rc::Gen<Sample> any_sample() {
  return rc::gen::exec([] {
    Sample sample;
    sample.machine = *rc::gen::element<std::string>("vmc-1", "m2");
    sample.signal = *rc::gen::element<std::string>("power", "x:y", "program");
    sample.unit = *rc::gen::element<std::string>("", "kW", "°C");
    // Any time a date can be written of.
    sample.time = Instant{Duration{
        *rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'800'000'000)}};
    sample.quality =
        *rc::gen::element(Quality::good, Quality::uncertain, Quality::bad, Quality::unavailable);
    if (*rc::gen::arbitrary<bool>()) {
      sample.value = *any_number();
    } else {
      sample.text = *any_text();
      sample.value = Value::of_text(0, static_cast<std::uint32_t>(sample.text.size()));
    }
    return sample;
  });
}

}  // namespace spindle::exchange
