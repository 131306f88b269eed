#include "store/configuration.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "store/folder.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::store {
namespace {

using testing_support::TemporaryFolder;

const Instant noon = *parse_rfc3339("2024-03-14T12:00:00+08:00");

Plant plant_of(const std::vector<std::pair<std::string, std::vector<std::string>>>& machines) {
  Plant out;
  for (const auto& [id, signals] : machines) {
    auto& machine = out.machines.emplace_back();
    machine.id = id;
    for (const auto& signal : signals) machine.signals.emplace_back().id = signal;
  }
  return out;
}

struct ConfigurationTest : testing::Test {
  TemporaryFolder folder;
  std::unique_ptr<Configuration> configuration = open();

  std::unique_ptr<Configuration> open() {
    auto opened = Configuration::open(folder.path(), {});
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
};

TEST_F(ConfigurationTest, EveryMachineAndSignalGetsItsOwnNumberAndKeepsIt) {
  auto plant = plant_of({{"mill", {"run", "parts"}}, {"lathe", {"run", "parts"}}});
  ASSERT_TRUE(configuration->assign_keys(plant));
  std::set<SignalKey> keys;
  for (const auto& machine : plant.machines)
    for (const auto& signal : machine.signals) keys.insert(signal.key);
  EXPECT_EQ(keys.size(), 4u);
  EXPECT_EQ(keys.count(SignalKey{}), 0u);
  EXPECT_NE(plant.machines[0].key, plant.machines[1].key);
  configuration.reset();
  configuration = open();
  auto again = plant_of({{"lathe", {"parts", "temperature"}}, {"mill", {"run"}}});
  ASSERT_TRUE(configuration->assign_keys(again));
  EXPECT_EQ(again.machines[0].key, plant.machines[1].key);
  EXPECT_EQ(again.machines[0].signals[0].key, plant.machines[1].signals[1].key);
  EXPECT_EQ(again.machines[1].signals[0].key, plant.machines[0].signals[0].key);
  EXPECT_EQ(keys.count(again.machines[0].signals[1].key), 0u) << "a number is never reused";
  EXPECT_EQ(configuration->machines()->size(), 2u);
  const auto signals = *configuration->signals();
  ASSERT_EQ(signals.size(), 5u);
  EXPECT_EQ(signals[4].id, "temperature");
  EXPECT_EQ(*configuration->signal_key(signals[4].machine, "temperature"), signals[4].key);
}

TEST_F(ConfigurationTest, EveryVersionOfThePlantIsKept) {
  EXPECT_FALSE(*configuration->plant());
  EXPECT_EQ(*configuration->save_plant("site: 一", "apply", noon), 1u);
  EXPECT_EQ(*configuration->save_plant("site: 一", "apply", noon), 1u) << "nothing changed";
  EXPECT_EQ(*configuration->save_plant("site: 二", "王小明", noon), 2u);
  EXPECT_EQ((*configuration->plant())->text, "site: 二");
  EXPECT_EQ((*configuration->plant(1))->text, "site: 一");
  EXPECT_EQ((*configuration->plant(2))->who, "王小明");
  EXPECT_FALSE(*configuration->plant(3));
  EXPECT_FALSE(*configuration->plant(0));
  const auto generations = *configuration->plant_generations(10);
  ASSERT_EQ(generations.size(), 2u);
  EXPECT_EQ(generations[0].generation, 2u);
  EXPECT_EQ(generations[0].saved, noon);
}

TEST_F(ConfigurationTest, TheAuditTrailPagesNewestFirst) {
  for (int n = 1; n <= 5; ++n)
    ASSERT_TRUE(configuration->record({0, noon, "admin", "plant.apply", std::to_string(n)}));
  const auto first = *configuration->audit_trail(2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].detail, "5");
  const auto second = *configuration->audit_trail(10, first[1].id);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_EQ(second[0].detail, "3");
}

TEST_F(ConfigurationTest, AnswersAreKeptByKeyAndForgottenByAge) {
  EXPECT_FALSE(*configuration->answer_to("k1"));
  ASSERT_TRUE(configuration->keep_answer("k1", "202 3", noon, std::chrono::hours{1}));
  ASSERT_TRUE(
      configuration->keep_answer("k2", "", noon + std::chrono::minutes{50}, std::chrono::hours{1}));
  EXPECT_EQ(**configuration->answer_to("k1"), "202 3");
  EXPECT_EQ(**configuration->answer_to("k2"), "");
  ASSERT_TRUE(configuration->keep_answer("k3", "x", noon + std::chrono::minutes{61},
                                         std::chrono::hours{1}));
  EXPECT_FALSE(*configuration->answer_to("k1"));
  EXPECT_TRUE(*configuration->answer_to("k2"));
}

TEST_F(ConfigurationTest, SettingsReadBack) {
  EXPECT_FALSE(*configuration->setting("box"));
  ASSERT_TRUE(configuration->set_setting("box", "b-1"));
  ASSERT_TRUE(configuration->set_setting("box", "b-2"));
  EXPECT_EQ(**configuration->setting("box"), "b-2");
}

// A page in the middle of the file, which only a check of the whole file finds.
TEST_F(ConfigurationTest, DamageAnywhereIsFoundAtOpeningAndSetAside) {
  for (int n = 0; n < 40; ++n)
    ASSERT_TRUE(configuration->record({0, noon, "admin", "plant.apply", std::string(2000, 'x')}));
  configuration.reset();
  const auto file = folder.path() / "config.db";
  {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2 / 4096 * 4096));
    stream << std::string(4096, '\x5A');
  }
  const auto damaged = Configuration::open(folder.path(), {});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::corrupt);
  auto opened = open_or_set_aside<Configuration>(folder.path(), ConfigurationOptions{}, noon);
  ASSERT_TRUE(opened);
  ASSERT_TRUE(opened->damage);
  EXPECT_FALSE(*opened->store->plant());
}

}  // namespace
}  // namespace spindle::store
