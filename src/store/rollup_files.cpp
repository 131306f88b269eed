#include "store/rollup_files.hpp"

#include <utility>

#include "store/rollup_codec.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

Result<std::unique_ptr<RollUpFiles>> RollUpFiles::open(Database& history, Disk& disk,
                                                       const std::filesystem::path& segments) {
  std::unique_ptr<RollUpFiles> files(new RollUpFiles(disk, segments));
  const std::pair<Statement*, const char*> statements[] = {
      {&files->blocks_,
       "SELECT DISTINCT from_us FROM rollup WHERE machine = ? AND level = ? AND from_us >= ?"
       " AND from_us < ? ORDER BY from_us"},
      {&files->dues_, "SELECT level, from_us FROM rollup_due WHERE machine = ?"},
      {&files->late_, "SELECT min(from_us) FROM rollup_late WHERE machine = ?"},
      {&files->place_,
       "SELECT first, last, file, at, size FROM rollup WHERE machine = ? AND level = ?"
       " AND from_us = ? AND first <= ? ORDER BY first DESC LIMIT 1"},
      {&files->places_,
       "SELECT file, at, size FROM rollup WHERE machine = ? AND level = ? AND from_us = ?"
       " ORDER BY first"}};
  for (const auto& [target, sql] : statements) {
    auto statement = history.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return files;
}

Result<RollUpCover> RollUpFiles::cover(MachineKey machine, Interval when, Level finest,
                                       std::optional<Instant> unwritten) {
  RollUpCover cover;
  const auto number = static_cast<std::int64_t>(machine);
  constexpr std::array all{Level::minute, Level::quarter, Level::hour, Level::day};
  for (const auto level : all) {
    if (level < finest) continue;
    const Rewind rewind(blocks_);
    blocks_.bind(1, number);
    blocks_.bind(2, static_cast<std::int64_t>(level));
    blocks_.bind(3, us(block_start(level, when.from)));
    blocks_.bind(4, us(when.to));
    for (;;) {
      auto row = blocks_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      const auto from = at(blocks_.integer(0));
      add_cover(cover.of(level), {from, from + block_length(level)});
    }
  }
  const auto cut = [&](Level lowest, Interval hole) {
    for (const auto level : all)
      if (level >= lowest && !cover.of(level).empty()) cut_cover(cover.of(level), level, hole);
  };
  {
    const Rewind rewind(dues_);
    dues_.bind(1, number);
    for (;;) {
      auto row = dues_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      const auto level = static_cast<Level>(dues_.integer(0));
      const auto from = at(dues_.integer(1));
      const Interval hole{from, from + block_length(level)};
      if (!intersect(hole, when).empty()) cut(level, hole);
    }
  }
  const Rewind rewind(late_);
  late_.bind(1, number);
  auto row = late_.step();
  if (!row) return fail(std::move(row.error()));
  if (*row && !late_.is_null(0)) cut(Level::minute, {at(late_.integer(0)), Instant::max()});
  if (unwritten) cut(Level::minute, {*unwritten, Instant::max()});
  return cover;
}

Result<bool> RollUpFiles::load(MachineKey machine, Level level, Instant from, SignalKey signal) {
  const Rewind rewind(place_);
  place_.bind(1, static_cast<std::int64_t>(machine));
  place_.bind(2, static_cast<std::int64_t>(level));
  place_.bind(3, us(from));
  place_.bind(4, static_cast<std::int64_t>(signal));
  auto row = place_.step();
  if (!row) return fail(std::move(row.error()));
  first_ = SignalKey{1};
  last_ = SignalKey{0};
  if (!*row || place_.integer(1) < static_cast<std::int64_t>(signal)) return false;
  const SegmentPlace place{static_cast<std::uint32_t>(place_.integer(2)),
                           static_cast<std::uint32_t>(place_.integer(4)),
                           place_.unsigned_integer(3)};
  if (auto ok = segments_.read(place, bytes_); !ok) return fail(std::move(ok.error()));
  first_ = static_cast<SignalKey>(place_.integer(0));
  last_ = static_cast<SignalKey>(place_.integer(1));
  return true;
}

Result<bool> RollUpFiles::load_all(MachineKey machine, Level level, Instant from, RollUp& out) {
  out = {machine, level, from, 0, {}};
  const Rewind rewind(places_);
  places_.bind(1, static_cast<std::int64_t>(machine));
  places_.bind(2, static_cast<std::int64_t>(level));
  places_.bind(3, us(from));
  bool found = false;
  RollUp part;
  for (;;) {
    auto row = places_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return found;
    const SegmentPlace place{static_cast<std::uint32_t>(places_.integer(0)),
                             static_cast<std::uint32_t>(places_.integer(2)),
                             places_.unsigned_integer(1)};
    if (auto ok = segments_.read(place, bytes_); !ok) return fail(std::move(ok.error()));
    if (auto ok = decode_rollup(bytes_, {}, part); !ok) return fail(std::move(ok.error()));
    out.raw_rows = part.raw_rows;
    for (auto& column : part.columns) out.columns.push_back(std::move(column));
    found = true;
  }
}

}  // namespace spindle::store
