// The routes about machines and their connections, against simulated devices.
#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using test::expect_problem;
using test::json;

class ApiMachines : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    devices_ = new test::SimThread;
    sim::FactorySpec spec;
    sim::MachineSpec mill;
    mill.actor.id = "mill";
    mill.actor.cycle_s = 0.5;
    mill.actor.load_s = 0.2;
    spec.machines.push_back(mill);
    sim::MachineSpec press;
    press.actor.id = "press";
    press.speaks = sim::Speaks::lamp;
    spec.machines.push_back(press);
    factory_ = new sim::Factory(devices_->io(), spec, nullptr);
    const auto started = devices_->run([&] { return factory_->start(); });
    ASSERT_TRUE(started) << started.error().what;
  }
  static void TearDownTestSuite() {
    // On their own thread, and before the context they live in.
    devices_->run([&] {
      factory_->stop();
      delete factory_;
    });
    delete devices_;
  }

  static std::uint16_t port(std::size_t machine) { return factory_->port(machine); }
  /// A port nobody listens on.
  static std::uint16_t closed_port() {
    sim::TcpHost host(devices_->io(), 0, nullptr);
    return devices_->run([&] {
      EXPECT_TRUE(host.open());
      host.close();
      return host.port();
    });
  }

  json machine(const std::string& id) const { return box_.get("/api/v1/machines/" + id).json(); }

  static inline test::SimThread* devices_ = nullptr;
  static inline sim::Factory* factory_ = nullptr;
  test::RunningBox box_;
};

TEST_F(ApiMachines, MachineThatIsAddedIsConnectedAtOnceAndSpeaks) {
  const auto added = box_.post("/api/v1/machines", test::shdr_machine("mill", port(0)));
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.json()["id"], "mill");
  ASSERT_TRUE(test::eventually(60s, [&] {
    const auto m = machine("mill");
    return m["connection"]["lights"]["clock"]["status"] == "ok" &&
           m["signals"][0]["value"] == "AVAILABLE";
  })) << machine("mill");
  const auto m = machine("mill");
  EXPECT_EQ(m["name"], "立式加工機");
  EXPECT_EQ(m["group"], "一廠/B線");
  EXPECT_TRUE(state_from(m["state"].get<std::string>())) << m;
  EXPECT_EQ(m["connection"]["protocol"], "shdr");
  for (const auto* light : {"network", "session", "freshness", "clock"})
    EXPECT_EQ(m["connection"]["lights"][light]["status"], "ok") << light << m;
  EXPECT_TRUE(m["connection"]["error"].is_null());
  EXPECT_TRUE(parse_rfc3339(m["since"].get<std::string>()));
  EXPECT_TRUE(parse_rfc3339(m["connection"]["last_seen"].get<std::string>()));
  EXPECT_EQ(m["signals"].size(), 4u);
  EXPECT_EQ(m["signals"][0]["quality"], "good");
  EXPECT_TRUE(m["today"]["parts"]["total"].is_number()) << m["today"];
}

TEST_F(ApiMachines, ListIsPagedAndGivesEveryMachineOnce) {
  std::set<std::string> wanted;
  for (int i = 0; i < 5; ++i) {
    const auto id = "m-" + std::to_string(i);
    wanted.insert(id);
    ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine(id)).status, 201);
  }
  std::set<std::string> got;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = box_.get("/api/v1/machines?limit=2" + cursor).json();
    EXPECT_LE(page["items"].size(), 2u);
    for (const auto& item : page["items"])
      EXPECT_TRUE(got.insert(item["id"].get<std::string>()).second);
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
    ++pages;
  } while (!cursor.empty() && pages < 10);
  EXPECT_EQ(got, wanted);
  EXPECT_EQ(pages, 3);
  expect_problem(box_.get("/api/v1/machines?limit=0"), 422, "limit");
  expect_problem(box_.get("/api/v1/machines?cursor=x"), 422, "cursor");
}

TEST_F(ApiMachines, MachineIsChangedInPlaceAndRemovedAndItsIdStaysItsOwn) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  expect_problem(box_.post("/api/v1/machines", test::push_machine("press")), 409, "press");

  auto changed = test::push_machine("press");
  changed["name"] = "新名";
  changed.erase("id");
  const auto put = box_.put("/api/v1/machines/press", changed);
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(machine("press")["name"], "新名");
  changed["id"] = "another";
  expect_problem(box_.put("/api/v1/machines/press", changed), 422, "/id");

  const auto gone = box_.remove("/api/v1/machines/press");
  EXPECT_EQ(gone.status, 204);
  EXPECT_TRUE(gone.body.empty());
  for (const auto& answer :
       {box_.get("/api/v1/machines/press"), box_.remove("/api/v1/machines/press"),
        box_.put("/api/v1/machines/press", test::push_machine("press")),
        box_.get("/api/v1/machines/press/timeline"), box_.get("/api/v1/machines/press/kpi"),
        box_.get("/api/v1/machines/press/definition"),
        box_.post("/api/v1/machines/press/connection/retry", json::object())})
    expect_problem(answer, 404, "press");
}

TEST_F(ApiMachines, DefinitionIsWhatPutTakesBackAndChangesNothing) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  const auto definition = box_.get("/api/v1/machines/press/definition");
  ASSERT_EQ(definition.status, 200);
  const auto before = box_.plant().generation();
  const auto put = test::http(box_.url(), "PUT", "/api/v1/machines/press", definition.body);
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(box_.plant().generation(), before);
}

