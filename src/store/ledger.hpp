#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/fact.hpp"
#include "store/database.hpp"
#include "store/ledger_text.hpp"

namespace spindle::store {

struct LedgerOptions {
  std::string vfs{};  ///< For tests.
};

/// What the engine derived for one machine, and its state after it.
struct MachineFacts {
  MachineKey machine{};
  Facts facts;
  Bytes snapshot;  ///< Engine state after them; empty only if the consumer keeps none.
};

/// What a consumer has to say about all journal batches up to `sequence`.
struct LedgerCommit {
  std::string cursor;          ///< The consumer's name: `engine`, `uplink` …
  std::uint64_t sequence = 0;  ///< Last batch that is part of it.
  std::vector<MachineFacts> machines;
};

/// Facts about machines, with the cursor that says which journal batches they come from.
///
/// Results and cursor are one transaction, so that a crash anywhere loses and repeats nothing: what
/// is delivered again is known by its sequence and ignored. All facts of a machine belong to a
/// generation; a recompute builds the next one beside it and switches in one transaction.
///
/// Layout (ledger.db): a table a kind of fact, clustered on (machine, generation, time), times in
/// µs since 1970, repeated words by number (ledger_text.hpp). An open alarm ends at INT64_MAX.
///
/// Threads: any; calls wait for each other. Errors: those of Database; after one nothing was taken.
class Ledger {
 public:
  static constexpr const char* file_name = "ledger.db";

  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& folder,
                                                            const LedgerOptions& options);

  /// False when this cursor already stood at or past `sequence`: nothing was written. Facts of a
  /// machine whose recompute went further than `sequence` are skipped, the rest is taken.
  [[nodiscard]] Result<bool> commit(const LedgerCommit& commit);

  /// 0 before the consumer's first commit.
  [[nodiscard]] Result<std::uint64_t> cursor(std::string_view name);
  /// The least of all cursors; nullopt without any. The journal keeps what lies after it.
  [[nodiscard]] Result<std::optional<std::uint64_t>> slowest_cursor();

  /// Starts a machine's next generation; one begun earlier and never finished is dropped.
  /// Readers go on seeing the present one. Returns its number for the calls below.
  [[nodiscard]] Result<std::uint32_t> begin_rebuild(MachineKey machine);
  /// Adds what was derived up to `sequence`. Chunks of some thousand facts keep others waiting
  /// least. Errors: also `invalid` when the generation is not the one being built.
  [[nodiscard]] Result<void> add_to_rebuild(MachineKey machine, std::uint32_t generation,
                                            const Facts& facts, std::uint64_t sequence);
  /// Makes the new generation the one that counts, through `sequence`, in one transaction.
  /// Errors: also `invalid` when the present generation holds facts past `sequence` (feed the
  /// rebuild up to there first) or the generation is not the one being built.
  [[nodiscard]] Result<void> finish_rebuild(MachineKey machine, std::uint32_t generation,
                                            ByteView snapshot, std::uint64_t sequence);
  [[nodiscard]] Result<void> abandon_rebuild(MachineKey machine, std::uint32_t generation);
  /// Removes up to `rows_max` rows of generations that no longer count; 0: none are left.
  [[nodiscard]] Result<std::uint64_t> purge(std::uint64_t rows_max);

  /// Forgets snapshots and facts of all machines and all cursors, so that everything is derived
  /// again from the journal.
  [[nodiscard]] Result<void> clear();

  /// Everything committed so far survives a power cut when this returns. Call before the journal
  /// is trimmed by a cursor from here.
  [[nodiscard]] Result<void> sync();

