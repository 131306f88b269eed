#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "model/observation.hpp"

/// What one record of the journal's segments holds; shared by its writer and its readers.
///
///   u8        bit 0: the body is compressed; bit 1: its numbers do not follow the record before
///   varint    sequence of the first batch
///   varint    number of batches
///   for each batch: varint machine, varint size in the body
///   varint    size of the body, when it is compressed (zstd)
///   body      the batches (batch_codec.hpp), one after the other
namespace spindle::store {

inline constexpr std::size_t journal_record_bytes = 64u << 10;  ///< Of body; closed when past it.
inline constexpr std::size_t journal_record_batches_max = 4096;

struct DirectoryEntry {
  MachineKey machine{};
  std::size_t size = 0;    ///< In the body.
  std::size_t offset = 0;  ///< In the body.
};

struct JournalRecord {
  std::uint64_t first = 0;  ///< Sequence of the first batch.
  bool jumps = false;       ///< Numbers were left out on purpose before it.
  std::vector<DirectoryEntry> entries;
  std::size_t body_bytes = 0;  ///< Decompressed.
  bool compressed = false;
  ByteView body;  ///< As kept; borrows.

  [[nodiscard]] std::uint64_t end() const { return first + entries.size(); }
};

/// Appends everything before the body. Pre: there is an entry.
inline void put_record_front(Bytes& out, const JournalRecord& record) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>((record.compressed ? 1 : 0) | (record.jumps ? 2 : 0)));
  writer.varint(record.first);
  writer.varint(record.entries.size());
  for (const auto& entry : record.entries) {
    writer.varint(static_cast<std::uint32_t>(entry.machine));
    writer.varint(entry.size);
  }
  if (record.compressed) writer.varint(record.body_bytes);
}

/// Reads a payload into `out`, reusing its memory; false when it does not hold together.
[[nodiscard]] inline bool read_record(ByteView payload, JournalRecord& out) {
  ByteReader reader(payload);
  const auto flags = reader.u8();
  if (flags > 3) return false;
  out.compressed = (flags & 1) != 0;
  out.jumps = (flags & 2) != 0;
  out.first = reader.varint();
  const auto count = reader.varint();
  // An entry takes two bytes at least.
  if (!reader.ok() || out.first == 0 || count == 0 || count > reader.remaining() / 2) return false;
  out.entries.resize(count);
  std::size_t offset = 0;
  for (auto& entry : out.entries) {
    const auto machine = reader.varint();
    entry.size = reader.varint();
    entry.offset = offset;
    if (machine > 0xFFFFFFFF || entry.size > (1u << 31) - offset) return false;
    entry.machine = static_cast<MachineKey>(static_cast<std::uint32_t>(machine));
    offset += entry.size;
  }
  out.body_bytes = offset;
  if (out.compressed && reader.varint() != offset) return false;
  out.body = reader.bytes(reader.remaining());
  return reader.ok() && (out.compressed || out.body.size() == offset);
}

}  // namespace spindle::store
