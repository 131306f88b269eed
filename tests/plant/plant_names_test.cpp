#include "plant/plant_names.hpp"

#include <gtest/gtest.h>

#include <string>

namespace spindle::plant {
namespace {

TEST(PlantNames, SignalsAreFoundByIdAndElseByAddress) {
  Machine machine;
  for (const auto& [id, address] : {std::pair{"zeta", "a"}, std::pair{"b", "same"},
                                    std::pair{"c", "same"}, std::pair{"a", "b"}}) {
    Signal signal;
    signal.id = id;
    signal.address = address;
    machine.signals.push_back(signal);
  }
  const SignalNames names(machine);
  for (const auto& signal : machine.signals) EXPECT_EQ(names.by_id(signal.id), &signal);
  EXPECT_EQ(names.by_address("same"), &machine.signals[1]) << "the first of two";
  EXPECT_EQ(names.find("a"), &machine.signals[3]) << "an id goes before an address";
  EXPECT_EQ(names.find("same"), &machine.signals[1]);
  for (const auto* nobody : {"", "A", "aa", "zeta0", "zet", "~"}) {
    EXPECT_EQ(names.by_id(nobody), nullptr) << nobody;
    EXPECT_EQ(names.find(nobody), nullptr) << nobody;
  }
  EXPECT_EQ(SignalNames(Machine{}).find("a"), nullptr);
}

TEST(PlantNames, MachinesAreFoundByTheirIds) {
  Plant plant;
  for (int n = 0; n < 300; ++n)
    plant.machines.emplace_back().id = "m" + std::to_string(n * 7 % 300);
  const MachineNames names(plant);
  for (const auto& machine : plant.machines) EXPECT_EQ(names.by_id(machine.id), &machine);
  EXPECT_EQ(names.by_id("m300"), nullptr);
  EXPECT_EQ(MachineNames(Plant{}).by_id("m1"), nullptr);
}

}  // namespace
}  // namespace spindle::plant
