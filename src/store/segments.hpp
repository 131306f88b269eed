#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/disk.hpp"

namespace spindle::store {

/// Segment files: records that are only ever appended, in files that are only ever dropped whole.
/// FOLDER/PREFIX-00000001.seg, …2.seg, … (without a prefix: 00000001.seg).
///
/// A file:
///   8 bytes   "SPNDLSEG"
///   u32       version, 1
///   u32       checksum of the 12 bytes before
///   records, one after the other:
///     u32     size of the payload in bytes; the highest bit is the mark: everything before this
///             record was on the disk, safe from a power cut, when this record was written
///     u32     checksum of the payload
///     u32     checksum of these 8 bytes, seeded with the record's offset in the file
///     payload; of size 0 only in a record that was written for its mark
/// Numbers are little-endian, checksums those of checksum.hpp (seed 0 but for the head's).
///
/// A record is sound when both its checksums match. A reader that meets an unsound head looks for
/// the next sound one byte by byte; the offset as seed keeps bytes copied from elsewhere, also into
/// a payload, from passing as records.
///
/// Damage or torn: a power cut tears what was not written through, which is at the end of the
/// newest file only. So what is unsound there, with no marked record after it, is torn: the writer
/// cuts it off, with what follows it, when it opens. Everything else unsound is damage: it costs
/// the records it touches, is passed over and counted, and never removed.
struct SegmentPlace {
  std::uint32_t file = 0;  ///< Number in the name; they start at 1. 0: no place.
  std::uint32_t size = 0;  ///< Of the payload, bytes.
  std::uint64_t at = 0;    ///< Where the record's head starts, bytes from the file's start.

  bool operator==(const SegmentPlace&) const = default;
};

struct SegmentFile {
  std::uint32_t number = 0;
  std::uint64_t bytes = 0;
};

inline constexpr std::size_t segment_header_bytes = 16;
inline constexpr std::size_t segment_head_bytes = 12;  ///< What a record costs beside its payload.
inline constexpr std::size_t segment_payload_max = (1u << 31) - 1;

[[nodiscard]] std::filesystem::path segment_path(const std::filesystem::path& folder,
                                                 const std::string& prefix, std::uint32_t number);

/// The files of one prefix, oldest first; none when there is no such folder.
[[nodiscard]] Result<std::vector<SegmentFile>> list_segments(Disk& disk,
                                                             const std::filesystem::path& folder,
                                                             const std::string& prefix);

struct SegmentOptions {
  std::string prefix{};
  std::uint64_t file_bytes = 8u << 20;  ///< A new file is begun once the newest is past it.
};

/// The one writer of a prefix in a folder.
///
/// Promises: a record survives the death of the program once commit() returned, a power cut once
/// sync() returned (or once a later file was begun). commit() takes all that was staged or, on an
/// error, none of it; but the death of the program in the middle of a commit() may leave its first
/// records.
/// Readers may read beside it, in this process or another. Threads: one at a time. Memory: what is
/// staged. Errors of all calls: those of Disk.
class SegmentWriter {
 public:
  /// Opens or creates; looks through the whole newest file, unless that was sealed, and cuts off
  /// what is torn.
  /// Errors: also `corrupt` when the newest file is no segment at all, `unsupported` when a newer
  /// version wrote it.
  [[nodiscard]] static Result<std::unique_ptr<SegmentWriter>> open(
      Disk& disk, const std::filesystem::path& folder, const SegmentOptions& options);

  /// Adds a record to the next commit; its place is final unless that commit fails.
  /// Pre: the payload is not empty and at most segment_payload_max.
  [[nodiscard]] Result<SegmentPlace> stage(ByteView payload);
  /// Writes what was staged, in one write; with Durability::power also through to the disk.
  [[nodiscard]] Result<void> commit(Durability durability = Durability::process);
  /// Forgets what was staged.
  void discard() { staged_.clear(); }
  /// stage() and commit() of one record.
  [[nodiscard]] Result<SegmentPlace> append(ByteView payload);

  /// Everything committed survives a power cut when this returns.
  [[nodiscard]] Result<void> sync();
  /// sync(), and says so in the file, so that damage found later is told from what a power cut
  /// tore. For a clean end.
  [[nodiscard]] Result<void> seal();

  /// Begins another file at once, so that the one before can be dropped. Pre: nothing is staged.
  [[nodiscard]] Result<void> begin_next();
  /// How large a file may grow from now on.
  void set_file_bytes(std::uint64_t bytes) { options_.file_bytes = bytes; }

