// Alarms of all machines over HTTP: lists, counts, sums, and what people have seen of them.
#include <fmt/format.h>

#include <set>

#include "plant/alarm_json.hpp"
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::LiveStream;
using test::RunningBox;
using test::seen;
using test::window;

json machine(const std::string& id, const std::string& group) {
  auto out = test::push_machine(id, group);
  for (const auto& [signal, type, role] : {std::tuple{"alarm", "bool", "alarm"},
                                           {"code", "text", "alarm_code"},
                                           {"words", "text", "alarm_text"},
                                           {"system", "condition", "none"}}) {
    std::erase_if(out["signals"].get_ref<json::array_t&>(),
                  [&](const json& known) { return known["id"] == signal; });
    out["signals"].push_back({{"id", signal}, {"address", signal}, {"type", type}, {"role", role}});
  }
  return out;
}

std::string condition(std::string_view level, std::string_view code, std::string_view text) {
  return Condition{*condition_level_from(level), code, "", "", text}.pack();
}

class ApiAlarms : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_EQ(box_->post("/api/v1/machines", machine("mill", "一廠/A線")).status, 201);
    ASSERT_EQ(box_->post("/api/v1/machines", machine("lathe", "一廠/B線")).status, 201);
  }
  void open() {
    box_.reset();
    box_ = std::make_unique<RunningBox>(std::nullopt, folder_.path());
  }
  void push(const std::string& to, const std::vector<json>& observations) {
    const auto answer =
        box_->post("/api/v1/ingest", {{"machine", to}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  /// One alarm of the mill: code E1 from `from` to `to` minutes.
  void stand(const std::string& to, const std::string& code, Duration from,
             std::optional<Duration> until) {
    push(to, {seen("code", at(from), code), seen("words", at(from), "說明 " + code),
              seen("alarm", at(from), true)});
    if (until) push(to, {seen("alarm", at(*until), false)});
  }
  Instant at(Duration after) const { return begin_ + after; }
  json list(const std::string& query = {}) {
    const auto answer = box_->get("/api/v1/alarms?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  std::vector<std::string> codes(const std::string& query = {}) {
    std::vector<std::string> out;
    const auto document = list(query);
    for (const auto& item : document["items"]) out.push_back(item["code"]);
    return out;
  }
  test::HttpAnswer ack(const std::string& id, const json& body = json::object()) {
    return box_->post("/api/v1/alarms/" + id + "/ack", body);
  }
  using Codes = std::vector<std::string>;

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<RunningBox> box_;
  Instant begin_ = std::chrono::floor<std::chrono::seconds>(read_clock().wall) - 2h;
};

TEST_F(ApiAlarms, AreListedNewestFirstAcrossMachinesAndFiltered) {
  EXPECT_EQ(codes(), Codes{});
  stand("mill", "E1", 1min, 2min);
  stand("lathe", "E2", 3min, 10min);
  stand("mill", "E3", 5min, {});
  push("lathe", {seen("system", at(20min), condition("warning", "W4", "油量低"))});
  EXPECT_EQ(codes(), (Codes{"W4", "E3", "E2", "E1"}));
  EXPECT_EQ(codes("active=true"), (Codes{"W4", "E3"}));
  EXPECT_EQ(codes("active=false"), (Codes{"E2", "E1"}));
  EXPECT_EQ(codes("machine=mill"), (Codes{"E3", "E1"}));
  EXPECT_EQ(codes("machine=mill&active=true"), (Codes{"E3"}));
  EXPECT_EQ(codes("group=%E4%B8%80%E5%BB%A0"), (Codes{"W4", "E3", "E2", "E1"}));
  EXPECT_EQ(codes("group=%E4%B8%80%E5%BB%A0/B%E7%B7%9A"), (Codes{"W4", "E2"}));
  EXPECT_EQ(codes("level=warning"), (Codes{"W4"}));
  EXPECT_EQ(codes("level=fault"), (Codes{"E3", "E2", "E1"}));
  EXPECT_EQ(codes(window(at(0min), at(2min))), (Codes{"E1"}));
  EXPECT_EQ(codes(window(at(2min), at(3min))), (Codes{})) << "half-open at both ends";
  EXPECT_EQ(codes(window(at(4min), at(6min))), (Codes{"E3", "E2"})) << "E2 stood when it began";
  EXPECT_EQ(codes("from=" + format_rfc3339_us(at(15min))), (Codes{"W4", "E3"}));

  const auto document = list();
  EXPECT_EQ(document["counts"], (json{{"active", 2}, {"unacknowledged", 2}}));
  EXPECT_TRUE(document["next_cursor"].is_null());
  const auto& e2 = document["items"][2];
  EXPECT_EQ(e2["machine"], "lathe");
  EXPECT_EQ(e2["machine_name"], "沖床");
  EXPECT_EQ(e2["signal"], "alarm");
  EXPECT_EQ(e2["text"], "說明 E2");
  EXPECT_EQ(e2["from"], format_rfc3339(at(3min)));
  EXPECT_EQ(e2["to"], format_rfc3339(at(10min)));
  EXPECT_EQ(e2["duration_s"], 420);
  EXPECT_EQ(e2["active"], false);
  EXPECT_TRUE(e2["ack"].is_null());
  EXPECT_GT(document["items"][1]["duration_s"], 100 * 60);
}

TEST_F(ApiAlarms, ArePagedWithoutLossOrRepetitionWhileNewOnesCome) {
  std::set<std::string> all;
  for (int n = 0; n < 25; ++n) {
    stand("mill", fmt::format("E{}", n), 1min * n, 1min * n + 30s);
    all.insert(fmt::format("E{}", n));
  }
  // Many at one time: a page may end among them.
  for (int n = 0; n < 9; ++n) {
    push("lathe", {seen("system", at(7min), condition("fault", fmt::format("C{}", n), ""))});
    all.insert(fmt::format("C{}", n));
  }
  for (const auto* filter : {"limit=4", "limit=7", "limit=1", "limit=1000"}) {
    std::set<std::string> got;
    std::string cursor;
    int pages = 0;
    do {
      const auto page = list(std::string(filter) + cursor);
      for (const auto& item : page["items"])
        EXPECT_TRUE(got.insert(item["code"]).second) << item["code"] << " twice";
      cursor =
          page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
      if (pages++ == 1) stand("lathe", fmt::format("N{}", filter), 100min, 101min);
    } while (!cursor.empty() && pages < 60);
    std::erase_if(got, [](const std::string& code) { return code.starts_with('N'); });
    EXPECT_EQ(got, all) << filter;
  }
}

TEST_F(ApiAlarms, OfTheLedgerAndOfMemoryAreOneList) {
  stand("mill", "E1", 1min, 2min);
  stand("mill", "E2", 3min, {});
  ASSERT_TRUE(test::eventually(60s, [&] { return box_->plant().counters().ledger_commits > 0; }));
  // In the ledger E2 still stands when it is asked for at once.
  push("mill", {seen("alarm", at(4min), false)});
  const auto document = list();
  ASSERT_EQ(document["items"].size(), 2u);
  EXPECT_EQ(document["items"][0]["to"], format_rfc3339(at(4min)));
  EXPECT_EQ(document["counts"]["active"], 0);
  EXPECT_EQ(codes("active=true"), Codes{});
  EXPECT_EQ(codes("active=false"), (Codes{"E2", "E1"}));
  open();
  EXPECT_EQ(list()["items"], document["items"]) << "the same after a restart";
}

TEST_F(ApiAlarms, AcknowledgedOnesStaySoThroughRestartAndRecompute) {
  stand("mill", "E1", 1min, {});
  const auto before = list()["items"][0];
  const std::string id = before["id"];
  const auto answer = ack(id, {{"note", "已通知維修"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto acked = answer.json();
  EXPECT_EQ(acked["id"], id);
  EXPECT_EQ(acked["ack"]["who"], "local");
  EXPECT_EQ(acked["ack"]["note"], "已通知維修");
  EXPECT_TRUE(parse_rfc3339(acked["ack"]["t"].get<std::string>()));
  EXPECT_EQ(list()["items"][0]["ack"], acked["ack"]);
  EXPECT_EQ(list()["counts"], (json{{"active", 1}, {"unacknowledged", 0}}));
  EXPECT_EQ(ack(id, {{"note", "again"}}).json()["ack"], acked["ack"]) << "the first one stays";

  open();
  EXPECT_EQ(list()["items"][0]["id"], id);
  EXPECT_EQ(list()["items"][0]["ack"], acked["ack"]);

  // A change that the past has to be derived again for.
  auto changed = machine("mill", "一廠/A線");
  changed["state"] = {{"min_hold_s", 5}};
  const auto put = box_->put("/api/v1/machines/mill", changed);
  ASSERT_EQ(put.status, 200) << put.body;
  box_->plant().recompute().wait_until_idle();
  EXPECT_EQ(list()["items"][0]["id"], id);
  EXPECT_EQ(list()["items"][0]["ack"], acked["ack"]);

  const auto undone = box_->remove("/api/v1/alarms/" + id + "/ack");
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_TRUE(undone.json()["ack"].is_null());
  EXPECT_TRUE(list()["items"][0]["ack"].is_null());
  const auto trail = *box_->plant().configuration().audit_trail(2);
  EXPECT_EQ(trail[0].what, "alarm.unack");
}

TEST_F(ApiAlarms, ARaisedAClearedAndASeenOneAreToldLive) {
  LiveStream live(box_->url());
  stand("mill", "E1", 1min, {});
  const auto raised = live.wait_for("alarm", 60s);
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->data["code"], "E1");
  EXPECT_EQ(raised->data["active"], true);
  EXPECT_FALSE(raised->data.contains("ack"));
  ASSERT_EQ(ack(raised->data["id"]).status, 200);
  const auto acked = live.wait_for("alarm", 60s);
  ASSERT_TRUE(acked);
  EXPECT_EQ(acked->data["ack"]["who"], "local");
  EXPECT_EQ(acked->data["id"], raised->data["id"]);
  push("mill", {seen("alarm", at(2min), false)});
  const auto cleared = live.wait_for("alarm", 60s);
  ASSERT_TRUE(cleared);
  EXPECT_EQ(cleared->data["active"], false);
  EXPECT_EQ(cleared->data["id"], raised->data["id"]);
}

TEST_F(ApiAlarms, SumsCountAndTimeThemInsideTheWindow) {
  stand("mill", "E1", 1min, 2min);
  stand("mill", "E1", 5min, 7min);
  stand("mill", "E2", 10min, 40min);
  stand("lathe", "E1", 20min, {});
  const auto sums = [&](const std::string& query) {
    const auto answer = box_->get("/api/v1/alarms/summary?" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::tuple<std::string, std::string, int, double>> out;
    const auto document = answer.json();
    for (const auto& item : document["items"])
      out.emplace_back(item["machine"], item["code"], item["count"], item["duration_s"]);
    return out;
  };
  using Lines = std::vector<std::tuple<std::string, std::string, int, double>>;
  const auto whole = window(at(0min), at(30min));
  EXPECT_EQ(sums(whole),
            (Lines{{"mill", "E1", 2, 180}, {"mill", "E2", 1, 1200}, {"lathe", "E1", 1, 600}}));
  EXPECT_EQ(sums(whole + "&by=time"),
            (Lines{{"mill", "E2", 1, 1200}, {"lathe", "E1", 1, 600}, {"mill", "E1", 2, 180}}));
  EXPECT_EQ(sums(whole + "&by=time&limit=1"), (Lines{{"mill", "E2", 1, 1200}}));
  EXPECT_EQ(sums(whole + "&machine=lathe"), (Lines{{"lathe", "E1", 1, 600}}));
  EXPECT_EQ(sums(window(at(6min), at(7min))), (Lines{{"mill", "E1", 1, 60}}));
  const json item = box_->get("/api/v1/alarms/summary?" + whole).json()["items"][1];
  EXPECT_EQ(item["text"], "說明 E2");
  EXPECT_EQ(item["machine_name"], "沖床");
  EXPECT_EQ(item["level"], "fault");
}

TEST_F(ApiAlarms, WhatIsAskedWronglyIsRefusedWithWords) {
  stand("mill", "E1", 1min, {});
  expect_problem(box_->get("/api/v1/alarms?active=maybe"), 422, "active");
  expect_problem(box_->get("/api/v1/alarms?level=normal"), 422, "level");
  expect_problem(box_->get("/api/v1/alarms?level=loud"), 422, "level");
  expect_problem(box_->get("/api/v1/alarms?limit=0"), 422, "limit");
  expect_problem(box_->get("/api/v1/alarms?limit=1001"), 422, "limit");
  expect_problem(box_->get("/api/v1/alarms?machine=nobody"), 422, "nobody");
  expect_problem(box_->get("/api/v1/alarms?from=yesterday"), 422, "from");
  expect_problem(box_->get("/api/v1/alarms?" + window(at(2min), at(1min))), 422, "empty");
  for (const auto* cursor : {"", "7", "1.2.3", "1.2.3.x", "1.2.3.4.5", "-", "1..2.3", "1.2.3.-4"})
    expect_problem(box_->get(std::string("/api/v1/alarms?cursor=") + cursor), 422, "cursor");
  expect_problem(box_->get("/api/v1/alarms/summary?by=luck"), 422, "by");
  expect_problem(box_->get("/api/v1/alarms/summary?machine=nobody"), 422, "nobody");

  const std::string id = list()["items"][0]["id"];
  expect_problem(box_->remove("/api/v1/alarms/" + id + "/ack"), 409, "nobody");
  expect_problem(ack("nothing"), 404, "nothing");
  expect_problem(ack("nobody" + id.substr(4)), 404, "nobody");
  expect_problem(ack(id.substr(0, id.size() - 1) + (id.back() == '0' ? "1" : "0")), 404,
                 "no alarm");
  expect_problem(ack(id, json::array()), 422, "object");
  expect_problem(ack(id, {{"note", 7}}), 422, "/note");
  expect_problem(ack(id, {{"note", std::string(1001, 'x')}}), 422, "/note");
  expect_problem(ack(id, {{"note", "bell\a"}}), 422, "control");
  expect_problem(test::http(box_->url(), "POST", "/api/v1/alarms/" + id + "/ack", "{"), 422,
                 "JSON");
  EXPECT_EQ(box_->get("/api/v1/alarms/" + id + "/ack").status, 405);
  EXPECT_TRUE(list()["items"][0]["ack"].is_null()) << "nothing of that was taken";
  EXPECT_EQ(test::http(box_->url(), "POST", "/api/v1/alarms/" + id + "/ack").status, 200)
      << "a body is not needed";
}

TEST_F(ApiAlarms, OfAMachineThatWasRemovedAreNotListed) {
  stand("mill", "E1", 1min, {});
  ASSERT_EQ(box_->remove("/api/v1/machines/mill").status, 204);
  EXPECT_EQ(codes(), Codes{});
  EXPECT_EQ(list()["counts"]["active"], 0);
  ASSERT_EQ(box_->post("/api/v1/machines", machine("mill", "一廠/A線")).status, 201);
  EXPECT_EQ(codes(), (Codes{"E1"})) << "its past is still there";
}

}  // namespace
}  // namespace spindle
