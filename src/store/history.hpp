#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/history_policy.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"
#include "store/history_files.hpp"
#include "store/history_reader.hpp"
#include "store/named_sets.hpp"
#include "store/pending.hpp"
#include "store/rollup_dues.hpp"
#include "store/series_rows.hpp"
#include "store/silence.hpp"

namespace spindle::store {

struct HistoryOptions {
  std::size_t buffer_bytes = 8u << 20;   ///< Of batches not yet written.
  std::uint64_t file_bytes = 32u << 20;  ///< Of a segment file.
  Disk* disk = nullptr;                  ///< The computer's own when none. For tests.
  std::string vfs{};                     ///< For tests.
  /// Told while data of an earlier version are brought over: blocks done, blocks in all.
  std::function<void(std::uint64_t, std::uint64_t)> progress{};
};

/// Every value of every signal, in compressed blocks.
///
/// A block holds rows of one series: of a poll group, whose signals share one time column, or of
/// one signal alone (group 0); signals of different classes are series of their own, since their
/// files go at different times. Batches are taken into a bounded buffer and written with flush(),
/// rows and cursor in one go: after a crash the journal delivers again what lies after cursor(),
/// and what was written before is known by it and ignored. Small blocks at the end of a series are
/// merged as it grows, so that each value is written a few times at most; rows that come late stand
/// in blocks of their own.
///
/// Beside the values it keeps when each machine fell silent, so that no value is thought to hold
/// beyond what was heard (silence.hpp).
///
/// On the disk: history.db says what lies where (history_layout.hpp), the files of `history/` hold
/// the blocks (segments.hpp, block_format.hpp). Without history.db it is made again from them when
/// it opens.
///
/// Threads: append() on one; flush(), sync(), drop() and what the database is used for on one,
/// which may be another, so that a slow disk does not hold up what comes in; the rest on any.
/// Memory: buffer_bytes, and during a flush about as much again. Errors: those of Database, Disk.
class History {
 public:
  static constexpr const char* file_name = "history.db";

  [[nodiscard]] static Result<std::unique_ptr<History>> open(const std::filesystem::path& folder,
                                                             const HistoryOptions& options);
  ~History();

  /// How long a signal's values are kept; without, all as long as what a machine did.
  using ClassOf = std::function<HistoryClass(MachineKey, SignalKey)>;
  void set_classes(ClassOf class_of);

  /// Takes a journal batch; one at or before the last taken is ignored.
  /// Errors: `overloaded` when the buffer is full, and then nothing was taken: flush() and repeat.
  [[nodiscard]] Result<void> append(std::uint64_t sequence, const Batch& batch);
  /// True when flush() is due for the buffer's sake. Call it every some minutes anyhow: it bounds
  /// what a restart reads again.
  [[nodiscard]] bool wants_flush() const;
  /// Writes what was appended, in one transaction. On error it stays in the buffer.
  [[nodiscard]] Result<void> flush();

  /// Last batch whose values are in the file; the journal keeps what lies after it.
  [[nodiscard]] std::uint64_t cursor() const { return cursor_; }
  /// Last batch taken by append().
  [[nodiscard]] std::uint64_t last_appended() const { return last_appended_; }
  [[nodiscard]] std::size_t buffered_bytes() const { return pending_.bytes(); }

  /// Everything flushed so far survives a power cut when this returns. Call before the journal is
  /// trimmed by cursor().
  [[nodiscard]] Result<void> sync() { return database_->write_through(); }

  /// The segment files, of raw values oldest first.
  [[nodiscard]] Result<std::vector<HistoryFile>> files() { return files_->list(); }
  /// Removes a file with all that is in it. Errors: also `invalid` for the newest of its class.
  [[nodiscard]] Result<void> drop(const HistoryFile& file);

  /// Begins another file of a class, so that the newest can be dropped, too.
  [[nodiscard]] Result<void> begin_file(HistoryClass kind) { return files_->begin_next(kind); }
  /// How large a file may grow from now on.
  void set_file_bytes(std::uint64_t bytes) { files_->set_file_bytes(bytes); }

  /// For the maker of roll-ups, on the thread of flush().
  [[nodiscard]] Database& database() { return *database_; }
  [[nodiscard]] SegmentWriter& rollups() { return files_->rollups(); }
  [[nodiscard]] Disk& disk() const { return *disk_; }

