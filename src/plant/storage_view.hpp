#pragma once

#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "kpi/reason.hpp"
#include "plant/running_plant.hpp"
#include "plant/storage_forecast.hpp"
#include "store/history_stats.hpp"

namespace spindle::plant {

/// What the box keeps, what it grows by, what goes next, and what another plant would take: the
/// answers of GET /storage and below it.
///
/// Threads: any; those who ask for signals wait for each other. Memory: some 50 bytes a signal.
/// What signals take is looked up at most once a minute. Errors: those of HistoryStats.
class StorageView {
 public:
  using Json = nlohmann::ordered_json;
  enum class SignalOrder : std::uint8_t { bytes, name };
  struct SizingQuestion {
    std::optional<double> machines;
    std::optional<double> signals;  ///< Of each machine.
    std::optional<double> rate_s;
    std::optional<double> days;
    std::optional<double> room_gb;  ///< What the data folder may hold.
  };

  explicit StorageView(RunningPlant& running) : running_(running) {}

  [[nodiscard]] Result<Json> overview();
  [[nodiscard]] Result<Json> signals(SignalOrder order, std::size_t offset, std::size_t limit);
  /// A row for each local day the window touches.
  [[nodiscard]] Result<Json> days(Interval window);
  [[nodiscard]] Result<Json> sizing(const SizingQuestion& question, kpi::Language language);

 private:
  [[nodiscard]] Result<Growth> growth(const Retention::State& state, Instant first);
  [[nodiscard]] Result<std::vector<store::SignalUse>> uses();

  RunningPlant& running_;
  std::mutex mutex_;
  std::vector<store::SignalUse> uses_;
  std::optional<Monotonic> uses_at_;
};

}  // namespace spindle::plant
