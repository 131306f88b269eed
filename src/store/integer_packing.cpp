#include "store/integer_packing.hpp"

#include <algorithm>
#include <cstring>

namespace spindle::store {
namespace {

constexpr std::uint64_t low_bits(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}
constexpr std::size_t packed_size(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

void write_bits(const PackedGroup& numbers, std::size_t count, unsigned width, Bytes& out) {
  if (width == 0) return;
  const auto start = out.size();
  const auto size = packed_size(count, width);
  out.resize(start + size + 16);  // Room for whole words.
  auto* at = out.data() + start;
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
  out.resize(start + size);
}

/// Numbers of `width` bits, one after the other. Precondition: bytes holds them, width > 0.
void read_bits(ByteView bytes, unsigned width, std::uint64_t least, std::span<std::uint64_t> out) {
  // Copied with room behind, so that whole words may be read.
  std::array<std::byte, packed_group_size * 8 + 16> padded;
  std::memcpy(padded.data(), bytes.data(), bytes.size());
  std::memset(padded.data() + bytes.size(), 0, 16);
  const auto mask = low_bits(width);
  std::size_t bit = 0;
  if (width <= 56) {  // A number then always lies within eight bytes.
    for (auto& number : out) {
      std::uint64_t word;
      std::memcpy(&word, padded.data() + bit / 8, sizeof word);
      number = (word >> (bit % 8) & mask) + least;
      bit += width;
    }
    return;
  }
  for (auto& number : out) {
    std::uint64_t word;
    std::memcpy(&word, padded.data() + bit / 8, sizeof word);
    const auto shift = static_cast<unsigned>(bit % 8);
    word >>= shift;
    if (width + shift > 64) word |= static_cast<std::uint64_t>(padded[bit / 8 + 8]) << (64 - shift);
    number = (word & mask) + least;
    bit += width;
  }
}

}  // namespace

void Packing::measure(std::size_t count) {
  auto& r = remainders;
  std::int64_t lowest = static_cast<std::int64_t>(r[0]);
  for (std::size_t i = 1; i < count; ++i)
    lowest = std::min(lowest, static_cast<std::int64_t>(r[i]));
  least = static_cast<std::uint64_t>(lowest);
  std::array<std::uint8_t, 65> of_width{};
  for (std::size_t i = 0; i < count; ++i) {
    r[i] -= least;
    ++of_width[static_cast<std::size_t>(std::bit_width(r[i]))];
  }
  unsigned widest = 64;
  while (widest > 0 && of_width[widest] == 0) --widest;
  width = widest;
  exceptions = 0;
  auto best = packed_size(count, widest);
  std::size_t above = 0;
  for (unsigned narrower = widest; narrower-- > 0;) {
    above += of_width[narrower + 1];
    // An exception takes its place and at least one byte; exact enough to choose by.
    const auto size = packed_size(count, narrower) + above * (1 + (widest - narrower + 6) / 7);
    if (size >= best) continue;
    best = size;
    width = narrower;
    exceptions = above;
  }
  bytes = best + 1 + varint_size(fold(least));
}

void Packing::write(std::size_t count, Bytes& out) const {
  ByteWriter writer(out);
  writer.varint(fold(least));
  writer.u8(static_cast<std::uint8_t>(exceptions));
  write_bits(remainders, count, width, out);
  if (exceptions == 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    const auto above = remainders[i] >> width;  // width < 64 here
    if (above == 0) continue;
    writer.u8(static_cast<std::uint8_t>(i));
    writer.varint(above);
  }
}

bool unpack(ByteReader& in, unsigned width, std::span<std::uint64_t> out) {
  const auto least = unfold(in.varint());
  const auto exceptions = in.u8();
  if (!in.ok() || width > 64 || exceptions > out.size() || (exceptions > 0 && width == 64))
    return false;
  const auto bits = in.bytes(packed_size(out.size(), width));
  if (!in.ok()) return false;
  if (width == 0)
    std::ranges::fill(out, least);
  else
    read_bits(bits, width, least, out);
  for (unsigned n = 0; n < exceptions; ++n) {
    const auto place = in.u8();
    const auto above = in.varint();
    if (!in.ok() || place >= out.size()) return false;
    out[place] += above << width;
  }
  return true;
}

void pack_numbers(std::span<const std::uint64_t> numbers, Bytes& out) {
  Packing packing;
  while (!numbers.empty()) {
    const auto count = std::min(numbers.size(), packed_group_size);
    std::ranges::copy(numbers.first(count), packing.remainders.begin());
    packing.measure(count);
    ByteWriter(out).u8(static_cast<std::uint8_t>(packing.width));
    packing.write(count, out);
    numbers = numbers.subspan(count);
  }
}

bool unpack_numbers(ByteReader& in, std::span<std::uint64_t> out) {
  while (!out.empty()) {
    const auto count = std::min(out.size(), packed_group_size);
    const auto width = in.u8();
    if (!in.ok() || !unpack(in, width, out.first(count))) return false;
    out = out.subspan(count);
  }
  return true;
}

}  // namespace spindle::store
