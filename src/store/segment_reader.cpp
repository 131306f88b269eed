#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/checksum.hpp"
#include "store/segment_walk.hpp"
#include "store/segments.hpp"

namespace spindle::store {

using namespace segment_format;

namespace {

constexpr std::string_view suffix = ".seg";
constexpr std::size_t open_files_max = 16;

std::optional<std::uint32_t> number_in(std::string_view name, const std::string& prefix) {
  if (!name.ends_with(suffix)) return std::nullopt;
  name.remove_suffix(suffix.size());
  if (!prefix.empty()) {
    if (!name.starts_with(prefix) || name.size() == prefix.size() || name[prefix.size()] != '-')
      return std::nullopt;
    name.remove_prefix(prefix.size() + 1);
  }
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failure != std::errc{} || end != name.data() + name.size() || number == 0)
    return std::nullopt;
  return number;
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& folder, const std::string& prefix,
                                   std::uint32_t number) {
  return folder / fmt::format("{}{}{:08}{}", prefix, prefix.empty() ? "" : "-", number, suffix);
}

Result<std::vector<SegmentFile>> list_segments(Disk& disk, const std::filesystem::path& folder,
                                               const std::string& prefix) {
  auto entries = disk.list(folder);
  if (!entries) return fail(std::move(entries.error()));
  std::vector<SegmentFile> out;
  for (const auto& [name, bytes] : *entries)
    if (const auto number = number_in(name, prefix)) out.push_back({*number, bytes});
  std::ranges::sort(out, {}, &SegmentFile::number);
  return out;
}

Result<DiskFile*> SegmentReader::open(std::uint32_t number) {
  const auto known = std::ranges::find(open_, number, &OpenFile::number);
  if (known != open_.end()) {
    open_.splice(open_.begin(), open_, known);
    return known->file.get();
  }
  const auto path = segment_path(folder_, prefix_, number);
  auto file = disk_->open(path, Access::read_only);
  if (!file) return fail(std::move(file.error()));
  auto readable = header_is_sound(**file, path);
  if (!readable) return fail(std::move(readable.error()));
  if (open_.size() >= open_files_max) open_.pop_back();
  open_.push_front({number, std::move(*file)});
  return open_.front().file.get();
}

Result<void> SegmentReader::read(SegmentPlace place, Bytes& out) {
  auto file = open(place.file);
  if (!file) return fail(std::move(file.error()));
  out.resize(segment_head_bytes + place.size);
  auto got = (*file)->read(out, place.at);
  if (!got) return fail(std::move(got.error()));
  if (*got == out.size()) {
    const auto head = read_head(ByteView(out).first(segment_head_bytes), place.at);
    if (head && head->size == place.size &&
        checksum(ByteView(out).subspan(segment_head_bytes)) == head->payload_checksum) {
      out.erase(out.begin(), out.begin() + segment_head_bytes);
      return {};
    }
  }
  out.clear();
  return fail(Errc::corrupt,
              fmt::format("{}: the record at byte {} is damaged; it is passed over",
                          segment_path(folder_, prefix_, place.file).string(), place.at));
}

Result<void> SegmentReader::read_part(SegmentPlace place, std::uint64_t offset, std::size_t size,
                                      Bytes& out) {
  out.resize(size);
  auto done = read_part(place, offset, out);
  if (!done) out.clear();
  return done;
}

Result<void> SegmentReader::read_part(SegmentPlace place, std::uint64_t offset,
                                      std::span<std::byte> out) {
  auto file = open(place.file);
  if (!file) return fail(std::move(file.error()));
  auto got = (*file)->read(out, place.at + segment_head_bytes + offset);
  if (!got) return fail(std::move(got.error()));
  if (*got == out.size() && offset + out.size() <= place.size) return {};
  return fail(Errc::corrupt,
              fmt::format("{}: the record at byte {} is cut short; it is passed over",
                          segment_path(folder_, prefix_, place.file).string(), place.at));
}

Result<SegmentScan> SegmentReader::scan(SegmentPlace from,
                                        const std::function<bool(const SegmentRecord&)>& each) {
  auto files = this->files();
  if (!files) return fail(std::move(files.error()));
  SegmentScan out;
  out.next = from;
  std::uint64_t damaged_before = 0;  // At the end of earlier files.
  for (const auto& [number, bytes] : *files) {
    if (number < from.file) continue;
    auto file = open(number);
    if (!file && file.error().code == Errc::refused) continue;  // Dropped since.
    if (!file) return fail(std::move(file.error()));
    const bool newest = number == files->back().number;
    auto walk = Walk::begin(**file, number == from.file ? from.at : 0);
    if (!walk) return fail(std::move(walk.error()));
    std::optional<std::uint64_t> vouched;  // What is unsound below it is damage, not torn.
    if (!newest) vouched = ~std::uint64_t{0};
    for (;;) {
      const auto end = walk->sound_end();
      auto step = walk->next();
      if (!step) return fail(std::move(step.error()));
      const bool unsound =
          *step ? (*step)->damaged_bytes > 0 : walk->file_bytes() > walk->sound_end();
      if (unsound && !vouched) {
        auto mark = last_mark(**file, end);
        if (!mark) return fail(std::move(mark.error()));
        vouched = *mark;
      }
      if (unsound && end >= *vouched) {
        out.torn_bytes = walk->file_bytes() - end;
        break;
      }
      if (!*step) {
        // A file whose making was interrupted is shorter than its header.
        const auto rest = std::max(walk->file_bytes(), end) - end;
        damaged_before += rest;
        out.damaged_bytes += rest;
        break;
      }
      damaged_before += (*step)->damaged_bytes;
      out.damaged_bytes += (*step)->damaged_bytes;
      if ((*step)->payload.empty()) continue;
      const SegmentRecord record{
          {number, static_cast<std::uint32_t>((*step)->payload.size()), (*step)->at},
          (*step)->payload,
          std::exchange(damaged_before, 0)};
      ++out.records;
      out.next = {number, 0, walk->sound_end()};
      if (!each(record)) {
        out.stopped = true;
        return out;
      }
    }
  }
  return out;
}

Result<void> SegmentReader::scan_file(std::uint32_t number,
                                      const std::function<bool(const SegmentRecord&)>& each) {
  auto file = open(number);
  if (!file) return fail(std::move(file.error()));
  auto walk = Walk::begin(**file, 0);
  if (!walk) return fail(std::move(walk.error()));
  std::uint64_t damaged_before = 0;
  for (;;) {
    auto step = walk->next();
    if (!step) return fail(std::move(step.error()));
    if (!*step) return {};
    damaged_before += (*step)->damaged_bytes;
    const auto payload = (*step)->payload;
    if (payload.empty()) continue;
    const SegmentPlace place{number, static_cast<std::uint32_t>(payload.size()), (*step)->at};
    if (!each({place, payload, std::exchange(damaged_before, 0)})) return {};
  }
}

}  // namespace spindle::store
