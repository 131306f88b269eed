// `spindle demo` as people start it: a factory that is heard, with a week behind it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/demo_factory.hpp"
#include "tests/running/http_client.hpp"
#include "tests/running/program.hpp"

namespace spindle {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// A demonstration on a free port.
class Demo {
 public:
  explicit Demo(const std::filesystem::path& folder, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"demo", "--data", folder.string(), "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    program_.emplace(std::move(words));
    const auto url = program_->wait_for("listening on ", 120s);
    EXPECT_TRUE(url) << program_->err();
    if (url) url_ = *url;
    while (url_.ends_with('/')) url_.pop_back();
  }
  [[nodiscard]] json get(const std::string& target) const {
    return test::http(url_, "GET", "/api/v1" + target, {}, {}).json();
  }
  [[nodiscard]] json machines() const { return get("/machines").at("items"); }
  std::optional<int> end() {
    program_->signal(SIGTERM);
    return program_->wait(20s);
  }
  [[nodiscard]] std::string err() const { return program_->err(); }
  [[nodiscard]] std::string out() const { return program_->out(); }

 private:
  std::optional<test::Program> program_;
  std::string url_;
};

class TheDemo : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
  store::testing_support::TemporaryFolder folder_;
};

/// A word of the machine with what is still missing; empty when all its lights are on.
std::string missing(const json& machine) {
  if (machine["connection"]["status"] != "ok") return machine["connection"].dump();
  if (machine["state"].is_null()) return "no state";
  for (const auto& signal : machine["signals"]) {
    const auto quality = signal.value("quality", json());
    // Some things a control has no word for now: no tool before the first cut, nothing waited for.
    const auto role = signal.value("role", json());
    if (role == "tool" || role == "wait_state" || role == "operator" || role == "program") continue;
    if (machine["state"] == "power_off") continue;
    if (quality != "good") return signal.dump();
  }
  return {};
}

TEST_F(TheDemo, ShowsFreshGoodValuesOfEveryMachineWithinSeconds) {
  Demo demo(data(), {"--no-history"});
  std::string lacks;
  EXPECT_TRUE(test::eventually(60s, [&] {
    lacks.clear();
    const auto machines = demo.machines();
    if (machines.size() != 13) lacks = "machines";
    for (const auto& machine : machines)
      if (const auto what = missing(machine); !what.empty())
        lacks += machine["id"].get<std::string>() + ": " + what + "\n";
    return lacks.empty();
  })) << lacks;
  EXPECT_EQ(demo.end(), 0) << demo.err();
}

TEST_F(TheDemo, BeginsWithAWeekAndGoesOnFromThereInTheSameFolder) {
  const auto parts_in = [](const Demo& demo, const std::string& window) {
    double parts = 0;
    for (const auto* const id : {"lathe-2", "robot-1"}) {
      const auto kpi = demo.get(fmt::format("/machines/{}/kpi?{}", id, window));
      EXPECT_GT(kpi["coverage"].get<double>(), 0.95) << kpi.dump();
      parts += kpi["parts"]["total"].get<double>();
    }
    return parts;
  };
  const auto now = read_clock().wall;
  const auto window =
      fmt::format("from={}&to={}", format_rfc3339(now - 160h), format_rfc3339(now - 1h));
  double parts = 0;
  {
    Demo demo(data());
    EXPECT_NE(demo.err().find("simulated the week behind, 13 machines"), std::string::npos);
    parts = parts_in(demo, window);
    EXPECT_GT(parts, 1000);
    // Its present joins its past: unknown are the seconds of starting, no more.
    const auto recent = fmt::format("/machines/comp-1/kpi?from={}&to={}", format_rfc3339(now - 1h),
                                    format_rfc3339(read_clock().wall));
    EXPECT_TRUE(test::eventually(60s, [&] {
      return demo.get(recent)["coverage"].get<double>() > 0.99;
    })) << demo.get(recent).dump();
    EXPECT_EQ(demo.end(), 0) << demo.err();
  }
  Demo again(data());
  EXPECT_EQ(again.err().find("simulated"), std::string::npos) << again.err();
  EXPECT_EQ(parts_in(again, window), parts);
  EXPECT_TRUE(test::eventually(60s, [&] {
    return std::ranges::all_of(again.machines(), [](const json& machine) {
      return machine["connection"]["status"] == "ok";
    });
  }));
  EXPECT_EQ(again.end(), 0) << again.err();
}

TEST_F(TheDemo, EmptyTellsWhereTheMachinesAreAndKnowsNone) {
  Demo demo(data(), {"--empty"});
  EXPECT_TRUE(
      test::eventually(60s, [&] { return demo.out().find("Ctrl-C") != std::string::npos; }));
  EXPECT_EQ(demo.machines().size(), 0u);
  EXPECT_NE(demo.out().find("mill-1"), std::string::npos) << demo.out();
  EXPECT_NE(demo.out().find("127.0.0.1:"), std::string::npos);
  EXPECT_EQ(demo.end(), 0) << demo.err();
}

TEST_F(TheDemo, MultipliesItsMachines) {
  Demo demo(data(), {"--no-history", "--machines", "30"});
  const auto machines = demo.machines();
  EXPECT_EQ(machines.size(), 30u);
  EXPECT_EQ(machines[13]["id"], "saw-1-2");
  EXPECT_EQ(machines[13]["group"], "2廠/A線");
  EXPECT_EQ(demo.end(), 0) << demo.err();
}

TEST_F(TheDemo, LeavesAPlantThatIsNotItsOwnAlone) {
  const auto plant =
      test::write_file(folder_.path() / "plant.yaml",
                       "site: {name: 我的工廠, timezone: Asia/Taipei}\nmachines: []\n");
  ASSERT_EQ(test::run_program({"apply", plant.string(), "--data", data().string()}).code, 0);
  const auto refused = test::run_program({"demo", "--data", data().string()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("no demonstration"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace spindle
