#include <fmt/format.h>

#include <algorithm>

#include "store/batch_codec.hpp"
#include "store/batch_columns.hpp"
#include "store/batch_take.hpp"

namespace spindle::store {
namespace {

using namespace batch_format;

/// Reads the scans of a batch of version 2.
class Decoder {
 public:
  Decoder(Take& take, std::uint64_t scans, std::uint64_t observations, Batch& out)
      : take_(take), scans_(scans), observations_(observations), out_(out) {}

  void run() {
    while (take_.ok() && out_.scans.size() < scans_) take_section();
  }

 private:
  void take_section() {
    const auto flags = static_cast<std::uint8_t>(take_.u8());
    const auto count = take_.varint();
    const auto first_scan = out_.scans.size();
    const bool received_once = (count & 1) != 0;
    rows_ = (count >> 1) + 1;
    if (!take_.ok() || (flags & kind_mask) > last_scan_kind || rows_ > scans_ - first_scan ||
        (received_once && !(flags & has_received)))
      return take_.spoil();
    if (flags & has_group) {
      const auto group = take_.varint();
      if (group > 0xFFFF) return take_.spoil();
      group_ = static_cast<std::uint16_t>(group);
    }
    const auto first = out_.observations.size();
    const bool same = (flags & same_layout) != 0;
    if (!take_layout_of(same)) return take_.spoil();
    const auto width = width_;
    out_.scans.resize(first_scan + rows_);
    auto* scans = out_.scans.data() + first_scan;
    for (std::size_t n = 0; n < rows_; ++n) {
      scans[n].kind = static_cast<ScanKind>(flags & kind_mask);
      scans[n].group = group_;
      scans[n].first = static_cast<std::uint32_t>(first + n * width);
      scans[n].count = static_cast<std::uint32_t>(width);
    }
    take_times(time_, [&](std::size_t n, std::uint64_t t) { scans[n].time = instant_of(t); });
    time_ = bits_of(scans[rows_ - 1].time);
    if (received_once) {
      const auto received = instant_of(bits_of(scans[0].time) + take_.zigzag());
      for (std::size_t n = 0; n < rows_; ++n) scans[n].received = received;
    } else if (flags & has_received) {
      take_times(0, [&](std::size_t n, std::uint64_t difference) {
        scans[n].received = instant_of(bits_of(scans[n].time) + difference);
      });
    } else {
      for (std::size_t n = 0; n < rows_; ++n) scans[n].received = scans[n].time;
    }
    if (flags & has_device)
      take_times(0, [&](std::size_t n, std::uint64_t difference) {
        scans[n].device = instant_of(bits_of(scans[n].time) + difference);
      });
    if (flags & has_note)
      for (std::size_t n = 0; n < rows_; ++n) {
        const auto note = take_text(take_, out_.text.size(), cursor_);
        scans[n].note_offset = note.offset;
        scans[n].note_length = note.length;
      }
    if (take_.ok()) take_values(first, same);
  }

  /// Makes room for the section's observations, all of its layout; false when that is nonsense.
  bool take_layout_of(bool same) {
    const auto first = out_.observations.size();
    if (same) {
      if (out_.scans.empty()) return false;
      const auto before = out_.scans.back();
      width_ = before.count;
      if (width_ > observations_ - first) return false;
      out_.observations.resize(first + width_);
      std::copy_n(out_.observations.begin() + before.first, width_,
                  out_.observations.begin() + static_cast<std::ptrdiff_t>(first));
    } else {
      take_layout(take_, observations_, out_);
      if (!take_.ok()) return false;
      width_ = out_.observations.size() - first;
    }
    if (width_ > 0 && rows_ > (observations_ - first) / width_) return false;
    out_.observations.resize(first + rows_ * width_);
    auto* row = out_.observations.data() + first;
    // Values that do not change are those of the first row, or of the row above it.
    if (!same)
      for (std::size_t c = 0; c < width_; ++c) row[c].value.unsigned_integer = 0;
    for (std::size_t n = 1; n < rows_; ++n) std::copy_n(row, width_, row + n * width_);
    return true;
  }

  /// Bytes of `count` packed numbers; empty and spoilt when there are not as many.
  ByteView take_packed(std::size_t count, unsigned width) {
    if (width > 64) {
      take_.spoil();
      return {};
    }
    return take_.bytes(packed_bytes(count, width));
  }

  template <class Set>
  void take_times(std::uint64_t above, Set set) {
    auto number = above + take_.zigzag();
    set(0, number);
    if (rows_ == 1) return;
    const auto least = take_.zigzag();
    const auto control = static_cast<unsigned>(take_.u8());
    const auto width = control & ~whole_milliseconds;
    const std::uint64_t unit = (control & whole_milliseconds) != 0 ? 1000 : 1;
    const auto packed = take_packed(rows_ - 1, width);
    if (!take_.ok()) return;
    Unpack unpack(packed, width);
    for (std::size_t n = 1; n < rows_; ++n)
      set(n, number += least + (width == 0 ? 0 : unpack.next() * unit));
  }

