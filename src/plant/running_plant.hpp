#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "connect/session.hpp"
#include "plant/connection_lights.hpp"
#include "plant/export_schedule.hpp"
#include "plant/io_threads.hpp"
#include "plant/live_hub.hpp"
#include "plant/live_table.hpp"
#include "plant/pipeline.hpp"
#include "plant/plant_diff.hpp"
#include "plant/problems.hpp"
#include "plant/recompute.hpp"
#include "plant/retention.hpp"
#include "store/configuration.hpp"
#include "store/folder.hpp"

namespace spindle::plant {

class Backups;

/// What a change of the plant did.
struct Applied {
  std::uint64_t generation = 0;
  PlantDiff diff;
  std::vector<std::string> recomputing;  ///< Machines whose past is being derived again.
};

/// A plant that runs: its stores, sessions and consumers, and every change of it while it does.
///
/// Threads: all functions may be called from any thread. Changes are taken one at a time.
class RunningPlant {
 public:
  struct Options {
    std::filesystem::path folder;
    bool sync_every_commit = false;
    /// Its first line seals backups; read at each. Empty: they are not sealed.
    std::filesystem::path backup_passphrase_file{};
    /// For sessions. Half the cores: one thread polls 15,000 times a second, and fewer threads wake
    /// less often for the same work.
    std::size_t io_threads = std::max(1u, std::thread::hardware_concurrency() / 2);
    std::size_t queue_capacity = 200'000;  ///< Observations between the sessions and the writer.
    connect::Session::Options session;
    std::function<Now()> clock = read_clock;
    Duration retention_every = std::chrono::seconds{5};  ///< Between two looks at the disk.
    /// Told while a folder of an earlier version is brought over: of which store, batches or blocks
    /// done, and in all.
    std::function<void(std::string_view, std::uint64_t, std::uint64_t)> converting{};
    /// False: nothing is connected to. For work on a folder that is not served.
    bool sessions = true;
  };

  /// Opens the data folder (making it if needed) and reads the plant it holds. A damaged file is
  /// set aside and said so; the rest goes on. Errors: what makes any start pointless.
  [[nodiscard]] static Result<std::unique_ptr<RunningPlant>> open(Options options);
  ~RunningPlant();

  /// Starts the pipeline, then a session for each endpoint.
  [[nodiscard]] Result<void> start();
  /// The end is near: ready() turns false, and nothing that takes long is waited for any more.
  void announce_end() { ready_ = false; }
  /// Ends sessions, then the writer: nothing heard is lost. Idempotent.
  void stop();

  // ---- the plant and its changes ----

  [[nodiscard]] std::shared_ptr<const Plant> plant() const;
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(); }
  /// Replaces the whole plant. Machines that did not change are not disturbed. Before start() it
  /// only stores it. Errors: the store's; nothing was changed then.
  [[nodiscard]] Result<Applied> apply(Plant plant, const std::string& who);
  /// A change of parts of the plant.
  struct Edit {
    /// Makes the plant that shall be out of the one that is. Its errors are edit()'s.
    std::function<Result<Plant>(const Plant&)> make;
    /// The generation it was thought of on: nobody else's change is overwritten unseen.
    std::optional<std::uint64_t> on;
    bool dry_run = false;  ///< Only says what would change.
    bool whole = false;    ///< `make` does not build on the present plant.
  };
  /// Errors: those of `make`; `refused` when `on` is not the present generation, or the stored
  /// plant can't be read: nothing is built on it; the store's.
  [[nodiscard]] Result<Applied> edit(const Edit& edit, const std::string& who);
  /// Adds or replaces one machine / removes one, and its planned downtimes; its recorded past
  /// stays. Errors: `refused` when it must be new and is not.
  [[nodiscard]] Result<Applied> put_machine(Machine machine, bool must_be_new,
                                            const std::string& who);
  [[nodiscard]] Result<Applied> remove_machine(const std::string& id, const std::string& who);
  /// Errors: `refused` when nothing connects to this machine.
  [[nodiscard]] Result<void> retry(const std::string& machine_id);

  // ---- what is known ----

  [[nodiscard]] MachineStatus status(const Machine& machine) const;
  [[nodiscard]] std::optional<LiveValue> value(SignalKey signal) const {
    return table_.find(signal);
  }
  [[nodiscard]] std::vector<LiveValue> values(std::span<const SignalKey> signals) const {
    return table_.find(signals);
  }
  [[nodiscard]] Result<Record> record(const Machine& machine, Interval window);
  /// See Pipeline::read_alarms().
  [[nodiscard]] Result<void> read_alarms(const Pipeline::ReadAlarms& read) {
    return pipeline_->read_alarms(read);
  }
  [[nodiscard]] store::History& history() { return *history_; }
  [[nodiscard]] Now now() const { return options_.clock(); }

