#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/block_format.hpp"
#include "store/history.hpp"
#include "store/history_layout.hpp"

namespace spindle::store {
namespace {

/// Smaller blocks wait until there are so many that one merge pays for all: what merging writes
/// once more, and leaves behind as garbage, is soon more than the heads it saves.
constexpr std::size_t block_bytes_enough = 4096;
constexpr std::size_t block_cells_enough = 3072;
constexpr std::size_t tails_max = 16;
constexpr std::size_t builder_bytes_max = 8u << 20;
constexpr std::size_t classes_known_max = 1u << 20;
constexpr std::uint8_t class_unknown = 0xFF;
/// Rows that come a little late go with the others: their blocks overlap by as much.
constexpr Duration lateness = std::chrono::minutes{15};
constexpr Duration late_span_max = std::chrono::hours{24};
constexpr Duration stretch_gap_max = std::chrono::hours{24};

std::size_t cells_of(const SeriesRows& rows) { return rows.rows() * (rows.columns.size() + 1); }

/// A block of this many is read in one go without much that was not asked for.
bool is_enough(const SeriesRows& rows) {
  const auto cells = cells_of(rows);
  return rows.rows() >= 4096 || (rows.rows() >= 1024 && cells >= 50'000) || cells >= 262'144;
}
bool is_too_much(const SeriesRows& rows) {
  return rows.rows() > 1 &&
         (rows.rows() >= block_rows_max / 2 || cells_of(rows) >= block_cells_max / 2);
}

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at_us(std::int64_t t) { return Instant{Duration{t}}; }

HistoryClass class_in(std::uint64_t name) { return static_cast<HistoryClass>(name >> 48); }
std::uint32_t group_in(std::uint64_t name) {
  return static_cast<std::uint32_t>(name >> 32 & 0xFFFF);
}
BlockName block_name(MachineKey machine, std::uint64_t name) {
  return {0, machine, group_in(name), static_cast<SignalKey>(name & 0xFFFFFFFF)};
}

/// The hours of each stretch of rows are due, not those of the years between two that a clock set
/// wrong, or a past that was pushed, puts beside each other.
Result<void> note_stretches(RollUpDues& dues, MachineKey machine,
                            const std::vector<RowTime>& sorted) {
  for (std::size_t begin = 0; begin < sorted.size();) {
    auto end = begin + 1;
    while (end < sorted.size() && sorted[end].time - sorted[end - 1].time <= stretch_gap_max) ++end;
    if (auto ok = dues.note_rows(machine, sorted[begin].time, sorted[end - 1].time); !ok) return ok;
    begin = end;
  }
  return {};
}

}  // namespace

HistoryClass History::class_of(MachineKey machine, SignalKey signal) {
  if (!class_of_now_) return HistoryClass::state;
  const auto n = static_cast<std::uint32_t>(signal);
  if (n >= classes_known_max) return class_of_now_(machine, signal);
  if (n >= class_known_.size()) class_known_.resize(n + 1024, class_unknown);
  auto& known = class_known_[n];
  if (known == class_unknown) known = static_cast<std::uint8_t>(class_of_now_(machine, signal));
  return static_cast<HistoryClass>(known);
}

Result<void> History::write_machine(MachineKey machine, const std::vector<ByteView>& batches) {
  const auto number = static_cast<std::uint32_t>(machine);
  const auto known = heard_.find(number);
  Silence silence(known == heard_.end() ? std::nullopt : std::optional(known->second));
  Builders builders;
  std::size_t bytes = 0;
  Batch batch;
  for (const auto& encoded : batches) {
    if (auto ok = decode(encoded, batch); !ok) return ok;
    for (const auto& scan : batch.scans) {
      silence.add(scan);
      const RowTime when{scan.time, scan.device, scan.received};
      std::array<SeriesRows*, history_classes> rows{};
      const auto name_of = [&](HistoryClass kind, SignalKey signal) {
        return static_cast<std::uint64_t>(kind) << 48 | std::uint64_t{scan.group} << 32 |
               (scan.group == 0 ? static_cast<std::uint32_t>(signal) : 0);
      };
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        const auto kind = class_of(machine, o.signal);
        auto*& to = rows[static_cast<std::size_t>(kind)];
        const auto name = name_of(kind, o.signal);
        if (to == nullptr || scan.group == 0) {
          to = &builders[name];
          to->begin_row(when);
          bytes += sizeof(RowTime);
        }
        to->add(o.signal, o.quality, o.value, batch.text_of(o.value));
        bytes += sizeof(std::uint64_t) + sizeof(Cell) + batch.text_of(o.value).size();
        // A group's row stays whole unless it is absurdly large.
        if (!(scan.group == 0 ? is_enough(*to) : is_too_much(*to))) continue;
        if (auto ok = write_rows(machine, name, *to); !ok) return ok;
        to = nullptr;
      }
      if (scan.group == 0) continue;
      for (std::size_t kind = 0; kind < rows.size(); ++kind)
        if (rows[kind] != nullptr && is_enough(*rows[kind]))
          if (auto ok =
                  write_rows(machine, name_of(static_cast<HistoryClass>(kind), {}), *rows[kind]);
              !ok)
            return ok;
    }
    if (bytes < builder_bytes_max) continue;
    if (auto ok = write_builders(machine, builders); !ok) return ok;
    bytes = 0;
  }
  if (auto ok = write_builders(machine, builders); !ok) return ok;
  return write_silences(machine, silence);
}

Result<void> History::write_builders(MachineKey machine, Builders& builders) {
  for (auto& [name, rows] : builders)
    if (auto ok = write_rows(machine, name, rows); !ok) return ok;
  builders.clear();
  return {};
}

Result<void> History::write_silences(MachineKey machine, const Silence& silence) {
  const auto number = static_cast<std::int64_t>(machine);
  for (const auto moment : silence.moments()) {
    if (auto ok = run("INSERT OR IGNORE INTO silence VALUES(?, ?)", {number, us(moment)}); !ok)
      return ok;
    if (auto ok = dues_->note_silence(machine, moment); !ok) return ok;
    record_.silences.emplace_back(machine, moment);
  }
  if (!silence.heard()) return {};
  if (const auto known = heard_.find(static_cast<std::uint32_t>(machine)); known != heard_.end()) {
    auto ok = *silence.heard() < known->second ? dues_->note_heard_back(machine, *silence.heard())
                                               : dues_->note_heard_on(machine, known->second);
    if (!ok) return ok;
  }
  heard_[static_cast<std::uint32_t>(machine)] = *silence.heard();
  record_.heard.emplace_back(machine, *silence.heard());
  return run("INSERT OR REPLACE INTO heard VALUES(?, ?)", {number, us(*silence.heard())});
}

Result<History::Series*> History::series_of(MachineKey machine, SeriesName name) {
  auto& series = series_[static_cast<std::uint32_t>(machine)][name];
  if (series.id != 0) return &series;
  auto statement = database_->prepare(
      "INSERT INTO series(machine, grp, signal, class, span_us_max) VALUES(?, ?, ?, ?, 0)"
      " RETURNING id");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, static_cast<std::int64_t>(machine));
  statement->bind(2, static_cast<std::int64_t>(name >> 32 & 0xFFFF));
  statement->bind(3, static_cast<std::int64_t>(name & 0xFFFFFFFF));
  statement->bind(4, static_cast<std::int64_t>(name >> 48));
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  series.id = statement->integer(0);
  series.machine = machine;
  series.tails_known = true;
  if (auto ended = statement->step(); !ended) return fail(std::move(ended.error()));
  return &series;
}

