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
#include "store/disk.hpp"
#include "store/journal_record.hpp"
#include "store/segments.hpp"

namespace spindle::store {

struct JournalOptions {
  /// A power cut costs nothing that append() took, at one fsync for each commit.
  bool sync_every_commit = false;
  /// sync_if_due() writes through once the oldest commit not yet on the disk is this old. Together
  /// with the time between two calls it stays below the 500 ms that are promised.
  Duration sync_after = std::chrono::milliseconds{350};
  std::uint64_t file_bytes = 8u << 20;  ///< trim() drops pieces of about this size.
  Disk* disk = &Disk::system();         ///< Borrowed.
  /// Told while a journal of an earlier version is brought over: batches done, batches in all.
  std::function<void(std::uint64_t, std::uint64_t)> progress{};
};

/// What every machine said, in the order the box took it: the truth all else is derived from.
///
/// Promises: a batch that append() took survives the death of the program at once. It survives a
/// power cut once a sync_if_due() that found it due has returned, or at once by option. Batches
/// are numbered 1, 2, … in the order of append(); a number is never given twice.
///
/// Layout: segment files (segments.hpp) in the folder `journal`, a record for each commit, or for
/// about 64 kB of a large one (journal_record.hpp). Everything is written once, at the end.
/// Damaged bytes cost the record they are in.
///
/// A journal.db of an earlier version is turned into segments by open(), with the same numbers, and
/// then removed; when that is interrupted the next open() goes on where it stopped.
///
/// Threads: one at a time. Memory: one commit, encoded. Errors: those of Disk.
class Journal {
 public:
  static constexpr const char* folder_name = "journal";  ///< In the data folder.

  /// Errors: also `corrupt` when a file cannot be read at all (damaged_file() says which),
  /// `unsupported` when a newer version wrote it.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder,
                                                             const JournalOptions& options);
  /// What has to be set aside when open() gave `corrupt`.
  [[nodiscard]] static std::filesystem::path damaged_file(const std::filesystem::path& folder);

  /// Says in the files, as far as it can, that all was written through.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Takes all batches or, on an error, none. (The death of the program in the middle of a commit
  /// of more than a record may leave its first batches.) Returns the last one's sequence.
  /// Errors: also `invalid` for a batch that is not sound (batch_codec.hpp).
  [[nodiscard]] Result<std::uint64_t> append(std::span<const Batch> batches);

  /// Call at least every 100 ms, also when nothing arrives.
  [[nodiscard]] Result<void> sync_if_due(Monotonic now);
  /// Writes through now. At a clean end, and before a trim relies on it.
  [[nodiscard]] Result<void> sync();

  /// 0 before the first batch.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_; }
  /// Of the oldest batch kept; last_sequence() + 1 when none is.
  [[nodiscard]] std::uint64_t first_sequence() const;
  /// Last batch known to survive a power cut.
  [[nodiscard]] std::uint64_t synced_through() const { return synced_; }
  /// Bytes at the end that open() found torn by a power cut, or damaged, and cut off.
  [[nodiscard]] std::uint64_t torn_bytes() const { return segments_->torn_bytes(); }

  /// Of its files.
  [[nodiscard]] Result<std::uint64_t> bytes() const;
  /// How large a file may grow from now on: trim() is as exact as that.
  void set_file_bytes(std::uint64_t bytes) { segments_->set_file_bytes(bytes); }

  /// The next batch gets a larger number than `sequence`. After a power cut a consumer may be
  /// ahead of the journal; its numbers must not be given to other batches.
  void never_below(std::uint64_t sequence);

  /// Removes the oldest files while the journal holds more than `keep_bytes`, none with a batch at
  /// or above `below_sequence` (the slowest consumer's next), and never the newest. One call
  /// removes one file: call again while it returns more than zero. Returns how many numbers the
  /// removed batches had.
  [[nodiscard]] Result<std::uint64_t> trim(std::uint64_t keep_bytes, std::uint64_t below_sequence);

 private:
  struct File {
    std::uint32_t number = 0;
    std::optional<std::uint64_t> first;  ///< Sequence of its first batch, once it was looked up.
  };
  struct Compressor;

  Journal(const std::filesystem::path& folder, const JournalOptions& options);

  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> convert();
  /// Finds the first batch of the `n`-th file, or of the next one that has any; files before that
  /// one are no longer counted.
  [[nodiscard]] Result<void> look_up(std::size_t n);
  [[nodiscard]] Result<void> stage(JournalRecord& record);

  std::filesystem::path folder_;
  JournalOptions options_;
  std::unique_ptr<SegmentWriter> segments_;
  std::unique_ptr<Compressor> compressor_;
  std::vector<File> files_;  ///< Oldest first; first and last have a batch, the first's is known.
  JournalRecord record_;     ///< Being made; these three are kept for their memory.
  Bytes body_;
  Bytes payload_;
  std::uint64_t last_ = 0;
  std::uint64_t written_ = 0;  ///< Last sequence given to a batch; below `last_` before a jump.
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
  std::uint64_t torn_bytes = 0;  ///< Left out at the end: the next Journal::open() cuts them off.
  bool stopped = false;          ///< The callback said stop; else the end was reached.
};

/// Reads the journal beside its writer, or when nobody writes it.
///
/// Threads: one at a time; each thread opens its own. Memory: one record, packed and unpacked. It
/// keeps nothing from the writer: files dropped while it reads are left out.
class JournalReader {
 public:
  /// Errors: `refused` when there is no journal. `disk` is borrowed.
  [[nodiscard]] static Result<JournalReader> open(const std::filesystem::path& folder,
                                                  Disk& disk = Disk::system());

  /// Calls `each` with the batches after sequence `after`, oldest first, of one machine or of all,
  /// until it returns false or the end is reached. The batch is valid during the call only.
  /// Errors: those of Disk; a damaged batch is no error but counted.
  [[nodiscard]] Result<ReadReport> read(
      std::uint64_t after, std::optional<MachineKey> only,
      const std::function<bool(std::uint64_t, const Batch&)>& each);

  /// 0 when the journal is empty.
  [[nodiscard]] Result<std::uint64_t> last_sequence();

 private:
  explicit JournalReader(SegmentReader segments) : segments_(std::move(segments)) {}
  class Pass;
  [[nodiscard]] Result<std::optional<std::uint64_t>> first_from(std::uint32_t file);
  [[nodiscard]] Result<SegmentPlace> place_of(std::uint64_t sequence);

  SegmentReader segments_;
  std::uint64_t known_after_ = 0;  ///< The record at `known_` holds what follows this sequence.
  SegmentPlace known_{};
};

}  // namespace spindle::store
