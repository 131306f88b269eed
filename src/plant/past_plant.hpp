#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "connect/batch_queue.hpp"
#include "plant/live_hub.hpp"
#include "plant/live_table.hpp"
#include "plant/pipeline.hpp"
#include "plant/problems.hpp"
#include "store/configuration.hpp"
#include "store/folder.hpp"

namespace spindle::plant {

/// A plant whose time is told instead of read: for data that was recorded or acted elsewhere and
/// shall lie in a data folder as if the box had been there.
///
/// What is offered goes the way of everything: journal, engine, ledger, history; nothing is written
/// around them. There are no sessions. Close it before RunningPlant opens the folder. Threads: one,
/// beside the pipeline's own.
class PastPlant {
 public:
  /// Makes the plant the folder's present one, with the time `begin`.
  /// Errors: the store's; `refused` when another program serves the folder.
  [[nodiscard]] static Result<std::unique_ptr<PastPlant>> open(const std::filesystem::path& folder,
                                                               Plant plant, const std::string& who,
                                                               Instant begin);
  ~PastPlant();

  /// With the keys the folder gave.
  [[nodiscard]] const Plant& plant() const { return *plant_; }
  [[nodiscard]] store::Configuration& configuration() { return *configuration_; }
  void set_now(Instant now) { now_ = now; }
  /// Hands a batch to the writer; waits while the queue is full.
  void offer(Batch batch);
  /// What is known of a machine of plant() so far; after drain() all that was offered.
  [[nodiscard]] Result<Record> record(const Machine& machine, Interval window) {
    return pipeline_->record(machine.key, window, now_);
  }
  /// Waits until everything offered before is in the journal and known. Errors: `overloaded`.
  [[nodiscard]] Result<void> drain() { return pipeline_->settle(); }
  /// Everything offered is stored. Errors: what the store said no to.
  [[nodiscard]] Result<void> close();

 private:
  PastPlant() = default;
  [[nodiscard]] Result<void> start(const std::filesystem::path& folder, Plant plant,
                                   const std::string& who);

  std::atomic<Instant> now_;
  Problems problems_;
  LiveHub hub_{1};
  LiveTable table_;
  connect::BatchQueue queue_{100'000};
  std::optional<store::FolderLock> lock_;
  std::unique_ptr<store::Configuration> configuration_;
  std::unique_ptr<store::Journal> journal_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::LedgerReader> reader_;
  std::unique_ptr<store::History> history_;
  std::shared_ptr<const Plant> plant_;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace spindle::plant