TEST_F(ApiMachines, WrongBodyIsRefusedSayingWhereAndNothingIsKept) {
  auto bad_type = test::push_machine("press");
  bad_type["signals"][1]["type"] = "uint33";
  auto bad_role = test::push_machine("press");
  bad_role["signals"][0]["role"] = "runs";
  auto unknown_key = test::push_machine("press");
  unknown_key["colour"] = "red";
  auto bad_id = test::push_machine("Press 1");
  auto twice = test::push_machine("press");
  twice["signals"][1]["id"] = "run";
  auto bad_address = test::push_machine("press");
  bad_address["connection"] = {{"protocol", "modbus-tcp"}, {"host", "127.0.0.1"}};
  bad_address["signals"] = json::array({{{"id", "a"}, {"address", "xx:1"}, {"type", "bool"}}});
  const struct {
    json body;
    const char* words;
  } table[] = {
      {bad_type, "/signals/1/type"},
      {bad_role, "/signals/0/role"},
      {unknown_key, "colour"},
      {bad_id, "/id"},
      {twice, "run"},
      {bad_address, "xx:1"},
      {json::array(), ""},
      {json("text"), ""},
      {json(nullptr), ""},
      {json::object({{"id", "x"}}), ""},
  };
  for (const auto& row : table) {
    const auto answer = box_.post("/api/v1/machines", row.body);
    expect_problem(answer, 422, row.words);
  }
  expect_problem(test::http(box_.url(), "POST", "/api/v1/machines", "{not json"), 422, "JSON");
  EXPECT_EQ(box_.get("/api/v1/machines").json()["items"].size(), 0u);

  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  for (const auto& body : {json::array(), json("text"), json(nullptr), json(7)})
    expect_problem(box_.put("/api/v1/machines/press", body), 422, "");
}

TEST_F(ApiMachines, ConnectionIsTestedWithoutSavingAnything) {
  auto body = test::shdr_machine("x", port(0));
  body.erase("id");
  const auto answer = box_.post("/api/v1/connections/test", body);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto report = answer.json();
  EXPECT_TRUE(report["ok"]) << report;
  EXPECT_TRUE(report["error"].is_null());
  EXPECT_GT(report["elapsed_s"], 0);
  ASSERT_EQ(report["values"].size(), 4u);
  EXPECT_EQ(report["values"][0]["value"], "AVAILABLE");
  EXPECT_EQ(box_.get("/api/v1/machines").json()["items"].size(), 0u);
}

TEST_F(ApiMachines, ConnectionTestNamesTheAddressTheDeviceRefuses) {
  const json body{
      {"connection", {{"protocol", "modbus-tcp"}, {"host", "127.0.0.1"}, {"port", port(1)}}},
      {"signals",
       {{{"id", "count"}, {"address", "hr:10"}, {"type", "uint32"}},
        {{"id", "nowhere"}, {"address", "hr:60000"}, {"type", "uint16"}}}}};
  const auto report = box_.post("/api/v1/connections/test", body).json();
  EXPECT_FALSE(report["ok"]) << report;
  EXPECT_TRUE(report["values"][0]["value"].is_number()) << report;
  EXPECT_TRUE(report["values"][0]["error"].is_null()) << report;
  EXPECT_TRUE(report["values"][1]["value"].is_null()) << report;
  EXPECT_NE(report["values"][1]["error"].get<std::string>().find("hr:60000"), std::string::npos)
      << report;
}

TEST_F(ApiMachines, ConnectionTestSaysWhyADeviceIsNotReached) {
  const auto report =
      box_.post("/api/v1/connections/test", test::shdr_machine("x", closed_port())).json();
  EXPECT_FALSE(report["ok"]);
  EXPECT_NE(report["error"].get<std::string>().find("port"), std::string::npos) << report;
  expect_problem(box_.post("/api/v1/connections/test", json::object()), 422, "connection");
  expect_problem(box_.post("/api/v1/connections/test", json::array()), 422, "");
}

TEST_F(ApiMachines, DeviceThatIsNotThereIsDownWithTheExactErrorAndIsRetriedOnDemand) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::shdr_machine("lost", closed_port())).status, 201);
  ASSERT_TRUE(
      test::eventually(60s, [&] { return machine("lost")["connection"]["status"] == "down"; }));
  const auto m = machine("lost");
  EXPECT_EQ(m["state"], "offline");
  EXPECT_EQ(m["connection"]["status"], "down") << m;
  EXPECT_EQ(m["connection"]["lights"]["network"]["status"], "down") << m;
  EXPECT_NE(m["connection"]["error"].get<std::string>().find("refused"), std::string::npos) << m;
  EXPECT_EQ(box_.post("/api/v1/machines/lost/connection/retry", json::object()).status, 202);
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  expect_problem(box_.post("/api/v1/machines/press/connection/retry", json::object()), 409,
                 "press");
}

TEST_F(ApiMachines, ChangingOneMachineDoesNotTouchTheConnectionOfAnother) {
  ASSERT_EQ(box_.post("/api/v1/machines", test::shdr_machine("mill", port(0))).status, 201);
  ASSERT_TRUE(
      test::eventually(60s, [&] { return machine("mill")["connection"]["status"] == "ok"; }));
  const auto accepted = devices_->run([&] { return factory_->device(0).host().accepted(); });
  ASSERT_EQ(box_.post("/api/v1/machines", test::push_machine("press")).status, 201);
  auto changed = test::push_machine("press");
  changed["ideal_cycle_s"] = 10;
  ASSERT_EQ(box_.put("/api/v1/machines/press", changed).status, 200);
  ASSERT_EQ(box_.remove("/api/v1/machines/press").status, 204);
  EXPECT_EQ(machine("mill")["connection"]["status"], "ok");
  EXPECT_EQ(devices_->run([&] { return factory_->device(0).host().accepted(); }), accepted);
}

}  // namespace
}  // namespace spindle
