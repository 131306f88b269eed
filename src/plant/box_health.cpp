#include "plant/box_health.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace spindle::plant {
namespace {

constexpr Duration samples_apart = std::chrono::seconds{1};
/// A sensor that says more is broken, or speaks of something else.
constexpr double hottest_c = 150;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

template <class T>
std::optional<T> first_number(const std::string& text) {
  std::istringstream in(text);
  T value{};
  if (in >> value) return value;
  return std::nullopt;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return std::clamp(static_cast<double>(part) / static_cast<double>(whole), 0.0, 1.0);
}

std::vector<std::filesystem::path> entries(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  std::error_code ec;
  for (std::filesystem::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    out.push_back(it->path());
  return out;
}

bool is_processor(const std::string& name) {
  return name.starts_with("cpu") || name.starts_with("x86_pkg") || name.starts_with("coretemp") ||
         name.starts_with("k10temp") || name.starts_with("soc") || name.starts_with("acpitz");
}

}  // namespace

BoxHealth::BoxHealth(std::filesystem::path root) : root_(std::move(root)) {}

/// Source: proc(5): /proc/stat, first line: user nice system idle iowait irq softirq steal …;
/// /proc/[pid]/stat: utime and stime are the 14th and 15th field, after a name in brackets.
BoxHealth::Sample BoxHealth::sample(Monotonic now, std::uint64_t observations) const {
  Sample out;
  out.time = now;
  out.observations = observations;
  std::istringstream cpu(text_of(root_ / "proc/stat"));
  std::string word;
  if (cpu >> word && word == "cpu") {
    std::uint64_t all = 0;
    std::uint64_t idle = 0;
    std::uint64_t ticks = 0;
    // The guests' columns after the eighth are part of the first two.
    for (int column = 0; column < 8 && cpu >> ticks; ++column) {
      all += ticks;
      if (column == 3 || column == 4) idle += ticks;
    }
    out.all_ticks = all;
    out.busy_ticks = all - idle;
  }
  const auto program = text_of(root_ / "proc/self/stat");
  if (const auto name_end = program.rfind(')'); name_end != std::string::npos) {
    std::istringstream rest(program.substr(name_end + 1));
    for (int field = 3; field < 14; ++field) rest >> word;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    if (rest >> user >> system) out.program_ticks = user + system;
  }
  return out;
}

void BoxHealth::read_memory(BoxReading& out) const {
  std::istringstream memory(text_of(root_ / "proc/meminfo"));
  std::optional<std::uint64_t> available;
  std::string line;
  while (std::getline(memory, line)) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kib = 0;
    if (!(words >> name >> kib)) continue;
    if (name == "MemTotal:") out.memory_total_bytes = kib * 1024;
    if (name == "MemAvailable:") available = kib * 1024;
  }
  if (out.memory_total_bytes && available)
    out.memory_bytes = *out.memory_total_bytes - std::min(*available, *out.memory_total_bytes);
  std::istringstream program(text_of(root_ / "proc/self/statm"));
  std::uint64_t pages = 0;
  if (program >> pages >> pages)
    out.program_memory_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void BoxHealth::read_temperatures(BoxReading& out) const {
  const auto take = [&](std::string sensor, const std::filesystem::path& file) {
    const auto milli = first_number<double>(text_of(file));
    if (!milli || *milli <= 0 || *milli > hottest_c * 1000) return;
    while (!sensor.empty() && sensor.back() == '\n') sensor.pop_back();
    if (is_processor(sensor))
      out.temperature_c = std::max(out.temperature_c.value_or(0), *milli / 1000);
    out.temperatures.push_back({std::move(sensor), *milli / 1000});
  };
  for (const auto& zone : entries(root_ / "sys/class/thermal"))
    take(text_of(zone / "type"), zone / "temp");
  for (const auto& chip : entries(root_ / "sys/class/hwmon"))
    for (const auto& file : entries(chip)) {
      const auto name = file.filename().string();
      if (name.starts_with("temp") && name.ends_with("_input")) take(text_of(chip / "name"), file);
    }
}

BoxReading BoxHealth::read(Monotonic now, std::uint64_t observations) {
  const auto newest = sample(now, observations);
  BoxReading out;
  read_memory(out);
  read_temperatures(out);
  out.load1 = first_number<double>(text_of(root_ / "proc/loadavg"));

  const std::lock_guard lock(mutex_);
  while (samples_.size() > 1 && now - samples_[1].time >= window_max) samples_.pop_front();
  if (!samples_.empty() && samples_.front().time < now) {
    const auto& oldest = samples_.front();
    out.window = now - oldest.time;
    out.observations_per_s =
        static_cast<double>(newest.observations -
                            std::min(oldest.observations, newest.observations)) /
        to_seconds(out.window);
    if (newest.all_ticks && oldest.all_ticks && *newest.all_ticks > *oldest.all_ticks) {
      const auto all = *newest.all_ticks - *oldest.all_ticks;
      out.cpu_share =
          share(*newest.busy_ticks - std::min(*oldest.busy_ticks, *newest.busy_ticks), all);
      if (newest.program_ticks && oldest.program_ticks)
        out.program_cpu_share = share(
            *newest.program_ticks - std::min(*oldest.program_ticks, *newest.program_ticks), all);
    }
  }
  if (samples_.empty() || now - samples_.back().time >= samples_apart) samples_.push_back(newest);
  return out;
}

}  // namespace spindle::plant