 private:
  explicit Ledger(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  struct Generation {
    std::uint32_t present = 1;
    std::uint64_t through = 0;   ///< Last batch its facts come from.
    std::uint32_t building = 0;  ///< 0: none.
    std::uint32_t newest = 1;    ///< Highest number ever used.
  };
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<std::uint64_t> cursor_locked(std::string_view name);
  [[nodiscard]] Result<Generation> generation_of(MachineKey machine);
  [[nodiscard]] Result<void> store_generation(MachineKey machine, const Generation& generation);
  [[nodiscard]] Result<Generation> building(MachineKey machine, std::uint32_t generation);
  [[nodiscard]] Result<void> write(MachineKey machine, std::uint32_t generation, const Facts& facts,
                                   std::uint64_t sequence);
  [[nodiscard]] Result<void> write_snapshot(MachineKey machine, ByteView snapshot,
                                            std::uint64_t sequence);
  [[nodiscard]] Result<void> write_alarm(MachineKey machine, std::uint32_t generation,
                                         const AlarmSpan& alarm);
  /// Runs `body` in a transaction under the lock; on error nothing of it stays.
  template <class Body>
  [[nodiscard]] Result<void> together(Body body);

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  WordWriter words_;
  Statement state_, span_, alarm_, part_, incident_, snapshot_;
  Statement cursor_get_, cursor_set_, generation_get_, generation_set_;
  std::int64_t ordinal_ = 0;  ///< Keeps steps of one time and sequence apart.
};

/// What the engine needs to go on with a machine.
struct Snapshot {
  std::uint64_t sequence = 0;  ///< Last batch in it.
  Bytes state;
};

/// An alarm of some machine.
struct MachineAlarm {
  MachineKey machine{};
  AlarmSpan alarm;
};

/// How often an alarm code stood in a window, and for how long inside it, all its times added up.
struct AlarmSum {
  SignalKey signal{};
  std::string code;
  std::uint64_t count = 0;
  Duration stood{};
  Instant newest{};  ///< When the last of them began.
};

/// Reads facts beside the writer, or when nobody writes.
///
/// Rows overlap the asked interval and come in order of their begin; they are not cut to it.
/// Threads: any; calls on one reader wait for each other. Errors: those of Database, and `corrupt`
/// for a snapshot that fails its checksum.
class LedgerReader {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LedgerReader>> open(
      const std::filesystem::path& folder, const LedgerOptions& options);

  [[nodiscard]] Result<std::vector<StateInterval>> states(MachineKey machine, Interval when);
  /// The same, one at a time, for long windows: `each` must not call this reader.
  [[nodiscard]] Result<void> each_state(MachineKey machine, Interval when,
                                        const std::function<void(const StateInterval&)>& each);
  [[nodiscard]] Result<std::vector<LaneSpan>> spans(MachineKey machine, Interval when);
  [[nodiscard]] Result<std::vector<AlarmSpan>> alarms(MachineKey machine, Interval when);
  /// Alarms that stand now.
  [[nodiscard]] Result<std::vector<AlarmSpan>> open_alarms(MachineKey machine);
  /// Those that began at `t` or stood then, those that began then first.
  [[nodiscard]] Result<std::vector<AlarmSpan>> alarms_at(MachineKey machine, Instant t);
  /// The alarms of all machines that began at `when.to` (included) or before, but not before
  /// `when.from`, newest first; of one time by falling machine, then signal. Machines that are not
  /// `wanted` cost next to nothing. `each` returns false to stop, and must not call this reader.
  [[nodiscard]] Result<void> each_alarm_back(Interval when,
                                             const std::function<bool(MachineKey)>& wanted,
                                             const std::function<bool(const MachineAlarm&)>& each);
  /// Alarms that are over and stood some time in the window, by signal and code.
  [[nodiscard]] Result<std::vector<AlarmSum>> alarm_sums(MachineKey machine, Interval when);
  [[nodiscard]] Result<std::vector<PartStep>> parts(MachineKey machine, Interval when);
  [[nodiscard]] Result<std::vector<Incident>> incidents(MachineKey machine, Interval when);

  [[nodiscard]] Result<std::optional<Snapshot>> snapshot(MachineKey machine);
  /// 0 before the consumer's first commit.
  [[nodiscard]] Result<std::uint64_t> cursor(std::string_view name);

 private:
  LedgerReader() = default;
  struct Fetch;  ///< A statement bound to a machine and an interval, stepped row by row.
  [[nodiscard]] Result<void> prepare_alarms();
  [[nodiscard]] Result<AlarmSpan> alarm_of(const Statement& row);
  [[nodiscard]] Result<std::vector<AlarmSpan>> alarms_of(Statement& statement, MachineKey machine,
                                                         std::optional<Interval> when);

  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  WordReader words_;
  Statement states_, spans_, parts_, incidents_, snapshot_, cursor_;
  Statement alarms_, open_alarms_, alarms_at_, alarms_back_, alarm_, alarm_sums_, present_;
};

}  // namespace spindle::store
