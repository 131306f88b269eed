#include "store/integer_codec.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "store/integer_packing.hpp"

namespace spindle::store {
namespace {

constexpr std::uint8_t form_runs = 0;
constexpr std::uint8_t form_packed = 1;
constexpr std::uint8_t form_changes = 2;
constexpr std::uint8_t along_line = 128;

/// `a` ÷ `b` to the nearest. Precondition: b > 0.
constexpr std::int64_t nearest(std::int64_t a, std::int64_t b) {
  const auto rest = a % b;
  return a / b + (rest * 2 > b ? 1 : 0) - (rest * 2 < -b ? 1 : 0);
}

/// Differences are multiples of the unit as signed numbers, and so divide exactly.
std::uint64_t in_units(std::uint64_t difference, std::uint64_t unit) {
  if (unit == 1) return difference;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(difference) /
                                    static_cast<std::int64_t>(unit));
}

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

void encode_runs(std::span<const std::uint64_t> values, Bytes& out) {
  ByteWriter writer(out);
  writer.u8(form_runs);
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

bool decode_runs(ByteReader& in, std::span<std::uint64_t> out) {
  std::uint64_t before = 0;
  for (std::size_t done = 0; done < out.size();) {
    const auto token = in.varint();
    const auto more = token == 0 ? in.varint() : 0;
    if (!in.ok() || more >= out.size() - done) return false;
    before += unfold(token);
    std::ranges::fill(out.subspan(done, more + 1), before);
    done += more + 1;
  }
  return true;
}

/// Units from the first value, group after group.
class Packer {
 public:
  Packer(std::uint64_t first, std::uint64_t unit, Bytes& out)
      : unit_(unit), out_(out), last_(first) {}

  void put(std::span<const std::uint64_t> values) {
    const auto count = values.size();
    PackedGroup units;
    for (std::size_t i = 0; i < count; ++i) {
      sum_ += in_units(values[i] - std::exchange(last_, values[i]), unit_);
      units[i] = sum_;
    }
    auto before = before_;
    for (std::size_t i = 0; i < count; ++i)
      by_difference_.remainders[i] = units[i] - std::exchange(before, units[i]);
    by_difference_.measure(count);

    const auto climb = static_cast<std::int64_t>(units[count - 1] - before_);
    const auto slope = static_cast<std::uint64_t>(nearest(climb, static_cast<std::int64_t>(count)));
    auto at = before_;
    for (std::size_t i = 0; i < count; ++i) {
      at += slope;
      by_line_.remainders[i] = units[i] - at;
    }
    by_line_.measure(count);
    before_ = units[count - 1];
    const bool line = by_line_.bytes + varint_size(fold(slope)) < by_difference_.bytes;
    const auto& packing = line ? by_line_ : by_difference_;
    ByteWriter writer(out_);
    writer.u8(static_cast<std::uint8_t>(packing.width | (line ? along_line : 0u)));
    if (line) writer.varint(fold(slope));
    packing.write(count, out_);
  }

 private:
  std::uint64_t unit_;
  Bytes& out_;
  std::uint64_t last_;
  std::uint64_t sum_ = 0;     ///< Units of last_.
  std::uint64_t before_ = 0;  ///< Units of the value before the group.
  Packing by_difference_;
  Packing by_line_;
};

void encode_packed(std::span<const std::uint64_t> values, Bytes& out) {
  ByteWriter writer(out);
  const auto unit = unit_of(values);
  writer.u8(form_packed);
  writer.varint(fold(values[0]));
  writer.varint(unit);
  Packer packer(values[0], unit, out);
  for (auto rest = values.subspan(1); !rest.empty();) {
    const auto count = std::min(rest.size(), packed_group_size);
    packer.put(rest.first(count));
    rest = rest.subspan(count);
  }
}

bool decode_group(ByteReader& in, std::uint64_t unit, std::uint64_t& value,
                  std::span<std::uint64_t> out) {
  const auto head = in.u8();
  const bool line = (head & along_line) != 0;
  const auto slope = line ? unfold(in.varint()) : 0;
  if (!in.ok() || !unpack(in, static_cast<unsigned>(head) & 127u, out)) return false;
  if (line) {
    auto at = value;
    for (auto& number : out) {
      at += slope * unit;
      number = at + number * unit;
    }
    value = out.back();
  } else if (unit == 1) {
    for (auto& number : out) number = value += number;
  } else {
    for (auto& number : out) number = value += number * unit;
  }
  return true;
}

bool decode_packed(ByteReader& in, std::span<std::uint64_t> out) {
  auto value = unfold(in.varint());
  const auto unit = in.varint();
  if (!in.ok()) return false;
  out[0] = value;
  for (auto rest = out.subspan(1); !rest.empty();) {
    const auto count = std::min(rest.size(), packed_group_size);
    if (!decode_group(in, unit, value, rest.first(count))) return false;
    rest = rest.subspan(count);
  }
  return true;
}

void encode_changes(std::span<const std::uint64_t> values, std::size_t changes, Bytes& out) {
  const auto unit = unit_of(values);
  std::vector<std::uint64_t> numbers(changes * 2);
  const auto stood = std::span(numbers).first(changes);
  const auto moved = std::span(numbers).last(changes);
  std::size_t last = 0;
  std::size_t k = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] == values[i - 1]) continue;
    stood[k] = i - std::exchange(last, i) - 1;
    moved[k++] = fold(in_units(values[i] - values[i - 1], unit)) - 1;
  }
  ByteWriter writer(out);
  writer.u8(form_changes);
  writer.varint(fold(values[0]));
  writer.varint(unit);
  writer.varint(changes);
  pack_numbers(stood, out);
  pack_numbers(moved, out);
}

