#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "store/block_slice.hpp"
#include "store/series_rows.hpp"

namespace spindle::store {

/// Blocks, version 3: rows of one series, column by column, each column readable alone. Lossless.
/// The program's history and the binary files it hands out are made of these.
///
///   u8        version, 3
///   u8        level: 0 what was observed; others are roll-ups
///   varint    bytes of the head's rest, up to its checksum
///   varint    machine
///   varint    poll group, 0: a signal alone
///   varint    that signal, 0 for a group
///   varint    rows
///   u8        bit 0: device times follow; bit 1: receive times follow; bit 2: these as differences
///             to the times; bit 3: times never go back
///   zigzag    earliest time, µs since 1970; varint latest − earliest
///   part      the times
///   varint    columns
///   for each column:
///     zigzag    signal − signal of the column before (0 before the first)
///     u8        kind | 8 when its bytes are zstd | decimals << 4
///     u8        bit 0 plain: every row has a good value; bit 1 constant: all values are the same
///               and there is at least one; bit 2: numbers are summed up
///     unless plain: varint rows that speak of it, usable values, good values
///     when constant, unless a text: the value
///     when summed up and kind real without decimals: varint finite values
///     when summed up:
///       unless plain, finite and never going back: varint µs for which a number held (0: unknown)
///       unless constant: the summary
///         whole numbers, decimals, bools:
///                 zigzag least, varints greatest − least, first − least, last − least,
///                 Σ (value − least), Σ (value − least) × µs held
///         doubles: least, greatest, first, last, Σ value, Σ value × µs held, 8 bytes each
///     part      cells and values
///   u32       checksum of all before
///   bytes of the times and of the columns whose parts lie outside, in this order
///
///   part: varint bytes b; up to 32 of them follow here; of more, u32 their checksum, and they lie
///         behind the head
///   times: integers: times; device − time of each row; received (− time) of each row
///   cells and values:
///     unless plain: runs until all rows are named: u8 cell, varint length − 1 (series_rows.hpp)
///     values of the cells that have one, unless constant and no text:
///       bool      lengths of runs, first of false: varint
///       integers  integers
///       real      decimals d > 0: integers value × 10^(d−1), when that gives back every value to
///                 the bit; d = 0: each XOR the one before: 0 and varint length − 1 of the run, or
///                 u8 low bytes skipped << 4 | bytes kept, then those, little-endian
///       text      varint number of different ones, each varint length and bytes; then, unless
///                 constant, integers which of them
///     as zstd: varint bytes when unpacked, one frame
///   value: zigzag of a whole number, of a decimal × 10^(d−1), of a bool; 8 bytes of a double
///   integers: integer_codec.hpp; checksum: checksum.hpp; numbers little-endian; sums of whole
///   numbers may take up to 19 bytes as varint
///
/// Limits, held by writer and reader: rows × (columns + 1), rows alone and the texts, below.
inline constexpr std::uint8_t block_version = 3;
inline constexpr std::size_t block_rows_max = 65'536;
inline constexpr std::size_t block_cells_max = 1u << 22;
/// Of a column when unpacked, and of all texts of a block that is read whole.
inline constexpr std::size_t block_text_bytes_max = 64u << 20;

__extension__ using WideSum = unsigned __int128;

/// What a block is part of.
struct BlockName {
  std::uint8_t level = 0;
  MachineKey machine{};
  std::uint32_t group = 0;
  SignalKey signal{};  ///< Of a signal alone.
  bool operator==(const BlockName&) const = default;
};

/// What a column's values come to. A value holds until the next row of its column, and up to the
/// block's last row; what the machine's silences cut off is not in here.
///
/// Numbers are as they are stored: whole numbers, decimals × 10^(d−1), false and true, or the bits
/// of doubles. Only finite numbers of usable quality are summed up.
struct ColumnSummary {
  std::uint32_t said = 0;     ///< Rows that speak of the signal.
  std::uint32_t usable = 0;   ///< Of these, with a value that is good or uncertain.
  std::uint32_t good = 0;     ///< Of these, good.
  std::uint32_t numbers = 0;  ///< Of the usable ones; all below is of them, and void at 0.
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  WideSum above = 0;           ///< Σ (value − min), of whole numbers.
  WideSum weighted_above = 0;  ///< Σ (value − min) × µs held.
  double real_sum = 0;         ///< Σ value, of doubles.
  double real_weighted = 0;    ///< Σ value × µs held.
  std::uint64_t held = 0;      ///< µs for which a number held; 0 when times go back.
  bool operator==(const ColumnSummary&) const = default;
};

/// Where some bytes of a block are.
struct BlockPart {
  std::uint32_t at = 0;  ///< From the block's start.
  std::uint32_t size = 0;
  std::uint32_t sum = 0;
  bool inside = false;  ///< In the head, whose checksum covers it.
};

struct ColumnHead {
  SignalKey signal{};
  ValueKind kind = ValueKind::none;
  std::uint8_t decimals = 0;
  bool plain = false;
  bool constant = false;
  bool zstd = false;
  std::uint64_t value = 0;  ///< When constant, unless a text.
  BlockPart part;
  ColumnSummary summary;

