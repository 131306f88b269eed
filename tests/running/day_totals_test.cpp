// The running total that goes with each parts event is the one the figures give.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::json;
using test::LiveStream;
using test::seen;

class DayTotals : public ::testing::Test {
 protected:
  void push(const std::string& machine, const std::vector<json>& observations) {
    const auto answer =
        box_.post("/api/v1/ingest", {{"machine", machine}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  static Instant now() { return read_clock().wall; }
  /// Of the next event, and what the figures say after it.
  std::pair<json, json> next(LiveStream& live, const std::string& machine) {
    const auto event =
        live.wait_for("parts", 60s, [&](const json& data) { return data["machine"] == machine; });
    if (!event) return {};
    const json document = box_.get("/api/v1/machines/" + machine).json();
    return {event->data["today_total"], document["today"]["parts"]["total"]};
  }

  test::RunningBox box_;
};

TEST_F(DayTotals, CountOnAsTheFiguresDo) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("mill")).status, 201);
  // Yesterday's do not count.
  push("mill", {seen("parts", now() - 25h, 10), seen("parts", now() - 24h - 30min, 17)});
  LiveStream live(box_.url());
  ASSERT_TRUE(live.wait_for("hello", 60s));
  int counter = 17;
  for (const int made : {1, 2, 1}) {
    counter += made;
    push("mill", {seen("parts", now(), counter)});
    const auto [told, figures] = next(live, "mill");
    EXPECT_TRUE(told.is_number()) << told;
    EXPECT_EQ(told, figures);
  }
  // Set-up parts are not production; and a plant that changed is counted anew.
  ASSERT_EQ(box_.post("/api/v1/machines/mill/bookings", {{"state", "setup"}}).status, 200);
  push("mill", {seen("parts", now(), counter += 2)});
  const auto [during, of_figures] = next(live, "mill");
  EXPECT_EQ(during, of_figures);
  ASSERT_EQ(box_.remove("/api/v1/machines/mill/bookings").status, 204);
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("other")).status, 201);
  push("mill", {seen("parts", now(), counter += 1)});
  const auto [after, figures_after] = next(live, "mill");
  EXPECT_EQ(after, figures_after);
}

TEST_F(DayTotals, WithoutATotalNothingIsSaid) {
  auto machine = test::push_machine("good");
  machine["signals"] = json::array(
      {{{"id", "good"}, {"address", "good"}, {"type", "uint32"}, {"role", "good_count"}}});
  ASSERT_EQ(box_.post("/api/v1/machines", machine).status, 201);
  LiveStream live(box_.url());
  ASSERT_TRUE(live.wait_for("hello", 60s));
  push("good", {seen("good", now() - 1s, 5)});
  push("good", {seen("good", now(), 6)});
  const auto [told, figures] = next(live, "good");
  EXPECT_TRUE(told.is_null());
  EXPECT_TRUE(figures.is_null());
}

}  // namespace
}  // namespace spindle
