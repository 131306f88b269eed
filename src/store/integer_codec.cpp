#include "store/integer_codec.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

namespace spindle::store {
namespace {

constexpr std::uint8_t form_runs = 0;
constexpr std::uint8_t form_packed = 1;
constexpr std::size_t group_size = 128;
constexpr std::uint8_t along_line = 128;

using Group = std::array<std::uint64_t, group_size>;

constexpr std::uint64_t fold(std::uint64_t d) { return d << 1 ^ (0 - (d >> 63)); }
constexpr std::uint64_t unfold(std::uint64_t f) { return f >> 1 ^ (0 - (f & 1)); }
constexpr std::size_t varint_size(std::uint64_t v) {
  return (static_cast<std::size_t>(std::bit_width(v | 1)) + 6) / 7;
}
constexpr std::uint64_t low_bits(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}
constexpr std::size_t packed_size(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

/// `a` ÷ `b` to the nearest. Precondition: b > 0.
constexpr std::int64_t nearest(std::int64_t a, std::int64_t b) {
  const auto rest = a % b;
  return a / b + (rest * 2 > b ? 1 : 0) - (rest * 2 < -b ? 1 : 0);
}

void encode_runs(std::span<const std::uint64_t> values, Bytes& out) {
  ByteWriter writer(out);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < values.size();) {
    const auto difference = values[i] - std::exchange(before, values[i]);
    std::size_t run = 1;
    if (difference == 0)
      while (i + run < values.size() && values[i + run] == before) ++run;
    writer.varint(fold(difference));
    if (difference == 0) writer.varint(run - 1);
    i += run;
  }
}

bool decode_runs(ByteReader& in, std::size_t count, std::vector<std::uint64_t>& out) {
  std::uint64_t before = 0;
  for (std::size_t done = 0; done < count;) {
    const auto token = in.varint();
    const auto more = token == 0 ? in.varint() : 0;
    if (!in.ok() || more >= count - done) return false;
    before += unfold(token);
    out.insert(out.end(), more + 1, before);
    done += more + 1;
  }
  return true;
}

/// Remainders of a group, and what it costs to write them.
struct Packing {
  Group remainders;
  std::uint64_t slope = 0;  ///< Only along a line.
  std::uint64_t least = 0;  ///< Taken off each.
  unsigned width = 0;
  std::size_t exceptions = 0;
  std::size_t bytes = 0;
  bool line = false;
};

/// Takes the least off the remainders and finds the width that costs least: numbers that need more
/// bits go behind as exceptions.
void measure(Packing& packing, std::size_t count) {
  auto& r = packing.remainders;
  std::int64_t least = static_cast<std::int64_t>(r[0]);
  for (std::size_t i = 1; i < count; ++i) least = std::min(least, static_cast<std::int64_t>(r[i]));
  packing.least = static_cast<std::uint64_t>(least);
  std::array<std::uint8_t, 65> of_width{};
  for (std::size_t i = 0; i < count; ++i) {
    r[i] -= packing.least;
    ++of_width[static_cast<std::size_t>(std::bit_width(r[i]))];
  }
  unsigned widest = 64;
  while (widest > 0 && of_width[widest] == 0) --widest;
  packing.width = widest;
  auto best = packed_size(count, widest);
  std::size_t above = 0;
  for (unsigned width = widest; width-- > 0;) {
    above += of_width[width + 1];
    // An exception takes its place and at least one byte; exact enough to choose by.
    const auto bytes = packed_size(count, width) + above * (1 + (widest - width + 6) / 7);
    if (bytes >= best) continue;
    best = bytes;
    packing.width = width;
    packing.exceptions = above;
  }
  packing.bytes = best + 2 + varint_size(fold(packing.least)) +
                  (packing.line ? varint_size(fold(packing.slope)) : 0);
}

/// Units from the first value, group after group.
class Packer {
 public:
  Packer(std::uint64_t first, std::uint64_t unit, Bytes& out)
      : first_(first), unit_(unit), out_(out) {}

