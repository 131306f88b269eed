#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/database.hpp"

namespace spindle::store {

struct JournalOptions {
  /// A power cut costs nothing that append() took, at one fsync for each commit.
  bool sync_every_commit = false;
  /// sync_if_due() writes through once the oldest commit not yet on the disk is this old. Together
  /// with the time between two calls it stays below the 500 ms that are promised.
  Duration sync_after = std::chrono::milliseconds{350};
  std::string vfs{};  ///< For tests.
};

/// What every machine said, in the order the box took it: the truth all else is derived from.
///
/// Promises: a batch that append() took survives the death of the program at once. It survives a
/// power cut once a sync_if_due() that found it due has returned, or at once by option. Batches
/// are numbered 1, 2, … in the order of append(); a number is never given twice.
///
/// Layout (journal.db): a row for each commit, or for about a megabyte of a large one, holding the
/// batches' bytes (batch_codec.hpp) one after the other and, before them, a directory of machines
/// and sizes. SQLite reads a row's front without its rest, so that looking for one machine touches
/// one page for each commit and no index has to be written.
///
/// Why SQLite's log is enough: commits in between run with synchronous = NORMAL, which orders what
/// a power cut may keep but waits for nothing; the transaction that moves the mark runs with FULL
/// and so pushes the log, all earlier commits in it, to the disk.
///
/// Threads: one at a time. Memory: one commit, encoded. Errors: those of Database.
class Journal {
 public:
  static constexpr const char* file_name = "journal.db";

  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder,
                                                             const JournalOptions& options);

  /// Takes all batches in one transaction, or none. Returns the last one's sequence.
  /// Errors: also `invalid` for a batch that is not sound (batch_codec.hpp).
  [[nodiscard]] Result<std::uint64_t> append(std::span<const Batch> batches);

  /// Call at least every 100 ms, also when nothing arrives.
  [[nodiscard]] Result<void> sync_if_due(Monotonic now);
  /// Writes through now. At a clean end, and before a trim relies on it.
  [[nodiscard]] Result<void> sync();

  /// 0 before the first batch.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_; }
  /// Of the oldest batch kept; last_sequence() + 1 when none is.
  [[nodiscard]] std::uint64_t first_sequence() const { return first_; }
  /// Last batch known to survive a power cut.
  [[nodiscard]] std::uint64_t synced_through() const { return synced_; }

  /// The next batch gets a larger number than `sequence`. After a power cut a consumer may be
  /// ahead of the journal; its numbers must not be given to other batches.
  void never_below(std::uint64_t sequence);

  /// Removes the oldest batches while the journal holds more than `keep_bytes`, none at or above
  /// `below_sequence` (the slowest consumer's next), and never the newest commit. One call removes
  /// at most about 16 MB, so that appends do not wait long: call again while it returns more than
  /// zero. Returns the number of batches removed. The file does not shrink; its pages are reused.
  [[nodiscard]] Result<std::uint64_t> trim(std::uint64_t keep_bytes, std::uint64_t below_sequence);

 private:
  Journal(std::unique_ptr<Database> database, const JournalOptions& options)
      : options_(options), database_(std::move(database)) {}

  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> insert_row(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] Result<std::uint64_t> bytes_held();

  JournalOptions options_;
  std::unique_ptr<Database> database_;
  Statement insert_;
  Statement mark_;
  Bytes directory_;  ///< Of the row being made; kept for their memory.
  Bytes body_;
  std::uint64_t first_ = 1;
  std::uint64_t last_ = 0;
  std::uint64_t synced_ = 0;
  Monotonic seen_{};  ///< Newest time sync_if_due() was told.
  std::optional<Monotonic>
      unsynced_since_;  ///< At or before the oldest commit not written through.
};

/// What one read gave.
struct ReadReport {
  std::uint64_t next_after = 0;     ///< Pass as `after` to go on.
  std::uint64_t batches = 0;        ///< Handed over.
  std::uint64_t damaged = 0;        ///< Batches whose bytes fail their checksum; passed over.
  std::uint64_t first_damaged = 0;  ///< Sequence of the first of them, when there are any.
  bool stopped = false;             ///< The callback said stop; else the end was reached.
};

/// Reads the journal beside its writer, or when nobody writes it.
///
/// Threads: one at a time; each thread opens its own. Memory: one row (about a megabyte). No read
/// snapshot is held while the callback runs, so a slow reader does not make the log grow.
class JournalReader {
 public:
  [[nodiscard]] static Result<JournalReader> open(const std::filesystem::path& folder,
                                                  const std::string& vfs = {});

  /// Calls `each` with the batches after sequence `after`, oldest first, of one machine or of all,
  /// until it returns false or the end is reached. The batch is valid during the call only.
  /// Errors: those of Database; a damaged batch is no error but counted.
  [[nodiscard]] Result<ReadReport> read(
      std::uint64_t after, std::optional<MachineKey> only,
      const std::function<bool(std::uint64_t, const Batch&)>& each);

  /// 0 when the journal is empty.
  [[nodiscard]] Result<std::uint64_t> last_sequence();

 private:
  JournalReader() = default;
  struct Row;
  [[nodiscard]] Result<bool> next_row(std::uint64_t from, std::optional<MachineKey> only, Row& row);

  std::unique_ptr<Database> database_;
  Statement find_;
  Statement newest_;
  Statement directory_;
  Statement body_;
};

}  // namespace spindle::store
