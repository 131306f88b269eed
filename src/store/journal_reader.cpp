#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/journal.hpp"

namespace spindle::store {

/// One read: takes records, hands out batches, counts what is missing.
class JournalReader::Pass {
 public:
  Pass(std::uint64_t after, std::optional<MachineKey> only,
       const std::function<bool(std::uint64_t, const Batch&)>& each)
      : after_(after), only_(only), each_(each) {
    report.next_after = after;
  }

  ReadReport report;
  /// What follows `known_after` starts at the record last taken, or after it.
  std::uint64_t known_after = 0;

  /// False when the callback said stop.
  bool take(const SegmentRecord& found) {
    if (!read_record(found.payload, record_)) {
      doubtful_ = true;
      return true;
    }
    count_missing(found);
    known_after = record_.first - 1;
    expected_ = record_.end();
    file_ = found.place.file;
    if (record_.end() - 1 <= report.next_after) return true;
    const bool wanted = !only_ || std::ranges::any_of(record_.entries, [&](const auto& entry) {
      return entry.machine == *only_;
    });
    if (wanted && !hand_out()) return false;
    report.next_after = std::max(report.next_after, record_.end() - 1);
    return true;
  }

  [[nodiscard]] bool took_any() const { return file_ != 0; }

  /// Damage that no record came after counts too.
  void finish(const SegmentScan& scan) {
    report.torn_bytes = scan.torn_bytes;
    report.stopped = scan.stopped;
    if (!scan.stopped && (doubtful_ || scan.damaged_bytes > damaged_bytes_))
      damaged(expected_ == 0 ? after_ + 1 : expected_, 1);
  }

 private:
  void damaged(std::uint64_t first, std::uint64_t count) {
    if (report.damaged == 0) report.first_damaged = first;
    report.damaged += count;
  }

  void count_missing(const SegmentRecord& found) {
    const bool bytes_passed = found.damaged_bytes > 0 || std::exchange(doubtful_, false);
    damaged_bytes_ += found.damaged_bytes;
    if (expected_ == 0) {
      // Where a journal begins, only bytes say that something was before.
      if (bytes_passed && record_.first > after_ + 1) damaged(record_.first - 1, 1);
      return;
    }
    if (record_.first <= expected_) return;
    // A file that is not there was dropped as too old while this read.
    const bool dropped = found.place.file > file_ + 1;
    if (record_.jumps || dropped) {
      if (bytes_passed) damaged(expected_, 1);
      return;
    }
    const auto first = std::max(expected_, after_ + 1);
    if (record_.first > first) damaged(first, record_.first - first);
  }

  /// The body, unpacked; empty when that fails.
  ByteView unpacked() {
    if (!record_.compressed) return record_.body;
    if (!context_) context_.reset(ZSTD_createDCtx());
    body_.resize(record_.body_bytes);
    const auto size = ZSTD_decompressDCtx(context_.get(), body_.data(), body_.size(),
                                          record_.body.data(), record_.body.size());
    return size == body_.size() ? ByteView(body_) : ByteView{};
  }

  bool hand_out() {
    const auto body = unpacked();
    for (std::size_t n = 0; n < record_.entries.size(); ++n) {
      const auto sequence = record_.first + n;
      const auto& entry = record_.entries[n];
      if (sequence <= report.next_after || (only_ && entry.machine != *only_)) continue;
      if (entry.offset > body.size() || entry.size > body.size() - entry.offset ||
          !decode(body.subspan(entry.offset, entry.size), batch_)) {
        damaged(sequence, 1);
        continue;
      }
      ++report.batches;
      if (!each_(sequence, batch_)) {
        report.next_after = sequence;
        return false;
      }
    }
    return true;
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::uint64_t after_;
  std::optional<MachineKey> only_;
  const std::function<bool(std::uint64_t, const Batch&)>& each_;
  std::uint64_t expected_ = 0;  ///< The next record's first sequence; 0 before the first.
  std::uint32_t file_ = 0;      ///< Of the record last taken.
  std::uint64_t damaged_bytes_ = 0;
  bool doubtful_ = false;  ///< A sound record that is none of the journal's was passed over.
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  JournalRecord record_;
  Bytes body_;
  Batch batch_;
};

Result<JournalReader> JournalReader::open(const std::filesystem::path& folder, Disk& disk) {
  const auto segments = folder / Journal::folder_name;
  JournalReader reader(SegmentReader(disk, segments, {}));
  auto files = reader.segments_.files();
  if (!files) return fail(std::move(files.error()));
  if (files->empty() && !std::filesystem::is_directory(segments))
    return fail(Errc::refused,
                fmt::format("{}: there is no journal here; check the data folder's name",
                            segments.string()));
  return reader;
}

/// Sequence of the first batch in `file`; none when it has none.
Result<std::optional<std::uint64_t>> JournalReader::first_from(std::uint32_t file) {
  std::optional<std::uint64_t> first;
  JournalRecord record;
  auto read = segments_.scan_file(file, [&](const SegmentRecord& found) {
    if (!read_record(found.payload, record)) return true;
    first = record.first;
    return false;
  });
  // A file that was dropped meanwhile lies before all that is asked for.
  if (!read && read.error().code != Errc::refused) return fail(std::move(read.error()));
  return first;
}

/// Where to start so as to meet `sequence`, or the next one kept.
Result<SegmentPlace> JournalReader::place_of(std::uint64_t sequence) {
  if (known_.file != 0 && known_after_ < sequence) return known_;
  auto files = segments_.files();
  if (!files) return fail(std::move(files.error()));
  std::size_t low = 0;
  for (auto high = files->size(); high > low + 1;) {
    const auto middle = low + (high - low) / 2;
    auto first = first_from((*files)[middle].number);
    if (!first) return fail(std::move(first.error()));
    (*first && **first <= sequence ? low : high) = middle;
  }
  return files->empty() ? SegmentPlace{} : SegmentPlace{(*files)[low].number, 0, 0};
}

Result<std::uint64_t> JournalReader::last_sequence() {
  auto files = segments_.files();
  if (!files) return fail(std::move(files.error()));
  std::uint64_t last = 0;
  JournalRecord record;
  for (auto file = files->size(); last == 0 && file-- > 0;) {
    auto scan = segments_.scan({(*files)[file].number, 0, 0}, [&](const SegmentRecord& found) {
      if (read_record(found.payload, record)) last = std::max(last, record.end() - 1);
      return true;
    });
    if (!scan) return fail(std::move(scan.error()));
  }
  return last;
}

Result<ReadReport> JournalReader::read(
    std::uint64_t after, std::optional<MachineKey> only,
    const std::function<bool(std::uint64_t, const Batch&)>& each) {
  auto from = place_of(after + 1);
  if (!from) return fail(std::move(from.error()));
  Pass pass(after, only, each);
  auto place = *from;
  auto scan = segments_.scan(*from, [&](const SegmentRecord& found) {
    place = found.place;
    return pass.take(found);
  });
  if (!scan) return fail(std::move(scan.error()));
  pass.finish(*scan);
  if (pass.took_any()) {
    known_ = place;
    known_after_ = pass.known_after;
  }
  return pass.report;
}

}  // namespace spindle::store