  /// Removes a file. Readers that have it open can go on reading it.
  /// Errors: also `invalid` for the newest file: its number must not be given again.
  [[nodiscard]] Result<void> drop(std::uint32_t number);

  /// Where the next record goes; file 0 while there is none.
  [[nodiscard]] SegmentPlace end() const { return {number_, 0, end_}; }
  /// What open() cut off, bytes.
  [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  SegmentWriter(Disk& disk, std::filesystem::path folder, SegmentOptions options)
      : disk_(&disk), folder_(std::move(folder)), options_(std::move(options)) {}

  [[nodiscard]] Result<void> recover();
  [[nodiscard]] Result<void> begin_file(std::uint32_t number);
  [[nodiscard]] Result<void> write_through();
  void put_record(ByteView payload, bool mark);

  Disk* disk_;
  std::filesystem::path folder_;
  SegmentOptions options_;
  std::unique_ptr<DiskFile> file_;
  std::uint32_t number_ = 0;
  std::uint64_t end_ = 0;  ///< Of what is committed.
  std::uint64_t synced_end_ = 0;
  bool sync_failed_ = false;    ///< What lies behind `synced_end_` may not get to the disk.
  bool all_synced_ = true;      ///< Nothing was committed since the last sync: the next may say so.
  bool sealed_ = true;          ///< Nothing was committed since the last mark.
  bool tail_in_doubt_ = false;  ///< A failed write may have left bytes past `end_`.
  std::uint64_t torn_bytes_ = 0;
  Bytes staged_;
};

/// What a scan gave.
struct SegmentScan {
  SegmentPlace next{};              ///< Pass to go on: after the last record handed over.
  std::uint64_t records = 0;        ///< Handed over.
  std::uint64_t damaged_bytes = 0;  ///< Passed over.
  std::uint64_t torn_bytes = 0;     ///< Left out at the end of the newest file.
  bool stopped = false;             ///< The callback said stop; else the end was reached.
};

/// One sound record.
struct SegmentRecord {
  SegmentPlace place;
  ByteView payload;                 ///< Valid during the call.
  std::uint64_t damaged_bytes = 0;  ///< Passed over between the record before and this one.
};

/// Reads one prefix of a folder, beside its writer or alone.
///
/// Threads: one at a time; each thread makes its own. Memory: a few open files; while scanning a
/// window of 256 kB or one record, whichever is larger.
class SegmentReader {
 public:
  SegmentReader(Disk& disk, std::filesystem::path folder, std::string prefix)
      : disk_(&disk), folder_(std::move(folder)), prefix_(std::move(prefix)) {}

  /// Oldest first.
  [[nodiscard]] Result<std::vector<SegmentFile>> files() const {
    return list_segments(*disk_, folder_, prefix_);
  }
  /// The payload at `place`, checked. Errors: also `corrupt` when it is not sound, `refused` when
  /// its file was dropped.
  [[nodiscard]] Result<void> read(SegmentPlace place, Bytes& out);
  /// `size` bytes of the payload from `offset` on, unchecked: for payloads that check their parts.
  /// Errors: also `corrupt` when the file ends before.
  [[nodiscard]] Result<void> read_part(SegmentPlace place, std::uint64_t offset, std::size_t size,
                                       Bytes& out);
  [[nodiscard]] Result<void> read_part(SegmentPlace place, std::uint64_t offset,
                                       std::span<std::byte> out);
  /// Calls `each` with every sound record from `from` on (a place is where a record starts, {} the
  /// oldest file's first, {n, 0, 0} the first of file n or the next file kept), oldest first, until
  /// it returns false. Damage is no error but counted.
  [[nodiscard]] Result<SegmentScan> scan(SegmentPlace from,
                                         const std::function<bool(const SegmentRecord&)>& each);
  /// Calls `each` with every sound record of one file until it returns false; the folder is not
  /// listed, and little is read when it is stopped early. Errors: also `refused` when the file was
  /// dropped.
  [[nodiscard]] Result<void> scan_file(std::uint32_t number,
                                       const std::function<bool(const SegmentRecord&)>& each);

 private:
  [[nodiscard]] Result<DiskFile*> open(std::uint32_t number);

  Disk* disk_;
  std::filesystem::path folder_;
  std::string prefix_;
  struct OpenFile {
    std::uint32_t number;
    std::unique_ptr<DiskFile> file;
  };
  std::list<OpenFile> open_;  ///< Last used first.
};

}  // namespace spindle::store
