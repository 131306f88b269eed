#include "store/history_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/history_layout.hpp"
#include "store/rollup_files.hpp"

namespace spindle::store {
namespace {

constexpr std::uint64_t staged_max = 1u << 20;
constexpr std::uint64_t flush_file_bytes = 4u << 20;
constexpr std::uint64_t bytes_worth_rewriting = 64u << 10;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at_us(std::int64_t t) { return Instant{Duration{t}}; }
std::int64_t key(HistoryClass kind) { return static_cast<std::int64_t>(kind); }

Instant written_at(const std::filesystem::path& path) {
  std::error_code none;
  const auto time = std::filesystem::last_write_time(path, none);
  if (none) return {};
  return std::chrono::time_point_cast<Duration>(std::chrono::file_clock::to_sys(time));
}

}  // namespace

Result<std::unique_ptr<HistoryFiles>> HistoryFiles::open(Database& database, Disk& disk,
                                                         const std::filesystem::path& folder,
                                                         std::uint64_t file_bytes) {
  std::unique_ptr<HistoryFiles> files(new HistoryFiles(database, disk, folder));
  const auto open_writer = [&](const std::string& prefix, std::uint64_t bytes,
                               std::unique_ptr<SegmentWriter>& to) -> Result<void> {
    auto writer = SegmentWriter::open(disk, folder, {.prefix = prefix, .file_bytes = bytes});
    if (!writer && writer.error().code == Errc::corrupt) {
      // A newest file of which nothing can be read: out of the way, the others are sound.
      auto known = list_segments(disk, folder, prefix);
      if (!known) return fail(std::move(known.error()));
      const auto path = segment_path(folder, prefix, known->back().number);
      auto aside = path;
      aside += ".damaged";
      if (auto ok = disk.rename(path, aside); !ok) return ok;
      writer = SegmentWriter::open(disk, folder, {.prefix = prefix, .file_bytes = bytes});
    }
    if (!writer) return fail(std::move(writer.error()));
    to = std::move(*writer);
    return {};
  };
  for (std::size_t n = 0; n < history_classes; ++n) {
    const auto prefix = class_prefix(static_cast<HistoryClass>(n));
    if (auto ok = open_writer(prefix, file_bytes, files->writers_[n]); !ok)
      return fail(std::move(ok.error()));
    files->readers_.push_back(std::make_unique<SegmentReader>(disk, folder, prefix));
  }
  if (auto ok = open_writer(flush_prefix, flush_file_bytes, files->flushes_); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = open_writer(rollup_prefix, file_bytes, files->rollups_); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = files->load(); !ok) return fail(std::move(ok.error()));
  if (auto ok = files->remove_dropped(); !ok) return fail(std::move(ok.error()));
  return files;
}

Result<void> HistoryFiles::load() {
  files_.clear();
  auto statement =
      database_.prepare("SELECT id, class, number, bytes, live_bytes, from_us, to_us FROM file");
  if (!statement) return fail(std::move(statement.error()));
  for (;;) {
    auto row = statement->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
    files_[statement->integer(0)] = {static_cast<HistoryClass>(statement->integer(1)),
                                     static_cast<std::uint32_t>(statement->integer(2)),
                                     statement->unsigned_integer(3),
                                     statement->unsigned_integer(4),
                                     at_us(statement->integer(5)),
                                     at_us(statement->integer(6)),
                                     false,
                                     {}};
  }
}

std::int64_t HistoryFiles::file_id(HistoryClass kind, std::uint32_t number) {
  for (auto at = files_.rbegin(); at != files_.rend(); ++at)
    if (at->second.kind == kind && at->second.number == number) return at->first;
  const auto id = files_.empty() ? 1 : files_.rbegin()->first + 1;
  files_[id] = {kind, number, 0, 0, Instant::max(), Instant::min(), true, {}};
  return id;
}

std::int64_t HistoryFiles::id_of(const HistoryFile& file) const {
  for (const auto& [id, one] : files_)
    if (one.kind == file.kind && one.number == file.number) return id;
  return 0;
}

Result<HistoryFiles::Place> HistoryFiles::add(HistoryClass kind, ByteView body, Instant from,
                                              Instant to) {
  const auto n = static_cast<std::size_t>(kind);
  if (staged_[n] >= staged_max) {
    if (auto ok = writers_[n]->commit(); !ok) return fail(std::move(ok.error()));
    staged_[n] = 0;
  }
  auto place = writers_[n]->stage(body);
  if (!place) return fail(std::move(place.error()));
  staged_[n] += body.size();
  if (!began_[n]) began_[n] = *place;
  const auto id = file_id(kind, place->file);
  auto& file = files_[id];
  file.bytes = place->at + segment_head_bytes + body.size();
  file.live_bytes += segment_head_bytes + body.size();
  file.from = std::min(file.from, from);
  file.to = std::max(file.to, to);
  file.reaches.reset();
  file.changed = true;
  return Place{id, place->at, static_cast<std::uint32_t>(body.size())};
}

Result<void> HistoryFiles::read(const Place& place, Bytes& out) {
  const auto known = files_.find(place.file);
  if (known == files_.end()) return fail(Errc::refused, "history: a block's file is not known");
  const auto n = static_cast<std::size_t>(known->second.kind);
  if (std::exchange(staged_[n], 0) > 0)
    if (auto ok = writers_[n]->commit(); !ok) return ok;
  return readers_[n]->read({known->second.number, place.size, place.at}, out);
}

Result<void> HistoryFiles::forget(const Place& place) {
  const auto known = files_.find(place.file);
  if (known == files_.end()) return {};
  auto& file = known->second;
  file.live_bytes -= std::min<std::uint64_t>(file.live_bytes, segment_head_bytes + place.size);
  file.changed = true;
  gone_.push_back({file.kind, file.number, place.at});
  return {};
}

Result<void> HistoryFiles::write(FlushRecord& record) {
  record.gone = gone_;
  record.stretches.clear();
  for (std::size_t n = 0; n < history_classes; ++n) {
    if (!began_[n]) continue;
    if (auto ok = writers_[n]->commit(Durability::power); !ok) return ok;
    if (auto ok = writers_[n]->sync(); !ok) return ok;
    staged_[n] = 0;
    record.stretches.push_back(
        {static_cast<HistoryClass>(n), {began_[n]->file, 0, began_[n]->at}, writers_[n]->end()});
  }
  Bytes bytes;
  encode_flush(record, bytes);
  if (auto place = flushes_->stage(bytes); !place) return fail(std::move(place.error()));
  if (auto ok = flushes_->commit(Durability::power); !ok) return ok;
  auto put = database_.prepare("INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?, ?, ?, ?)");
  if (!put) return fail(std::move(put.error()));
  for (auto& [id, file] : files_) {
    if (!file.changed) continue;
    put->bind(1, id);
    put->bind(2, key(file.kind));
    put->bind(3, std::uint64_t{file.number});
    put->bind(4, file.bytes);
    put->bind(5, file.live_bytes);
    put->bind(6, us(file.from));
    put->bind(7, us(file.to));
    if (auto ok = put->run(); !ok) return ok;
    file.changed = false;
  }
  began_ = {};
  gone_.clear();
  return {};
}

Result<void> HistoryFiles::abandon() {
  for (auto& writer : writers_) writer->discard();
  flushes_->discard();
  began_ = {};
  staged_ = {};
  gone_.clear();
  return load();
}

/// Hours that are due wait, and days that are due for each hour that has no minutes of its own: few
/// rows are made into a day only. What lies after a machine's last word was stamped by a clock that
/// was wrong, and is not waited for.
Result<bool> HistoryFiles::waits_for_rollups(std::int64_t id, File& file) {
  if (!file.reaches) {
    auto rows = database_.prepare(
        fmt::format("SELECT (SELECT machine FROM series WHERE series.id = block.series) AS whose,"
                    " min(from_us), max(to_us) FROM{} GROUP BY whose",
                    blocks_of_file));
    if (!rows) return fail(std::move(rows.error()));
    rows->bind(1, id);
    std::vector<Reach> reaches;
    for (;;) {
      auto row = rows->step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      reaches.push_back({static_cast<MachineKey>(rows->integer(0)), at_us(rows->integer(1)),
                         at_us(rows->integer(2))});
    }
    file.reaches = std::move(reaches);
  }
  auto waits = database_.prepare(
      "WITH RECURSIVE due AS (SELECT level, from_us FROM rollup_due WHERE machine = ?1 AND level "
      "<= 2 AND"
      "  from_us <= ?3 AND from_us > ?2 - (CASE level WHEN 1 THEN 3600000000 ELSE 86400000000 END)"
      "  AND from_us <= ifnull((SELECT time_us FROM heard WHERE machine = ?1), ?3)),"
      " hour(f, t) AS (SELECT max(from_us, ?2 - (?2 % 3600000000 + 3600000000) % 3600000000),"
      "   min(from_us + 86400000000, ?3 + 1) FROM due WHERE level = 2"
      "  UNION ALL SELECT f + 3600000000, t FROM hour WHERE f + 3600000000 < t)"
      " SELECT EXISTS(SELECT 1 FROM due WHERE level = 1) OR EXISTS(SELECT 1 FROM hour WHERE f < t"
      "  AND NOT EXISTS(SELECT 1 FROM rollup WHERE machine = ?1 AND level = 1 AND from_us = f))");
  if (!waits) return fail(std::move(waits.error()));
  for (const auto& reach : *file.reaches) {
    waits->bind(1, static_cast<std::int64_t>(reach.machine));
    waits->bind(2, us(reach.from));
    waits->bind(3, us(reach.to));
    auto row = waits->step();
    if (!row) return fail(std::move(row.error()));
    if (waits->integer(0) != 0) return true;
    waits->reset();
  }
  return false;
}

Result<void> HistoryFiles::begin_next(HistoryClass kind) {
  return writer(kind).end().file == 0 ? Result<void>{} : writer(kind).begin_next();
}

void HistoryFiles::set_file_bytes(std::uint64_t bytes) {
  for (auto& writer : writers_) writer->set_file_bytes(bytes);
  rollups_->set_file_bytes(bytes);
}

HistoryFile HistoryFiles::raw_file(const File& file) {
  return {.number = file.number,
          .kind = file.kind,
          .bytes = file.bytes,
          .live_bytes = file.live_bytes,
          .from = file.from,
          .to = file.to};
}

Result<std::vector<HistoryFile>> HistoryFiles::list() {
  std::vector<HistoryFile> out;
  // What came late, or is older than the roll-ups, reaches nobody knows yet how far.
  auto unknown = database_.scalar(
      "SELECT EXISTS(SELECT 1 FROM rollup_late)"
      " OR EXISTS(SELECT 1 FROM series WHERE machine NOT IN (SELECT machine FROM rollup_machine))");
  if (!unknown) return fail(std::move(unknown.error()));
  for (auto& [id, file] : files_) {
    const bool newest = file.number == writer(file.kind).end().file;
    bool waits = *unknown != 0 || newest;
    if (!waits) {
      auto asked = waits_for_rollups(id, file);
      if (!asked) return fail(std::move(asked.error()));
      waits = *asked;
    }
    auto one = raw_file(file);
    one.newest = newest;
    one.rolled_up = !waits;
    one.written = written_at(segment_path(folder_, class_prefix(file.kind), file.number));
    out.push_back(one);
  }
  auto reach =
      database_.prepare("SELECT file, min(from_us), max(from_us) FROM rollup GROUP BY file");
  if (!reach) return fail(std::move(reach.error()));
  std::map<std::int64_t, std::pair<Instant, Instant>> reaches;
  for (;;) {
    auto row = reach->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    reaches[reach->integer(0)] = {at_us(reach->integer(1)), at_us(reach->integer(2))};
  }
  auto rollups = list_segments(disk_, folder_, rollup_prefix);
  if (!rollups) return fail(std::move(rollups.error()));
  for (const auto& [number, bytes] : *rollups) {
    const auto known = reaches.find(number);
    const auto [from, to] =
        known == reaches.end() ? std::pair(Instant{}, Instant{}) : known->second;
    out.push_back({.number = number,
                   .rollup = true,
                   .newest = number == rollups_->end().file,
                   .rolled_up = true,
                   .bytes = bytes,
                   .live_bytes = bytes,
                   .from = from,
                   .to = to});
  }
  return out;
}

Result<void> HistoryFiles::drop(const HistoryFile& file) {
  const auto run = [&](std::string_view sql, std::int64_t a,
                       std::optional<std::string_view> text = {}) -> Result<void> {
    auto statement = database_.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    statement->bind(1, a);
    if (text) statement->bind(2, *text);
    return statement->run();
  };
  const auto prefix = file.rollup ? std::string(rollup_prefix) : class_prefix(file.kind);
  if (file.number == (file.rollup ? *rollups_ : writer(file.kind)).end().file)
    return fail(Errc::invalid, "history: the newest file of a class is being written; it stays");
  if (auto ok =
          run("INSERT OR IGNORE INTO dropped(number, prefix) VALUES(?, ?)", file.number, prefix);
      !ok)
    return ok;
  if (file.rollup) return run("DELETE FROM rollup WHERE file = ?", file.number);
  const auto id = id_of(file);
  if (id == 0) return {};
  if (auto ok = run(
          fmt::format("DELETE FROM tail WHERE block IN (SELECT id FROM{})", blocks_of_file), id);
      !ok)
    return ok;
  if (auto ok = run(fmt::format("DELETE FROM{}", blocks_of_file), id); !ok) return ok;
  if (auto ok = run("DELETE FROM file WHERE id = ?", id); !ok) return ok;
  files_.erase(id);
  return {};
}

Result<void> HistoryFiles::remove_dropped() {
  std::vector<std::pair<std::string, std::uint32_t>> dropped;
  {
    auto statement = database_.prepare("SELECT prefix, number FROM dropped");
    if (!statement) return fail(std::move(statement.error()));
    for (;;) {
      auto row = statement->step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      dropped.emplace_back(statement->text(0), static_cast<std::uint32_t>(statement->integer(1)));
    }
  }
  if (dropped.empty()) return {};
  // A power cut may take the newest transactions, but brings no file back: first the index that
  // does without it is safe, then the file goes; and it is gone before it is forgotten.
  if (auto ok = database_.write_through(); !ok) return ok;
  for (const auto& [prefix, number] : dropped)
    if (auto ok = disk_.remove(segment_path(folder_, prefix, number)); !ok) return ok;
  if (auto ok = disk_.sync_folder(folder_); !ok) return ok;
  return database_.execute("DELETE FROM dropped");
}

Result<std::optional<HistoryFile>> HistoryFiles::mostly_garbage() {
  for (const auto& [id, file] : files_) {
    if (file.number == writer(file.kind).end().file || file.bytes < bytes_worth_rewriting) continue;
    if (file.live_bytes * 4 >= file.bytes) continue;
    return raw_file(file);
  }
  return std::nullopt;
}

Result<void> HistoryFiles::seal() {
  for (auto& writer : writers_)
    if (auto ok = writer->seal(); !ok) return ok;
  if (auto ok = flushes_->seal(); !ok) return ok;
  return rollups_->seal();
}

}  // namespace spindle::store
