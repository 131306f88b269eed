#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "store/history_log.hpp"
#include "store/segments.hpp"

namespace spindle::store {

/// A file of raw blocks, or of roll-ups.
struct HistoryFile {
  std::uint32_t number = 0;
  HistoryClass kind = HistoryClass::state;  ///< Of raw values.
  bool rollup = false;
  bool newest = false;  ///< The writer is at it: it cannot be dropped.
  /// Roll-ups of all that is in it are made, but for rows later than their machine's last word.
  bool rolled_up = false;
  std::uint64_t bytes = 0;
  std::uint64_t live_bytes = 0;  ///< Of blocks that are still needed.
  Instant from{};                ///< Of the earliest row.
  Instant to{};                  ///< Of the latest row.
  Instant written{};             ///< When the disk says that it last grew; Instant{}: it does not.
};

/// The segment files of the history, as its one writer sees them: where bodies go, how much of each
/// file is still needed, and how files go for good.
///
/// Order of things, so that the index never points at bytes that are not there: bodies are written
/// through, then the record of the flush, then the transaction commits; a file is removed after the
/// transaction that forgot it. Bytes of a flush that was not completed stay in their file as
/// garbage. Threads: those of the Database, which it borrows with the Disk. Memory: what is staged.
class HistoryFiles {
 public:
  struct Place {
    std::int64_t file = 0;  ///< Of the table `file`.
    std::uint64_t at = 0;
    std::uint32_t size = 0;
  };

  [[nodiscard]] static Result<std::unique_ptr<HistoryFiles>> open(
      Database& database, Disk& disk, const std::filesystem::path& folder,
      std::uint64_t file_bytes);

  /// Adds a body to the running flush.
  [[nodiscard]] Result<Place> add(HistoryClass kind, ByteView body, Instant from, Instant to);
  /// Reads one, also of the running flush.
  [[nodiscard]] Result<void> read(const Place& place, Bytes& out);
  /// A block is no longer needed.
  [[nodiscard]] Result<void> forget(const Place& place);

  /// Writes all of the running flush through to the disk, its record last, and puts what changed
  /// into the tables: the transaction is to commit next.
  [[nodiscard]] Result<void> write(FlushRecord& record);
  /// The running flush came to nothing, and its transaction was rolled back.
  [[nodiscard]] Result<void> abandon();

  /// Raw files, oldest first, then those of roll-ups.
  [[nodiscard]] Result<std::vector<HistoryFile>> list();
  /// Begins another file of a class, between two flushes; nothing happens while there is none.
  [[nodiscard]] Result<void> begin_next(HistoryClass kind);
  /// How large a file may grow from now on.
  void set_file_bytes(std::uint64_t bytes);
  /// Takes a file out of the index, in the running transaction; remove_dropped() after it.
  [[nodiscard]] Result<void> drop(const HistoryFile& file);
  /// Removes the files that were dropped.
  [[nodiscard]] Result<void> remove_dropped();
  /// A full raw file of which most is garbage.
  [[nodiscard]] Result<std::optional<HistoryFile>> mostly_garbage();
  [[nodiscard]] std::int64_t id_of(const HistoryFile& file) const;

  /// The writer of roll-ups' files.
  [[nodiscard]] SegmentWriter& rollups() { return *rollups_; }
  [[nodiscard]] Result<void> seal();

 private:
  /// Rows of one machine in a file.
  struct Reach {
    MachineKey machine{};
    Instant from{};
    Instant to{};
  };
  struct File {
    HistoryClass kind{};
    std::uint32_t number = 0;
    std::uint64_t bytes = 0;
    std::uint64_t live_bytes = 0;
    Instant from = Instant::max();
    Instant to = Instant::min();
    bool changed = false;
    std::optional<std::vector<Reach>> reaches{};  ///< Once it was asked for, of a full file.
  };

  HistoryFiles(Database& database, Disk& disk, std::filesystem::path folder)
      : database_(database), disk_(disk), folder_(std::move(folder)) {}
  [[nodiscard]] static HistoryFile raw_file(const File& file);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<bool> waits_for_rollups(std::int64_t id, File& file);
  [[nodiscard]] std::int64_t file_id(HistoryClass kind, std::uint32_t number);
  [[nodiscard]] SegmentWriter& writer(HistoryClass kind) {
    return *writers_[static_cast<std::size_t>(kind)];
  }

  Database& database_;
  Disk& disk_;
  std::filesystem::path folder_;
  std::array<std::unique_ptr<SegmentWriter>, history_classes> writers_;
  std::array<std::optional<SegmentPlace>, history_classes> began_;  ///< Of the running flush.
  std::array<std::uint64_t, history_classes> staged_{};             ///< Bytes.
  std::vector<std::unique_ptr<SegmentReader>> readers_;
  std::unique_ptr<SegmentWriter> flushes_;
  std::unique_ptr<SegmentWriter> rollups_;
  std::map<std::int64_t, File> files_;
  std::vector<FlushRecord::Gone> gone_;
};

}  // namespace spindle::store
