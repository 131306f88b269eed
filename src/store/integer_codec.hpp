#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace spindle::store {

/// Whole numbers as few bytes, lossless for any 64-bit values; sums and differences wrap.
///
///   u8 form
///   0, runs, for what seldom changes: each difference to the one before (the first to 0), zig-zag
///      as varint; a 0 is followed by varint length − 1 of its run
///   1, packed, for what moves all the time:
///      zigzag  first value
///      varint  unit: every difference is a multiple of it
///      groups of up to 128 of the values after the first, in units from it:
///        u8      bits of a number, 0..64, and 128 when predicted along a line
///        zigzag  slope of that line from the value before the group; only with a line
///        numbers of differences, or of distances to the line
///   2, changes, for what moves now and then:
///      zigzag  first value
///      varint  unit: every difference is a multiple of it
///      varint  changes
///      groups of up to 128, u8 bits of a number and numbers: how many values stood still before
///              each change
///      groups of up to 128, the same: each change in units, zig-zag, less 1 (none is 0)
///
///   numbers:
///      zigzag  the least of them
///      u8      exceptions
///      …       the numbers less the least: their low bits, the lowest first
///      each exception: u8 its place, varint what lies above those bits
///
/// The shortest form is written, as far as that is soon told. A line suits clocks and counters:
/// what is left of a regular time stamp is its jitter alone.
void encode_integers(std::span<const std::uint64_t> values, Bytes& out);

/// Fills `out`. False: no encoding of that many; what was written is void.
[[nodiscard]] bool decode_integers(ByteReader& in, std::span<std::uint64_t> out);

/// Appends `count` values to `out`. The caller has set a limit to `count`.
[[nodiscard]] bool decode_integers(ByteReader& in, std::size_t count,
                                   std::vector<std::uint64_t>& out);

}  // namespace spindle::store
