#include "store/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/block_codec.hpp"
#include "store/history_layout.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t block_bytes_enough = 4096;  ///< Smaller blocks wait to be merged.
constexpr std::size_t tails_max = 16;
constexpr std::size_t cells_enough = 8192;  ///< A block of this many is about 16 KB.
constexpr std::size_t builder_bytes_max = 8u << 20;
constexpr std::uint64_t trim_bytes_max = 16u << 20;

std::size_t cells_of(const SeriesRows& rows) { return rows.rows() * (rows.columns.size() + 1); }
bool is_enough(const SeriesRows& rows) { return cells_of(rows) >= cells_enough; }
bool is_too_much(const SeriesRows& rows) {
  return rows.rows() > 1 &&
         (rows.rows() >= block_rows_max / 2 || cells_of(rows) >= block_cells_max / 2);
}

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Earliest and latest row; batches may go back in time.
std::pair<Instant, Instant> reach_of(const SeriesRows& rows) {
  const auto [first, last] =
      std::minmax_element(rows.times.begin(), rows.times.end(),
                          [](const RowTime& a, const RowTime& b) { return a.time < b.time; });
  return {first->time, last->time};
}

}  // namespace

Result<std::unique_ptr<History>> History::open(const std::filesystem::path& folder,
                                               const HistoryOptions& options) {
  auto database = Database::open(folder / file_name, {.page_size = 8192, .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<History> history(new History(std::move(*database), folder, options));
  if (auto ok = history->prepare(); !ok) return fail(std::move(ok.error()));
  if (auto ok = history->load(); !ok) return fail(std::move(ok.error()));
  history->last_appended_ = history->cursor();
  return history;
}

Result<void> History::prepare() {
  const std::pair<Statement*, const char*> statements[] = {
      {&insert_block_,
       "INSERT INTO block(series, from_us, to_us, rows, body) VALUES(?, ?, ?, ?, ?) RETURNING id"},
      {&read_block_, "SELECT body FROM block WHERE id = ?"},
      {&delete_block_, "DELETE FROM block WHERE id = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return {};
}

Result<void> History::load() {
  series_.clear();
  heard_.clear();
  auto cursor = database_->scalar("SELECT sequence FROM cursor");
  if (!cursor) return fail(std::move(cursor.error()));
  cursor_ = static_cast<std::uint64_t>(*cursor);
  const auto each_row = [&](const char* sql, auto row) -> Result<void> {
    auto statement = database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    for (;;) {
      auto more = statement->step();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      row(*statement);
    }
  };
  std::unordered_map<std::int64_t, Series*> by_id;
  auto done = each_row("SELECT id, machine, grp, signal, span_us_max FROM series",
                       [&](const Statement& row) {
                         const auto name = row.unsigned_integer(2) << 32 | row.unsigned_integer(3);
                         auto& series = series_[static_cast<std::uint32_t>(row.integer(1))][name];
                         series.id = row.integer(0);
                         series.span_us_max = row.integer(4);
                         by_id[series.id] = &series;
                       });
  if (done)
    done = each_row("SELECT series, signal FROM signal_series ORDER BY signal",
                    [&](const Statement& row) {
                      if (const auto at = by_id.find(row.integer(0)); at != by_id.end())
                        at->second->signals.push_back(static_cast<std::uint32_t>(row.integer(1)));
                    });
  if (done)
    done = each_row("SELECT machine, time_us FROM heard", [&](const Statement& row) {
      heard_[static_cast<std::uint32_t>(row.integer(0))] = Instant{Duration{row.integer(1)}};
    });
  return done;
}

Result<void> History::append(std::uint64_t sequence, const Batch& batch) {
  if (sequence <= last_appended_) return {};
  if (pending_.bytes() >= options_.buffer_bytes)
    return fail(Errc::overloaded, fmt::format("{}: {} MB wait to be written; write them first",
                                              database_->file().string(), pending_.bytes() >> 20));
  if (auto ok = pending_.add(sequence, batch); !ok) return ok;
  last_appended_ = sequence;
  return {};
}

bool History::wants_flush() const {
  return pending_.bytes() >= options_.buffer_bytes - options_.buffer_bytes / 4;
}

Result<void> History::run(std::string_view sql, std::int64_t a, std::int64_t b, std::int64_t c) {
  auto statement = database_->prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, a);
  statement->bind(2, b);
  if (c != 0) statement->bind(3, c);
  return statement->run();
}

Result<void> History::flush() {
  const auto view = pending_.seal();
  std::map<MachineKey, std::vector<ByteView>> machines;
  std::uint64_t through = 0;
  view.for_each([&](const Pending::Entry& entry) {
    machines[entry.machine].push_back(entry.batch);
    through = entry.sequence;
  });
  if (machines.empty()) return {};
  auto done = [&]() -> Result<void> {
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return fail(std::move(transaction.error()));
    for (const auto& [machine, batches] : machines)
      if (auto ok = write_machine(machine, batches); !ok) return ok;
    if (auto ok = run("UPDATE cursor SET sequence = ? WHERE one = ?",
                      static_cast<std::int64_t>(through), 1);
        !ok)
      return ok;
    return transaction->commit();
  }();
  if (!done) {
    // What is remembered of series may have been rolled back: read it again.
    if (auto ok = load(); !ok) return ok;
    return done;
  }
  cursor_ = through;
  pending_.drop_sealed();
  return {};
}

Result<void> History::write_machine(MachineKey machine, const std::vector<ByteView>& batches) {
  const auto number = static_cast<std::uint32_t>(machine);
  const auto known = heard_.find(number);
  Silence silence(known == heard_.end() ? std::nullopt : std::optional(known->second));
  Builders builders;
  std::size_t bytes = 0;
  Batch batch;
  const auto write_out = [&](SeriesName name, SeriesRows& rows) -> Result<void> {
    auto series = series_of(machine, name);
    if (!series) return fail(std::move(series.error()));
    auto ok = write_rows(**series, rows);
    rows.clear();
    return ok;
  };
  for (const auto& encoded : batches) {
    if (auto ok = decode(encoded, batch); !ok) return ok;
    for (const auto& scan : batch.scans) {
      silence.add(scan);
      const RowTime when{scan.time, scan.device, scan.received};
      auto name = std::uint64_t{scan.group} << 32;
      SeriesRows* rows = nullptr;
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        if (scan.group == 0) name = static_cast<std::uint32_t>(o.signal);
        if (rows == nullptr || scan.group == 0) {
          rows = &builders[name];
          rows->begin_row(when);
          bytes += sizeof(RowTime);
        }
        rows->add(o.signal, o.quality, o.value, batch.text_of(o.value));
        bytes += sizeof(std::uint64_t) + sizeof(Cell) + batch.text_of(o.value).size();
        // A group's row stays whole unless it is absurdly large.
        if (!(scan.group == 0 ? is_enough(*rows) : is_too_much(*rows))) continue;
        if (auto ok = write_out(name, *rows); !ok) return ok;
        rows = nullptr;
      }
      if (rows != nullptr && scan.group != 0 && is_enough(*rows))
        if (auto ok = write_out(name, *rows); !ok) return ok;
    }
    if (bytes < builder_bytes_max) continue;
    if (auto ok = write_builders(machine, builders); !ok) return ok;
    bytes = 0;
  }
  if (auto ok = write_builders(machine, builders); !ok) return ok;
  return write_silences(machine, silence);
}

Result<void> History::write_builders(MachineKey machine, Builders& builders) {
  for (auto& [name, rows] : builders) {
    if (rows.empty()) continue;
    auto series = series_of(machine, name);
    if (!series) return fail(std::move(series.error()));
    if (auto ok = write_rows(**series, rows); !ok) return ok;
  }
  builders.clear();
  return {};
}

Result<void> History::write_silences(MachineKey machine, const Silence& silence) {
  const auto number = static_cast<std::int64_t>(machine);
  for (const auto moment : silence.moments())
    if (auto ok = run("INSERT OR IGNORE INTO silence VALUES(?, ?)", number, us(moment)); !ok)
      return ok;
  if (!silence.heard()) return {};
  heard_[static_cast<std::uint32_t>(machine)] = *silence.heard();
  return run("INSERT OR REPLACE INTO heard VALUES(?, ?)", number, us(*silence.heard()));
}

Result<History::Series*> History::series_of(MachineKey machine, SeriesName name) {
  auto& series = series_[static_cast<std::uint32_t>(machine)][name];
  if (series.id != 0) return &series;
  auto statement = database_->prepare(
      "INSERT INTO series(machine, grp, signal, span_us_max) VALUES(?, ?, ?, 0) RETURNING id");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, static_cast<std::int64_t>(machine));
  statement->bind(2, static_cast<std::int64_t>(name >> 32));
  statement->bind(3, static_cast<std::int64_t>(name & 0xFFFFFFFF));
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  series.id = statement->integer(0);
  series.tails_known = true;
  if (auto ended = statement->step(); !ended) return fail(std::move(ended.error()));
  return &series;
}

Result<void> History::learn_tails(Series& series) {
  if (std::exchange(series.tails_known, true)) return {};
  auto statement =
      database_->prepare("SELECT block, bytes FROM tail WHERE series = ? ORDER BY block");
  if (!statement) return fail(std::move(statement.error()));
  statement->bind(1, series.id);
  for (;;) {
    auto row = statement->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
    series.tails.push_back(
        {statement->integer(0), static_cast<std::size_t>(statement->integer(1))});
  }
}

Result<void> History::name_signals(Series& series, const SeriesRows& rows) {
  for (const auto& column : rows.columns) {
    const auto signal = static_cast<std::uint32_t>(column.signal);
    const auto at = std::lower_bound(series.signals.begin(), series.signals.end(), signal);
    if (at != series.signals.end() && *at == signal) continue;
    series.signals.insert(at, signal);
    if (auto ok = run("INSERT OR IGNORE INTO signal_series VALUES(?, ?)", signal, series.id); !ok)
      return ok;
  }
  return {};
}

Result<void> History::write_rows(Series& series, SeriesRows& rows) {
  if (auto ok = name_signals(series, rows); !ok) return ok;
  if (auto ok = learn_tails(series); !ok) return ok;
  if (!fits_block(rows)) {
    return fail(Errc::invalid,
                fmt::format("{}: {} rows of {} columns in one batch are too many",
                            database_->file().string(), rows.rows(), rows.columns.size()));
  }
  Bytes body;
  encode_block(rows, body);
  std::size_t tail_bytes = 0;
  for (const auto& tail : series.tails) tail_bytes += tail.bytes;
  const bool merge = !series.tails.empty() && (series.tails.size() + 1 >= tails_max ||
                                               tail_bytes + body.size() >= block_bytes_enough);
  if (merge)
    if (auto ok = merge_tails(series, rows, body); !ok) return ok;
  auto block = insert_block(series, rows, body);
  if (!block) return fail(std::move(block.error()));
  if (body.size() >= block_bytes_enough) return {};
  series.tails.push_back({*block, body.size()});
  return run("INSERT INTO tail VALUES(?, ?, ?)", series.id, *block,
             static_cast<std::int64_t>(body.size()));
}

/// Puts the small blocks at the end before `rows` and removes them. One that is damaged stays as
/// it is, for the check to find.
Result<void> History::merge_tails(Series& series, SeriesRows& rows, Bytes& body) {
  SeriesRows merged;
  SeriesRows part;
  std::vector<std::int64_t> used;
  for (const auto& tail : series.tails) {
    const Rewind rewind(read_block_);
    read_block_.bind(1, tail.block);
    auto found = read_block_.step();
    if (!found) return fail(std::move(found.error()));
    if (!*found || !decode_block(read_block_.blob(0), std::nullopt, part)) continue;
    merged.append(part);
    used.push_back(tail.block);
  }
  merged.append(rows);
  if (fits_block(merged)) {
    rows = std::move(merged);
    body.clear();
    encode_block(rows, body);
    for (const auto block : used) {
      delete_block_.bind(1, block);
      if (auto ok = delete_block_.run(); !ok) return ok;
    }
  }
  series.tails.clear();
  return run("DELETE FROM tail WHERE series = ? AND block >= ?", series.id, 0);
}

Result<std::int64_t> History::insert_block(Series& series, const SeriesRows& rows, ByteView body) {
  const auto [from, to] = reach_of(rows);
  if (const auto span = us(to) - us(from); span > series.span_us_max) {
    // Twice as much as needed, so that it is not written at every block that is a bit longer.
    series.span_us_max = span * 2;
    if (auto ok =
            run("UPDATE series SET span_us_max = ? WHERE id = ?", series.span_us_max, series.id);
        !ok)
      return fail(std::move(ok.error()));
  }
  insert_block_.bind(1, series.id);
  insert_block_.bind(2, us(from));
  insert_block_.bind(3, us(to));
  insert_block_.bind(4, std::uint64_t{rows.rows()});
  insert_block_.bind(5, body);
  auto row = insert_block_.step();
  if (!row) return fail(std::move(row.error()));
  const auto id = insert_block_.integer(0);
  if (auto ended = insert_block_.step(); !ended) return fail(std::move(ended.error()));
  return id;
}

Result<std::uint64_t> History::trim(std::uint64_t keep_bytes) {
  auto pages = database_->scalar("PRAGMA page_count");
  if (!pages) return fail(std::move(pages.error()));
  auto unused = database_->scalar("PRAGMA freelist_count");
  if (!unused) return fail(std::move(unused.error()));
  auto page_bytes = database_->scalar("PRAGMA page_size");
  if (!page_bytes) return fail(std::move(page_bytes.error()));
  const auto held = static_cast<std::uint64_t>((*pages - *unused) * *page_bytes);
  if (held <= keep_bytes) return 0;
  const auto surplus = std::min(held - keep_bytes, trim_bytes_max);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  auto oldest = database_->prepare("SELECT id, length(body) FROM block ORDER BY id");
  if (!oldest) return fail(std::move(oldest.error()));
  std::uint64_t removed = 0;
  std::int64_t last = 0;
  for (std::uint64_t bytes = 0; bytes < surplus; ++removed) {
    auto row = oldest->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    last = oldest->integer(0);
    bytes += oldest->unsigned_integer(1);
  }
  oldest->reset();
  if (auto ok = run("DELETE FROM block WHERE id <= ? AND id > ?", last, 0); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = run("DELETE FROM tail WHERE block <= ? AND block > ?", last, 0); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  for (auto& [machine, all] : series_)
    for (auto& [name, series] : all)
      std::erase_if(series.tails, [&](const Tail& tail) { return tail.block <= last; });
  return removed;
}

Result<std::unique_ptr<HistoryReader>> History::open_reader() const {
  auto reader = HistoryReader::open(folder_, options_.vfs);
  if (reader) (*reader)->live_ = &pending_;
  return reader;
}

}  // namespace spindle::store
