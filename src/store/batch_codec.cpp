#include "store/batch_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "store/batch_columns.hpp"
#include "store/batch_format.hpp"

namespace spindle::store {
namespace {

using namespace batch_format;

// What one observation or scan can take at most; lets the encoder write without asking for room.
constexpr std::size_t observation_bytes_max = 28;
constexpr std::size_t scan_bytes_max = 96;
constexpr std::size_t header_bytes_max = 64;

/// Writes into memory that is known to be large enough.
class Put {
 public:
  explicit Put(std::byte* at) : at_(at) {}
  void u8(std::uint64_t v) { *at_++ = static_cast<std::byte>(v); }
  void varint(std::uint64_t v) {
    while (v >= 0x80) {
      u8(v | 0x80);
      v >>= 7;
    }
    u8(v);
  }
  void zigzag(std::uint64_t difference) { varint(fold(difference)); }
  void bytes(ByteView v) {
    if (!v.empty()) std::memcpy(at_, v.data(), v.size());
    at_ += v.size();
  }
  void real(std::uint64_t changed) {
    if (changed == 0) return u8(0);
    const auto low = static_cast<unsigned>(std::countr_zero(changed)) / 8;
    const auto kept = 8 - low - static_cast<unsigned>(std::countl_zero(changed)) / 8;
    u8(low << 4 | kept);
    changed >>= low * 8;
    for (unsigned n = 0; n < kept; ++n, changed >>= 8) u8(changed);
  }
  void skip(std::size_t bytes) { at_ += bytes; }
  [[nodiscard]] std::byte* at() const { return at_; }

 private:
  std::byte* at_;
};

void put_text(Put& put, TextRef text, TextCursor& cursor) {
  put.zigzag(text.offset - cursor.end);
  put.varint(text.length);
  cursor.end = std::uint64_t{text.offset} + text.length;
}

bool lies_in(std::uint64_t offset, std::uint64_t length, std::uint64_t pool) {
  return offset <= pool && length <= pool - offset;
}

Result<void> check(const Batch& batch) {
  const auto wrong = [&](std::string_view what) {
    return fail(Errc::invalid, fmt::format("batch of machine {}: {}",
                                           static_cast<std::uint32_t>(batch.machine), what));
  };
  if (batch.observations.size() > batch_observations_max || batch.scans.size() > batch_scans_max ||
      batch.text.size() > batch_text_bytes_max)
    return wrong("too large; send it in smaller pieces");
  std::uint64_t next = 0;
  for (const auto& scan : batch.scans) {
    if (scan.first != next) return wrong("its scans do not follow each other");
    next += scan.count;
    if (!lies_in(scan.note_offset, scan.note_length, batch.text.size()))
      return wrong("a note lies outside its text");
    if (static_cast<std::uint8_t>(scan.kind) > last_scan_kind) return wrong("unknown kind of scan");
  }
  if (next != batch.observations.size()) return wrong("its scans do not cover its observations");
  for (const auto& o : batch.observations) {
    if (static_cast<std::uint8_t>(o.value.kind) > last_value_kind ||
        static_cast<std::uint8_t>(o.quality) > last_quality)
      return wrong("unknown kind of value");
    if (o.value.kind == ValueKind::text &&
        !lies_in(o.value.text.offset, o.value.text.length, batch.text.size()))
      return wrong("a value lies outside its text");
  }
  return {};
}

std::uint64_t type_of(const Observation& o) {
  return static_cast<std::uint64_t>(o.value.kind) | static_cast<std::uint64_t>(o.quality) << 3;
}

bool same_layout_as(Row row, Row above) {
  if (row.size() != above.size()) return false;
  for (std::size_t n = 0; n < row.size(); ++n)
    if (row[n].signal != above[n].signal || row[n].value.kind != above[n].value.kind ||
        row[n].quality != above[n].quality)
      return false;
  return true;
}

void put_layout(Put& put, Row row) {
  put.varint(row.size());
  std::uint32_t expected = 0;
  for (std::size_t n = 0; n < row.size();) {
    const auto first = static_cast<std::uint32_t>(row[n].signal);
    std::uint32_t length = 1;
    while (n + length < row.size() &&
           static_cast<std::uint32_t>(row[n + length].signal) == first + length)
      ++length;
    put.zigzag(std::uint64_t{first} - expected);
    put.varint(length - 1);
    expected = first + length;
    n += length;
  }
  for (std::size_t n = 0; n < row.size();) {
    const auto type = type_of(row[n]);
    std::size_t length = 1;
    while (n + length < row.size() && type_of(row[n + length]) == type) ++length;
    put.u8(type);
    put.varint(length - 1);
    n += length;
  }
}

/// Scans of one kind and layout that are written together.
struct Section {
  std::size_t first = 0;
  std::size_t rows = 0;
  std::uint8_t flags = 0;  ///< Without those that depend on what is before.
};

class Encoder {
 public:
  Encoder(const Batch& batch, std::byte* to) : batch_(batch), put_(to) {}

