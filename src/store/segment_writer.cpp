#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "store/segment_walk.hpp"
#include "store/segments.hpp"

namespace spindle::store {

using namespace segment_format;

namespace {

constexpr std::size_t again_bytes = 256u << 10;

}  // namespace

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::open(Disk& disk,
                                                           const std::filesystem::path& folder,
                                                           const SegmentOptions& options) {
  if (auto ok = disk.create_folder(folder); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<SegmentWriter> writer(new SegmentWriter(disk, folder, options));
  if (auto ok = writer->recover(); !ok) return fail(std::move(ok.error()));
  return writer;
}

Result<void> SegmentWriter::recover() {
  auto files = list_segments(*disk_, folder_, options_.prefix);
  if (!files) return fail(std::move(files.error()));
  if (files->empty()) return {};
  number_ = files->back().number;
  const auto path = segment_path(folder_, options_.prefix, number_);
  auto file = disk_->open(path, Access::read_write);
  if (!file) return fail(std::move(file.error()));
  file_ = std::move(*file);
  auto sound = header_is_sound(*file_, path);
  if (!sound) return fail(std::move(sound.error()));
  auto remains = sound_part(*file_);
  if (!remains) return fail(std::move(remains.error()));
  // A file shorter than its header is one whose making was interrupted.
  if (remains->file_bytes < segment_header_bytes) return begin_file(number_);
  if (!*sound && remains->records == 0)
    return fail(Errc::corrupt,
                fmt::format("{}: damaged (no record in it can be read); set it aside or restore a "
                            "backup",
                            path.string()));
  sealed_ = remains->sealed;
  end_ = remains->end;
  if (end_ < remains->file_bytes) {
    torn_bytes_ = remains->file_bytes - end_;
    if (auto ok = file_->truncate(end_); !ok) return ok;
  }
  synced_end_ = end_;
  // What another program wrote may not be on the disk yet.
  return file_->sync();
}

Result<void> SegmentWriter::begin_file(std::uint32_t number) {
  const auto path = segment_path(folder_, options_.prefix, number);
  auto file = disk_->open(path, Access::read_write);
  if (!file) return fail(std::move(file.error()));
  Bytes header;
  put_header(header);
  if (auto ok = (*file)->write(header, 0); !ok) return ok;
  if (auto ok = (*file)->truncate(header.size()); !ok) return ok;
  if (auto ok = (*file)->sync(); !ok) return ok;
  if (auto ok = disk_->sync_folder(folder_); !ok) return ok;
  file_ = std::move(*file);
  number_ = number;
  end_ = header.size();
  synced_end_ = end_;
  sync_failed_ = false;
  tail_in_doubt_ = false;
  return {};
}

void SegmentWriter::put_record(ByteView payload, bool mark) {
  put_head(staged_, payload, mark, end_ + staged_.size());
  staged_.insert(staged_.end(), payload.begin(), payload.end());
}

Result<SegmentPlace> SegmentWriter::stage(ByteView payload) {
  assert(!payload.empty() && payload.size() <= segment_payload_max);
  if (staged_.empty() && (number_ == 0 || end_ >= options_.file_bytes)) {
    if (auto ok = sync(); !ok) return fail(std::move(ok.error()));
    if (auto ok = begin_file(number_ + 1); !ok) return fail(std::move(ok.error()));
  }
  const SegmentPlace place{number_, static_cast<std::uint32_t>(payload.size()),
                           end_ + staged_.size()};
  put_record(payload, staged_.empty() && all_synced_);
  return place;
}

Result<void> SegmentWriter::commit(Durability durability) {
  if (staged_.empty()) return {};
  if (tail_in_doubt_) {
    if (auto ok = file_->truncate(end_); !ok) {
      staged_.clear();
      return ok;
    }
    tail_in_doubt_ = false;
  }
  auto written = file_->write(staged_, end_);
  if (written && durability == Durability::power) written = write_through();
  if (written) {
    end_ += staged_.size();
    sealed_ = false;
    all_synced_ = durability == Durability::power;
    if (all_synced_) synced_end_ = end_;
  } else {
    tail_in_doubt_ = !file_->truncate(end_);
  }
  staged_.clear();
  return written;
}

Result<SegmentPlace> SegmentWriter::append(ByteView payload) {
  auto place = stage(payload);
  if (!place) return place;
  if (auto ok = commit(); !ok) return fail(std::move(ok.error()));
  return place;
}

Result<void> SegmentWriter::sync() {
  if (all_synced_) return {};
  if (auto ok = write_through(); !ok) return ok;
  all_synced_ = true;
  synced_end_ = end_;
  return {};
}

/// A system that could not write something through forgets that it was still to be written, and
/// says the next time that all is well: what is in doubt is written once more.
Result<void> SegmentWriter::write_through() {
  Bytes bytes;
  for (auto at = synced_end_; sync_failed_ && at < end_; at += bytes.size()) {
    bytes.resize(std::min<std::uint64_t>(end_ - at, again_bytes));
    auto got = file_->read(bytes, at);
    if (!got) return fail(std::move(got.error()));
    if (*got < bytes.size())
      return fail(Errc::overloaded,
                  fmt::format("{}: is shorter than what was written to it; check the disk",
                              segment_path(folder_, options_.prefix, number_).string()));
    if (auto ok = file_->write(bytes, at); !ok) return ok;
  }
  auto ok = file_->sync();
  sync_failed_ = !ok;
  return ok;
}

Result<void> SegmentWriter::seal() {
  if (sealed_) return {};
  discard();
  if (auto ok = sync(); !ok) return ok;
  put_record({}, true);
  if (auto ok = commit(); !ok) return ok;
  sealed_ = true;
  return sync();
}

Result<void> SegmentWriter::begin_next() {
  assert(staged_.empty());
  if (auto ok = sync(); !ok) return ok;
  return begin_file(number_ + 1);
}

Result<void> SegmentWriter::drop(std::uint32_t number) {
  const auto path = segment_path(folder_, options_.prefix, number);
  if (number >= number_)
    return fail(
        Errc::invalid,
        fmt::format("{}: the newest file is being written; begin another first", path.string()));
  return disk_->remove(path);
}

}  // namespace spindle::store
