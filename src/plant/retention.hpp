#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "plant/aged_by.hpp"
#include "plant/problems.hpp"
#include "plant/retention_plan.hpp"

namespace spindle::plant {

/// Keeps the data folder within its limits: asks what is there, plans (retention_plan.hpp), and
/// does it. When the disk's reserve is touched and nothing may be dropped any more, raw history is
/// refused until there is room again; facts go on.
///
/// run() is to be called every few seconds. It looks at the disk each time, and at the files once a
/// minute, or when there is need: less room than twice what it takes to be at ease, more written
/// than the quota has room for, something left to do, other limits.
///
/// Threads: run() on the history writer's; the rest on any. Memory: a few dozen bytes a file.
class Retention {
 public:
  /// What is dropped at most in one run, so that writing is not held up.
  static constexpr std::size_t drops_max = 64;

  /// How it sees and changes what is stored; each is called by run() only.
  struct Hands {
    std::function<Result<std::vector<StoredFile>>()> files;
    std::function<Result<void>(const StoredFile&)> drop;
    std::function<std::optional<DiskSpace>()> disk;
    struct Journal {
      std::uint64_t bytes = 0;
      std::uint64_t needed_bytes = 0;
    };
    std::function<Journal()> journal;
    std::function<std::uint64_t()> fixed_bytes;
    std::function<void(std::uint64_t)> cut_journal;  ///< What it is to be cut to.
    std::function<void(bool)> refuse_history;
    std::function<void(const std::string& detail)> audit;  ///< For a person: what was dropped.
    std::function<Result<void>(HistoryClass)> begin_file;
    std::function<void(std::uint64_t)> file_bytes;  ///< How large a file may grow.
    /// What AgedBy keeps over a restart.
    std::function<std::optional<Instant>()> aged_by;
    std::function<void(Instant)> keep_aged_by;
  };
  struct Dropped {
    Instant at{};
    FileDrop drop;
  };
  /// As the last run found and left it.
  struct State {
    StoredNow stored;
    StorageLimits limits;
    RetentionPlan plan;
    std::optional<Dropped> last_drop;
    std::uint64_t drops = 0;  ///< Since the start.
    std::uint64_t dropped_bytes = 0;
    bool refusing = false;
    bool known = false;  ///< There was a run that could see everything.
  };

  Retention(Hands hands, Problems& problems, std::function<Now()> clock,
            std::uint64_t journal_bytes_max);

  void set_storage(const Storage& storage);
  void run();
  [[nodiscard]] State state() const;
  /// Of the last plan: what roll-ups are to be made of first. With them made run() drops more.
  [[nodiscard]] std::vector<Interval> roll_up_first() const;

 private:
  [[nodiscard]] bool at_ease(Now now, const DiskSpace& disk) const;
  [[nodiscard]] Result<StoredNow> look(Now now, const std::optional<DiskSpace>& disk);
  [[nodiscard]] Instant age(Now now, const std::vector<StoredFile>& files);
  void carry_out(const RetentionPlan& plan, State& state);
  void judge_disk(State& state);

  const Hands hands_;
  Problems& problems_;
  const std::function<Now()> clock_;
  const std::uint64_t journal_bytes_max_;
  std::optional<AgedBy> aged_by_;  ///< From the first look on.
  Monotonic look_again_{};         ///< At the files, when there is no need before.
  bool unfinished_ = true;
  std::uint64_t free_at_look_ = 0;  ///< On the disk.
  mutable std::mutex mutex_;
  Storage storage_;
  bool storage_changed_ = true;
  State state_;
};

}  // namespace spindle::plant