  std::byte* run() {
    put_.u8(version);
    put_.varint(static_cast<std::uint32_t>(batch_.machine));
    put_.varint(batch_.text.size());
    put_.bytes(as_bytes(batch_.text));
    put_.varint(batch_.scans.size());
    put_.varint(batch_.observations.size());
    for (std::size_t next = 0; next < batch_.scans.size();) {
      const auto section = section_from(next);
      put_section(section);
      next += section.rows;
    }
    return put_.at();
  }

 private:
  [[nodiscard]] Row row_of(std::size_t scan) const {
    return Row(batch_.observations).subspan(batch_.scans[scan].first, batch_.scans[scan].count);
  }
  [[nodiscard]] static std::uint8_t flags_of(const Scan& scan) {
    const bool note = scan.note_length != 0 || scan.note_offset != 0;
    return static_cast<std::uint8_t>(
        static_cast<unsigned>(scan.kind) | (scan.device != Instant{} ? has_device : 0u) |
        (note ? has_note : 0u) | (scan.received != scan.time ? has_received : 0u));
  }

  [[nodiscard]] Section section_from(std::size_t first) const {
    const auto& scans = batch_.scans;
    Section out{first, 1, flags_of(scans[first])};
    const auto row = row_of(first);
    while (first + out.rows < scans.size()) {
      const auto& next = scans[first + out.rows];
      if (next.group != scans[first].group || flags_of(next) != out.flags ||
          !same_layout_as(row_of(first + out.rows), row))
        break;
      ++out.rows;
    }
    return out;
  }

  void put_section(const Section& section) {
    const auto& scans = batch_.scans;
    const auto& scan = scans[section.first];
    const auto row = row_of(section.first);
    const bool same = section.first > 0 && same_layout_as(row, row_of(section.first - 1));
    const auto* at = &scans[section.first];
    const bool received_once = (section.flags & has_received) != 0 && section.rows > 1 &&
                               std::all_of(at, at + section.rows, [&](const Scan& s) {
                                 return s.received == at->received;
                               });
    put_.u8(section.flags | (scan.group != group_ ? has_group : 0u) | (same ? same_layout : 0u));
    put_.varint((section.rows - 1) << 1 | (received_once ? 1 : 0));
    if (scan.group != group_) put_.varint(scan.group);
    if (!same) put_layout(put_, row);
    group_ = scan.group;

    numbers_.resize(section.rows);
    const auto column = [&](auto&& number_of, std::uint64_t above) {
      for (std::size_t n = 0; n < section.rows; ++n) numbers_[n] = number_of(at[n]);
      put_times(above);
    };
    column([](const Scan& s) { return bits_of(s.time); }, time_);
    if (received_once)
      put_.zigzag(bits_of(at->received) - bits_of(at->time));
    else if (section.flags & has_received)
      column([](const Scan& s) { return bits_of(s.received) - bits_of(s.time); }, 0);
    if (section.flags & has_device)
      column([](const Scan& s) { return bits_of(s.device) - bits_of(s.time); }, 0);
    if (section.flags & has_note)
      for (std::size_t n = 0; n < section.rows; ++n)
        put_text(put_, {at[n].note_offset, at[n].note_length}, cursor_);
    time_ = bits_of(at[section.rows - 1].time);
    put_values(section, same ? row_of(section.first - 1) : Row{});
  }

