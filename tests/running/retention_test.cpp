// What is old or too much goes from the disk while the program runs, and what must stay stays.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "tests/running/api_support.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::window;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto day = 24h;

std::vector<std::string> files_of(const std::filesystem::path& data, const std::string& prefix) {
  std::vector<std::string> out;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(data / "history", none))
    if (entry.path().filename().string().starts_with(prefix))
      out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

/// As if what came here in the last minutes had come when it was said.
void let_files_be_old(const std::filesystem::path& data) {
  const auto long_ago = std::filesystem::file_time_type::clock::now() - 400 * day;
  for (const auto& entry : std::filesystem::directory_iterator(data / "history"))
    std::filesystem::last_write_time(entry.path(), long_ago);
}

/// Answers that must be the same before and after raw values went.
json answers(const std::string& url, Instant from, Instant to) {
  json out;
  const auto ask = [&](const std::string& target) {
    const auto answer = test::http(url, "GET", "/api/v1" + target);
    EXPECT_EQ(answer.status, 200) << target << answer.body;
    return answer.json();
  };
  for (const auto* step : {"1h", "1d"}) {
    auto rows = ask("/history?signal=press/load&step=" + std::string(step) + "&" +
                    window(from, to))["rows"];
    // A mean is added up in another order: it has its last digits for itself.
    for (auto& row : rows)
      if (row[2].is_number()) row[2] = std::round(row[2].get<double>() * 1e9) / 1e9;
    out[step] = rows;
  }
  out["states"] = ask("/history/durations?signal=press/run&by=day&" + window(from, to))["rows"];
  out["facts"] = ask("/machines/press/timeline?" + window(from, to));
  out["facts"].erase("generated");
  return out;
}

constexpr auto plant_text = R"(site: {name: 測試, timezone: Europe/Berlin}
storage: {quota_gb: 0.06, keep: {analog_days: 30}}
machines:
  - id: press
    connection: {protocol: push}
    signals:
      - {id: run, type: bool, role: run}
      - {id: parts, type: uint32, role: part_count}
      - {id: load, type: float64}
)";

TEST(RetentionOnTheDisk, WhatIsPastItsDaysGoesWhenItsRollUpsAreThereAndTheyAndTheFactsStay) {
  const store::testing_support::TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto now = std::chrono::floor<std::chrono::hours>(read_clock().wall);
  const auto from = now - 40 * day;
  const auto words =
      test::serve_words(data, test::write_file(folder.path() / "p.yaml", plant_text));
  {
    test::Program box(words);
    const auto url = box.wait_for("listening on ", 60s);
    ASSERT_TRUE(url) << box.err();
    std::mt19937_64 random(7);
    std::string lines;
    int n = 0;
    for (Instant t = from; t < now - 1h; t += 20s, ++n) {
      // What has all its digits takes room.
      const auto load = static_cast<double>(random() >> 11) * 0x1p-53 * 100;
      lines += fmt::format("press load={:.17g},run={},parts={}i {}\n", load,
                           n / 90 % 3 == 0 ? 'f' : 't', n / 3, t.time_since_epoch() / 1ms);
      if (lines.size() < (8u << 20) && t + 20s < now - 1h) continue;
      ASSERT_EQ(test::http(*url, "POST", "/write?precision=ms", lines).status, 204);
      lines.clear();
    }
    box.signal(SIGTERM);
    ASSERT_EQ(box.wait(60s), 0) << box.err();
  }
  ASSERT_GE(files_of(data, "analog-").size(), 2u);
  const auto oldest = files_of(data, "analog-").front();
  const auto states = files_of(data, "state-");
  let_files_be_old(data);

  test::Program box(test::serve_words(data));
  const auto url = box.wait_for("listening on ", 60s);
  ASSERT_TRUE(url) << box.err();
  const auto before = answers(*url, from, now - 2h);
  const json keep{{"storage", {{"quota_gb", 0.06}, {"keep", {{"analog_days", 5}}}}}};
  ASSERT_EQ(test::http(*url, "PUT", "/api/v1/plant", keep.dump()).status, 200);
  ASSERT_TRUE(test::eventually(150s, [&] { return files_of(data, "analog-").front() != oldest; }));

  EXPECT_EQ(files_of(data, "state-"), states) << "they have ten years";
  EXPECT_FALSE(files_of(data, "rollup-").empty());
  EXPECT_EQ(answers(*url, from, now - 2h), before);
  const auto raw = [&](const std::string& signal) {
    return test::http(*url, "GET",
                      "/api/v1/history?signal=press/" + signal + "&" + window(from, from + day))
        .json()["rows"];
  };
  EXPECT_THAT(raw("load"), IsEmpty());
  EXPECT_EQ(raw("run").size(), 4320u);
  const auto storage = test::http(*url, "GET", "/api/v1/storage").json();
  EXPECT_EQ(storage["last_drop"]["reason"], "days") << storage;
  EXPECT_EQ(storage["last_drop"]["class"], "analog") << storage;
  EXPECT_TRUE(storage["forecast"]["quota_full_in_days"].is_number() ||
              !storage["forecast"]["why"].get<std::string>().empty())
      << storage;
  box.signal(SIGTERM);
  ASSERT_EQ(box.wait(60s), 0) << box.err();
  const auto doctor = test::run_program({"doctor", "--data", data.string()});
  EXPECT_EQ(doctor.code, 0) << doctor.out << doctor.err;
}

