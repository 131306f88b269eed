#include "store/segment_walk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "store/checksum.hpp"

namespace spindle::store::segment_format {
namespace {

constexpr std::string_view magic = "SPNDLSEG";
constexpr std::uint32_t version = 1;
// Small at first: who looks at the beginning of a file only reads no more of it.
constexpr std::size_t window_bytes_first = 16u << 10;
constexpr std::size_t window_bytes_max = 256u << 10;

}  // namespace

void put_header(Bytes& out) {
  const auto start = out.size();
  ByteWriter writer(out);
  writer.bytes(as_bytes(magic));
  writer.u32_le(version);
  writer.u32_le(checksum(ByteView(out).subspan(start)));
}

Result<bool> header_is_sound(DiskFile& file, const std::filesystem::path& path) {
  Bytes bytes(segment_header_bytes);
  auto got = file.read(bytes, 0);
  if (!got) return fail(std::move(got.error()));
  if (*got < bytes.size()) return false;
  const ByteView front(bytes.data(), segment_header_bytes - 4);
  ByteReader reader(bytes);
  if (as_text(reader.bytes(magic.size())) != magic) return false;
  const auto written_by = reader.u32_le();
  if (reader.u32_le() != checksum(front)) return false;
  if (written_by > version)
    return fail(
        Errc::unsupported,
        fmt::format("{}: a newer version wrote it; use that version, or another data folder",
                    path.string()));
  return true;
}

void put_head(Bytes& out, ByteView payload, bool mark, std::uint64_t at) {
  const auto start = out.size();
  ByteWriter writer(out);
  writer.u32_le(static_cast<std::uint32_t>(payload.size()) | (mark ? mark_bit : 0));
  writer.u32_le(checksum(payload));
  writer.u32_le(checksum(ByteView(out).subspan(start, 8), at));
}

std::optional<Head> read_head(ByteView bytes, std::uint64_t at) {
  ByteReader reader(bytes);
  const auto size = reader.u32_le();
  const auto payload_checksum = reader.u32_le();
  if (reader.u32_le() != checksum(bytes.first(8), at)) return std::nullopt;
  return Head{size & ~mark_bit, payload_checksum, (size & mark_bit) != 0};
}

Result<Walk> Walk::begin(DiskFile& file, std::uint64_t from) {
  Walk walk(file);
  auto size = file.size();
  if (!size) return fail(std::move(size.error()));
  walk.size_ = *size;
  walk.sound_end_ = std::max<std::uint64_t>(from, segment_header_bytes);
  return walk;
}

/// Those bytes of the file, fewer when it ends before.
Result<ByteView> Walk::look(std::uint64_t at, std::uint64_t size) {
  if (at >= size_) return ByteView{};
  size = std::min(size, size_ - at);
  if (at < window_at_ || at + size > window_at_ + window_.size()) {
    const auto window =
        std::clamp<std::uint64_t>(2 * window_.size(), window_bytes_first, window_bytes_max);
    window_.resize(std::min(std::max(size, window), size_ - at));
    window_at_ = at;
    auto got = file_->read(window_, at);
    if (!got) return fail(std::move(got.error()));
    window_.resize(*got);
    size = std::min<std::uint64_t>(size, *got);
  }
  return ByteView(window_).subspan(at - window_at_, size);
}

Result<std::optional<Walk::Step>> Walk::next() {
  const auto began = sound_end_;
  for (auto at = began;;) {
    auto front = look(at, segment_head_bytes);
    if (!front) return fail(std::move(front.error()));
    if (front->size() < segment_head_bytes) return std::nullopt;
    const auto head = read_head(*front, at);
    // A head that reaches past the end belongs to a write that did not end, or to chance.
    if (!head || head->size > size_ - at - segment_head_bytes) {
      ++at;
      continue;
    }
    auto whole = look(at, segment_head_bytes + head->size);
    if (!whole) return fail(std::move(whole.error()));
    if (whole->size() < segment_head_bytes + head->size) return std::nullopt;
    const auto payload = whole->subspan(segment_head_bytes);
    const auto after = at + segment_head_bytes + head->size;
    if (checksum(payload) != head->payload_checksum) {
      at = after;
      continue;
    }
    sound_end_ = after;
    return Step{at, payload, head->mark, at - began};
  }
}

namespace {

/// Whether a file ends with a mark that was written for its own sake: then all before it was on the
/// disk.
Result<bool> ends_sealed(DiskFile& file, std::uint64_t size) {
  if (size < segment_header_bytes + segment_head_bytes) return false;
  const auto at = size - segment_head_bytes;
  Bytes bytes(segment_head_bytes);
  auto got = file.read(bytes, at);
  if (!got) return fail(std::move(got.error()));
  if (*got < bytes.size()) return false;
  const auto head = read_head(bytes, at);
  return head && head->mark && head->size == 0 && head->payload_checksum == checksum({});
}

}  // namespace

Result<Remains> sound_part(DiskFile& file) {
  auto walk = Walk::begin(file, 0);
  if (!walk) return fail(std::move(walk.error()));
  // After a clean end nothing is torn: a start need not read tens of megabytes to find that out.
  auto sealed = ends_sealed(file, walk->file_bytes());
  if (!sealed) return fail(std::move(sealed.error()));
  if (*sealed) return Remains{walk->file_bytes(), walk->file_bytes(), 1, true};
  Remains out;
  out.file_bytes = walk->file_bytes();
  std::optional<std::uint64_t> cut;
  for (;;) {
    const auto end = walk->sound_end();
    auto step = walk->next();
    if (!step) return fail(std::move(step.error()));
    if (!*step) break;
    ++out.records;
    if ((*step)->damaged_bytes > 0 && !cut) cut = end;
    out.sealed = (*step)->payload.empty();
    // All before a marked record was on the disk: what is unsound there was not torn.
    if ((*step)->mark) cut.reset();
  }
  out.end = std::min(cut.value_or(walk->sound_end()), out.file_bytes);
  return out;
}

Result<std::uint64_t> last_mark(DiskFile& file, std::uint64_t from) {
  auto walk = Walk::begin(file, from);
  if (!walk) return fail(std::move(walk.error()));
  std::uint64_t found = 0;
  for (;;) {
    auto step = walk->next();
    if (!step) return fail(std::move(step.error()));
    if (!*step) return found;
    if ((*step)->mark) found = (*step)->at;
  }
}

}  // namespace spindle::store::segment_format
