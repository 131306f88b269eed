#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "store/rollup.hpp"

namespace spindle::store {

/// Roll-ups as bytes, version 1: a record of the segment files rollup-…, which guard it by their
/// checksum. Lossless, but that the sum of a real is rounded to a double.
///
///   u8        version, 1
///   u8        level: 1 minutes of an hour, 2 quarters of a day, 3 hours of 16 days, 4 days of 256
///   varint    machine
///   zigzag    number of the block, in its length since 1970
///   varint    raw rows it was made from
///   integers  common counts, one a row (rollup.hpp, rows_in_block)
///   integers  common known, µs, one a row
///   varint    columns
///   of each column:
///     varint    signal − signal of the column before (0 before the first)
///     u8        kind | (decimals + 2) << 4; decimals −1: reals, −2: texts
///     varint    bytes of this column
///   columns, one after the other:
///     u8        bit 0: counts differ from the common ones; 1: not all good; 2: bad ones came;
///               3: known differs; 4: minima differ from last; 5: maxima do; 6: sums do not follow;
///               7: the last value held on
///     u8        bit 0: times of values known; 1: of some rows they are listed; 2: sums are wide
///     bit 0: integers counts
///     bit 1: integers count − good
///     bit 2: integers bad
///     bit 3: integers known, µs
///     what follows is of the rows in which something came or held:
///     integers  last keys
///     bit 4: integers last − min        not of a text
///     bit 5: integers max − last        not of a text
///     bit 6: integers sum − weight × ⌊(min + max) / 2⌋; weight: known, or the count when that is
///            0; wide: the lower 64 bits of all, then the upper. Of a real: its key. Not of a text
///     text: varint number, each varint length and bytes
///     listed: varint rows, integers their numbers, integers how many values each has, integers
///             all keys, integers all µs. Rows that are not listed have one value, or two that
///             follow from minimum, maximum and sum.
///
///   integers: integer_codec.hpp; keys: rollup.hpp, NumberForm
///
/// Limits, held by writer and reader: rollup_columns_max.
inline constexpr std::size_t rollup_columns_max = 128;

/// Appends the bytes. Precondition: 1 to rollup_columns_max columns, by signal, each with
/// rows_in_block(level) rows.
void encode_rollup(const RollUp& rollup, Bytes& out);

/// What a block says of itself before its columns.
struct RollUpHead {
  MachineKey machine{};
  Level level = Level::minute;
  Instant from{};
  std::uint64_t raw_rows = 0;
  SignalKey first{};
  SignalKey last{};
};
/// Reads as much as says where the block belongs. Errors: `corrupt`.
[[nodiscard]] Result<RollUpHead> read_rollup_head(ByteView bytes);

/// Reads them; with `only`, just the columns of that signal. Errors: `corrupt`.
[[nodiscard]] Result<void> decode_rollup(ByteView bytes, std::optional<SignalKey> only,
                                         RollUp& out);

}  // namespace spindle::store