  /// numbers_ as steps, those after the first with the smallest of them taken off.
  void put_times(std::uint64_t above) {
    const auto rows = numbers_.size();
    put_.zigzag(numbers_[0] - above);
    if (rows == 1) return;
    auto least = static_cast<std::int64_t>(numbers_[1] - numbers_[0]);
    for (auto n = rows - 1; n > 0; --n) {
      numbers_[n] -= numbers_[n - 1];
      least = std::min(least, static_cast<std::int64_t>(numbers_[n]));
    }
    std::uint64_t all = 0;
    bool whole_ms = true;
    for (std::size_t n = 1; n < rows; ++n) {
      numbers_[n] -= static_cast<std::uint64_t>(least);
      all |= numbers_[n];
      whole_ms = whole_ms && numbers_[n] % 1000 == 0;
    }
    if (whole_ms && all != 0) {
      all = 0;
      for (std::size_t n = 1; n < rows; ++n) all |= numbers_[n] /= 1000;
    }
    put_.zigzag(static_cast<std::uint64_t>(least));
    const auto width = static_cast<unsigned>(std::bit_width(all));
    put_.u8(width | (whole_ms && all != 0 ? whole_milliseconds : 0u));
    put_packed(numbers_.data() + 1, rows - 1, width);
  }

  void put_packed(const std::uint64_t* numbers, std::size_t count, unsigned width) {
    pack(numbers, count, width, put_.at());
    put_.skip(packed_bytes(count, width));
  }

  /// What of the section's columns differs, and how.
  struct Column {
    std::size_t index;      ///< In the row.
    bool first;             ///< The first value differs from the one above.
    bool rest;              ///< Not all values are the same.
    unsigned decimals = 0;  ///< Of reals.
  };

  void put_values(const Section& section, Row above) {
    const auto row = row_of(section.first);
    const auto width = row.size();
    const auto bits_at = [&](std::size_t n, std::size_t column) {
      return payload_of(row.data()[n * width + column].value);
    };
    const auto bits_above = [&](std::size_t column) {
      return above.empty() ? 0 : payload_of(above[column].value);
    };
    columns_.clear();
    std::size_t number_columns = 0;
    bool texts = false;
    first_bits_.assign((width + 7) / 8, 0);
    rest_bits_.assign((width + 7) / 8, 0);
    for (std::size_t c = 0; c < width; ++c) {
      const auto kind = row[c].value.kind;
      texts = texts || kind == ValueKind::text;
      if (kind == ValueKind::none || kind == ValueKind::text) continue;
      const auto place = number_columns++;
      const auto top = bits_at(0, c);
      std::uint64_t different = 0;
      for (std::size_t n = 1; n < section.rows; ++n) different |= bits_at(n, c) ^ top;
      const bool first = top != bits_above(c);
      const bool rest = different != 0;
      if (!first && !rest) continue;
      const auto bit = static_cast<std::uint8_t>(1u << place % 8);
      if (first) first_bits_[place / 8] |= bit;
      if (rest) rest_bits_[place / 8] |= bit;
      columns_.push_back({c, first, rest});
    }
    const auto mask_bytes = (number_columns + 7) / 8;
    put_.bytes(std::as_bytes(std::span(first_bits_)).first(mask_bytes));
    if (section.rows > 1) put_.bytes(std::as_bytes(std::span(rest_bits_)).first(mask_bytes));
    const auto is_real = [&](const Column& column) {
      return row[column.index].value.kind == ValueKind::real;
    };
    for (auto& column : columns_)
      if (is_real(column)) {
        column.decimals = decimals_of(column.rest ? section.rows : 1,
                                      [&](std::size_t n) { return bits_at(n, column.index); });
      }
    put_decimals(is_real);
    for (const auto& column : columns_) {
      const auto rows = column.rest ? section.rows : 1;
      numbers_.resize(rows);
      for (std::size_t n = 0; n < rows; ++n) numbers_[n] = bits_at(n, column.index);
      auto before = bits_above(column.index);
      if (!is_real(column)) {
        put_integers(column, before);
      } else if (column.decimals == decimals_none) {
        put_reals(column, before);
      } else {
        for (auto& number : numbers_) static_cast<void>(scale(number, column.decimals, number));
        if (!scale(before, column.decimals, before)) before = 0;
        put_integers(column, before);
      }
    }
    if (!texts) return;
    for (std::size_t n = 0; n < section.rows; ++n)
      for (const auto& o : row_of(section.first + n))
        if (o.value.kind == ValueKind::text) put_text(put_, o.value.text, cursor_);
  }

