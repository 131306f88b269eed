#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spindle::plant {

/// What the machine is that the program runs on: what a buyer, a reviewer or support asks for.
/// Empty: it does not say.
struct BoxInventory {
  struct Disk {
    std::string name;  ///< `mmcblk0`, `sda`
    std::string model;
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> written_bytes;  ///< Since the system started.
    /// Of its life, 0…1, in steps of a tenth: what an eMMC or SD card says of itself.
    std::optional<double> worn;
    bool holds_data = false;  ///< The data folder lies on it.
  };
  struct Network {
    std::string name;
    std::string address;  ///< Of the hardware: `b8:27:eb:…`.
    std::optional<std::uint32_t> mbit_s;
    bool up = false;
  };
  std::string board;  ///< `Raspberry Pi 4 Model B Rev 1.4`, or maker and product.
  std::string processor;
  unsigned cores = 0;
  std::optional<std::uint64_t> memory_bytes;
  std::string system;  ///< `Debian GNU/Linux 12 (bookworm)`
  std::string kernel;
  std::vector<Disk> disks;
  std::vector<Network> networks;  ///< Without the loopback.
};

/// Reads /proc, /sys and /etc/os-release: some milliseconds.
/// @param data  the data folder, to find its disk
/// @param root  where `proc`, `sys` and `etc` are; for tests
[[nodiscard]] BoxInventory box_inventory(const std::filesystem::path& data,
                                         const std::filesystem::path& root = "/");

}  // namespace spindle::plant
