#include "store/history_rebuild.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "store/block_format.hpp"
#include "store/folder.hpp"
#include "store/history.hpp"
#include "store/history_layout.hpp"
#include "store/history_log.hpp"
#include "store/named_sets.hpp"
#include "store/rollup_rebuild.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
auto order(const SegmentPlace& place) { return std::pair(place.file, place.at); }

/// Flushes that were completed, as their records say.
Result<std::vector<FlushRecord>> completed_flushes(Disk& disk,
                                                   const std::filesystem::path& segments,
                                                   std::uint64_t& damaged_bytes) {
  std::vector<FlushRecord> out;
  SegmentReader reader(disk, segments, flush_prefix);
  auto scan = reader.scan({}, [&](const SegmentRecord& record) {
    auto flush = decode_flush(record.payload);
    if (!flush) {
      damaged_bytes += record.payload.size();
      return true;
    }
    while (!out.empty() && out.back().number >= flush->number) out.pop_back();
    out.push_back(std::move(*flush));
    return true;
  });
  if (!scan) return fail(std::move(scan.error()));
  damaged_bytes += scan->damaged_bytes;
  return out;
}

/// Writes the rows of an index.
class Index {
 public:
  explicit Index(Database& database) : database_(database), names_(database) {}

  Result<void> run(std::string_view sql, std::initializer_list<std::int64_t> values) {
    auto statement = database_.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    int n = 0;
    for (const auto value : values) statement->bind(++n, value);
    return statement->run();
  }

  Result<void> add(HistoryClass kind, const SegmentPlace& place, const BlockHead& head) {
    auto& file = files_[{kind, place.file}];
    if (file.id == 0) file.id = static_cast<std::int64_t>(files_.size());
    file.bytes = std::max(file.bytes, place.at + segment_head_bytes + place.size);
    file.live += segment_head_bytes + place.size;
    file.from = std::min(file.from, head.from);
    file.to = std::max(file.to, head.to);
    const auto name = std::tuple(head.name.machine, head.name.group, head.name.signal, kind);
    auto& series = series_[name];
    if (series.id == 0) series.id = static_cast<std::int64_t>(series_.size());
    series.span = std::max(series.span, us(head.to) - us(head.from));
    for (const auto& column : head.columns)
      if (series.signals.insert(column.signal).second)
        if (auto ok = run("INSERT OR IGNORE INTO signal_series VALUES(?, ?)",
                          {static_cast<std::int64_t>(column.signal), series.id});
            !ok)
          return ok;
    std::int64_t named = 0;
    if (head.name.group != 0) {
      std::vector<SignalKey> signals;
      for (const auto& column : head.columns) signals.push_back(column.signal);
      auto set = names_.note(series.id, signals, head.from);
      if (!set) return fail(std::move(set.error()));
      named = *set;
    }
    return run("INSERT INTO block VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
               {series.id, us(head.from), next_block_++, us(head.to), head.rows, file.id,
                static_cast<std::int64_t>(place.at), place.size, named});
  }

  Result<void> finish(const FlushRecord& last) {
    for (const auto& [name, series] : series_)
      if (auto ok = run("INSERT INTO series VALUES(?, ?, ?, ?, ?, ?)",
                        {series.id, static_cast<std::int64_t>(std::get<0>(name)), std::get<1>(name),
                         static_cast<std::int64_t>(std::get<2>(name)),
                         static_cast<std::int64_t>(std::get<3>(name)), series.span});
          !ok)
        return ok;
    for (const auto& [name, file] : files_)
      if (auto ok = run("INSERT INTO file VALUES(?, ?, ?, ?, ?, ?, ?)",
                        {file.id, static_cast<std::int64_t>(name.first), name.second,
                         static_cast<std::int64_t>(file.bytes),
                         static_cast<std::int64_t>(file.live), us(file.from), us(file.to)});
          !ok)
        return ok;
    if (auto ok = run("UPDATE cursor SET sequence = ?", {static_cast<std::int64_t>(last.cursor)});
        !ok)
      return ok;
    return run("UPDATE state SET next_block = ?, flushes = ?",
               {next_block_, static_cast<std::int64_t>(last.number)});
  }

  [[nodiscard]] std::uint64_t blocks() const { return static_cast<std::uint64_t>(next_block_) - 1; }

 private:
  struct File {
    std::int64_t id = 0;
    std::uint64_t bytes = 0;
    std::uint64_t live = 0;
    Instant from = Instant::max();
    Instant to = Instant::min();
  };
  struct Series {
    std::int64_t id = 0;
    std::int64_t span = 0;
    std::set<SignalKey> signals;
  };
  Database& database_;
  NamedSets names_;
  std::map<std::pair<HistoryClass, std::uint32_t>, File> files_;
  std::map<std::tuple<MachineKey, std::uint32_t, SignalKey, HistoryClass>, Series> series_;
  std::int64_t next_block_ = 1;
};

