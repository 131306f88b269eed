#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace spindle::plant {

/// What the machine the program runs on says of itself. Empty: it does not say.
struct BoxReading {
  std::optional<double> cpu_share;            ///< 0…1 of all cores, in the window.
  std::optional<double> program_cpu_share;    ///< Of these, this program's.
  std::optional<std::uint64_t> memory_bytes;  ///< In use, without what the system could give back.
  std::optional<std::uint64_t> memory_total_bytes;
  std::optional<std::uint64_t> program_memory_bytes;
  std::optional<double> temperature_c;  ///< The warmest of its processors' sensors.
  struct Temperature {
    std::string sensor;  ///< As the system names it: `cpu-thermal`, `nvme`.
    double celsius = 0;
  };
  std::vector<Temperature> temperatures;  ///< Of all sensors that say something credible.
  std::optional<double> load1;
  std::optional<double> observations_per_s;
  Duration window{};  ///< What shares and rates were measured over.
};

/// Reads /proc and /sys when asked, and measures shares and rates over the last minute, or since
/// it was asked last when that is longer ago. Threads: any. Memory: a minute of samples.
class BoxHealth {
 public:
  static constexpr Duration window_max = std::chrono::seconds{60};

  /// @param root  where `proc` and `sys` are; for tests
  explicit BoxHealth(std::filesystem::path root = "/");

  /// @param observations  a counter that only rises
  [[nodiscard]] BoxReading read(Monotonic now, std::uint64_t observations);

 private:
  struct Sample {
    Monotonic time{};
    std::optional<std::uint64_t> busy_ticks;
    std::optional<std::uint64_t> all_ticks;
    std::optional<std::uint64_t> program_ticks;
    std::uint64_t observations = 0;
  };
  [[nodiscard]] Sample sample(Monotonic now, std::uint64_t observations) const;
  void read_memory(BoxReading& out) const;
  void read_temperatures(BoxReading& out) const;

  const std::filesystem::path root_;
  std::mutex mutex_;
  std::deque<Sample> samples_;  ///< Oldest first, at least a second apart.
};

}  // namespace spindle::plant
