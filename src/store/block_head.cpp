#include <bit>

#include "store/block_layout.hpp"
#include "store/checksum.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t front_max = 2 + 10;  ///< Version, level, size of the head's rest.

WideSum wide(ByteReader& in, bool& good) {
  WideSum v = 0;
  for (unsigned shift = 0; shift < 133; shift += 7) {
    const auto b = in.u8();
    if (shift == 126 && b > 3) break;
    v |= static_cast<WideSum>(b & 0x7F) << shift;
    if (b < 0x80) return v;
  }
  good = false;
  return 0;
}

/// Reads the fields of a head, after its front.
class HeadReader {
 public:
  HeadReader(ByteView rest, std::size_t at, BlockHead& head)
      : in_(rest), at_(at), behind_(at + rest.size() + 4), head_(head) {}

  /// False: not a head. `whole` is the size of the block.
  bool read(std::size_t whole) {
    if (!read_block()) return false;
    const auto columns = in_.varint();
    if (!in_.ok() || columns > in_.remaining() || head_.rows * (columns + 1) > block_cells_max)
      return false;
    head_.columns.resize(columns);
    std::int64_t signal = 0;
    for (auto& column : head_.columns)
      if (!read_column(signal, column)) return false;
    return good_ && in_.ok() && in_.at_end() && behind_ == whole;
  }

 private:
  bool read_block() {
    const auto machine = in_.varint();
    const auto group = in_.varint();
    const auto signal = in_.varint();
    const auto rows = in_.varint();
    head_.flags = in_.u8();
    if (!in_.ok() || machine > UINT32_MAX || group > UINT32_MAX || signal > UINT32_MAX ||
        rows == 0 || rows > block_rows_max)
      return false;
    head_.name.machine = static_cast<MachineKey>(machine);
    head_.name.group = static_cast<std::uint32_t>(group);
    head_.name.signal = static_cast<SignalKey>(signal);
    head_.rows = static_cast<std::uint32_t>(rows);
    head_.ordered = (head_.flags & block::times_ordered) != 0;
    const auto from = static_cast<std::uint64_t>(in_.zigzag());
    length_ = in_.varint();
    head_.from = Instant{Duration{static_cast<std::int64_t>(from)}};
    head_.to = Instant{Duration{static_cast<std::int64_t>(from + length_)}};
    return head_.from <= head_.to && read_part(head_.times);
  }

  bool read_part(BlockPart& part) {
    const auto size = in_.varint();
    part = {};
    if (!in_.ok() || size > UINT32_MAX) return false;
    part.size = static_cast<std::uint32_t>(size);
    if (size <= block::part_inside_max) {
      part.inside = true;
      part.at = static_cast<std::uint32_t>(at_ + in_.position());
      in_.bytes(size);
      return in_.ok();
    }
    part.sum = in_.u32_le();
    part.at = static_cast<std::uint32_t>(behind_);
    behind_ += size;
    return behind_ <= UINT32_MAX;
  }

  bool read_column(std::int64_t& signal, ColumnHead& column) {
    const auto step = in_.zigzag();
    if (step < -signal || step > UINT32_MAX - signal) return false;
    signal += step;
    const auto type = in_.u8();
    const auto flags = in_.u8();
    const auto kind = type & block::kind_bits;
    if (!in_.ok() || kind > static_cast<int>(ValueKind::text) || type >> 4 > 7) return false;
    column.signal = static_cast<SignalKey>(signal);
    column.kind = static_cast<ValueKind>(kind);
    column.decimals = static_cast<std::uint8_t>(type >> 4);
    column.zstd = (type & block::kind_zstd) != 0;
    column.plain = (flags & block::plain) != 0;
    column.constant = (flags & block::constant) != 0;
    column.summary = {};
    column.value = 0;
    auto& s = column.summary;
    if (column.plain) {
      s.said = s.usable = s.good = head_.rows;
    } else {
      for (auto* n : {&s.said, &s.usable, &s.good}) {
        const auto read = in_.varint();
        if (read > head_.rows) return false;
        *n = static_cast<std::uint32_t>(read);
      }
    }
    if (column.decimals > 0 && column.kind != ValueKind::real) return false;
    if (column.kind == ValueKind::none && (column.constant || column.plain)) return false;
    const bool real = block::is_double(column.kind, column.decimals);
    const bool number = block::is_number(column.kind);
    if (column.constant && number)
      column.value = real ? in_.u64_le() : static_cast<std::uint64_t>(in_.zigzag());
    if ((flags & block::summed) != 0 && (!number || !read_summary(column, real))) return false;
    return read_part(column.part);
  }

  bool read_summary(ColumnHead& column, bool real) {
    auto& s = column.summary;
    s.numbers = s.usable;
    if (real) {
      const auto finite = in_.varint();
      if (finite > s.usable) return false;
      s.numbers = static_cast<std::uint32_t>(finite);
    }
    const bool throughout = column.plain && head_.ordered && s.numbers == s.said;
    s.held = throughout ? length_ : in_.varint();
    if (column.constant) {
      s.min = s.max = s.first = s.last = column.value;
      if (!real) return true;
      s.real_sum = std::bit_cast<double>(column.value) * s.numbers;
      s.real_weighted = std::bit_cast<double>(column.value) * static_cast<double>(s.held);
      return true;
    }
    if (real) {
      for (auto* bits : {&s.min, &s.max, &s.first, &s.last}) *bits = in_.u64_le();
      s.real_sum = in_.f64();
      s.real_weighted = in_.f64();
      return true;
    }
    s.min = static_cast<std::uint64_t>(in_.zigzag());
    for (auto* n : {&s.max, &s.first, &s.last}) *n = s.min + in_.varint();
    s.above = wide(in_, good_);
    s.weighted_above = wide(in_, good_);
    return true;
  }

  ByteReader in_;
  std::size_t at_;
  std::uint64_t behind_;
  BlockHead& head_;
  std::uint64_t length_ = 0;
  bool good_ = true;
};

}  // namespace

Result<void> read_block_head(ByteView bytes, std::size_t whole, BlockHead& out) {
  const auto damaged = [](std::string_view what) {
    return fail(Errc::corrupt, "history block: " + std::string(what));
  };
  ByteReader front(bytes.first(std::min(bytes.size(), front_max)));
  const auto version = front.u8();
  out.name.level = front.u8();
  const auto size = front.varint();
  if (!front.ok()) return damaged("too short");
  if (version != block_version) return damaged("not a block of a known version");
  const auto at = front.position();
  if (size > bytes.size() - at || bytes.size() - at - size < 4) return damaged("head cut short");
  const auto covered = bytes.first(at + size);
  if (ByteReader(bytes.subspan(at + size, 4)).u32_le() != checksum(covered))
    return damaged("the checksum of its head does not match");
  if (!HeadReader(covered.subspan(at), at, out).read(whole))
    return damaged("its head does not add up");
  return {};
}

}  // namespace spindle::store
