#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// A Batch as bytes: what the journal keeps. Lossless, to the last bit of a NaN. Version 2 is
/// written; version 1 is read as well. Whoever keeps the bytes guards them with a checksum.
///
///   u8        version, 2
///   varint    machine key
///   varint    size of the text pool, then its bytes
///   varint    number of scans
///   varint    number of observations
///   sections until all scans are there: scans in a row of one kind, group and layout (same
///   signals, kinds and qualities), written column by column:
///     u8        bits 0-2 kind; 3 device times given; 4 notes given; 5 received differs from time;
///               6 group differs from the section before (0 before the first); 7 same layout
///     varint    (scans − 1) << 1 | all were received at the same time
///     varint    group, when bit 6
///     layout, unless bit 7 (then that of the section before):
///       varint    number of observations
///       runs of signals until all are named: zigzag first − expected, varint length − 1;
///                 keys ascend by one in a run, expected is the key after the last run (0 at first)
///       runs of types until all are named: u8 kind | quality << 3, varint length − 1
///     times     time; above is that of the scan before (1970 before the first)
///     when bit 5: zigzag received − time of the first scan, when all were received at the same
///               time; else times received − time; above is 0
///     times     device − time, when bit 3; above is 0
///     text      note, of each scan, when bit 4
///     values:
///       bits      a bit for each column of numbers and bools (lowest first, whole bytes): its
///       first
///                 value differs from the one above
///       bits      the same: its values differ from each other; only with two scans or more
///       runs of decimals for the columns of reals with one of the two bits: u8 decimals |
///                 (length − 1) << 4; decimals 0 to 9, or 15 for reals kept as their bits
///       for each column with one of the two bits:
///         integers, bools as 0 and 1, and reals as whole numbers (value × 10^decimals):
///           zigzag    first − above (modulo 2^64), when the first bit
///           u8        width, then packed zigzag differences to the value before, when the second
///         reals as their bits: for the first value, when the first bit, and for each other one,
///           when the second: u8 bytes skipped at the low end << 4 | bytes kept, then those bytes
///           of bits XOR bits before, little-endian
///       text      of each text value, scan by scan
///     "above" is the same observation of the last scan before when bit 7, else 0; for reals as
///     whole numbers 0 as well when that value has more decimals
///
///   text: zigzag offset − end of the text before (0 at first), varint length
///   times: zigzag first − above; with two scans or more: zigzag smallest step, u8 width (bit 7: in
///     ms, not µs), packed steps − smallest step
///   packed: numbers of `width` bits, the lowest first, in whole bytes
///
/// A real is kept as a whole number only when dividing by 10^decimals gives back its very bits.
///
/// Version 1 differs from the number of scans on: a scan is a section of its own (its flags the
/// same, no count), its times are zigzag differences to the time before and to its own time, its
/// bools are bits before all other values, integers zigzag differences, reals bits XOR those above;
/// and a CRC-32 of all before, little-endian, ends it.
///
/// A reader checks every count, kind, range and the end. Bytes that pass are a batch that may be
/// used without further checks.
inline constexpr std::size_t batch_observations_max = 1'000'000;
inline constexpr std::size_t batch_scans_max = 1'000'000;
inline constexpr std::size_t batch_text_bytes_max = 64u << 20;

/// Appends `batch` to `out`. On error `out` is as it was.
/// Errors: `invalid` when the batch is not sound: scans must tile the observations in order, texts
/// and notes must lie in the pool, and the limits above hold.
[[nodiscard]] Result<void> encode(const Batch& batch, Bytes& out);

/// Reads one batch, reusing the memory of `out`; on error its content is unspecified but valid.
/// Errors: `corrupt`.
[[nodiscard]] Result<void> decode(ByteView bytes, Batch& out);

}  // namespace spindle::store