  void put(std::span<const std::uint64_t> values) {
    const auto count = values.size();
    Group units;
    for (std::size_t i = 0; i < count; ++i) units[i] = in_units(values[i]);
    by_difference_.line = false;
    by_difference_.exceptions = 0;
    auto before = before_;
    for (std::size_t i = 0; i < count; ++i)
      by_difference_.remainders[i] = units[i] - std::exchange(before, units[i]);
    measure(by_difference_, count);

    by_line_.line = true;
    by_line_.exceptions = 0;
    const auto climb = static_cast<std::int64_t>(units[count - 1] - before_);
    by_line_.slope = static_cast<std::uint64_t>(nearest(climb, static_cast<std::int64_t>(count)));
    auto at = before_;
    for (std::size_t i = 0; i < count; ++i) {
      at += by_line_.slope;
      by_line_.remainders[i] = units[i] - at;
    }
    measure(by_line_, count);
    before_ = units[count - 1];
    write(by_line_.bytes < by_difference_.bytes ? by_line_ : by_difference_, count);
  }

 private:
  /// Differences are multiples of the unit as signed numbers, and so divide exactly.
  std::uint64_t in_units(std::uint64_t value) {
    const auto difference = static_cast<std::int64_t>(value - std::exchange(last_, value));
    sum_ += unit_ == 1 ? static_cast<std::uint64_t>(difference)
                       : static_cast<std::uint64_t>(difference / static_cast<std::int64_t>(unit_));
    return sum_;
  }

  void write(const Packing& packing, std::size_t count) {
    ByteWriter writer(out_);
    writer.u8(static_cast<std::uint8_t>(packing.width | (packing.line ? along_line : 0u)));
    if (packing.line) writer.varint(fold(packing.slope));
    writer.varint(fold(packing.least));
    writer.u8(static_cast<std::uint8_t>(packing.exceptions));
    write_bits(packing.remainders, count, packing.width);
    if (packing.exceptions == 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      const auto above = packing.remainders[i] >> packing.width;  // width < 64 here
      if (above == 0) continue;
      writer.u8(static_cast<std::uint8_t>(i));
      writer.varint(above);
    }
  }

  void write_bits(const Group& numbers, std::size_t count, unsigned width) {
    if (width == 0) return;
    const auto start = out_.size();
    const auto size = packed_size(count, width);
    out_.resize(start + size + 16);  // Room for whole words.
    auto* at = out_.data() + start;
    std::uint64_t word = 0;
    unsigned filled = 0;
    const auto mask = low_bits(width);
    for (std::size_t i = 0; i < count; ++i) {
      const auto n = numbers[i] & mask;
      word |= n << filled;
      filled += width;
      if (filled < 64) continue;
      std::memcpy(at, &word, sizeof word);
      at += sizeof word;
      filled -= 64;
      word = filled == 0 ? 0 : n >> (width - filled);
    }
    std::memcpy(at, &word, sizeof word);
    out_.resize(start + size);
  }