Result<void> add_class(HistoryClass kind, Disk& disk, const std::filesystem::path& segments,
                       const std::vector<FlushRecord>& flushes,
                       const std::set<FlushRecord::Gone>& gone, Index& index,
                       std::uint64_t& damaged_bytes) {
  std::vector<FlushRecord::Stretch> stretches;
  for (const auto& flush : flushes)
    for (const auto& stretch : flush.stretches)
      if (stretch.kind == kind) stretches.push_back(stretch);
  std::ranges::sort(stretches, {}, [](const auto& one) { return order(one.from); });
  SegmentReader reader(disk, segments, class_prefix(kind));
  Result<void> failure;
  BlockHead head;
  std::size_t next = 0;
  auto scan = reader.scan({}, [&](const SegmentRecord& record) {
    while (next < stretches.size() && order(stretches[next].to) <= order(record.place)) ++next;
    // Bytes of a flush that came to nothing.
    if (next == stretches.size() || order(record.place) < order(stretches[next].from)) return true;
    if (gone.contains({kind, record.place.file, record.place.at})) return true;
    if (!read_block_head(record.payload, record.payload.size(), head)) {
      damaged_bytes += record.payload.size();
      return true;
    }
    failure = index.add(kind, record.place, head);
    return failure.has_value();
  });
  if (!failure) return failure;
  if (!scan) return fail(std::move(scan.error()));
  damaged_bytes += scan->damaged_bytes;
  return {};
}

Result<bool> has_old_blocks(Database& history) {
  auto table = history.scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'old_block'");
  if (!table) return fail(std::move(table.error()));
  if (*table == 0) return false;
  auto any = history.scalar("SELECT EXISTS(SELECT 1 FROM old_block)");
  if (!any) return fail(std::move(any.error()));
  return *any != 0;
}

}  // namespace

Result<RestoredIndex> restore_history_index(Database& history, Disk& disk,
                                            const std::filesystem::path& segments) {
  RestoredIndex out;
  auto known = history.scalar("SELECT flushes FROM state");
  if (!known) return fail(std::move(known.error()));
  if (*known > 0) return out;
  // The first turn of a conversion came to nothing: what it wrote is still in the old layout, too.
  auto converting = has_old_blocks(history);
  if (!converting) return fail(std::move(converting.error()));
  if (*converting) return out;
  auto flushes = completed_flushes(disk, segments, out.damaged_bytes);
  if (!flushes) return fail(std::move(flushes.error()));
  if (flushes->empty()) return out;
  std::set<FlushRecord::Gone> gone;
  for (const auto& flush : *flushes) gone.insert(flush.gone.begin(), flush.gone.end());
  auto transaction = Transaction::begin(history);
  if (!transaction) return fail(std::move(transaction.error()));
  Index index(history);
  for (std::size_t kind = 0; kind < history_classes; ++kind)
    if (auto ok = add_class(static_cast<HistoryClass>(kind), disk, segments, *flushes, gone, index,
                            out.damaged_bytes);
        !ok)
      return fail(std::move(ok.error()));
  for (const auto& flush : *flushes) {
    for (const auto& [machine, moment] : flush.silences)
      if (auto ok = index.run("INSERT OR IGNORE INTO silence VALUES(?, ?)",
                              {static_cast<std::int64_t>(machine), us(moment)});
          !ok)
        return fail(std::move(ok.error()));
    for (const auto& [machine, moment] : flush.heard)
      if (auto ok = index.run("INSERT OR REPLACE INTO heard VALUES(?, ?)",
                              {static_cast<std::int64_t>(machine), us(moment)});
          !ok)
        return fail(std::move(ok.error()));
  }
  if (auto ok = index.finish(flushes->back()); !ok) return fail(std::move(ok.error()));
  auto rollups = restore_rollup_index(history, disk, segments);
  if (!rollups) return fail(std::move(rollups.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  out.blocks = index.blocks();
  out.rollups = rollups->blocks;
  out.damaged_bytes += rollups->damaged_bytes;
  out.cursor = flushes->back().cursor;
  return out;
}

Result<RestoredIndex> rebuild_history_index(const std::filesystem::path& folder, Instant now) {
  const auto file = folder / History::file_name;
  if (std::filesystem::exists(file))
    if (auto moved = set_aside(file, now); !moved) return fail(std::move(moved.error()));
  auto database = Database::open(file, {.page_size = 1024});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  return restore_history_index(**database, Disk::system(), folder / history_folder);
}

}  // namespace spindle::store
