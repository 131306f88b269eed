#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sim/factory.hpp"
#include "tests/running/eventually.hpp"
#include "tests/running/live_stream.hpp"
#include "tests/running/running_box.hpp"
#include "tests/running/sim_thread.hpp"

namespace spindle::test {

using nlohmann::json;

/// A machine that others push to.
inline json push_machine(const std::string& id, const std::string& group = "一廠/A線") {
  return {{"id", id},
          {"name", "沖床"},
          {"group", group},
          {"ideal_cycle_s", 60},
          {"connection", {{"protocol", "push"}}},
          {"signals",
           {{{"id", "run"}, {"address", "run"}, {"type", "bool"}, {"role", "run"}},
            {{"id", "parts"}, {"address", "parts"}, {"type", "uint32"}, {"role", "part_count"}},
            {{"id", "load"}, {"address", "load"}, {"type", "float64"}},
            {{"id", "words"}, {"address", "words"}, {"type", "text"}}}}};
}

inline json shdr_machine(const std::string& id, std::uint16_t port) {
  return {
      {"id", id},
      {"name", "立式加工機"},
      {"group", "一廠/B線"},
      {"ideal_cycle_s", 5},
      {"connection", {{"protocol", "shdr"}, {"host", "127.0.0.1"}, {"port", port}}},
      {"signals",
       {{{"id", "avail"}, {"address", "avail"}, {"type", "text"}, {"role", "availability"}},
        {{"id", "execution"}, {"address", "execution"}, {"type", "text"}, {"role", "execution"}},
        {{"id", "parts"}, {"address", "part_count"}, {"type", "uint32"}, {"role", "part_count"}},
        {{"id", "power"}, {"address", "power"}, {"type", "float64"}, {"role", "power"}}}}};
}

/// `a=2024-…Z` for a query.
inline std::string window(Instant from, Instant to) {
  return "from=" + format_rfc3339_us(from) + "&to=" + format_rfc3339_us(to);
}

inline json seen(const std::string& signal, Instant t, const json& value) {
  return {{"signal", signal}, {"t", format_rfc3339_us(t)}, {"value", value}};
}

/// A whole answer is a problem document of this status whose words hold `words`.
inline void expect_problem(const HttpAnswer& answer, int status, const std::string& words) {
  EXPECT_EQ(answer.status, status) << answer.body;
  const auto type = answer.headers.find("Content-Type");
  ASSERT_NE(type, answer.headers.end());
  EXPECT_EQ(type->second, "application/problem+json") << answer.body;
  const auto body = answer.json();
  EXPECT_EQ(body["status"], status);
  EXPECT_TRUE(body.contains("type"));
  EXPECT_FALSE(body["title"].get<std::string>().empty());
  EXPECT_NE(body["detail"].get<std::string>().find(words), std::string::npos) << answer.body;
}

}  // namespace spindle::test