  /// A stored number as a person knows it: a decimal with its point.
  [[nodiscard]] double number(std::uint64_t stored) const;
  /// Weighted by how long each value held; of no length, over values. Precondition: numbers > 0.
  [[nodiscard]] double mean() const;
};

struct BlockHead {
  BlockName name;
  std::uint32_t rows = 0;
  std::uint8_t flags = 0;
  Instant from{};  ///< Of the earliest row.
  Instant to{};    ///< Of the latest row.
  bool ordered = false;
  BlockPart times;
  std::vector<ColumnHead> columns;
};

/// One column as it is decoded; its memory is reused.
struct DecodedColumn {
  SignalKey signal{};
  ValueKind kind = ValueKind::none;
  std::uint8_t decimals = 0;
  bool constant = false;                ///< One value stands for all rows; no cells.
  std::vector<Cell> cells;              ///< Empty: every row has a good value.
  std::vector<std::uint64_t> values;    ///< Of the cells that have one, as stored.
  std::vector<std::string_view> texts;  ///< Borrow from the block, or from `unpacked`.
  Bytes unpacked;

  [[nodiscard]] ColumnSlice slice() const {
    return {signal, kind, decimals, constant, cells, values, texts};
  }
};

/// True when rows, columns and texts are within the limits.
[[nodiscard]] bool fits_block(const SeriesRows& rows);

/// Whether columns are packed with zstd where that saves a tenth; without it a reader needs no
/// library.
enum class Squeeze : std::uint8_t { no, where_it_pays };

/// Appends a block. Precondition: not empty, fits_block().
void encode_block(const BlockName& name, const SeriesRows& rows, Bytes& out,
                  Squeeze squeeze = Squeeze::where_it_pays);

/// Reads and checks the head of a block. `bytes` is all of it, or its beginning when `whole` bytes
/// are known to be there. Errors: `corrupt`.
[[nodiscard]] Result<void> read_block_head(ByteView bytes, std::size_t whole, BlockHead& out);

/// The rows' times, µs since 1970. Errors: `corrupt`.
[[nodiscard]] Result<void> decode_times(const BlockHead& head, ByteView block,
                                        std::vector<std::int64_t>& out);
/// One column. Errors: `corrupt`.
[[nodiscard]] Result<void> decode_column(const BlockHead& head, const ColumnHead& column,
                                         ByteView block, DecodedColumn& out);

/// Reads a whole block back to the rows it was made from, and its head. Errors: `corrupt`.
[[nodiscard]] Result<void> decode_block(ByteView bytes, BlockHead& head, SeriesRows& out);

}  // namespace spindle::store
