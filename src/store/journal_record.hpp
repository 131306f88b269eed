#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "model/observation.hpp"

namespace spindle::store {

/// Layout of journal.db, shared by its writer and its readers.
inline constexpr std::array journal_layout{
    // directory: for each batch varint machine, varint size in body; then its CRC-32.
    "CREATE TABLE commits(first_sequence INTEGER PRIMARY KEY, batches INTEGER NOT NULL,"
    "                     directory BLOB NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1), synced_through INTEGER NOT NULL);"
    "INSERT INTO mark VALUES(1, 0);"};

inline constexpr std::size_t journal_row_bytes = 1u << 20;  ///< A row is closed when it is past.
inline constexpr std::size_t journal_row_batches_max = 4096;

struct DirectoryEntry {
  MachineKey machine{};
  std::size_t offset = 0;  ///< In the body.
  std::size_t size = 0;
};

/// Writes one entry of a directory.
inline void put_entry(Bytes& out, MachineKey machine, std::size_t size) {
  ByteWriter writer(out);
  writer.varint(static_cast<std::uint32_t>(machine));
  writer.varint(size);
}

inline void close_directory(Bytes& out) {
  const auto sum = crc32(out);
  ByteWriter(out).u32_le(sum);
}

/// nullopt when the directory is damaged.
inline std::optional<std::vector<DirectoryEntry>> read_directory(ByteView bytes,
                                                                 std::uint64_t batches) {
  if (bytes.size() < 4) return std::nullopt;
  const auto front = bytes.first(bytes.size() - 4);
  if (ByteReader(bytes.last(4)).u32_le() != crc32(front)) return std::nullopt;
  std::vector<DirectoryEntry> out;
  ByteReader reader(front);
  std::size_t offset = 0;
  while (!reader.at_end()) {
    DirectoryEntry entry;
    entry.machine = static_cast<MachineKey>(static_cast<std::uint32_t>(reader.varint()));
    entry.offset = offset;
    entry.size = reader.varint();
    if (!reader.ok() || entry.size > (1u << 30)) return std::nullopt;
    offset += entry.size;
    out.push_back(entry);
  }
  if (out.size() != batches) return std::nullopt;
  return out;
}

}  // namespace spindle::store
