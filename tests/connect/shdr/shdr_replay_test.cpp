#include "connect/shdr/shdr_replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "connect/shdr/shdr_driver.hpp"
#include "tests/protocol/shdr/recording.hpp"

namespace spindle::connect {
namespace {

using nlohmann::json;

struct Heard {
  std::size_t n = 0;
  double min = 0, max = 0, sum = 0;
  void add(double v) {
    min = n == 0 ? v : std::min(min, v);
    max = n == 0 ? v : std::max(max, v);
    sum += v;
    ++n;
  }
};

Signal signal(std::string_view key, ValueType type, std::size_t number) {
  Signal s;
  s.id = key;
  s.address = key;
  s.type = type;
  s.key = SignalKey{static_cast<std::uint32_t>(number)};
  return s;
}

// Window and sample figures: the recordings' own definitions.
TEST(ShdrReplay, EachDayHasTheSamplesCountedByHand) {
  const auto folder = test::recordings() / "mtconnect-nist";
  std::ifstream file(folder / "expected.json");
  if (!file) GTEST_SKIP() << "no recordings in " << folder;
  const auto expected = json::parse(file);
  Duration spent{};
  std::uint64_t observations = 0;
  for (const auto& [name, day] : expected["shdr"].items()) {
    if (!day.contains("samples")) continue;
    Machine machine;
    for (const auto& [key, figures] : day["samples"].items())
      machine.signals.push_back(signal(key, ValueType::float64, machine.signals.size()));

    const auto text = test::unpacked(folder / "shdr" / name);
    const auto start = read_clock().mono;
    ShdrReplay replay(machine);
    std::vector<Heard> heard(machine.signals.size());
    const auto from = *parse_rfc3339(day["t_start"].get<std::string>());
    Batch batch;
    for (std::size_t at = 0; at < text.size(); at += 65536) {
      replay.feed(as_bytes(std::string_view(text).substr(at, 65536)), batch);
      for (const auto& scan : batch.scans) {
        EXPECT_EQ(scan.time, scan.device);
        EXPECT_EQ(scan.time, scan.received);
        if (scan.time < from) continue;
        for (std::uint32_t i = 0; i < scan.count; ++i) {
          const auto& o = batch.observations[scan.first + i];
          if (const auto v = o.value.number()) heard[static_cast<std::uint32_t>(o.signal)].add(*v);
        }
      }
      batch.clear();
    }
    replay.finish(batch);
    spent += read_clock().mono - start;
    observations += replay.counts().observations;
    EXPECT_EQ(replay.counts().observations, day["observations"].get<std::uint64_t>()) << name;
    for (std::size_t i = 0; i < heard.size(); ++i) {
      const auto& key = machine.signals[i].id;
      const auto& figures = day["samples"][key];
      EXPECT_EQ(heard[i].n, figures["n"].get<std::size_t>()) << name << " " << key;
      EXPECT_NEAR(heard[i].min, figures["min"].get<double>(), 1e-6) << name << " " << key;
      EXPECT_NEAR(heard[i].max, figures["max"].get<double>(), 1e-6) << name << " " << key;
      EXPECT_NEAR(heard[i].sum / static_cast<double>(heard[i].n), figures["mean"].get<double>(),
                  1e-5)
          << name << " " << key;
    }
  }
  RecordProperty("us_per_observation",
                 std::to_string(to_seconds(spent) * 1e6 / static_cast<double>(observations)));
}

TEST(ShdrReplay, ConditionsOfARecordedDayAreReportedAsOftenAsCountedByHand) {
  const auto folder = test::recordings() / "mtconnect-nist";
  std::ifstream file(folder / "expected.json");
  if (!file) GTEST_SKIP() << "no recordings in " << folder;
  const auto expected = json::parse(file);
  const std::string name = "Mazak01-20180220-20180221.txt.xz";
  const auto text = test::unpacked(folder / "shdr" / name);
  // Its conditions are the keys of its seven-field lines.
  Machine machine;
  std::map<std::string, int, std::less<>> keys;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (std::ranges::count(line, '|') == 6) {
      const auto from = line.find('|') + 1;
      const auto key = line.substr(from, line.find('|', from) - from);
      if (keys.emplace(key, 0).second)
        machine.signals.push_back(signal(key, ValueType::condition, keys.size()));
    }
    at = end + 1;
  }
  ShdrReplay replay(machine);
  Batch batch;
  replay.feed(as_bytes(text), batch);
  std::map<std::string, std::uint64_t, std::less<>> reports;
  const auto from = *parse_rfc3339(expected["shdr"][name]["t_start"].get<std::string>());
  for (const auto& scan : batch.scans)
    for (std::uint32_t i = 0; scan.time >= from && i < scan.count; ++i) {
      const auto c = Condition::unpack(batch.text_of(batch.observations[scan.first + i].value));
      ASSERT_TRUE(c);
      ++reports[std::string(to_string(c->level))];
    }
  for (const auto& [level, n] : expected["shdr"][name]["condition"]["reports"].items())
    EXPECT_EQ(reports[level], n.get<std::uint64_t>()) << level;
}

TEST(ShdrReplay, SaysWhatALiveConnectionSays) {
  Machine machine;
  machine.connection.clock = ClockPolicy::device;
  machine.signals = {signal("load", ValueType::float64, 1), signal("sys", ValueType::condition, 2)};
  const std::string text =
      "2024-03-14T08:00:00Z|load|1\nrubbish\n2024-03-14T08:00:01Z|sys|FAULT|E1|||hot\n"
      "2024-03-14T08:00:00.5Z|load|2|x|3\n";
  ShdrReplay replay(machine);
  Batch recorded;
  replay.feed(as_bytes(text), recorded);
  ShdrDriver driver(machine);
  const Now now{*parse_rfc3339("2024-03-14T08:00:02Z"), Monotonic{std::chrono::hours{1}}};
  driver.handle_connected(now);
  ASSERT_TRUE(driver.handle_bytes(as_bytes(text), now));
  std::vector<Batch> live;
  driver.poll_batches(live);
  ASSERT_EQ(live.size(), 1u);
  std::size_t at = 0;
  for (const auto& scan : live[0].scans) {
    if (scan.kind != ScanKind::values) continue;
    ASSERT_LT(at, recorded.scans.size());
    const auto& same = recorded.scans[at++];
    EXPECT_EQ(scan.time, same.time);
    ASSERT_EQ(scan.count, same.count);
    EXPECT_EQ(live[0].text_of(live[0].observations[scan.first].value),
              recorded.text_of(recorded.observations[same.first].value));
  }
  EXPECT_EQ(at, recorded.scans.size());
  EXPECT_EQ(replay.counts().malformed, 1u);
  EXPECT_EQ(replay.unknown_keys(), std::vector<std::string>{"x"});
}

TEST(ShdrReplay, TheLastLineNeedsNoEnd) {
  Machine machine;
  machine.signals = {signal("load", ValueType::float64, 1)};
  ShdrReplay replay(machine);
  Batch batch;
  replay.feed(as_bytes("2024-03-14T08:00:00Z|load|1"), batch);
  EXPECT_TRUE(batch.empty());
  replay.finish(batch);
  EXPECT_EQ(batch.scans.size(), 1u);
}

}  // namespace
}  // namespace spindle::connect