  // ---- pushed observations ----

  /// Hands a batch to the writer. Errors: `overloaded`; nothing was taken.
  [[nodiscard]] Result<void> offer(Batch batch);
  [[nodiscard]] Result<void> offer(std::vector<Batch> batches);  ///< All of them, or none.
  /// Returns once everything offered before is in the journal. Errors: `overloaded`; it can't be
  /// written now, waits, and will be: offering it again would make it twice.
  [[nodiscard]] Result<void> settle() { return pipeline_->settle(); }
  /// What the sender of a batch is answered, now or when it asks again with the same key.
  [[nodiscard]] static std::string push_answer(std::size_t observations);
  [[nodiscard]] store::Configuration& configuration() { return *configuration_; }

  // ---- the box ----

  [[nodiscard]] LiveHub& hub() { return hub_; }
  [[nodiscard]] Problems& problems() { return problems_; }
  [[nodiscard]] PipelineCounters counters() const;
  [[nodiscard]] std::size_t queue_depth() const { return queue_.depth(); }
  [[nodiscard]] std::size_t queue_capacity() const { return queue_.capacity(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return options_.folder; }
  [[nodiscard]] std::uint64_t queue_refusals() const { return queue_.refusals(); }
  [[nodiscard]] std::uint64_t journal_sequence() const;
  [[nodiscard]] std::optional<RecomputeProgress> recompute_progress() const;
  [[nodiscard]] Recompute& recompute() { return *recompute_; }
  /// Works from start() on.
  [[nodiscard]] Backups& backups() { return *backups_; }
  /// What is stored and what its limits are, as of some seconds ago; not known before start().
  [[nodiscard]] Retention::State retention_state() const {
    return retention_ ? retention_->state() : Retention::State{};
  }
  /// Puts the machines in line whose data came late since the last time; otherwise that is done
  /// once a second.
  void derive_late();
  [[nodiscard]] bool ready() const { return ready_.load(); }

 private:
  struct Running {
    std::shared_ptr<connect::Session> session;
    std::vector<std::string> machines;
  };

  explicit RunningPlant(Options options);
  [[nodiscard]] Result<void> open_stores();
  [[nodiscard]] Result<void> open_recordings();
  [[nodiscard]] Result<void> start_pipeline();
  [[nodiscard]] Result<void> mend_recordings(const Error& why);
  [[nodiscard]] Result<void> answer_pushed();
  [[nodiscard]] Result<void> open_configuration();
  [[nodiscard]] Result<void> mend_configuration(store::Opened<store::Configuration>& opened);
  enum class Write : std::uint8_t {
    save,     ///< A new generation.
    already,  ///< It is in the configuration: another program wrote it.
    nothing,  ///< Only says what would change.
  };
  [[nodiscard]] Result<void> may_build_on_present();
  [[nodiscard]] Result<Applied> apply_locked(Plant plant, const std::string& who, Write write);
  [[nodiscard]] Result<std::vector<std::string>> past_to_derive(const PlantDiff& changes,
                                                                Write write);
  void switch_sessions(const Plant& plant, const PlantDiff& diff);
  void stop_sessions(const std::vector<Running>& sessions);
  void watch();
  void notice_foreign_change();
  void report_damage(const std::string& file, const store::SetAside& damage);

  const Options options_;
  Problems problems_;
  LiveHub hub_;
  LiveTable table_;
  connect::BatchQueue queue_;
  std::optional<store::FolderLock> lock_;
  std::unique_ptr<store::Configuration> configuration_;
  std::unique_ptr<store::Journal> journal_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::LedgerReader> reader_;
  std::unique_ptr<store::History> history_;
  std::unique_ptr<Retention> retention_;  // used on the pipeline's threads
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Recompute> recompute_;
  std::unique_ptr<ScheduledExports> exports_;
  std::unique_ptr<Backups> backups_;
  IoThreads io_;

  std::mutex change_mutex_;  // one change at a time
  mutable std::mutex mutex_;
  std::shared_ptr<const Plant> plant_;
  std::map<std::string, Running> sessions_;        // by endpoint, or by machine where not shared
  std::map<std::string, std::string> session_of_;  // machine id → key of sessions_
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<bool> ready_{false};
  bool started_ = false;

  std::thread watcher_;
  std::mutex watch_mutex_;
  std::condition_variable watch_wake_;
  bool stopping_ = false;
};

}  // namespace spindle::plant
