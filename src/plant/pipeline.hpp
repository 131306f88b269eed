#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connect/batch_queue.hpp"
#include "engine/machine_engine.hpp"
#include "model/plant.hpp"
#include "plant/day_totals.hpp"
#include "plant/history_filter.hpp"
#include "plant/history_writer.hpp"
#include "plant/live_hub.hpp"
#include "plant/live_table.hpp"
#include "plant/problems.hpp"
#include "plant/record.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"

namespace spindle::plant {

/// What the pipeline has counted since it started; for /metrics.
struct PipelineCounters {
  std::uint64_t batches = 0;
  std::uint64_t observations = 0;
  std::uint64_t commits = 0;
  std::uint64_t ledger_commits = 0;
  std::uint64_t append_failures = 0;
  std::uint64_t thinned = 0;  ///< Observations that policies kept out of the history.
};

/// The one writer. Takes batches from the sessions' queue, commits them to the journal in groups,
/// and only then lets the consumers have them: engine → ledger, history, live.
///
/// The law it keeps: what the journal committed is never lost and never counted twice. Ledger and
/// history each commit their results with their cursor; after any death start() hands them the
/// journal again from there.
///
/// Threads: everything owned here is written on the pipeline's own thread; the query functions may
/// be called from any. References given to the constructor outlive it.
class Pipeline {
 public:
  struct Stores {
    store::Journal& journal;
    store::Ledger& ledger;
    store::History& history;
    store::LedgerReader& reader;
    std::filesystem::path folder;  ///< For journal readers of its own.
  };
  struct Options {
    Duration commit_spacing = std::chrono::milliseconds{5};  ///< Between two group commits.
    Duration ledger_every = std::chrono::seconds{1};
    Duration snapshot_every = std::chrono::seconds{5};
    Duration history_every = std::chrono::minutes{10};
    Duration signal_event_every = std::chrono::milliseconds{50};  ///< Per machine.
    std::uint64_t journal_bytes_max = 4ULL << 30;
    /// False: nobody is listened to, so the next start says since when that is so.
    bool listens = true;
    std::function<Now()> clock = read_clock;
  };

  Pipeline(Stores stores, connect::BatchQueue& queue, LiveHub& hub, LiveTable& table,
           Problems& problems, Options options);
  ~Pipeline();

  /// Restores every machine's engine, reads the journal from the cursors to its end, marks the time
  /// the box was not running, then goes live.
  /// Errors: the store's, when nothing can be read at all.
  [[nodiscard]] Result<void> start(std::shared_ptr<const Plant> plant);
  /// Takes what still waits in the queue (which the caller has closed), commits everything, stops.
  void stop();

  /// Runs `task` on the pipeline's thread between two groups, with the ledger and the engines
  /// quiet.
  void post(std::function<void()> task);
  /// As post(), and waits for it.
  void run(std::function<void()> task);

  /// Waits until everything offered to the queue before is in the journal.
  /// Errors: `overloaded` when it can't be written now; it still waits and will be.
  [[nodiscard]] Result<void> settle();

  // ---- on the pipeline's thread only (inside post/run) ----

  /// Machines that are new get an engine; those gone are let go (their facts stay); the others keep
  /// the engine they have until replace_engine().
  void set_plant(std::shared_ptr<const Plant> plant);
  /// Puts a recomputed engine in place of the present one. Its facts are already in the ledger.
  void replace_engine(MachineKey machine, engine::MachineEngine engine);
  /// Commits what is pending now.
  [[nodiscard]] Result<void> commit_ledger();
  [[nodiscard]] std::uint64_t applied_sequence() const { return applied_; }

  // ---- from any thread ----

  /// No value goes into the history until it is taken back; what came meanwhile then follows from
  /// the journal, as far as that still has it. Facts go on.
  void refuse_history(bool refuse) { refusing_history_ = refuse; }
  /// True while the history lacks what the journal has.
  [[nodiscard]] bool history_is_behind() const { return history_behind_; }
  /// What the journal is cut to, but for what a consumer still needs. While history is refused,
  /// what only the history still needs goes, too.
  void cut_journal(std::uint64_t keep_bytes) {
    journal_keep_bytes_ = keep_bytes;
    trim_asked_ = true;
  }
  /// Has `task` run on the history writer's thread; it says after how long again. Before start().
  void add_history_work(std::function<Duration()> task) {
    history_writer_.add_work(std::move(task));
  }
  /// That thread is asked to write: long work on it breaks off.
  [[nodiscard]] bool history_is_asked() { return history_writer_.is_asked(); }

