#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {

/// Rows as bytes, version 2: what a history block holds. Lossless.
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
///
/// Limits, held by writer and reader: rows × (columns + 1) and rows alone, below.
inline constexpr std::size_t block_rows_max = 65'536;
inline constexpr std::size_t block_cells_max = 1u << 22;

/// True when rows and columns are within the limits.
[[nodiscard]] bool fits_block(const SeriesRows& rows);

/// Appends a block. Precondition: not empty, fits_block().
void encode_block(const SeriesRows& rows, Bytes& out);

/// Reads a block; with `only`, just the columns of that signal (and all rows' times).
/// Errors: `corrupt`.
[[nodiscard]] Result<void> decode_block(ByteView bytes, std::optional<SignalKey> only,
                                        SeriesRows& out);

}  // namespace spindle::store
