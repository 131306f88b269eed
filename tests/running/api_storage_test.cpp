// What the box keeps, for how long, and what it would take elsewhere.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::seen;

TEST(ApiStorage, AnEmptyBoxSaysItsLimitsAndForecastsNothing) {
  test::RunningBox box;
  const auto answer = box.get("/api/v1/storage");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto storage = answer.json();
  EXPECT_GT(storage["disk"]["total_bytes"], storage["disk"]["free_bytes"]);
  EXPECT_NEAR(storage["disk"]["reserved_bytes"].get<double>(),
              storage["disk"]["total_bytes"].get<double>() / 10, 1);
  EXPECT_EQ(storage["quota"]["source"], "default");
  EXPECT_GT(storage["files"]["configuration_bytes"], 0);
  EXPECT_TRUE(storage["growth"]["bytes_per_day"].is_null());
  EXPECT_TRUE(storage["forecast"]["quota_full_in_days"].is_null());
  EXPECT_EQ(storage["forecast"]["why"], "less than an hour has been measured");
  EXPECT_TRUE(storage["forecast"]["drops_next"].is_null());
  ASSERT_EQ(storage["classes"].size(), 4u);
  for (const auto& line : storage["classes"]) {
    EXPECT_EQ(line["raw_bytes"], 0);
    EXPECT_TRUE(line["raw_from"].is_null());
    EXPECT_EQ(line["keep_days"], line["class"] == "analog" ? 365 : 3650);
  }
  EXPECT_EQ(storage["damaged_blocks"], 0);
  EXPECT_TRUE(storage["last_drop"].is_null());
}

TEST(ApiStorage, AQuotaOfThePlantHolds) {
  test::RunningBox box;
  const auto put =
      box.put("/api/v1/plant", {{"storage", {{"quota_gb", 2.5}, {"keep", {{"analog_days", 30}}}}}});
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(box.get("/api/v1/plant").json()["storage"]["quota_gb"], 2.5);
  EXPECT_TRUE(test::eventually(60s, [&] {
    const auto quota = box.get("/api/v1/storage").json()["quota"];
    return quota["source"] == "plant" && quota["bytes"] == 2'500'000'000;
  }));
  const auto classes = box.get("/api/v1/storage").json()["classes"];
  for (const auto& line : classes)
    if (line["class"] == "analog") EXPECT_EQ(line["keep_days"], 30);
  expect_problem(box.put("/api/v1/plant", {{"storage", {{"quota_gb", 0}}}}), 422, "quota_gb");
}

TEST(ApiStorage, APolicyThinsTheHistoryAndNothingElse) {
  test::RunningBox box;
  auto machine = test::push_machine("mill");
  for (auto& signal : machine["signals"])
    if (signal["id"] == "load") signal["history"] = {{"dead_band", 5}};
  ASSERT_EQ(box.post("/api/v1/machines", machine).status, 201);
  const auto start = read_clock().wall - 60s;
  json values = json::array();
  const double loads[] = {10, 12, 8, 14, 16, 17, 3, 4};
  for (std::size_t i = 0; i < std::size(loads); ++i)
    values.push_back(seen("load", start + std::chrono::seconds{i}, loads[i]));
  ASSERT_EQ(box.post("/api/v1/ingest", {{"machine", "mill"}, {"observations", values}}).status,
            200);
  const auto rows = box.get("/api/v1/history?signal=mill/load&" + test::window(start, start + 60s))
                        .json()["rows"];
  std::vector<double> kept;
  for (const auto& row : rows) kept.push_back(row[1]);
  EXPECT_EQ(kept, (std::vector<double>{10, 16, 3})) << rows;
  EXPECT_EQ(box.get("/api/v1/status").json()["store"]["observations"], 8);
  const auto live = box.get("/api/v1/machines/mill").json();
  for (const auto& signal : live["signals"])
    if (signal["id"] == "load") EXPECT_EQ(signal["value"], 4);
  EXPECT_NE(box.get("/metrics").body.find("spindle_history_thinned_total 5\n"), std::string::npos);
}

