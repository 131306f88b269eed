#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// A Batch as bytes, version 1: what the journal keeps. Lossless, to the last bit of a NaN.
///
///   u8        version, 1
///   varint    machine key
///   varint    size of the text pool, then its bytes
///   varint    number of scans
///   varint    number of observations
///   scans, one after the other:
///     u8        bits 0-2 kind; 3 device time given; 4 note given; 5 received differs from time;
///               6 group differs from the scan before (0 before the first); 7 same layout
///     zigzag    time − time of the scan before (1970 before the first), µs
///     zigzag    received − time, when bit 5
///     zigzag    device − time, when bit 3
///     varint    group, when bit 6
///     text      note, when bit 4
///     layout, unless bit 7 (then that of the scan before, same signals, kinds and qualities):
///       varint    number of observations
///       runs of signals until all are named: zigzag first − expected, varint length − 1;
///                 keys ascend by one in a run, expected is the key after the last run (0 at first)
///       runs of types until all are named: u8 kind | quality << 3, varint length − 1
///     values, in order:
///       bool      one bit each, eight to a byte, lowest first, before all others of the scan
///       integers  zigzag difference (modulo 2^64) to the value above
///       real      u8 bytes skipped at the low end << 4 | bytes kept, then those bytes of
///                 bits XOR bits above, little-endian
///       text      text
///     "above" is the same observation of the scan before when bit 7, else 0
///   u32       CRC-32 of all before, little-endian
///
///   text: zigzag offset − end of the text before (0 at first), varint length
///
/// A reader checks the CRC first, then every count, kind, range and the end. Bytes that pass are
/// a batch that may be used without further checks.
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
