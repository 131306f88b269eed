#include "store/history_check.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "store/block_format.hpp"
#include "store/history_compare.hpp"
#include "store/history_log.hpp"
#include "store/rollup_files.hpp"
#include "store/segments.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Nothing when the block is what its row says.
std::string fault_of(const Statement& row, SegmentReader& segments, Bytes& bytes) {
  const SegmentPlace place{static_cast<std::uint32_t>(row.integer(7)),
                           static_cast<std::uint32_t>(row.integer(5)), row.unsigned_integer(4)};
  if (auto read = segments.read(place, bytes); !read) return read.error().what;
  BlockHead head;
  SeriesRows rows;
  if (auto read = decode_block(bytes, head, rows); !read) return read.error().what;
  if (head.rows != row.unsigned_integer(3) || us(head.from) != row.integer(1) ||
      us(head.to) != row.integer(2) ||
      static_cast<std::int64_t>(head.name.machine) != row.integer(8))
    return "does not fit the table";
  return {};
}

/// Whole records first, so that garbage that was damaged is told from what is needed.
void check_records(SegmentReader& reader, const std::string& name, const std::string& prefix,
                   const std::function<void(std::string)>& problem) {
  auto scan = reader.scan({}, [](const SegmentRecord&) { return true; });
  if (!scan)
    problem(std::move(scan.error().what));
  else if (scan->damaged_bytes + scan->torn_bytes > 0)
    problem(fmt::format("{}: {} bytes of its {} files cannot be read", name,
                        scan->damaged_bytes + scan->torn_bytes, prefix));
}

}  // namespace

std::uint64_t check_history_blocks(Database& history, const std::filesystem::path& folder,
                                   const std::function<void(std::string)>& problem) {
  const auto name = history.file().string();
  std::uint64_t sound = 0;
  std::map<std::int64_t, std::unique_ptr<SegmentReader>> readers;
  for (std::size_t n = 0; n < history_classes; ++n) {
    const auto prefix = class_prefix(static_cast<HistoryClass>(n));
    auto reader = std::make_unique<SegmentReader>(Disk::system(), folder / history_folder, prefix);
    check_records(*reader, name, prefix, problem);
    readers[static_cast<std::int64_t>(n)] = std::move(reader);
  }
  const auto segments = folder / history_folder;
  for (const auto* prefix : {flush_prefix, rollup_prefix}) {
    SegmentReader reader(Disk::system(), segments, prefix);
    check_records(reader, name, prefix, problem);
  }
  if (auto ok = check_rollup_rows(history, Disk::system(), segments, problem); !ok)
    problem(std::move(ok.error().what));
  if (auto ok = compare_history_index(history, Disk::system(), segments, problem); !ok)
    problem(std::move(ok.error().what));
  auto blocks = history.prepare(
      "SELECT block.id, block.from_us, block.to_us, rows, at, size, file.class, number, machine"
      " FROM block LEFT JOIN file ON file.id = block.file"
      " LEFT JOIN series ON series.id = block.series");
  if (!blocks) {
    problem(std::move(blocks.error().what));
    return sound;
  }
  Bytes bytes;
  for (;;) {
    auto row = blocks->step();
    if (!row) {
      problem(std::move(row.error().what));
      return sound;
    }
    if (!*row) return sound;
    const auto reader = readers.find(blocks->integer(6));
    const auto fault = reader == readers.end() || blocks->is_null(6) || blocks->is_null(8)
                           ? std::string("its file or series is not known")
                           : fault_of(*blocks, *reader->second, bytes);
    if (fault.empty())
      ++sound;
    else
      problem(fmt::format("{}: block {} of machine {}: {}; its values are left out of every answer",
                          name, blocks->integer(0), blocks->integer(8), fault));
  }
}

}  // namespace spindle::store