Result<void> History::learn_tails(Series& series) {
  if (std::exchange(series.tails_known, true)) return {};
  auto tails = database_->prepare(
      "SELECT block.id, block.from_us, file, at, size FROM tail JOIN block ON"
      " block.series = tail.series AND block.from_us = tail.from_us AND block.id = tail.block"
      " WHERE tail.series = ? ORDER BY block.id");
  if (!tails) return fail(std::move(tails.error()));
  tails->bind(1, series.id);
  for (;;) {
    auto row = tails->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    series.tails.push_back({tails->integer(0),
                            at_us(tails->integer(1)),
                            {tails->integer(2), tails->unsigned_integer(3),
                             static_cast<std::uint32_t>(tails->integer(4))}});
  }
  auto newest = database_->prepare(
      "SELECT max(to_us) FROM (SELECT to_us FROM block WHERE series = ? ORDER BY from_us DESC"
      " LIMIT 8)");
  if (!newest) return fail(std::move(newest.error()));
  newest->bind(1, series.id);
  auto row = newest->step();
  if (!row) return fail(std::move(row.error()));
  if (*row && !newest->is_null(0)) series.newest = at_us(newest->integer(0));
  return {};
}

Result<void> History::name_signals(Series& series, const SeriesRows& rows) {
  for (const auto& column : rows.columns) {
    const auto signal = static_cast<std::uint32_t>(column.signal);
    const auto at = std::lower_bound(series.signals.begin(), series.signals.end(), signal);
    if (at != series.signals.end() && *at == signal) continue;
    series.signals.insert(at, signal);
    if (auto ok = run("INSERT OR IGNORE INTO signal_series VALUES(?, ?)", {signal, series.id}); !ok)
      return ok;
  }
  return {};
}

