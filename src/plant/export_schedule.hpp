#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "kpi/zone.hpp"
#include "model/export_schedule.hpp"
#include "model/plant.hpp"
#include "plant/problems.hpp"
#include "store/configuration.hpp"
#include "store/history_reader.hpp"

namespace spindle::plant {

/// The first window of a schedule that ends after `after`: a local day or a clock hour, and when it
/// is due. Pure.
struct ExportWindow {
  Interval when{};
  Instant due{};
};
[[nodiscard]] ExportWindow next_export_window(const ExportSchedule& schedule, const kpi::Zone& zone,
                                              Instant after);

/// `spindle_2024-03-14.csv`, of an hour `spindle_2024-03-14T08+0800.csv`: its beginning by the
/// plant's clock, unambiguous when that is set back.
[[nodiscard]] std::string scheduled_file_name(const ExportSchedule& schedule, const kpi::Zone& zone,
                                              Instant from);

/// Writes what is due to its folder.
///
/// A file stands under its name when it is whole and on the disk, never before. How far a schedule
/// has come is kept in the configuration: what was missed while the box was off is made up, oldest
/// first, at most `missed_max` windows of it. A new schedule begins with the last window that is
/// over. What arrives late for a window that was written is not written again.
///
/// A folder that is not there is not made: a disk that is not mounted must not become a folder on
/// another. What fails is a standing problem until it works, and tried again every minute.
///
/// Threads: one of its own; run_due() on any, when that does not run. Memory: an Export.
class ScheduledExports {
 public:
  static constexpr std::size_t missed_max = 400;

  struct Sources {
    std::function<std::vector<ExportSchedule>()> schedules;
    std::function<std::shared_ptr<const Plant>()> plant;
    std::function<Result<std::unique_ptr<store::HistoryReader>>()> reader;
    store::Configuration& configuration;
    Problems& problems;
    std::filesystem::path scratch;
    std::function<Now()> clock = read_clock;
  };

  explicit ScheduledExports(Sources sources) : sources_(std::move(sources)) {}
  ~ScheduledExports() { stop(); }
  ScheduledExports(const ScheduledExports&) = delete;
  ScheduledExports& operator=(const ScheduledExports&) = delete;

  void start();
  void stop();

  /// Writes all that is due at `now`. Returns the number of files.
  std::size_t run_due(Instant now);

 private:
  void loop();
  [[nodiscard]] bool stopping();
  [[nodiscard]] Result<std::size_t> write_due(const ExportSchedule& schedule, const Plant& plant,
                                              Instant now);
  [[nodiscard]] Result<void> write_window(const ExportSchedule& schedule, const Plant& plant,
                                          const kpi::Zone& zone, Interval when);

  Sources sources_;
  std::map<std::string, Instant> try_again_;   ///< By a schedule's key: not before.
  std::map<std::string, std::string> raised_;  ///< Problems that stand, by their code.
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
};

}  // namespace spindle::plant