  void take_values(std::size_t first, bool same) {
    auto* row = out_.observations.data() + first;
    std::size_t number_columns = 0;
    bool texts = false;
    for (std::size_t c = 0; c < width_; ++c) {
      const auto kind = row[c].value.kind;
      if (kind == ValueKind::text) texts = true;
      if (kind != ValueKind::text && kind != ValueKind::none) ++number_columns;
    }
    const auto first_bits = take_.bytes((number_columns + 7) / 8);
    const auto rest_bits = rows_ > 1 ? take_.bytes(first_bits.size()) : ByteView{};
    if (!take_.ok()) return;
    take_decimals(row, first_bits, rest_bits);
    std::size_t place = 0;
    std::size_t real = 0;
    for (std::size_t c = 0; c < width_ && take_.ok(); ++c) {
      const auto kind = row[c].value.kind;
      if (kind == ValueKind::text || kind == ValueKind::none) continue;
      const bool differs = bit_of(first_bits, place);
      const bool rest = bit_of(rest_bits, place);
      ++place;
      if (!differs && !rest) continue;
      auto* column = row + c;
      const auto above = same ? column->value.unsigned_integer : 0;
      if (kind != ValueKind::real)
        take_integers(column, differs, rest, above, [](std::uint64_t n) { return n; });
      else if (const unsigned decimals = decimals_[real++]; decimals == decimals_none)
        take_reals(column, differs, rest, above);
      else
        take_scaled(column, differs, rest, above, decimals);
      if (kind == ValueKind::boolean) check_booleans(column);
    }
    if (texts)
      for (std::size_t n = 0; n < rows_ * width_; ++n)
        if (row[n].value.kind == ValueKind::text)
          row[n].value.text = take_text(take_, out_.text.size(), cursor_);
  }

  static bool bit_of(ByteView bits, std::size_t place) {
    return !bits.empty() && (static_cast<unsigned>(bits[place / 8]) >> place % 8 & 1) != 0;
  }

  void take_decimals(const Observation* row, ByteView first_bits, ByteView rest_bits) {
    decimals_.clear();
    std::size_t place = 0;
    std::size_t left = 0;
    unsigned decimals = 0;
    for (std::size_t c = 0; c < width_; ++c) {
      const auto kind = row[c].value.kind;
      if (kind == ValueKind::text || kind == ValueKind::none) continue;
      const bool changes = bit_of(first_bits, place) || bit_of(rest_bits, place);
      ++place;
      if (kind != ValueKind::real || !changes) continue;
      if (left == 0) {
        const auto control = static_cast<unsigned>(take_.u8());
        decimals = control & 15;
        left = (control >> 4) + 1;
        if (decimals > decimals_max && decimals != decimals_none) take_.spoil();
      }
      --left;
      decimals_.push_back(decimals);
    }
    if (left != 0) take_.spoil();
  }

  template <class Value>
  void take_integers(Observation* column, bool differs, bool rest, std::uint64_t above,
                     Value value_of) {
    auto number = above;
    if (differs) number += take_.zigzag();
    const auto top = value_of(number);
    if (!rest) {
      for (std::size_t n = 0; n < rows_; ++n) column[n * width_].value.unsigned_integer = top;
      return;
    }
    const auto width = static_cast<unsigned>(take_.u8());
    const auto packed = take_packed(rows_ - 1, width);
    if (!take_.ok() || width == 0) return take_.spoil();
    column->value.unsigned_integer = top;
    Unpack unpack(packed, width);
    for (std::size_t n = 1; n < rows_; ++n)
      column[n * width_].value.unsigned_integer = value_of(number += unfold(unpack.next()));
  }

  void take_scaled(Observation* column, bool differs, bool rest, std::uint64_t above,
                   unsigned decimals) {
    std::uint64_t before = 0;
    if (!scale(above, decimals, before)) before = 0;
    take_integers(column, differs, rest, before,
                  [&](std::uint64_t n) { return unscale(n, decimals); });
  }

  void take_reals(Observation* column, bool differs, bool rest, std::uint64_t above) {
    auto bits = above;
    if (differs) bits ^= take_.real();
    for (std::size_t n = 0; n < rows_; ++n) {
      if (n > 0 && rest) bits ^= take_.real();
      column[n * width_].value.unsigned_integer = bits;
    }
  }

  void check_booleans(Observation* column) {
    for (std::size_t n = 0; n < rows_; ++n) {
      auto& value = column[n * width_].value;
      const auto number = value.unsigned_integer;
      if (number > 1) return take_.spoil();
      value.boolean = number != 0;
    }
  }

  Take& take_;
  std::uint64_t scans_;
  std::uint64_t observations_;
  Batch& out_;
  TextCursor cursor_;
  std::uint64_t time_ = 0;
  std::uint16_t group_ = 0;
  std::size_t rows_ = 0;   ///< Of the section being read.
  std::size_t width_ = 0;  ///< Observations in a row of it.
  std::vector<unsigned> decimals_;
};

}  // namespace

Result<void> decode(ByteView bytes, Batch& out) {
  const auto damaged = [](std::string_view what) {
    return fail(Errc::corrupt, fmt::format("stored batch: {}", what));
  };
  out.clear();
  if (bytes.size() < 5) return damaged("too short");
  const auto written_as = static_cast<std::uint8_t>(bytes[0]);
  if (written_as == version_1) {
    const auto sum = ByteReader(bytes.last(4)).u32_le();
    bytes = bytes.first(bytes.size() - 4);
    if (sum != crc32(bytes)) return damaged("checksum does not match");
  } else if (written_as != version) {
    return damaged("unknown version");
  }
  Take take(bytes.subspan(1));
  const auto machine = take.varint();
  if (machine > 0xFFFFFFFF) return damaged("machine out of range");
  out.machine = static_cast<MachineKey>(machine);
  const auto text_size = take.varint();
  if (text_size > batch_text_bytes_max) return damaged("text out of range");
  out.text = as_text(take.bytes(text_size));
  const auto scans = take.varint();
  const auto observations = take.varint();
  if (!take.ok() || scans > batch_scans_max || observations > batch_observations_max)
    return damaged("counts out of range");
  if (written_as == version_1)
    take_scans_1(take, scans, observations, out);
  else
    Decoder(take, scans, observations, out).run();
  if (!take.ok() || take.remaining() != 0 || out.observations.size() != observations)
    return damaged("content does not add up");
  return {};
}

}  // namespace spindle::store
