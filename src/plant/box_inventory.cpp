#include "plant/box_inventory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>

namespace spindle::plant {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t sector_bytes = 512;  // of /sys/block, whatever the disk's own are

/// A file's text without the zeros and blanks at its ends.
std::string line_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream all;
  all << in.rdbuf();  // some files of /sys open and can't be read: that is no text
  auto text = all.str();
  const auto is_edge = [](char c) { return c == '\0' || static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_edge(text.back())) text.pop_back();
  text.erase(text.begin(), std::ranges::find_if_not(text, is_edge));
  return text;
}

std::optional<std::uint64_t> number_of(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    out.push_back(it->path());
  std::ranges::sort(out);
  return out;
}

/// The value behind `name` and a colon in a file of such lines.
std::string after_colon(const fs::path& file, std::string_view name) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (!line.starts_with(name)) continue;
    const auto colon = line.find(':');
    const auto start =
        colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    if (start != std::string::npos) return line.substr(start);
  }
  return {};
}

unsigned count_cores(const fs::path& cpuinfo) {
  std::ifstream in(cpuinfo);
  std::string line;
  unsigned cores = 0;
  while (std::getline(in, line)) cores += line.starts_with("processor") ? 1 : 0;
  return cores;
}

/// Source: os-release(5): PRETTY_NAME="…".
std::string system_name(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  constexpr std::string_view key = "PRETTY_NAME=";
  while (std::getline(in, line)) {
    if (!line.starts_with(key)) continue;
    auto value = line.substr(key.size());
    std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
    return value;
  }
  return {};
}

std::string board_name(const fs::path& root) {
  if (auto model = line_of(root / "sys/firmware/devicetree/base/model"); !model.empty())
    return model;
  const auto dmi = root / "sys/class/dmi/id";
  auto name = fmt::format("{} {}", line_of(dmi / "sys_vendor"), line_of(dmi / "product_name"));
  return name == " " ? std::string{} : name;
}

/// Source: Linux Documentation/ABI/stable/sysfs-block; the 7th figure of `stat` counts sectors
/// written. JEDEC eMMC 5.0, DEVICE_LIFE_TIME_EST: 1 is 0 to 10 % used … 10 is 90 to 100 %, 11 more.
BoxInventory::Disk disk_of(const fs::path& folder) {
  BoxInventory::Disk disk;
  disk.name = folder.filename().string();
  disk.model = line_of(folder / "device/model");
  if (disk.model.empty()) disk.model = line_of(folder / "device/name");
  disk.bytes = number_of(line_of(folder / "size")).value_or(0) * sector_bytes;
  std::istringstream stat(line_of(folder / "stat"));
  std::uint64_t figure = 0;
  int place = 0;
  while (place < 7 && stat >> figure) ++place;
  if (place == 7) disk.written_bytes = figure * sector_bytes;
  std::istringstream life(line_of(folder / "device/life_time"));
  std::string estimate;
  while (life >> estimate) {
    const auto tenths = number_of(estimate, 16);
    if (!tenths || *tenths == 0 || *tenths > 11) continue;
    disk.worn = std::max(disk.worn.value_or(0), std::min(1.0, static_cast<double>(*tenths) / 10));
  }
  return disk;
}

/// Name of the whole disk a folder lies on: of a partition, that of its parent.
std::string disk_under(const fs::path& data, const fs::path& root) {
  struct ::stat status{};
  if (::stat(data.c_str(), &status) != 0) return {};
  std::error_code ec;
  const auto link =
      root / "sys/dev/block" / fmt::format("{}:{}", major(status.st_dev), minor(status.st_dev));
  const auto device = fs::canonical(link, ec);
  if (ec) return {};
  return fs::exists(device / "partition", ec) ? device.parent_path().filename().string()
                                              : device.filename().string();
}

BoxInventory::Network network_of(const fs::path& folder) {
  BoxInventory::Network out;
  out.name = folder.filename().string();
  out.address = line_of(folder / "address");
  out.up = line_of(folder / "operstate") == "up";
  // Without a cable, or where there is no such thing, it says -1 or fails to be read.
  if (const auto speed = number_of(line_of(folder / "speed")); speed && *speed < 10'000'000)
    out.mbit_s = static_cast<std::uint32_t>(*speed);
  return out;
}

}  // namespace

BoxInventory box_inventory(const fs::path& data, const fs::path& root) {
  BoxInventory out;
  const auto cpuinfo = root / "proc/cpuinfo";
  out.board = board_name(root);
  out.processor = after_colon(cpuinfo, "model name");
  if (out.processor.empty()) out.processor = after_colon(cpuinfo, "Hardware");
  out.cores = count_cores(cpuinfo);
  if (const auto kib = number_of(after_colon(root / "proc/meminfo", "MemTotal")))
    out.memory_bytes = *kib * 1024;
  out.system = system_name(root / "etc/os-release");
  out.kernel = line_of(root / "proc/sys/kernel/osrelease");
  const auto ours = disk_under(data, root);
  for (const auto& folder : entries(root / "sys/block")) {
    auto disk = disk_of(folder);
    disk.holds_data = disk.name == ours;
    // Loop and memory devices are no hardware.
    std::error_code ec;
    if (disk.bytes > 0 && (disk.holds_data || fs::exists(folder / "device", ec)))
      out.disks.push_back(std::move(disk));
  }
  for (const auto& folder : entries(root / "sys/class/net"))
    if (auto network = network_of(folder); network.name != "lo")
      out.networks.push_back(std::move(network));
  return out;
}

}  // namespace spindle::plant
