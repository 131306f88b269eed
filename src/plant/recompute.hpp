#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "model/plant.hpp"
#include "plant/pipeline.hpp"
#include "plant/problems.hpp"
#include "store/ledger.hpp"

namespace spindle::plant {

struct RecomputeProgress {
  std::string machine;            ///< Id.
  std::uint64_t done = 0;         ///< Journal batches read.
  std::uint64_t total = 0;        ///< Of these many.
  std::size_t machines_left = 0;  ///< After this one.
};

/// Derives the past of machines again from the journal, in the background, while live goes on.
///
/// For each machine: a fresh engine with the new definition reads the journal from its oldest
/// batch; its facts are built up as the ledger's next generation, which nobody sees yet. When it
/// has reached the present, the pipeline stops between two groups for the moment it takes to read
/// the last few batches, and both the facts and the engine are switched.
///
/// Where the journal no longer reaches back (its quota), the facts from before its first batch are
/// carried over as they were.
/// Threads: one of its own; all functions may be called from any other.
class Recompute {
 public:
  Recompute(Pipeline& pipeline, store::Ledger& ledger, store::LedgerReader& reader,
            Problems& problems, std::filesystem::path folder);
  ~Recompute();

  void start();
  void stop();
  enum class Why : std::uint8_t {
    definition,  ///< It changed: what is under way for a machine is of no use and begins again.
    late_data,   ///< Data came late: what is under way goes on, and once more after it. Otherwise
                 ///< data that is always late would never let it end.
  };
  /// Puts machines in line, each once.
  void schedule(std::vector<Machine> machines, Why why);
  /// From schedule() on until nothing is left to do.
  [[nodiscard]] std::optional<RecomputeProgress> progress() const;
  /// Waits until nothing is left to do. For tests and for the end of `apply`.
  void wait_until_idle();

 private:
  struct Build;
  void loop();
  [[nodiscard]] Result<void> rebuild(const Machine& machine);
  [[nodiscard]] Result<void> carry_over(Build& build, Instant until);
  [[nodiscard]] static Result<std::uint64_t> oldest_sequence(store::JournalReader& journal);
  [[nodiscard]] bool cancelled(const Machine& machine) const;

  Pipeline& pipeline_;
  store::Ledger& ledger_;
  store::LedgerReader& reader_;
  Problems& problems_;
  const std::filesystem::path folder_;

  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Machine> waiting_;
  std::optional<RecomputeProgress> progress_;
  std::string again_;  // the machine under way was scheduled anew
  bool busy_ = false;
  bool stopping_ = false;
};

}  // namespace spindle::plant
