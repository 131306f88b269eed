// What devices offer, asked over HTTP: profiles, and simulated devices that are browsed.
#include <algorithm>

#include "tests/running/api_support.hpp"

namespace spindle {
namespace {

using test::expect_problem;
using test::json;

class ApiBrowse : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    devices_ = new test::SimThread;
    sim::FactorySpec spec;
    for (const auto speaks : {sim::Speaks::shdr, sim::Speaks::mtconnect, sim::Speaks::lamp}) {
      sim::MachineSpec machine;
      machine.actor.id = "m" + std::to_string(spec.machines.size());
      machine.speaks = speaks;
      spec.machines.push_back(machine);
    }
    factory_ = new sim::Factory(devices_->io(), spec, nullptr);
    const auto started = devices_->run([&] { return factory_->start(); });
    ASSERT_TRUE(started) << started.error().what;
  }
  static void TearDownTestSuite() {
    devices_->run([&] {
      factory_->stop();
      delete factory_;
    });
    delete devices_;
  }
  static json at(const std::string& protocol, std::size_t machine) {
    return {{"protocol", protocol}, {"host", "127.0.0.1"}, {"port", factory_->port(machine)}};
  }
  json browse(const json& connection) const {
    const auto answer = box_.post("/api/v1/connections/browse", {{"connection", connection}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  static json signal(const json& report, const std::string& id) {
    for (const auto& one : report["signals"])
      if (one["id"] == id) return one;
    ADD_FAILURE() << id << " is not in " << report;
    return {};
  }
  /// All that was listed is a machine the box takes as it stands.
  void expect_machine(const json& connection, const json& report) const {
    json signals = json::array();
    for (auto one : report["signals"]) {
      one.erase("value");
      one.erase("quality");
      signals.push_back(std::move(one));
    }
    const auto added = box_.post("/api/v1/machines",
                                 {{"id", "m"}, {"connection", connection}, {"signals", signals}});
    EXPECT_EQ(added.status, 201) << added.body;
  }

  static inline test::SimThread* devices_ = nullptr;
  static inline sim::Factory* factory_ = nullptr;
  test::RunningBox box_;
};

TEST_F(ApiBrowse, AnAdapterIsListedWithWhatItSaysAndSuggestedRoles) {
  const auto report = browse(at("shdr", 0));
  EXPECT_EQ(report["reachable"], true);
  EXPECT_TRUE(report["error"].is_null()) << report["error"];
  EXPECT_FALSE(report.contains("names"));
  const auto avail = signal(report, "avail");
  EXPECT_EQ(avail["role"], "availability");
  EXPECT_EQ(avail["type"], "text");
  EXPECT_EQ(avail["value"], "AVAILABLE");
  EXPECT_EQ(avail["quality"], "good");
  EXPECT_EQ(signal(report, "execution")["role"], "execution");
  const auto parts = signal(report, "part_count");
  EXPECT_EQ(parts["role"], "part_count");
  EXPECT_EQ(parts["type"], "uint32");
  EXPECT_TRUE(parts["value"].is_number()) << parts;
  expect_machine(at("shdr", 0), report);
}

TEST_F(ApiBrowse, AnAgentIsListedAsItDescribesItselfWithPresentValues) {
  const auto report = browse(at("mtconnect", 1));
  EXPECT_EQ(report["reachable"], true);
  EXPECT_TRUE(report["error"].is_null()) << report["error"];
  ASSERT_EQ(report["names"].size(), 1U) << report;
  const auto avail = signal(report, "avail");
  EXPECT_EQ(avail["role"], "availability");
  EXPECT_EQ(avail["value"], "AVAILABLE");
  EXPECT_EQ(signal(report, "execution")["role"], "execution");
  EXPECT_TRUE(std::ranges::any_of(report["signals"],
                                  [](const json& s) { return s["type"] == "condition"; }));
  auto connection = at("mtconnect", 1);
  connection["device"] = report["names"][0];
  EXPECT_EQ(browse(connection)["signals"].size(), report["signals"].size());
  expect_machine(connection, report);
  connection["device"] = "another";
  const auto none = browse(connection);
  EXPECT_EQ(none["reachable"], true);
  EXPECT_EQ(none["signals"], json::array());
  EXPECT_NE(none["error"].get<std::string>().find("another"), std::string::npos) << none;
}

TEST_F(ApiBrowse, RegistersAreOnlyReached) {
  const auto report = browse(at("modbus-tcp", 2));
  EXPECT_EQ(report["reachable"], true);
  EXPECT_TRUE(report["error"].is_null()) << report["error"];
  EXPECT_EQ(report["signals"], json::array());
}

TEST_F(ApiBrowse, NobodyThereIsToldAndWhatSpeaksAnotherProtocolToo) {
  sim::TcpHost closed(devices_->io(), 0, nullptr);
  const auto port = devices_->run([&] {
    EXPECT_TRUE(closed.open());
    closed.close();
    return closed.port();
  });
  for (const auto* protocol : {"shdr", "mtconnect", "modbus-tcp"}) {
    const auto report = browse({{"protocol", protocol}, {"host", "127.0.0.1"}, {"port", port}});
    EXPECT_EQ(report["reachable"], false) << protocol;
    EXPECT_FALSE(report["error"].get<std::string>().empty()) << protocol;
    EXPECT_EQ(report["signals"], json::array());
  }
  // An adapter is no agent.
  const auto report = browse(at("mtconnect", 0));
  EXPECT_FALSE(report["error"].is_null());
  EXPECT_EQ(report["signals"], json::array());
}

TEST_F(ApiBrowse, WhatCanNotBeBrowsedIsRefusedWhereItStands) {
  const auto ask = [&](const json& body) { return box_.post("/api/v1/connections/browse", body); };
  expect_problem(ask({{"connection", {{"protocol", "push"}}}}), 422, "push");
  expect_problem(ask(json::object()), 422, "connection");
  expect_problem(ask(json::array()), 422, "connection");
  const auto answer = ask({{"connection", {{"protocol", "shdr"}, {"host", "a b"}}}});
  expect_problem(answer, 422, "host");
  EXPECT_EQ(answer.json()["errors"][0]["path"], "/connection/host");
  EXPECT_EQ(box_.get("/api/v1/plant").json()["machines"], 0);
}

TEST_F(ApiBrowse, ProfilesAreListedAndAMachineTakesOne) {
  const auto items = box_.get("/api/v1/profiles").json()["items"];
  ASSERT_GE(items.size(), 5U);
  const auto lamp = std::ranges::find_if(
      items, [](const json& item) { return item["id"] == "modbus/tri-colour-lamp"; });
  ASSERT_NE(lamp, items.end());
  EXPECT_EQ((*lamp)["name"], "三色燈");
  EXPECT_EQ((*lamp)["protocol"], (json{"modbus-tcp", "modbus-rtu"}));
  const auto added = box_.post(
      "/api/v1/machines",
      {{"id", "lamp"}, {"connection", at("modbus-tcp", 2)}, {"profile", "modbus/tri-colour-lamp"}});
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.json()["signals"].size(), (*lamp)["signals"].size());
  expect_problem(box_.post("/api/v1/machines", {{"id", "x"},
                                                {"connection", at("shdr", 0)},
                                                {"profile", "modbus/tri-colour-lamp"}}),
                 422, "/profile");
}

}  // namespace
}  // namespace spindle