  /// A reader that also sees what is not yet written. It borrows this History.
  [[nodiscard]] Result<std::unique_ptr<HistoryReader>> open_reader() const;

 private:
  friend class HistoryConversion;
  struct Tail {
    std::int64_t block = 0;
    Instant from{};
    HistoryFiles::Place place;
  };
  /// What is known of a stored series.
  struct Series {
    std::int64_t id = 0;
    std::int64_t span_us_max = 0;
    MachineKey machine{};
    bool tails_known = false;
    Instant newest = Instant::min();     ///< Of its rows, as far as is known.
    std::vector<Tail> tails;             ///< Small blocks at its end, oldest first.
    std::vector<std::uint32_t> signals;  ///< Sorted; those already in signal_series.
  };
  using SeriesName = std::uint64_t;  ///< class << 48 | group << 32 | signal, within its machine.
  using Builders = std::map<SeriesName, SeriesRows>;

  History(std::unique_ptr<Database> database, std::filesystem::path folder, HistoryOptions options)
      : folder_(std::move(folder)),
        options_(std::move(options)),
        disk_(options_.disk != nullptr ? options_.disk : &Disk::system()),
        database_(std::move(database)) {}

  [[nodiscard]] Result<void> prepare();
  /// What the file says of cursor, series and machines.
  [[nodiscard]] Result<void> load();
  /// Runs `write` and all that belongs to one flush in a transaction; undone when it fails.
  [[nodiscard]] Result<void> in_flush(std::uint64_t through,
                                      const std::function<Result<void>()>& write);
  [[nodiscard]] Result<void> rewrite_garbage();
  [[nodiscard]] HistoryClass class_of(MachineKey machine, SignalKey signal);
  [[nodiscard]] Result<void> write_machine(MachineKey machine,
                                           const std::vector<ByteView>& batches);
  [[nodiscard]] Result<void> write_builders(MachineKey machine, Builders& builders);
  [[nodiscard]] Result<void> write_rows(MachineKey machine, SeriesName name, SeriesRows& rows);
  [[nodiscard]] Result<void> write_late(Series& series, SeriesName name, const SeriesRows& rows);
  [[nodiscard]] Result<void> write_in_order(Series& series, SeriesName name, SeriesRows& rows);
  [[nodiscard]] Result<void> write_silences(MachineKey machine, const Silence& silence);
  [[nodiscard]] Result<HistoryFiles::Place> write_block(Series& series, SeriesName name,
                                                        const SeriesRows& rows, bool tail);
  [[nodiscard]] Result<void> insert_block(Series& series, std::int64_t id, Instant from, Instant to,
                                          std::uint64_t rows, const HistoryFiles::Place& place,
                                          std::int64_t named);
  [[nodiscard]] Result<void> keep_apart(Series& series, Instant to);
  [[nodiscard]] Result<void> merge_tails(Series& series, SeriesRows& rows);
  [[nodiscard]] Result<Series*> series_of(MachineKey machine, SeriesName name);
  [[nodiscard]] Result<void> learn_tails(Series& series);
  [[nodiscard]] Result<void> name_signals(Series& series, const SeriesRows& rows);
  [[nodiscard]] Result<void> run(std::string_view sql, std::initializer_list<std::int64_t> values);

  std::filesystem::path folder_;
  HistoryOptions options_;
  Disk* disk_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<HistoryFiles> files_;
  std::unique_ptr<RollUpDues> dues_;
  std::unique_ptr<NamedSets> names_;
  Statement insert_block_, delete_block_;
  Pending pending_;
  std::atomic<std::uint64_t> cursor_ = 0;
  std::atomic<std::uint64_t> last_appended_ = 0;
  std::unordered_map<std::uint32_t, std::map<SeriesName, Series>> series_;
  std::unordered_map<std::uint32_t, Instant> heard_;
  std::int64_t next_block_ = 1;
  FlushRecord record_;  ///< Of the running flush; its number of the last one between two.

  std::mutex classes_mutex_;
  ClassOf class_of_;
  ClassOf class_of_now_;                   ///< Of the running flush.
  std::vector<std::uint8_t> class_known_;  ///< By signal, of the running flush.
};

}  // namespace spindle::store