/// A plant with one push machine, smaller than a plant file lets it be.
Plant small_plant(double quota_gb) {
  Plant plant;
  plant.timezone = "Asia/Taipei";
  plant.storage.quota_gb = quota_gb;
  auto& machine = plant.machines.emplace_back();
  machine.id = "press";
  machine.name = "press";
  machine.connection.protocol = Protocol::push;
  for (const auto* id : {"load", "run"}) {
    auto& signal = machine.signals.emplace_back();
    signal.id = id;
    signal.address = id;
    signal.type = id[0] == 'l' ? ValueType::float64 : ValueType::boolean;
  }
  return plant;
}

/// Pushes noise: some 8 bytes a value that nothing makes smaller.
void push_noise(plant::RunningPlant& running, Instant from, Instant to, Duration every) {
  const auto machine = *running.plant()->find_machine("press");
  std::mt19937_64 random(11);
  Batch batch;
  const auto send = [&] {
    ASSERT_TRUE(test::eventually(60s, [&] { return running.offer(batch).has_value(); }));
    batch.clear();
    batch.machine = machine.key;
  };
  batch.machine = machine.key;
  int n = 0;
  for (Instant t = from; t < to; t += every, ++n) {
    batch.begin_scan(ScanKind::values, t, {}, t, 1);
    batch.add(machine.find_signal("load")->key,
              Value::of_real(static_cast<double>(random() >> 11) * 0x1p-53));
    batch.add(machine.find_signal("run")->key, Value::of_bool(n / 300 % 2 == 0));
    if (batch.scans.size() >= 2000) send();
  }
  if (!batch.scans.empty()) send();
  ASSERT_TRUE(test::eventually(60s, [&] { return running.settle().has_value(); }));
}

/// A wall clock that people or a dead battery set; what counts time goes on.
struct SetClock {
  std::atomic<std::int64_t> ahead_us{0};
  Now operator()() const {
    auto now = read_clock();
    now.wall += Duration{ahead_us.load()};
    return now;
  }
};

TEST(RetentionOnTheDisk, AClockThatJumpsAYearAheadAndBackTakesNothing) {
  auto clock = std::make_shared<SetClock>();
  auto plant = small_plant(0.06);
  plant.storage.keep.analog = 60;
  test::RunningBox box(plant, {}, [&](plant::RunningPlant::Options& options) {
    options.clock = [clock] { return (*clock)(); };
    options.retention_every = 20ms;
  });
  const auto now = std::chrono::floor<std::chrono::hours>(read_clock().wall);
  push_noise(box.plant(), now - 30 * day, now, 3s);
  ASSERT_TRUE(test::eventually(60s, [&] { return files_of(box.folder(), "analog-").size() > 2; }));
  const auto files = files_of(box.folder(), "analog-");
  // Other limits have the files looked at at once.
  const auto look = [&](std::uint32_t days) {
    plant.storage.keep.analog = days;
    ASSERT_TRUE(box.plant().apply(plant, "test"));
    ASSERT_TRUE(test::eventually(
        60s, [&] { return box.plant().retention_state().limits.keep.analog == days; }));
  };
  for (const Duration ahead : {365 * day, 0 * day, 26'000 * day, -20'000 * day, 0 * day}) {
    clock->ahead_us = ahead.count();
    look(ahead > day ? 59 : 61);
    look(60);
    EXPECT_EQ(files_of(box.folder(), "analog-").front(), files.front());
    EXPECT_EQ(box.plant().retention_state().drops, 0u);
    std::string said;
    for (const auto& problem : box.plant().problems().all())
      if (problem.code == "storage_clock") said = problem.what;
    if (ahead > day)
      EXPECT_THAT(said, HasSubstr("look whether the clock is right"));
    else
      EXPECT_EQ(said, "");
  }
  let_files_be_old(box.folder());
  look(10);
  EXPECT_TRUE(test::eventually(120s, [&] {
    const auto left = files_of(box.folder(), "analog-");
    return !left.empty() && left.front() != files.front();
  })) << "a clock that is right again is believed";
}

