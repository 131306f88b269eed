#include "base/time.hpp"

#include <gtest/gtest.h>

namespace spindle {
namespace {

TEST(Rfc3339, ReadsOffsetsAndDecimals) {
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("2024-03-14T08:00:00+08:00")),
            "2024-03-14T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339_us(*parse_rfc3339("2022-08-08T13:51:34.7167146Z")),
            "2022-08-08T13:51:34.716714Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("1969-12-31T23:59:59.5Z")), "1969-12-31T23:59:59.500Z");
}

TEST(Rfc3339, RefusesWhatIsNotATime) {
  for (const auto* text :
       {"", "2024-03-14", "2024-03-14T08:00:00", "2024-02-30T08:00:00Z", "2024-03-14T25:00:00Z",
        "2024-03-14T08:00:00.Z", "2024-03-14T08:00:00+8", "2024-03-14T08:00:00Z "})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Interval, IsHalfOpen) {
  const Interval i{Instant{Duration{10}}, Instant{Duration{20}}};
  EXPECT_TRUE(i.contains(Instant{Duration{10}}));
  EXPECT_FALSE(i.contains(Instant{Duration{20}}));
  EXPECT_TRUE(intersect(i, {Instant{Duration{20}}, Instant{Duration{30}}}).empty());
}

}  // namespace
}  // namespace spindle
