// What the box says of itself.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using test::json;
using test::seen;

TEST(ApiStatus, SaysHowStoreQueueAndBoxAre) {
  test::RunningBox box;
  const json empty = box.get("/api/v1/status").json();
  EXPECT_TRUE(empty["store"]["journal"]["first_t"].is_null());
  EXPECT_EQ(empty["store"]["journal"]["sequence"], 0);
  ASSERT_EQ(box.post("/api/v1/machines", test::push_machine("mill")).status, 201);
  ASSERT_EQ(box.post("/api/v1/ingest", {{"machine", "mill"},
                                        {"observations", {seen("load", read_clock().wall, 1.5)}}})
                .status,
            200);
  const json status = box.get("/api/v1/status").json();
  EXPECT_EQ(status["folder"], box.folder().string());
  EXPECT_TRUE(parse_rfc3339(status["started"].get<std::string>()));
  EXPECT_GE(status["uptime_s"], 0);
  const auto& store = status["store"];
  EXPECT_EQ(store["journal"]["sequence"], 1);
  EXPECT_EQ(store["journal"]["first_sequence"], 1);
  EXPECT_EQ(store["journal"]["first_t"], store["journal"]["last_t"]);
  EXPECT_TRUE(parse_rfc3339(store["journal"]["first_t"].get<std::string>()));
  for (const auto* file : {"journal", "ledger", "history", "configuration"})
    EXPECT_GT(store[file]["bytes"], 0) << file;
  EXPECT_GT(store["journal"]["limit_bytes"], 1'000'000);
  EXPECT_GT(store["disk"]["free_bytes"], 0);
  EXPECT_GE(store["disk"]["total_bytes"], store["disk"]["free_bytes"]);
  EXPECT_EQ(status["queue"]["refusals"], 0);
  EXPECT_GT(status["queue"]["capacity"], 1000);
  EXPECT_GE(status["rates"]["observations_per_s"], 0);
  EXPECT_GT(status["box"]["memory_total_bytes"], status["box"]["memory_bytes"]);
  EXPECT_GT(status["program"]["memory_bytes"], 0);
  EXPECT_TRUE(status["box"].contains("temperature_c"));
}

TEST(ApiStatus, ProblemsThatCameAndWentAreInTheLog) {
  test::RunningBox box;
  EXPECT_EQ(box.get("/api/v1/status").json()["log"], json::array());
  box.plant().problems().raise({"disk_low", plant::Problem::Severity::warning, "磁碟快滿了 \xFF"});
  box.plant().problems().clear("disk_low");
  const json status = box.get("/api/v1/status").json();
  EXPECT_EQ(status["problems"], json::array());
  ASSERT_EQ(status["log"].size(), 2u);
  EXPECT_EQ(status["log"][0]["event"], "cleared");
  EXPECT_EQ(status["log"][1]["event"], "raised");
  EXPECT_EQ(status["log"][1]["code"], "disk_low");
  EXPECT_EQ(status["log"][1]["severity"], "warning");
  EXPECT_TRUE(parse_rfc3339(status["log"][1]["t"].get<std::string>()));
}

}  // namespace
}  // namespace spindle
