#include "store/history_stats.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/block_format.hpp"
#include "store/history.hpp"
#include "store/history_layout.hpp"
#include "store/history_log.hpp"
#include "store/segments.hpp"

namespace spindle::store {
namespace {

/// Of a block, to find its head in; a head of 50 columns has about 2 kB.
constexpr std::uint32_t head_bytes_max = 64u << 10;

Instant at(std::int64_t us) { return Instant{Duration{us}}; }
std::int64_t us_of(Instant t) { return t.time_since_epoch().count(); }

HistoryClass class_of(std::int64_t number) {
  return static_cast<HistoryClass>(std::clamp<std::int64_t>(number, 0, history_classes - 1));
}

std::uint64_t part(std::uint64_t whole, double share) {
  return static_cast<std::uint64_t>(static_cast<double>(whole) * share);
}

struct BlockUse {
  Instant from;
  Instant to;  ///< Of its last row.
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;

  /// Rows and bytes before `t`, as if they lay evenly. Of rising times, so that the differences add
  /// up to all of it.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> before(Instant t) const {
    if (t <= from) return {0, 0};
    if (t > to) return {rows, bytes};
    const auto share =
        static_cast<double>((t - from).count()) / static_cast<double>((to - from).count() + 1);
    return {part(rows, share), part(bytes, share)};
  }
};

}  // namespace

Result<std::unique_ptr<HistoryStats>> HistoryStats::open(const std::filesystem::path& folder,
                                                         Disk& disk) {
  auto database =
      Database::open(folder / History::file_name, {.access = Access::read_only, .vfs = {}});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<HistoryStats> stats(new HistoryStats(folder, disk));
  stats->database_ = std::move(*database);
  const std::pair<Statement*, const char*> statements[] = {
      {&stats->series_, "SELECT id, machine, signal, class FROM series ORDER BY id"},
      {&stats->sums_,
       "SELECT sum(rows), sum(size), min(from_us), max(to_us) FROM block WHERE series = ?"},
      {&stats->newest_,
       "SELECT file.number, block.at, block.size, block.rows FROM block JOIN file ON"
       " file.id = block.file WHERE series = ? ORDER BY block.from_us DESC, block.id DESC LIMIT 1"},
      {&stats->stretch_,
       "SELECT class, from_us, to_us, rows, size FROM series JOIN block ON block.series = series.id"
       " WHERE from_us >= ?1 - span_us_max AND from_us < ?2 AND to_us >= ?1"},
      {&stats->damaged_, "SELECT count(*) FROM damaged_block"}};
  for (const auto& [target, sql] : statements) {
    auto statement = stats->database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return stats;
}

/// Who the rows and bytes of a series belong to, from the head of its newest block.
Result<std::vector<HistoryStats::Share>> HistoryStats::shares(const Series& series) {
  if (series.alone != SignalKey{}) return std::vector<Share>{{series.alone, 1, 1}};
  newest_.bind(1, series.id);
  const Rewind rewind(newest_);
  auto row = newest_.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::vector<Share>{};
  const SegmentPlace place{static_cast<std::uint32_t>(newest_.integer(0)),
                           static_cast<std::uint32_t>(newest_.integer(2)),
                           newest_.unsigned_integer(1)};
  const auto rows = static_cast<double>(std::max<std::int64_t>(1, newest_.integer(3)));
  SegmentReader segments(disk_, folder_ / history_folder, class_prefix(series.kind));
  Bytes bytes;
  BlockHead head;
  if (auto read = segments.read_part(place, 0, std::min(place.size, head_bytes_max), bytes); !read)
    return std::vector<Share>{};
  if (auto read = read_block_head(bytes, place.size, head); !read) return std::vector<Share>{};
  double columns = 0;
  for (const auto& column : head.columns) columns += column.part.size;
  // Head and times are of all columns alike.
  const auto common = (place.size - columns) / static_cast<double>(head.columns.size());
  std::vector<Share> out;
  for (const auto& column : head.columns)
    out.push_back({column.signal, (column.plain ? head.rows : column.summary.said) / rows,
                   (column.part.size + common) / place.size});
  return out;
}

Result<std::vector<SignalUse>> HistoryStats::signals() {
  std::vector<Series> all;
  {
    const Rewind rewind(series_);
    while (true) {
      auto row = series_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      all.push_back({series_.integer(0), MachineKey{static_cast<std::uint32_t>(series_.integer(1))},
                     SignalKey{static_cast<std::uint32_t>(series_.integer(2))},
                     class_of(series_.integer(3))});
    }
  }
  std::unordered_map<std::uint32_t, SignalUse> uses;
  for (const auto& series : all) {
    sums_.bind(1, series.id);
    const Rewind rewind(sums_);
    auto row = sums_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row || sums_.is_null(0)) continue;
    const auto rows = sums_.unsigned_integer(0);
    const auto bytes = sums_.unsigned_integer(1);
    const auto from = at(sums_.integer(2));
    const auto to = at(sums_.integer(3));
    auto shared = shares(series);
    if (!shared) return fail(std::move(shared.error()));
    for (const auto& share : *shared) {
      auto [it, fresh] = uses.try_emplace(static_cast<std::uint32_t>(share.signal));
      auto& use = it->second;
      use.machine = series.machine;
      use.signal = share.signal;
      if (fresh || to >= use.to) use.kind = series.kind;
      use.rows += part(rows, share.rows);
      use.bytes += part(bytes, share.bytes);
      use.from = fresh ? from : std::min(use.from, from);
      use.to = fresh ? to : std::max(use.to, to);
    }
  }
  std::vector<SignalUse> out;
  out.reserve(uses.size());
  for (const auto& [key, use] : uses) out.push_back(use);
  return out;
}

Result<std::vector<StretchUse>> HistoryStats::stretches(std::span<const Instant> edges) {
  if (edges.size() < 2) return std::vector<StretchUse>{};
  std::vector<StretchUse> out(edges.size() - 1);
  stretch_.bind(1, us_of(edges.front()));
  stretch_.bind(2, us_of(edges.back()));
  const Rewind rewind(stretch_);
  while (true) {
    auto row = stretch_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return out;
    const auto kind = static_cast<std::size_t>(class_of(stretch_.integer(0)));
    const BlockUse block{at(stretch_.integer(1)), at(stretch_.integer(2)),
                         stretch_.unsigned_integer(3), stretch_.unsigned_integer(4)};
    auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(
        0, std::ranges::upper_bound(edges, block.from) - edges.begin() - 1));
    for (; i < out.size() && edges[i] <= block.to; ++i) {
      const auto from = block.before(edges[i]);
      const auto to = block.before(edges[i + 1]);
      out[i].rows[kind] += to.first - from.first;
      out[i].bytes[kind] += to.second - from.second;
    }
  }
}

Result<std::uint64_t> HistoryStats::damaged_blocks() {
  const Rewind rewind(damaged_);
  auto row = damaged_.step();
  if (!row) return fail(std::move(row.error()));
  return *row ? damaged_.unsigned_integer(0) : 0;
}

}  // namespace spindle::store