Result<void> History::write_rows(MachineKey machine, SeriesName name, SeriesRows& rows) {
  if (rows.empty()) return {};
  auto found = series_of(machine, name);
  if (!found) return fail(std::move(found.error()));
  auto& series = **found;
  if (!fits_block(rows))
    return fail(
        Errc::invalid,
        fmt::format("{}: {} rows of {} columns with {} bytes of text in one batch are too many",
                    database_->file().string(), rows.rows(), rows.columns.size(),
                    rows.text.size()));
  if (auto ok = name_signals(series, rows); !ok) return ok;
  if (auto ok = learn_tails(series); !ok) return ok;
  rows.sort();
  if (auto ok = note_stretches(*dues_, machine, rows.times); !ok) return ok;
  const auto in_order =
      std::ranges::partition_point(rows.times,
                                   [&](const RowTime& t) {
                                     return series.newest > Instant::min() + lateness &&
                                            t.time < series.newest - lateness;
                                   }) -
      rows.times.begin();
  if (in_order > 0) {
    const auto late = static_cast<std::size_t>(in_order);
    if (auto ok = write_late(series, name, rows.part(0, late)); !ok) return ok;
    rows = rows.part(late, rows.rows());
  }
  auto ok = rows.empty() ? Result<void>{} : write_in_order(series, name, rows);
  rows.clear();
  return ok;
}

/// Each block within a day, so that none lies across many others.
Result<void> History::write_late(Series& series, SeriesName name, const SeriesRows& rows) {
  for (std::size_t first = 0; first < rows.rows();) {
    const auto begins = rows.times[first].time;
    auto last = first + 1;
    while (last < rows.rows() && rows.times[last].time - begins < late_span_max) ++last;
    auto block = write_block(series, name, rows.part(first, last), false);
    if (!block) return fail(std::move(block.error()));
    first = last;
  }
  return {};
}

Result<void> History::write_in_order(Series& series, SeriesName name, SeriesRows& rows) {
  if (series.tails.size() + 1 >= tails_max)
    if (auto ok = merge_tails(series, rows); !ok) return ok;
  auto block = write_block(series, name, rows, true);
  return block ? Result<void>{} : fail(std::move(block.error()));
}

/// Puts the small blocks at the end before `rows` and removes them. One that is damaged stays as
/// it is, for the check to find.
Result<void> History::merge_tails(Series& series, SeriesRows& rows) {
  SeriesRows merged;
  SeriesRows part;
  BlockHead head;
  Bytes bytes;
  std::vector<const Tail*> used;
  for (const auto& tail : series.tails) {
    auto read = files_->read(tail.place, bytes);
    if (!read && read.error().code != Errc::corrupt && read.error().code != Errc::refused)
      return read;
    if (!read || !decode_block(bytes, head, part)) continue;
    merged.append(part);
    used.push_back(&tail);
  }
  merged.append(rows);
  if (fits_block(merged)) {
    rows = std::move(merged);
    rows.sort();
    for (const auto* tail : used) {
      delete_block_.bind(1, series.id);
      delete_block_.bind(2, us(tail->from));
      delete_block_.bind(3, tail->block);
      if (auto ok = delete_block_.run(); !ok) return ok;
      if (auto ok = files_->forget(tail->place); !ok) return ok;
    }
  }
  series.tails.clear();
  return run("DELETE FROM tail WHERE series = ?", {series.id});
}