  std::uint64_t first_;
  std::uint64_t unit_;
  Bytes& out_;
  std::uint64_t last_ = first_;
  std::uint64_t sum_ = 0;     ///< Units of last_.
  std::uint64_t before_ = 0;  ///< Units of the value before the group.
  Packing by_difference_;
  Packing by_line_;
};

/// The largest number all differences are multiples of; 1 if there is no larger.
std::uint64_t unit_of(std::span<const std::uint64_t> values) {
  std::uint64_t unit = 0;
  for (std::size_t i = 1; i < values.size() && unit != 1; ++i) {
    const auto difference = static_cast<std::int64_t>(values[i] - values[i - 1]);
    const auto size = difference < 0 ? 0 - static_cast<std::uint64_t>(difference)
                                     : static_cast<std::uint64_t>(difference);
    if (size == 0) continue;
    // A multiple already, mostly: one division instead of Euclid's many.
    if (unit == 0)
      unit = size;
    else if (size % unit != 0)
      unit = std::gcd(unit, size);
  }
  // Above this a division by the signed unit would not be one.
  return unit == 0 || unit > static_cast<std::uint64_t>(INT64_MAX) ? 1 : unit;
}

void encode_packed(std::span<const std::uint64_t> values, Bytes& out) {
  ByteWriter writer(out);
  const auto unit = unit_of(values);
  writer.varint(fold(values[0]));
  writer.varint(unit);
  Packer packer(values[0], unit, out);
  for (auto rest = values.subspan(1); !rest.empty();) {
    const auto count = std::min(rest.size(), group_size);
    packer.put(rest.first(count));
    rest = rest.subspan(count);
  }
}

/// Numbers of `width` bits, one after the other. Precondition: bytes holds them.
void read_bits(ByteView bytes, std::size_t count, unsigned width, Group& out) {
  // Copied with room behind, so that whole words may be read.
  std::array<std::byte, group_size * 8 + 16> padded;
  std::memcpy(padded.data(), bytes.data(), bytes.size());
  std::memset(padded.data() + bytes.size(), 0, 16);
  const auto mask = low_bits(width);
  std::size_t bit = 0;
  for (std::size_t i = 0; i < count; ++i, bit += width) {
    std::uint64_t word;
    std::memcpy(&word, padded.data() + bit / 8, sizeof word);
    const auto shift = static_cast<unsigned>(bit % 8);
    word >>= shift;
    if (width + shift > 64) word |= static_cast<std::uint64_t>(padded[bit / 8 + 8]) << (64 - shift);
    out[i] = word & mask;
  }
}

bool decode_group(ByteReader& in, std::size_t count, std::uint64_t unit, std::uint64_t& value,
                  std::vector<std::uint64_t>& out) {
  const auto head = in.u8();
  const auto width = static_cast<unsigned>(head) & 127u;
  const bool line = (head & along_line) != 0;
  const auto slope = line ? unfold(in.varint()) : 0;
  const auto least = unfold(in.varint());
  const auto exceptions = in.u8();
  if (!in.ok() || width > 64 || exceptions > count || (exceptions > 0 && width == 64)) return false;
  const auto bits = in.bytes(packed_size(count, width));
  if (!in.ok()) return false;
  Group numbers;
  if (width == 0)
    numbers.fill(0);
  else
    read_bits(bits, count, width, numbers);
  for (unsigned n = 0; n < exceptions; ++n) {
    const auto place = in.u8();
    const auto above = in.varint();
    if (!in.ok() || place >= count) return false;
    numbers[place] |= above << width;
  }
  const auto start = out.size();
  out.resize(start + count);
  auto* to = out.data() + start;
  if (line) {
    auto at = value;
    for (std::size_t i = 0; i < count; ++i) {
      at += slope * unit;
      to[i] = at + (numbers[i] + least) * unit;
    }
    value = to[count - 1];
  } else {
    for (std::size_t i = 0; i < count; ++i) to[i] = value += (numbers[i] + least) * unit;
  }
  return true;
}

bool decode_packed(ByteReader& in, std::size_t count, std::vector<std::uint64_t>& out) {
  auto value = unfold(in.varint());
  const auto unit = in.varint();
  if (!in.ok()) return false;
  out.push_back(value);
  for (std::size_t left = count - 1; left > 0;) {
    const auto group = std::min(left, group_size);
    if (!decode_group(in, group, unit, value, out)) return false;
    left -= group;
  }
  return true;
}

}  // namespace

void encode_integers(std::span<const std::uint64_t> values, Bytes& out) {
  if (values.empty()) return;
  const auto start = out.size();
  out.push_back(std::byte{form_packed});
  encode_packed(values, out);
  const auto packed = out.size() - start;
  // Runs pay where most values stand still, and are then soon counted.
  std::size_t changes = 1;
  for (std::size_t i = 1; i < values.size(); ++i) changes += values[i] != values[i - 1];
  if (changes * 2 >= packed) return;
  Bytes runs{std::byte{form_runs}};
  encode_runs(values, runs);
  if (runs.size() >= packed) return;
  out.resize(start);
  out.insert(out.end(), runs.begin(), runs.end());
}

bool decode_integers(ByteReader& in, std::size_t count, std::vector<std::uint64_t>& out) {
  if (count == 0) return true;
  switch (in.u8()) {
    case form_runs:
      return in.ok() && decode_runs(in, count, out);
    case form_packed:
      return in.ok() && decode_packed(in, count, out);
    default:
      return false;
  }
}

}  // namespace spindle::store
