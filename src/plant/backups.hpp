#pragma once

#include <condition_variable>
#include <cstdint>
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
#include "model/history_policy.hpp"
#include "model/plant.hpp"
#include "plant/problems.hpp"
#include "store/backup.hpp"
#include "store/configuration.hpp"

namespace spindle::plant {

/// The last moment not after `now` at which a schedule's clock struck. Pure.
[[nodiscard]] Instant last_backup_due(const BackupSchedule& schedule, const kpi::Zone& zone,
                                      Instant now);

/// `spindle_2024-03-14T033000Z`: what a backup taken at `taken` is called, and back.
[[nodiscard]] std::string backup_id(Instant taken);
[[nodiscard]] std::optional<Instant> backup_taken(std::string_view id);

/// That a backup was restored for a trial, and what came of it.
struct BackupTrial {
  Instant at{};
  std::string error;  ///< Empty: it is good.
  bool operator==(const BackupTrial&) const = default;
};

/// Takes and keeps the box's backups: ID.zip files in the schedule's folder, in DATA/backups while
/// there is no schedule. Other files there are not touched.
///
/// A new schedule begins at once, so that what is wrong with its folder shows while somebody looks.
/// Moments missed while the box was off are made up by one backup. Each new one is restored into a
/// scratch folder and examined there; then those older than `keep_days` go, but for the newest good
/// one, and none at all on the day a clock jumped. What fails is a standing problem until one
/// succeeds; what could not be written is tried again every quarter of an hour.
///
/// None is begun, nor tried, that would touch the reserve of the data's disk: raw history would go
/// for it.
///
/// A folder that people named is not made: a disk that is not mounted must not become a folder on
/// another.
///
/// Threads: one of its own does the work; all functions from any thread, run_due() only while that
/// does not run. What people ask for is done one at a time. Memory: little.
class Backups {
 public:
  static constexpr const char* default_folder = "backups";  ///< In the data folder.

  struct Sources {
    std::function<std::shared_ptr<const Plant>()> plant;
    store::Configuration& configuration;
    Problems& problems;
    std::filesystem::path data;
    std::function<Now()> clock = read_clock;
    /// What backups are sealed with; empty: they are not.
    std::function<Result<std::string>()> passphrase{};
  };

  explicit Backups(Sources sources) : sources_(std::move(sources)) {}
  ~Backups() { stop(); }
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  /// Removes what interrupted ones left, and begins.
  void start();
  /// Cancels what is being done.
  void stop();

  struct Item {
    std::string id;
    std::filesystem::path file;
    Instant taken{};
    std::uint64_t bytes = 0;
    std::optional<BackupTrial> verified;
  };
  struct Running {
    bool verifying = false;
    std::string id;  ///< Of the backup that is being made or tried.
    Instant since{};
    double progress = 0;  ///< 0…1
  };
  struct Failure {
    Instant at{};
    std::string what;
  };
  struct State {
    std::vector<Item> items;  ///< Newest first.
    std::optional<BackupSchedule> schedule;
    std::optional<Running> running;
    std::optional<Failure> failed;  ///< Until the next one succeeds.
  };
  /// Errors: `refused` when the folder can't be read.
  [[nodiscard]] Result<State> state() const;

  /// Begin, and go on behind. Errors: `refused` while another runs; `invalid` when there is no such
  /// backup.
  [[nodiscard]] Result<void> take(const std::string& who);
  [[nodiscard]] Result<void> verify(const std::string& id, const std::string& who);
  /// False when nothing runs.
  bool cancel();
  /// Errors: as for verify(), and `refused` when the file can't be removed.
  [[nodiscard]] Result<void> remove(const std::string& id, const std::string& who);

  /// Does what was asked for, then what the schedule says at `now`. True when it did anything.
  bool run_due(Instant now);

 private:
  struct Job {
    bool verifying = false;
    std::string id;
    std::string who;
  };

  void loop();
  [[nodiscard]] std::optional<BackupSchedule> schedule() const;
  [[nodiscard]] std::filesystem::path folder() const;
  [[nodiscard]] Result<void> prepare_folder() const;
  [[nodiscard]] Result<std::vector<Item>> items() const;
  [[nodiscard]] Result<void> ask(Job job);
  [[nodiscard]] bool scheduled_due(Instant now);
  [[nodiscard]] std::function<bool(double)> watcher();
  [[nodiscard]] Result<store::BackupOptions> options(Instant now);
  void begin(bool verifying, const std::string& id, Instant now);
  void run_take(const std::string& who, Instant now);
  [[nodiscard]] Result<void> write(const std::string& id, const std::string& who, Instant now);
  [[nodiscard]] Result<void> try_out(const std::string& id, Instant now);
  void prune(Instant now);
  void note_failure(const std::string& what, std::optional<Instant> try_again, Instant now);
  void audit(const std::string& who, const char* what, const std::string& detail);

  Sources sources_;
  std::optional<Instant> try_again_;
  std::thread thread_;
  mutable std::mutex mutex_;  // for all below
  std::condition_variable wake_;
  std::optional<Job> asked_;
  std::optional<Running> running_;
  std::optional<Failure> failed_;
  bool cancelled_ = false;
  bool stopping_ = false;
};

}  // namespace spindle::plant
