// What people book: set-up and maintenance, from the button to the figures.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;
using test::LiveStream;
using test::RunningBox;
using test::seen;

class ApiBookings : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_EQ(box_->post("/api/v1/machines", test::push_machine("mill")).status, 201);
    push({seen("run", now() - 10min, true), seen("parts", now() - 10min, 100)});
  }
  void open() {
    box_.reset();
    box_ = std::make_unique<RunningBox>(std::nullopt, folder_.path());
  }
  void push(const std::vector<json>& observations) {
    const auto answer =
        box_->post("/api/v1/ingest", {{"machine", "mill"}, {"observations", observations}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  test::HttpAnswer book(const json& body, const std::string& machine = "mill") {
    return box_->post("/api/v1/machines/" + machine + "/bookings", body);
  }
  test::HttpAnswer end(const std::string& machine = "mill") {
    return box_->remove("/api/v1/machines/" + machine + "/bookings");
  }
  json machine() { return box_->get("/api/v1/machines/mill").json(); }
  static Instant now() { return read_clock().wall; }

  store::testing_support::TemporaryFolder folder_;
  std::unique_ptr<RunningBox> box_;
};

TEST_F(ApiBookings, ABookedStateCountsAtOnceAndEndsWhenItIsEnded) {
  EXPECT_TRUE(machine()["booked"].is_null());
  const auto before = now();
  const auto answer = book({{"state", "setup"}, {"reason", "changeover"}, {"note", "換 50 型"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto booked = answer.json()["booked"];
  EXPECT_EQ(booked["state"], "setup");
  EXPECT_EQ(booked["reason"], "changeover");
  EXPECT_EQ(booked["note"], "換 50 型");
  EXPECT_EQ(booked["who"], "local");
  EXPECT_GE(*parse_rfc3339(booked["since"].get<std::string>()), before - 1ms);
  const auto during = machine();
  EXPECT_EQ(during["booked"], booked) << "the answer came after it was in force";
  EXPECT_EQ(during["state"], "setup");
  EXPECT_EQ(during["physical"], "run");
  EXPECT_EQ(during["detail"]["reason"], "changeover");

  EXPECT_EQ(end().status, 204);
  const auto after = machine();
  EXPECT_TRUE(after["booked"].is_null());
  EXPECT_EQ(after["state"], "run");
  const json timeline = box_->get("/api/v1/machines/mill/timeline").json()["items"];
  ASSERT_GE(timeline.size(), 3u);
  EXPECT_EQ(timeline[timeline.size() - 2]["booked"], "setup");
  EXPECT_EQ(timeline[timeline.size() - 2]["from"], booked["since"]);

  const auto trail = *box_->plant().configuration().audit_trail(2);
  EXPECT_EQ(trail[0].what, "machine.book_end");
  EXPECT_EQ(trail[1].what, "machine.book");
  EXPECT_NE(trail[1].detail.find("換 50 型"), std::string::npos);
}

TEST_F(ApiBookings, OneIsChangedIntoAnotherAndSaidAgainStaysWhatItWas) {
  const json first = book({{"state", "setup"}}).json()["booked"];
  EXPECT_EQ(first["reason"], "");
  EXPECT_EQ(book({{"state", "setup"}, {"note", "again"}}).json()["booked"], first);
  const json next = book({{"state", "maint"}, {"reason", "planned_maint"}}).json()["booked"];
  EXPECT_EQ(next["state"], "maint");
  EXPECT_GT(next["since"], first["since"]);
  EXPECT_EQ(machine()["state"], "maint");
  EXPECT_EQ(end().status, 204);
  EXPECT_EQ(end().status, 409);
}

TEST_F(ApiBookings, ItStandsAfterARestartAndARecompute) {
  const json booked = book({{"state", "maint"}, {"note", "換濾網"}}).json()["booked"];
  open();
  EXPECT_EQ(machine()["booked"], booked);
  auto changed = test::push_machine("mill");
  changed["state"] = {{"min_hold_s", 5}};
  ASSERT_EQ(box_->put("/api/v1/machines/mill", changed).status, 200);
  box_->plant().recompute().wait_until_idle();
  EXPECT_EQ(machine()["booked"], booked);
  EXPECT_EQ(end().status, 204);
  EXPECT_TRUE(machine()["booked"].is_null());
}

TEST_F(ApiBookings, PartsMadeDuringSetUpAreMarkedAndNotCounted) {
  push({seen("parts", now(), 101)});
  ASSERT_EQ(book({{"state", "setup"}}).status, 200);
  push({seen("parts", now(), 103)});
  EXPECT_EQ(end().status, 204);
  push({seen("parts", now(), 105)});
  const json parts = box_->get("/api/v1/machines/mill/timeline").json()["parts"];
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0]["during_setup"], false);
  EXPECT_EQ(parts[1]["during_setup"], true);
  EXPECT_EQ(parts[1]["parts"], 2);
  EXPECT_EQ(parts[2]["during_setup"], false);
  EXPECT_EQ(box_->get("/api/v1/machines/mill/kpi").json()["parts"]["total"], 3);
}

TEST_F(ApiBookings, TheyAreToldLive) {
  LiveStream live(box_->url());
  ASSERT_EQ(book({{"state", "maint"}}).status, 200);
  const auto booked =
      live.wait_for("state", 60s, [](const json& data) { return !data["booked"].is_null(); });
  ASSERT_TRUE(booked);
  EXPECT_EQ(booked->data["state"], "maint");
  EXPECT_EQ(booked->data["booked"]["state"], "maint");
  ASSERT_EQ(end().status, 204);
  EXPECT_TRUE(
      live.wait_for("state", 60s, [](const json& data) { return data["booked"].is_null(); }));
}

TEST_F(ApiBookings, AMachineThatWasNeverHeardCanBeBooked) {
  ASSERT_EQ(box_->post("/api/v1/machines", test::push_machine("new")).status, 201);
  ASSERT_EQ(book({{"state", "setup"}}, "new").status, 200);
  const auto document = box_->get("/api/v1/machines/new").json();
  EXPECT_EQ(document["booked"]["state"], "setup");
  EXPECT_EQ(document["state"], "offline") << "nobody can book away that nothing is known";
  EXPECT_EQ(end("new").status, 204);
  EXPECT_EQ(end("new").status, 409);
}

TEST_F(ApiBookings, WhatCannotBeBookedIsRefusedWithWords) {
  expect_problem(end(), 409, "nothing is booked");
  expect_problem(end("nobody"), 404, "nobody");
  expect_problem(book({{"state", "setup"}}, "nobody"), 404, "nobody");
  expect_problem(book(json::object()), 422, "/state");
  for (const auto* state : {"", "run", "offline", "SETUP", "hold", "alarm", "lunch"})
    expect_problem(book({{"state", state}}), 422, "/state");
  expect_problem(book({{"state", 7}}), 422, "/state");
  expect_problem(book({{"state", "setup"}, {"reason", "because"}}), 422, "changeover");
  expect_problem(book({{"state", "setup"}, {"reason", "planned_maint"}}), 422, "for maint");
  expect_problem(book({{"state", "setup"}, {"reason", "a\x1Fmaint"}}), 422, "control");
  expect_problem(book({{"state", "setup"}, {"note", "x\x1Fy"}}), 422, "control");
  expect_problem(book({{"state", "setup"}, {"note", std::string(1001, 'x')}}), 422, "/note");
  expect_problem(book(json::array()), 422, "object");
  expect_problem(test::http(box_->url(), "POST", "/api/v1/machines/mill/bookings", "{"), 422,
                 "JSON");
  EXPECT_EQ(box_->get("/api/v1/machines/mill/bookings").status, 405);
  EXPECT_TRUE(machine()["booked"].is_null()) << "nothing of that was taken";
}

}  // namespace
}  // namespace spindle
