#pragma once

#include <memory>

#include "exchange/reader.hpp"
#include "exchange/source.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

/// The blocks the history itself is made of, one after the other: the smallest form, and the
/// fastest to read. docs/read_history.py reads it with nothing but Python.
///
///   8 bytes   53 50 49 4e 44 4c 45 01: `SPINDLE`, version 1
///   records, each
///     u8        what it is: `N`, `B`, `E`
///     u32       bytes of its content
///     u32       CRC-32 (IEEE 802.3) of its content
///     content
///
///   N names     UTF-8 JSON: {"machines":{"1":"vmc-1"},"signals":{"1":{"machine":1,"id":"power",
///               "unit":"kW"}}}; what the numbers of the blocks that follow stand for. There may be
///               further ones, each for numbers that are new.
///   B block     store/block_format.hpp, level 0, without zstd. Machine and signals are the numbers
///               of the names; a signal whose unit changed has several.
///   E end       u64 values in the file. A file without it was cut off.
///
/// Numbers little-endian. A record holds at most 64 MiB.
[[nodiscard]] std::unique_ptr<Writer> make_binary_writer(const WriterOptions& options);
[[nodiscard]] std::unique_ptr<Reader> make_binary_reader(std::unique_ptr<Source> source);

}  // namespace spindle::exchange