TEST(RetentionOnTheDisk, ABurstOfOldDataIsBelowTheQuotaSoonAndKeepsItsRollUps) {
  constexpr std::uint64_t quota = 10'000'000;
  test::RunningBox box(small_plant(quota / 1e9), {}, [](plant::RunningPlant::Options& options) {
    options.retention_every = 200ms;
  });
  const auto bytes = [&](const std::filesystem::path& folder) {
    std::uint64_t sum = 0;
    std::error_code gone;
    for (std::filesystem::recursive_directory_iterator it(folder, gone), end; it != end;
         it.increment(gone)) {
      std::error_code none;
      const auto size = it->is_regular_file(none) ? it->file_size(none) : 0;
      if (!none) sum += size;
    }
    return sum;
  };
  const auto now = std::chrono::floor<std::chrono::hours>(read_clock().wall);
  const auto from = now - 30 * day;
  push_noise(box.plant(), from, now, 2s);
  EXPECT_TRUE(test::eventually(60s, [&] {
    return bytes(box.folder()) <= quota && box.plant().retention_state().drops > 0;
  })) << bytes(box.folder());
  EXPECT_TRUE(test::eventually(30s, [&] { return bytes(box.folder() / "journal") <= quota / 8; }))
      << bytes(box.folder() / "journal");
  // What went was the oldest, and each of its hours has all its rows.
  EXPECT_TRUE(box.get("/api/v1/history?signal=press/load&" + window(from, from + 6h))
                  .json()["rows"]
                  .empty());
  const auto hours =
      box.get("/api/v1/history?signal=press/load&step=1h&" + window(from, now)).json();
  ASSERT_EQ(hours["rows"].size(), 720u) << hours;
  for (const auto& row : hours["rows"]) ASSERT_EQ(row[5], 1800) << row;
}

TEST(RetentionOnTheDisk, BackupsAndExportsStandInALineOfTheirOwnAndNotInTheQuota) {
  const store::testing_support::TemporaryFolder out;
  auto plant = small_plant(0.06);
  auto& schedule = plant.storage.exports.emplace_back();
  schedule.name = "line-a";
  schedule.folder = out.path().string();
  schedule.format = "csv";
  schedule.signals = {"press/load"};
  test::RunningBox box(plant);
  const auto use = [&] { return box.get("/api/v1/storage").json(); };
  const auto ours = use()["disk"]["ours_bytes"].get<double>();
  EXPECT_EQ(use()["outputs"], (json{{"backups_bytes", 0}, {"exports_bytes", 0}}));
  ASSERT_EQ(box.post("/api/v1/backups", json::object()).status, 202);
  ASSERT_TRUE(test::eventually(
      60s, [&] { return box.get("/api/v1/backups").json()["running"].is_null(); }));
  const auto items = box.get("/api/v1/backups").json()["items"];
  ASSERT_EQ(items.size(), 1u);
  test::write_file(out.path() / "line-a_2024-03-14.csv", std::string(4321, 'x'));
  test::write_file(out.path() / "somebody-elses.csv", std::string(999, 'x'));
  const auto outputs = use()["outputs"];
  EXPECT_EQ(outputs["backups_bytes"], items[0]["bytes"]);
  EXPECT_EQ(outputs["exports_bytes"], 4321);
  EXPECT_LT(use()["disk"]["ours_bytes"].get<double>(),
            ours + items[0]["bytes"].get<double>() + 1'000'000);
}

TEST(RetentionInTheDemo, RollUpsOfItsPastAreMade) {
  const store::testing_support::TemporaryFolder folder;
  test::Program demo({"demo", "--data", (folder.path() / "data").string(), "--listen",
                      "127.0.0.1:0", "--no-incidents", "--machines", "3"});
  const auto url = demo.wait_for("listening on ", 120s);
  ASSERT_TRUE(url) << demo.err();
  const auto storage = test::http(*url, "GET", "/api/v1/storage").json();
  EXPECT_GT(storage["quota"]["bytes"], 0);
  // The answer tells of the last look at the files, up to a minute ago; the disk tells at once.
  EXPECT_TRUE(test::eventually(60s, [&] {
    std::uintmax_t bytes = 0;
    for (const auto& name : files_of(folder.path() / "data", "rollup-"))
      bytes += std::filesystem::file_size(folder.path() / "data" / "history" / name);
    return bytes > 10'000;
  }));
  demo.signal(SIGTERM);
  EXPECT_EQ(demo.wait(60s), 0) << demo.err();
}

}  // namespace
}  // namespace spindle
