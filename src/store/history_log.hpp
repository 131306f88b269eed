#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "model/history_policy.hpp"
#include "model/observation.hpp"
#include "store/segments.hpp"

namespace spindle::store {

/// Folder of the history's segment files, in the data folder.
inline constexpr const char* history_folder = "history";
/// Prefix of the files that say which flushes there were.
inline constexpr const char* flush_prefix = "flush";
inline constexpr std::size_t history_classes = 4;

/// `state`, `counter`, … : raw blocks lie in files of their class.
[[nodiscard]] std::string class_prefix(HistoryClass kind);

/// A record of the flush files: what one flush added and took away. With them the whole of
/// history.db can be made again from the segment files (history_rebuild.hpp).
///
///   u8      'F'
///   u8      version, 1
///   varint  number of the flush: one more than that of the flush before. A record makes all
///           earlier records of the same or a higher number void: those flushes never were
///   varint  the last journal batch in the history after it
///   varint  stretches; each u8 class, varints file and offset where it begins, file and offset
///           where it ends: all blocks in it belong to this flush
///   varint  blocks taken away; each u8 class, varints file and offset
///   varint  silences; each varint machine, zigzag µs
///   varint  machines heard; each varint machine, zigzag µs
struct FlushRecord {
  struct Stretch {
    HistoryClass kind{};
    SegmentPlace from;
    SegmentPlace to;  ///< The first place behind it.
    bool operator==(const Stretch&) const = default;
  };
  struct Gone {
    HistoryClass kind{};
    std::uint32_t file = 0;
    std::uint64_t at = 0;
    auto operator<=>(const Gone&) const = default;
  };
  using Moment = std::pair<MachineKey, Instant>;

  std::uint64_t number = 0;
  std::uint64_t cursor = 0;
  std::vector<Stretch> stretches;
  std::vector<Gone> gone;
  std::vector<Moment> silences;
  std::vector<Moment> heard;
  bool operator==(const FlushRecord&) const = default;
};

void encode_flush(const FlushRecord& record, Bytes& out);
/// Errors: `corrupt`.
[[nodiscard]] Result<FlushRecord> decode_flush(ByteView bytes);

}  // namespace spindle::store