bool decode_changes(ByteReader& in, std::span<std::uint64_t> out) {
  auto value = unfold(in.varint());
  const auto unit = in.varint();
  const auto changes = in.varint();
  if (!in.ok() || changes >= out.size()) return false;
  std::vector<std::uint64_t> numbers(changes * 2);
  const auto stood = std::span(numbers).first(changes);
  const auto moved = std::span(numbers).last(changes);
  if (!unpack_numbers(in, stood) || !unpack_numbers(in, moved)) return false;
  for (std::size_t k = 0; k < changes; ++k) {
    if (stood[k] >= out.size()) return false;
    std::ranges::fill(out.first(stood[k] + 1), value);
    out = out.subspan(stood[k] + 1);
    value += unfold(moved[k] + 1) * unit;
  }
  std::ranges::fill(out, value);
  return true;
}

/// Appends the shorter of two encodings. `first` is there already, from `start` on.
template <class Encode>
void replace_if_shorter(std::size_t start, Encode encode, Bytes& out) {
  const auto middle = out.size();
  encode();
  if (out.size() - middle < middle - start)
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(start),
              out.begin() + static_cast<std::ptrdiff_t>(middle));
  else
    out.resize(middle);
}

}  // namespace

void encode_integers(std::span<const std::uint64_t> values, Bytes& out) {
  if (values.empty()) return;
  const auto start = out.size();
  std::size_t changes = 0;
  for (std::size_t i = 1; i < values.size(); ++i) changes += values[i] != values[i - 1];
  // What each form costs is known well enough from how many change to try two at most.
  if (changes * 16 < values.size() || changes < 8) {
    encode_runs(values, out);
    if (changes > 3) replace_if_shorter(start, [&] { encode_changes(values, changes, out); }, out);
    return;
  }
  encode_packed(values, out);
  if (changes * 2 < values.size())
    replace_if_shorter(start, [&] { encode_changes(values, changes, out); }, out);
}

bool decode_integers(ByteReader& in, std::span<std::uint64_t> out) {
  if (out.empty()) return true;
  const auto form = in.u8();
  if (!in.ok()) return false;
  switch (form) {
    case form_runs:
      return decode_runs(in, out);
    case form_packed:
      return decode_packed(in, out);
    case form_changes:
      return decode_changes(in, out);
    default:
      return false;
  }
}

bool decode_integers(ByteReader& in, std::size_t count, std::vector<std::uint64_t>& out) {
  const auto before = out.size();
  out.resize(before + count);
  return decode_integers(in, std::span(out).subspan(before));
}

}  // namespace spindle::store
