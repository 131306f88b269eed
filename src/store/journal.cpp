#include "store/journal.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/journal_database.hpp"

namespace spindle::store {
namespace {

// Below it a body has too little in common with itself.
constexpr std::size_t compress_bytes_min = 1024;

}  // namespace

/// Kept for its memory: making one costs more than using it.
struct Journal::Compressor {
  struct Free {
    void operator()(ZSTD_CCtx* made) const { ZSTD_freeCCtx(made); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
  Bytes out;

  Compressor() {
    if (!context) throw std::bad_alloc();
  }
  /// The compressed body when that saves an eighth at least, else none.
  ByteView compress(ByteView body) {
    if (body.size() < compress_bytes_min) return {};
    out.resize(body.size() - body.size() / 8);
    const auto size =
        ZSTD_compressCCtx(context.get(), out.data(), out.size(), body.data(), body.size(), 1);
    return ZSTD_isError(size) != 0 ? ByteView{} : ByteView(out).first(size);
  }
};

Journal::Journal(const std::filesystem::path& folder, const JournalOptions& options)
    : folder_(folder), options_(options), compressor_(std::make_unique<Compressor>()) {}

Journal::~Journal() {
  // Whether it is said or not, nothing committed is lost by it.
  if (segments_) static_cast<void>(segments_->seal());
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& folder,
                                               const JournalOptions& options) {
  std::unique_ptr<Journal> journal(new Journal(folder, options));
  auto segments =
      SegmentWriter::open(*options.disk, folder / folder_name, {.file_bytes = options.file_bytes});
  if (!segments) return fail(std::move(segments.error()));
  journal->segments_ = std::move(*segments);
  if (auto ok = journal->load(); !ok) return fail(std::move(ok.error()));
  if (std::filesystem::exists(folder / journal_database_name)) {
    if (auto ok = journal->convert(); !ok) return fail(std::move(ok.error()));
  } else if (auto ok = remove_journal_remains(folder); !ok) {
    return fail(std::move(ok.error()));
  }
  return journal;
}

std::filesystem::path Journal::damaged_file(const std::filesystem::path& folder) {
  auto& disk = Disk::system();
  const auto segments = folder / folder_name;
  const auto opened = SegmentWriter::open(disk, segments, {});
  const auto files = list_segments(disk, segments, {});
  if (!opened && opened.error().code == Errc::corrupt && files && !files->empty())
    return segment_path(segments, {}, files->back().number);
  return folder / journal_database_name;
}

/// However many files there are, only the newest is read, and the beginning of the oldest.
Result<void> Journal::load() {
  SegmentReader reader(*options_.disk, folder_ / folder_name, {});
  auto files = reader.files();
  if (!files) return fail(std::move(files.error()));
  JournalRecord record;
  while (!files->empty() && last_ == 0) {
    auto read = reader.scan_file(files->back().number, [&](const SegmentRecord& found) {
      if (read_record(found.payload, record)) last_ = std::max(last_, record.end() - 1);
      return true;
    });
    if (!read) return read;
    if (last_ == 0) files->pop_back();
  }
  for (const auto& file : *files) files_.push_back({file.number, {}});
  if (!files_.empty())
    if (auto ok = look_up(0); !ok) return ok;
  written_ = last_;
  synced_ = last_;
  return {};
}

Result<void> Journal::look_up(std::size_t n) {
  SegmentReader reader(*options_.disk, folder_ / folder_name, {});
  JournalRecord record;
  while (n < files_.size() && !files_[n].first) {
    auto read = reader.scan_file(files_[n].number, [&](const SegmentRecord& found) {
      if (read_record(found.payload, record)) files_[n].first = record.first;
      return !files_[n].first;
    });
    if (!read && read.error().code != Errc::refused) return read;
    if (!files_[n].first) files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return {};
}

/// Adds what is being made as one record to the commit. `record` has its first sequence and its
/// entries; both are emptied.
Result<void> Journal::stage(JournalRecord& record) {
  record.jumps = record.first != written_ + 1 && written_ != 0;
  record.body_bytes = body_.size();
  const auto packed = compressor_->compress(body_);
  record.compressed = !packed.empty();
  payload_.clear();
  put_record_front(payload_, record);
  const auto body = record.compressed ? packed : ByteView(body_);
  payload_.insert(payload_.end(), body.begin(), body.end());
  auto place = segments_->stage(payload_);
  if (!place) return fail(std::move(place.error()));
  if (files_.empty() || files_.back().number != place->file)
    files_.push_back({place->file, record.first});
  written_ = record.end() - 1;
  record.entries.clear();
  body_.clear();
  return {};
}

Result<std::uint64_t> Journal::append(std::span<const Batch> batches) {
  if (batches.empty()) return last_;
  const auto written_before = written_;
  const auto files_before = files_.size();
  const auto take_all = [&]() -> Result<void> {
    record_.entries.clear();
    body_.clear();
    auto next = last_ + 1;
    for (const auto& batch : batches) {
      const auto before = body_.size();
      if (auto ok = encode(batch, body_); !ok) return ok;
      if (record_.entries.empty()) record_.first = next;
      record_.entries.push_back({batch.machine, body_.size() - before, before});
      ++next;
      if (body_.size() < journal_record_bytes &&
          record_.entries.size() < journal_record_batches_max)
        continue;
      if (auto ok = stage(record_); !ok) return ok;
    }
    if (!record_.entries.empty())
      if (auto ok = stage(record_); !ok) return ok;
    return segments_->commit(options_.sync_every_commit ? Durability::power : Durability::process);
  };
  if (auto ok = take_all(); !ok) {
    segments_->discard();
    written_ = written_before;
    files_.resize(files_before);
    return fail(std::move(ok.error()));
  }
  last_ = written_;
  if (options_.sync_every_commit) {
    synced_ = last_;
  } else if (!unsynced_since_) {
    unsynced_since_ = seen_;
  }
  return last_;
}

Result<void> Journal::sync_if_due(Monotonic now) {
  seen_ = std::max(seen_, now);
  if (!unsynced_since_ || now - *unsynced_since_ < options_.sync_after) return {};
  return sync();
}

Result<void> Journal::sync() {
  if (!unsynced_since_) return {};
  if (auto ok = segments_->sync(); !ok) return ok;
  synced_ = last_;
  unsynced_since_.reset();
  return {};
}

std::uint64_t Journal::first_sequence() const {
  return files_.empty() ? last_ + 1 : files_.front().first.value_or(1);
}

void Journal::never_below(std::uint64_t sequence) { last_ = std::max(last_, sequence); }

Result<std::uint64_t> Journal::bytes() const {
  auto files = list_segments(*options_.disk, folder_ / folder_name, {});
  if (!files) return fail(std::move(files.error()));
  std::uint64_t held = 0;
  for (const auto& file : *files) held += file.bytes;
  return held;
}

Result<std::uint64_t> Journal::trim(std::uint64_t keep_bytes, std::uint64_t below_sequence) {
  auto files = list_segments(*options_.disk, folder_ / folder_name, {});
  if (!files) return fail(std::move(files.error()));
  std::uint64_t held = 0;
  for (const auto& file : *files) held += file.bytes;
  if (held <= keep_bytes || files_.size() < 2) return 0;
  if (auto ok = look_up(1); !ok) return fail(std::move(ok.error()));
  if (files_.size() < 2 || *files_[1].first > below_sequence) return 0;
  // A file without a readable batch goes with the one before it.
  for (const auto& file : *files)
    if (file.number < files_[1].number)
      if (auto ok = segments_->drop(file.number); !ok) return fail(std::move(ok.error()));
  const auto removed = *files_[1].first - files_[0].first.value_or(1);
  files_.erase(files_.begin());
  return removed;
}

Result<void> Journal::convert() {
  auto expected = last_ + 1;
  auto largest = read_journal_database(folder_, last_, [&](const JournalRow& row) -> Result<void> {
    if (options_.progress) options_.progress(row.first - 1, row.through);
    const bool jumps = row.first != std::exchange(expected, row.first + row.batches);
    if (!row.entries) return {};  // Its numbers are missing from now on, and so count as damaged.
    if (!jumps) written_ = row.first - 1;
    record_.first = row.first;
    record_.entries = *row.entries;
    std::size_t bytes = 0;
    for (const auto& entry : record_.entries) bytes += entry.size;
    // A body that is not as long as it should be is damaged: its batches fail their own checksums.
    body_.assign(row.body.begin(), row.body.end());
    body_.resize(bytes);
    if (auto ok = stage(record_); !ok) return ok;
    last_ = written_;
    return segments_->commit();
  });
  if (!largest) return fail(std::move(largest.error()));
  if (options_.progress && *largest > 0) options_.progress(*largest, *largest);
  if (auto ok = segments_->sync(); !ok) return ok;
  synced_ = last_;
  never_below(*largest);
  return remove_journal_database(folder_);
}

}  // namespace spindle::store