Result<HistoryFiles::Place> History::write_block(Series& series, SeriesName name,
                                                 const SeriesRows& rows, bool tail) {
  Bytes body;
  encode_block(block_name(series.machine, name), rows, body);
  const auto from = rows.times.front().time;
  const auto to = rows.times.back().time;
  auto place = files_->add(class_in(name), body, from, to);
  if (!place) return place;
  std::int64_t named = 0;  // Of a signal alone.
  if (group_in(name) != 0) {
    std::vector<SignalKey> signals;
    for (const auto& column : rows.columns) signals.push_back(column.signal);
    auto set = names_->note(series.id, signals, from);
    if (!set) return fail(std::move(set.error()));
    named = *set;
  }
  const auto id = next_block_++;
  if (auto ok = insert_block(series, id, from, to, rows.rows(), *place, named); !ok)
    return fail(std::move(ok.error()));
  const bool overlaps = from <= series.newest;
  series.newest = std::max(series.newest, to);
  if (!tail || body.size() >= block_bytes_enough || cells_of(rows) >= block_cells_enough) {
    if (overlaps)
      if (auto ok = keep_apart(series, to); !ok) return fail(std::move(ok.error()));
    return place;
  }
  series.tails.push_back({id, from, *place});
  if (auto ok = run("INSERT INTO tail VALUES(?, ?, ?)", {series.id, id, us(from)}); !ok)
    return fail(std::move(ok.error()));
  return place;
}

/// Of rows of one time those of the later block count. What is merged becomes a later block than
/// the one that ends at `to`: what that one may correct is not merged any more.
Result<void> History::keep_apart(Series& series, Instant to) {
  for (const auto& tail : series.tails)
    if (tail.from <= to)
      if (auto ok = run("DELETE FROM tail WHERE series = ? AND block = ?", {series.id, tail.block});
          !ok)
        return ok;
  std::erase_if(series.tails, [&](const Tail& tail) { return tail.from <= to; });
  return {};
}

Result<void> History::insert_block(Series& series, std::int64_t id, Instant from, Instant to,
                                   std::uint64_t rows, const HistoryFiles::Place& place,
                                   std::int64_t named) {
  const auto apart = static_cast<std::uint64_t>(us(to)) - static_cast<std::uint64_t>(us(from));
  const auto span = static_cast<std::int64_t>(std::min<std::uint64_t>(apart, INT64_MAX));
  if (span > series.span_us_max) {
    // Twice as much as needed, so that it is not written at every block that is a bit longer.
    series.span_us_max = span > INT64_MAX / 2 ? INT64_MAX : span * 2;
    if (auto ok =
            run("UPDATE series SET span_us_max = ? WHERE id = ?", {series.span_us_max, series.id});
        !ok)
      return ok;
  }
  int n = 0;
  for (const auto value :
       {series.id, us(from), id, us(to), static_cast<std::int64_t>(rows), place.file,
        static_cast<std::int64_t>(place.at), static_cast<std::int64_t>(place.size), named})
    insert_block_.bind(++n, value);
  return insert_block_.run();
}

/// Moves what is still needed out of a file that is mostly garbage; the file goes with the next
/// flush, when nobody reads it any more.
Result<void> History::rewrite_garbage() {
  auto file = files_->mostly_garbage();
  if (!file) return fail(std::move(file.error()));
  if (!*file) return {};
  struct Live {
    std::int64_t series, from, id;
    HistoryFiles::Place place;
    std::int64_t to;
  };
  std::vector<Live> live;
  {
    auto statement = database_->prepare(
        fmt::format("SELECT series, from_us, id, file, at, size, to_us FROM{}", blocks_of_file));
    if (!statement) return fail(std::move(statement.error()));
    statement->bind(1, files_->id_of(**file));
    for (;;) {
      auto row = statement->step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      live.push_back({statement->integer(0),
                      statement->integer(1),
                      statement->integer(2),
                      {statement->integer(3), statement->unsigned_integer(4),
                       static_cast<std::uint32_t>(statement->integer(5))},
                      statement->integer(6)});
    }
  }
  Bytes bytes;
  for (const auto& block : live) {
    auto read = files_->read(block.place, bytes);
    // A block that cannot be read keeps its file: nothing is thrown away unread.
    if (!read && read.error().code == Errc::corrupt) return {};
    if (!read) return read;
    auto place = files_->add((*file)->kind, bytes, at_us(block.from), at_us(block.to));
    if (!place) return fail(std::move(place.error()));
    if (auto ok = files_->forget(block.place); !ok) return ok;
    if (auto ok = run("UPDATE block SET file = ?, at = ? WHERE series = ? AND from_us = ? AND"
                      " id = ?",
                      {place->file, static_cast<std::int64_t>(place->at), block.series, block.from,
                       block.id});
        !ok)
      return ok;
  }
  for (auto& [machine, all] : series_)
    for (auto& [name, series] : all)
      if (std::exchange(series.tails_known, false)) series.tails.clear();
  return files_->drop(**file);
}

}  // namespace spindle::store