  [[nodiscard]] static std::uint64_t payload_of(const Value& value) {
    return value.kind == ValueKind::boolean ? static_cast<std::uint64_t>(value.boolean)
                                            : value.unsigned_integer;
  }

  template <class BitsAt>
  [[nodiscard]] static unsigned decimals_of(std::size_t rows, BitsAt bits_at) {
    unsigned decimals = 0;
    std::size_t checked = 0;  // Values before it were tried with fewer decimals.
    for (std::size_t n = 0; n < rows; ++n) {
      const auto bits = bits_at(n);
      std::uint64_t number = 0;
      if (scale(bits, decimals, number)) continue;
      if (!may_scale(bits)) return decimals_none;
      do {
        if (++decimals > decimals_max) return decimals_none;
      } while (!scale(bits, decimals, number));
      checked = n;
    }
    // More decimals change nothing, but a large value may have no room for them.
    for (std::size_t n = 0; n < checked; ++n)
      if (std::uint64_t number = 0; !scale(bits_at(n), decimals, number)) return decimals_none;
    return decimals;
  }

  template <class IsReal>
  void put_decimals(IsReal is_real) {
    std::size_t run = 0;
    unsigned decimals = 0;
    const auto close = [&] {
      if (run > 0) put_.u8(decimals | (run - 1) << 4);
      run = 0;
    };
    for (const auto& column : columns_) {
      if (!is_real(column)) continue;
      if (run == 16 || column.decimals != decimals) close();
      decimals = column.decimals;
      ++run;
    }
    close();
  }

  /// numbers_ as differences.
  void put_integers(const Column& column, std::uint64_t above) {
    if (column.first) put_.zigzag(numbers_[0] - above);
    if (!column.rest) return;
    std::uint64_t all = 0;
    for (auto n = numbers_.size() - 1; n > 0; --n)
      all |= numbers_[n] = fold(numbers_[n] - numbers_[n - 1]);
    const auto width = static_cast<unsigned>(std::bit_width(all));
    put_.u8(width);
    put_packed(numbers_.data() + 1, numbers_.size() - 1, width);
  }

  /// numbers_ as what changed in their bits.
  void put_reals(const Column& column, std::uint64_t above) {
    if (column.first) put_.real(numbers_[0] ^ above);
    if (!column.rest) return;
    for (std::size_t n = 1; n < numbers_.size(); ++n) put_.real(numbers_[n] ^ numbers_[n - 1]);
  }

  const Batch& batch_;
  Put put_;
  TextCursor cursor_;
  std::uint64_t time_ = 0;
  std::uint16_t group_ = 0;
  std::vector<std::uint64_t> numbers_;  ///< The column being written.
  std::vector<Column> columns_;
  std::vector<std::uint8_t> first_bits_;
  std::vector<std::uint8_t> rest_bits_;
};

}  // namespace

Result<void> encode(const Batch& batch, Bytes& out) {
  if (auto sound = check(batch); !sound) return sound;
  const auto start = out.size();
  out.resize(start + header_bytes_max + batch.text.size() + batch.scans.size() * scan_bytes_max +
             batch.observations.size() * observation_bytes_max);
  const auto* end = Encoder(batch, out.data() + start).run();
  out.resize(static_cast<std::size_t>(end - out.data()));
  return {};
}

}  // namespace spindle::store
