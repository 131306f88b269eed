#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"
#include "store/history_reader.hpp"
#include "store/pending.hpp"
#include "store/series_rows.hpp"
#include "store/silence.hpp"

namespace spindle::store {

struct HistoryOptions {
  std::size_t buffer_bytes = 1536u << 10;  ///< Of batches not yet written.
  std::string vfs{};                       ///< For tests.
};

/// Every value of every signal, in compressed blocks.
///
/// A block holds rows of one series: of a poll group, whose signals share one time column, or of
/// one signal alone (group 0). Batches are taken into a bounded buffer and written with flush(),
/// rows and cursor in one transaction: after a crash the journal delivers again what lies after
/// cursor(), and what was written before is known by it and ignored. Small blocks at the end of a
/// series are merged as it grows, so that each value is written a few times at most.
///
/// Beside the values it keeps when each machine fell silent, so that no value is thought to hold
/// beyond what was heard (silence.hpp).
///
/// Layout (history.db): see history_layout.hpp; inside a block: block_codec.hpp.
///
/// Threads: append() on one; flush(), sync() and trim() on one, which may be another, so that a
/// slow disk does not hold up what comes in; the rest on any.
/// Memory: buffer_bytes, and during a flush about as much again. Errors: those of Database.
class History {
 public:
  static constexpr const char* file_name = "history.db";

  [[nodiscard]] static Result<std::unique_ptr<History>> open(const std::filesystem::path& folder,
                                                             const HistoryOptions& options);

  /// Takes a journal batch; one at or before the last taken is ignored.
  /// Errors: `overloaded` when the buffer is full, and then nothing was taken: flush() and repeat.
  [[nodiscard]] Result<void> append(std::uint64_t sequence, const Batch& batch);
  /// True when flush() is due for the buffer's sake. Call it every some seconds anyhow: it bounds
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

  /// Removes the oldest blocks while the file holds more than `keep_bytes`; at most about 16 MB a
  /// call. Returns the number of blocks removed.
  [[nodiscard]] Result<std::uint64_t> trim(std::uint64_t keep_bytes);

  /// A reader that also sees what is not yet written. It borrows this History.
  [[nodiscard]] Result<std::unique_ptr<HistoryReader>> open_reader() const;

 private:
  struct Tail {
    std::int64_t block = 0;
    std::size_t bytes = 0;
  };
  /// What is known of a stored series.
  struct Series {
    std::int64_t id = 0;
    std::int64_t span_us_max = 0;
    bool tails_known = false;
    std::vector<Tail> tails;             ///< Small blocks at its end, oldest first.
    std::vector<std::uint32_t> signals;  ///< Sorted; those already in signal_series.
  };
  using SeriesName = std::uint64_t;  ///< group << 32 | signal, within its machine.
  using Builders = std::map<SeriesName, SeriesRows>;

  History(std::unique_ptr<Database> database, std::filesystem::path folder, HistoryOptions options)
      : folder_(std::move(folder)), options_(std::move(options)), database_(std::move(database)) {}

  [[nodiscard]] Result<void> prepare();
  /// What the file says of cursor, series and machines.
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> write_machine(MachineKey machine,
                                           const std::vector<ByteView>& batches);
  [[nodiscard]] Result<void> write_builders(MachineKey machine, Builders& builders);
  [[nodiscard]] Result<void> write_rows(Series& series, SeriesRows& rows);
  [[nodiscard]] Result<void> write_silences(MachineKey machine, const Silence& silence);
  [[nodiscard]] Result<std::int64_t> insert_block(Series& series, const SeriesRows& rows,
                                                  ByteView body);
  [[nodiscard]] Result<void> merge_tails(Series& series, SeriesRows& rows, Bytes& body);
  [[nodiscard]] Result<Series*> series_of(MachineKey machine, SeriesName name);
  [[nodiscard]] Result<void> learn_tails(Series& series);
  [[nodiscard]] Result<void> name_signals(Series& series, const SeriesRows& rows);
  [[nodiscard]] Result<void> run(std::string_view sql, std::int64_t a, std::int64_t b,
                                 std::int64_t c = 0);

  std::filesystem::path folder_;
  HistoryOptions options_;
  std::unique_ptr<Database> database_;
  Statement insert_block_, read_block_, delete_block_;
  Pending pending_;
  std::atomic<std::uint64_t> cursor_ = 0;
  std::atomic<std::uint64_t> last_appended_ = 0;
  std::unordered_map<std::uint32_t, std::map<SeriesName, Series>> series_;
  std::unordered_map<std::uint32_t, Instant> heard_;
};

}  // namespace spindle::store
