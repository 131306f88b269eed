#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {

/// Rows as bytes, version 2: what blocks of the history were until they went into segment files.
/// Only read, to bring them over (history_conversion.hpp).
///
///   u8        version, 2
///   varint    rows
///   varint    columns
///   u8        bit 0: device times follow; bit 1: receive times follow
///   integers  times, µs
///   integers  device − time of each row, when bit 0
///   integers  received − time of each row, when bit 1 (else equal)
///   columns, one after the other:
///     zigzag    signal − signal of the column before (0 before the first)
///     u8        kind | decimals << 4
///     varint    bytes that follow of this column, so that a reader passes over it
///     cells     runs until all rows are named: u8 cell, varint length − 1 (series_rows.hpp)
///     values    of the cells that have one:
///       bool      lengths of runs, first of false: varint
///       integers  integers
///       real      decimals d > 0: integers value × 10^(d−1), when that gives back every value to
///                 the bit; d = 0: each XOR the one before: 0 and a run as below, or
///                 u8 low bytes skipped << 4 | bytes kept, then those, little-endian
///       text      varint number of different ones, each varint length and bytes; then integers
///                 which of them
///   u32       CRC-32 of all before, little-endian
///
///   integers: integer_codec.hpp
/// Errors: `corrupt`.
[[nodiscard]] Result<void> decode_block_2(ByteView bytes, SeriesRows& out);

}  // namespace spindle::store