  /// Everything known of a machine that overlaps `window`, up to `now`: from the ledger, from what
  /// is not committed yet, and what is still open closed at `now`. In order, each fact once.
  [[nodiscard]] Result<Record> record(MachineKey machine, Interval window, Instant now);
  using ReadAlarms = std::function<Result<void>(store::LedgerReader& ledger,
                                                const std::vector<store::MachineAlarm>& recent)>;
  /// Calls `read` with the newest word about the alarms that stand or are not in the ledger yet,
  /// each once, and with the ledger between two commits. When one came in between it calls again:
  /// what `read` gathers, it begins anew.
  [[nodiscard]] Result<void> read_alarms(const ReadAlarms& read);
  [[nodiscard]] std::optional<engine::LiveView> view(MachineKey machine, Instant now) const;
  [[nodiscard]] PipelineCounters counters() const;
  [[nodiscard]] std::uint64_t committed_sequence() const { return committed_.load(); }

  /// Earliest late data of each machine since the last call: its past must be recomputed.
  [[nodiscard]] std::vector<MachineKey> take_late();

  struct Pushed {
    std::string key;
    std::size_t observations = 0;
  };
  /// Batches with a sender's key that start() met at the end of the journal: their senders may not
  /// have been answered.
  [[nodiscard]] std::vector<Pushed> take_pushed() { return std::exchange(pushed_, {}); }

 private:
  /// How far the engines have read the journal, in the ledger.
  static constexpr const char* cursor_name = "engine";

  struct Member {
    explicit Member(const Machine& machine)
        : id(machine.id), engine(machine), definition(&machine) {}

    std::string id;
    engine::MachineEngine engine;
    Facts pending;       // not yet in the ledger
    bool dirty = false;  // engine has moved since its last snapshot
    bool late = false;
    std::optional<engine::LiveView> published;  // what the last state event told
    Monotonic last_signal_event{};
    std::vector<SignalKey> changed;  // signals to tell at the next event
    const Machine* definition;       // in plant_
  };

  // pipeline_start.cpp
  [[nodiscard]] Result<void> restore(const std::shared_ptr<const Plant>& plant);
  [[nodiscard]] Result<void> catch_up();
  void mark_absence();

  void loop();
  /// Tells the history what the plant says of its signals.
  void set_policies(const Plant& plant);
  bool take_group();
  [[nodiscard]] Result<std::uint64_t> append_sound();
  [[nodiscard]] Result<void> keep_history(std::uint64_t sequence, const Batch& batch);
  [[nodiscard]] Result<void> bring_history_up();
  [[nodiscard]] Result<void> trim_journal();
  void apply(std::uint64_t sequence, const Batch& batch, bool live);
  void housekeeping(Now now);
  [[nodiscard]] std::vector<std::function<void()>> take_tasks();
  void publish_states(Instant now);
  void publish_facts(Member& member, const Facts& facts);
  void publish_signals(Member& member, const Batch& batch, Monotonic now);
  void send_signals(Member& member, Monotonic now);
  Member* find(MachineKey machine);
  [[nodiscard]] bool moved_since(std::uint64_t version, int& attempt) const;

  Stores stores_;
  connect::BatchQueue& queue_;
  LiveHub& hub_;
  LiveTable& table_;
  Problems& problems_;
  const Options options_;

  HistoryWriter history_writer_;
  HistoryFilter history_filter_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};

  mutable std::mutex members_mutex_;  // engines and pending facts, against the query functions
  std::unordered_map<std::uint32_t, std::unique_ptr<Member>> members_;
  std::shared_ptr<const Plant> plant_;
  DayTotals day_totals_;
  std::atomic<std::uint64_t> ledger_version_{0};  // odd while a commit moves pending facts

  std::mutex tasks_mutex_;
  std::vector<std::function<void()>> tasks_;

  std::vector<Pushed> pushed_;
  Instant listened_until_{};  ///< When the newest of what the last run heard came in.
  std::vector<Batch> group_;  // taken from the queue, not yet in the journal
  std::uint64_t applied_ = 0;
  std::atomic<std::uint64_t> committed_{0};
  Facts scratch_;
  Monotonic next_ledger_{};
  Monotonic next_snapshot_{};
  Monotonic next_history_{};
  Monotonic next_states_{};
  Monotonic next_trim_{};
  Monotonic next_commit_{};
  bool dense_ = false;  // the last group held several batches
  // A write failed, or history is refused: it is brought up from the journal.
  std::atomic<bool> history_behind_{false};
  std::atomic<bool> refusing_history_{false};
  std::atomic<std::uint64_t> journal_keep_bytes_;
  std::atomic<bool> trim_asked_{false};
  mutable std::mutex counters_mutex_;
  PipelineCounters counters_;
};

}  // namespace spindle::plant
