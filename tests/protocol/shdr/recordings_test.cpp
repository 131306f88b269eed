#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "protocol/shdr/line_parser.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::shdr {
namespace {

using nlohmann::json;

struct Told {
  Counts counts;
  std::uint64_t back_steps = 0;
  std::set<std::string, std::less<>> keys;
  Instant last{};
};

Told read_whole(std::string_view text) {
  const KeyTable no_keys;
  LineReader reader;
  LineParser parser(no_keys);
  Line line;
  Told told;
  Instant newest{};
  reader.feed(as_bytes(text));
  for (auto raw = reader.next(); raw; raw = reader.next()) {
    parser.parse(*raw, line);
    if (line.stamp.kind == Stamp::Kind::absolute) {
      if (line.stamp.time < newest) ++told.back_steps;
      newest = line.stamp.time;
      told.last = newest;
    }
    for (const auto& item : line.items)
      if (!told.keys.contains(item.key)) told.keys.emplace(item.key);
  }
  told.counts = parser.counts();
  return told;
}

json expected_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "expected.json");
  return file ? json::parse(file) : json{};
}

TEST(ShdrRecording, EachDayHasTheLinesAndObservationsCountedByHand) {
  const auto folder = test::recordings() / "mtconnect-nist";
  const auto expected = expected_of(folder);
  if (expected.is_null()) GTEST_SKIP() << "no recordings in " << folder;
  std::uint64_t lines = 0;
  Duration spent{};
  for (const auto& [name, day] : expected["shdr"].items()) {
    const auto text = test::unpacked(folder / "shdr" / name);
    ASSERT_FALSE(text.empty()) << name;
    const auto start = read_clock().mono;
    const auto told = read_whole(text);
    spent += read_clock().mono - start;
    lines += told.counts.lines;
    EXPECT_EQ(told.counts.lines, day["lines"].get<std::uint64_t>()) << name;
    EXPECT_EQ(told.counts.observations, day["observations"].get<std::uint64_t>()) << name;
    EXPECT_EQ(told.counts.malformed, day.value("malformed_lines", std::uint64_t{0})) << name;
    if (day.contains("t_end"))
      EXPECT_EQ(format_rfc3339_us(told.last), day["t_end"].get<std::string>()) << name;
  }
  RecordProperty("us_per_line",
                 std::to_string(to_seconds(spent) * 1e6 / static_cast<double>(lines)));
}

TEST(ShdrRecording, EachPartOfTheSeriesHasItsObservations) {
  const auto folder = test::recordings() / "mtconnect-nist";
  const auto expected = expected_of(folder);
  if (expected.is_null()) GTEST_SKIP() << "no recordings in " << folder;
  for (const auto& [name, part] : expected["parts"].items()) {
    const auto told = read_whole(test::unpacked(folder / "parts" / name));
    EXPECT_EQ(told.counts.lines, part["lines"].get<std::uint64_t>()) << name;
    EXPECT_EQ(told.counts.observations, part["observations"].get<std::uint64_t>()) << name;
    // Some were cut in the middle of a line.
    EXPECT_EQ(told.counts.malformed, told.counts.lines - told.counts.observations) << name;
    EXPECT_LE(told.counts.malformed, 2u) << name;
  }
}

// The count made by hand took each of 3 @REMOVE_ALL_ASSETS@ lines for an observation with that key,
// and one line of three pairs (`p1Fcmd|UNAVAILABLE|p1Fract|861.4038|p1Frcmd|5`) for a condition.
TEST(ShdrRecording, TheLatheWithItsToolsHasTheAssetsAndBackStepsCountedByHand) {
  const auto folder = test::recordings() / "mtconnect-cppagent";
  const auto expected = expected_of(folder);
  if (expected.is_null()) GTEST_SKIP() << "no recordings in " << folder;
  const auto& lathe = expected["okuma-part1.shdr.xz"];
  const auto told = read_whole(test::unpacked(folder / "okuma-part1.shdr.xz"));
  EXPECT_EQ(told.counts.lines, lathe["shdr_lines"].get<std::uint64_t>());
  EXPECT_EQ(told.counts.malformed, 0u);
  EXPECT_EQ(told.counts.assets, lathe["asset_blocks"].get<std::uint64_t>());
  EXPECT_EQ(told.counts.assets_removed, lathe["remove_asset"].get<std::uint64_t>());
  EXPECT_EQ(told.counts.all_assets_removed, 3u);
  EXPECT_EQ(told.counts.observations, lathe["observations"].get<std::uint64_t>() - 3 + 2);
  EXPECT_EQ(told.keys.size() + 1, lathe["keys"].get<std::size_t>());
  EXPECT_EQ(told.back_steps, lathe["backward_steps"].get<std::uint64_t>());
}

}  // namespace
}  // namespace spindle::shdr
