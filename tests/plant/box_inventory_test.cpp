#include "plant/box_inventory.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/store/temporary_folder.hpp"

namespace spindle::plant {
namespace {

struct BoxInventoryTest : testing::Test {
  store::testing_support::TemporaryFolder root;

  void write(const std::string& file, const std::string& text) const {
    const auto path = root.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] BoxInventory read() const { return box_inventory(root.path(), root.path()); }
};

TEST_F(BoxInventoryTest, ABoardSaysWhatItIs) {
  write("sys/firmware/devicetree/base/model", std::string("Board 4 Model B\0", 16));
  write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Core A72\n\nprocessor\t: 1\n");
  write("proc/meminfo", "MemFree: 1 kB\nMemTotal:        4000 kB\n");
  write("etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  write("proc/sys/kernel/osrelease", "6.1.0-13-arm64\n");
  const auto box = read();
  EXPECT_EQ(box.board, "Board 4 Model B");
  EXPECT_EQ(box.processor, "Core A72");
  EXPECT_EQ(box.cores, 2u);
  EXPECT_EQ(box.memory_bytes, 4000u * 1024);
  EXPECT_EQ(box.system, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(box.kernel, "6.1.0-13-arm64");
}

TEST_F(BoxInventoryTest, ACardSaysHowMuchOfItsLifeIsUsed) {
  write("sys/block/mmcblk0/size", "1000\n");
  write("sys/block/mmcblk0/stat", "  10 0 80 5 20 0 4096 7 0 0 0\n");
  write("sys/block/mmcblk0/device/name", "SD64G\n");
  write("sys/block/mmcblk0/device/life_time", "0x02 0x04\n");
  write("sys/block/loop0/size", "8\n");
  const auto box = read();
  ASSERT_EQ(box.disks.size(), 1u) << "a loop device is no hardware";
  EXPECT_EQ(box.disks.front().name, "mmcblk0");
  EXPECT_EQ(box.disks.front().model, "SD64G");
  EXPECT_EQ(box.disks.front().bytes, 512'000u);
  EXPECT_EQ(box.disks.front().written_bytes, 4096u * 512);
  EXPECT_DOUBLE_EQ(box.disks.front().worn.value_or(-1), 0.4);
}

TEST_F(BoxInventoryTest, NetworksAreListedWithoutTheLoopback) {
  write("sys/class/net/lo/address", "00:00:00:00:00:00\n");
  write("sys/class/net/eth0/address", "02:00:00:00:00:01\n");
  write("sys/class/net/eth0/operstate", "up\n");
  write("sys/class/net/eth0/speed", "1000\n");
  write("sys/class/net/wlan0/speed", "-1\n");
  const auto box = read();
  ASSERT_EQ(box.networks.size(), 2u);
  EXPECT_EQ(box.networks[0].name, "eth0");
  EXPECT_EQ(box.networks[0].mbit_s, 1000u);
  EXPECT_TRUE(box.networks[0].up);
  EXPECT_FALSE(box.networks[1].mbit_s);
  EXPECT_FALSE(box.networks[1].up);
}

TEST_F(BoxInventoryTest, WhatABoxDoesNotSayIsEmptyAndNonsenseIsNotTaken) {
  const auto silent = read();
  EXPECT_EQ(silent.board, "");
  EXPECT_EQ(silent.cores, 0u);
  EXPECT_FALSE(silent.memory_bytes);
  write("sys/block/mmcblk0/size", "1000\n");
  write("sys/block/mmcblk0/stat", "1 2\n");
  write("sys/block/mmcblk0/device/life_time", "0x00 0xFF new\n");
  write("proc/meminfo", "MemTotal: much\n");
  const auto odd = read();
  ASSERT_EQ(odd.disks.size(), 1u);
  EXPECT_FALSE(odd.disks.front().worn);
  EXPECT_FALSE(odd.disks.front().written_bytes);
  EXPECT_FALSE(odd.memory_bytes);
}

TEST(BoxInventory, TheBoxTheTestsRunOnHasProcessorsAndMemory) {
  const auto box = box_inventory(std::filesystem::temp_directory_path());
  EXPECT_GT(box.cores, 0u);
  EXPECT_TRUE(box.memory_bytes);
  EXPECT_NE(box.kernel, "");
}

}  // namespace
}  // namespace spindle::plant