TEST(ApiStorage, SignalsAndDaysSayWhatTheyTake) {
  store::testing_support::TemporaryFolder folder;
  const auto start = read_clock().wall - 2h;
  {
    test::RunningBox box({}, folder.path());
    ASSERT_EQ(box.post("/api/v1/machines", test::push_machine("mill")).status, 201);
    json values = json::array();
    for (int i = 0; i < 3000; ++i)
      values.push_back(seen("load", start + std::chrono::seconds{2 * i}, i * 0.37));
    values.push_back(seen("parts", start, 5));
    const auto answer = box.post("/api/v1/ingest", {{"machine", "mill"}, {"observations", values}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  test::RunningBox box({}, folder.path());
  const auto page = box.get("/api/v1/storage/signals?limit=1").json();
  ASSERT_EQ(page["items"].size(), 1u);
  const auto& load = page["items"][0];
  EXPECT_EQ(load["signal"], "load") << "the largest first";
  EXPECT_EQ(load["machine"], "mill");
  EXPECT_EQ(load["class"], "analog");
  EXPECT_EQ(load["rows"], 3000);
  EXPECT_GT(load["bytes"], 0);
  EXPECT_GT(load["bytes_per_day"], load["bytes"]);
  EXPECT_TRUE(load["policy"].is_null());
  EXPECT_EQ(page["next_cursor"], "1");
  const auto rest = box.get("/api/v1/storage/signals?sort=name&cursor=1").json();
  EXPECT_EQ(rest["items"].size(), 3u);
  EXPECT_TRUE(rest["next_cursor"].is_null());
  expect_problem(box.get("/api/v1/storage/signals?sort=age"), 422, "bytes or name");

  const auto days =
      box.get("/api/v1/storage/days?" + test::window(start - 24h, start + 3h)).json()["rows"];
  ASSERT_GE(days.size(), 2u);
  std::uint64_t rows = 0;
  for (const auto& day : days) rows += day["rows"].get<std::uint64_t>();
  EXPECT_EQ(rows, 3001u);
  EXPECT_EQ(days[0]["day"].get<std::string>().size(), 10u);
  expect_problem(box.get("/api/v1/storage/days?" + test::window(start - 24h * 900, start)), 422,
                 "800");

  const auto storage = box.get("/api/v1/storage").json();
  EXPECT_GT(storage["files"]["history_raw_bytes"], 0);
  EXPECT_GT(storage["growth"]["bytes_per_day"], 0);
  EXPECT_EQ(storage["forecast"]["drops_next"]["class"], "analog");
}

TEST(ApiStorage, TheSizingCalculatorSaysWhatItIsBasedOn) {
  test::RunningBox box;
  const auto sizing =
      box.get("/api/v1/storage/sizing?machines=10&signals=50&rate_s=1&days=365&lang=en").json();
  EXPECT_EQ(sizing["inputs"]["signals"], 50);
  EXPECT_EQ(sizing["measured"]["basis"], "usual");
  EXPECT_GT(sizing["raw_bytes"], 1'000'000'000);
  EXPECT_GE(sizing["total_bytes"], sizing["raw_bytes"]);
  EXPECT_TRUE(sizing["fits"]["disk"].is_boolean());
  EXPECT_GT(sizing["room_bytes"], 0);
  EXPECT_NE(sizing["fits"]["why"].get<std::string>().find("may be used"), std::string::npos);
  const auto card =
      box.get("/api/v1/storage/sizing?machines=10&signals=50&rate_s=1&room_gb=32").json();
  EXPECT_EQ(card["inputs"]["room_gb"], 32);
  EXPECT_EQ(card["room_bytes"], 32'000'000'000);
  EXPECT_GT(card["lasts_days"], 365);
  EXPECT_LT(card["lasts_days"], 36'525);
  const auto tight =
      box.get("/api/v1/storage/sizing?machines=100000&signals=500&rate_s=0.1&days=3650").json();
  EXPECT_EQ(tight["fits"]["disk"], false);
  for (const auto* wrong :
       {"rate_s=0", "machines=-1", "days=many", "signals=1e99", "rate_s=nan", "room_gb=-1"})
    expect_problem(box.get(std::string("/api/v1/storage/sizing?") + wrong), 422,
                   std::string(wrong).substr(0, 4));
}

TEST(ApiStorage, TheBoxSaysWhatItIs) {
  test::RunningBox box;
  const auto status = box.get("/api/v1/status").json();
  EXPECT_GT(status["hardware"]["cores"], 0);
  EXPECT_FALSE(status["hardware"]["kernel"].get<std::string>().empty());
  EXPECT_TRUE(status["hardware"]["disks"].is_array());
  EXPECT_TRUE(status["box"]["temperatures"].is_array());
  const auto metrics = box.get("/metrics").body;
  for (const auto* name : {"spindle_storage_bytes ", "spindle_storage_quota_bytes ",
                           "spindle_disk_free_bytes ", "spindle_history_refused 0\n"})
    EXPECT_NE(metrics.find(name), std::string::npos) << name;
}

}  // namespace
}  // namespace spindle
