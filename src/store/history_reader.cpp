#include "store/history_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/block_codec.hpp"
#include "store/history.hpp"
#include "store/history_layout.hpp"

namespace spindle::store {
namespace {

constexpr int blocks_looked_back = 8;

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

Value value_of(ValueKind kind, std::uint64_t bits) {
  Value value;
  value.unsigned_integer = bits;
  if (kind == ValueKind::boolean) value.boolean = bits != 0;
  value.kind = kind;
  return value;
}

}  // namespace

void HistoryReader::Rows::add(Instant time, Value value, Quality quality, std::string_view words) {
  if (value.kind == ValueKind::text) {
    value = Value::of_text(static_cast<std::uint32_t>(text.size()),
                           static_cast<std::uint32_t>(words.size()));
    text += words;
  }
  rows.push_back({time, value, quality});
}

void HistoryReader::Rows::sort() {
  const auto earlier = [](const HistoryRow& a, const HistoryRow& b) { return a.time < b.time; };
  if (std::is_sorted(rows.begin(), rows.end(), earlier)) return;
  // By time, and rows of one time in the order they came.
  std::vector<std::pair<Instant, std::size_t>> order;
  order.reserve(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) order.emplace_back(rows[n].time, n);
  std::sort(order.begin(), order.end());
  std::vector<HistoryRow> sorted;
  sorted.reserve(rows.size());
  for (const auto& [time, n] : order) sorted.push_back(rows[n]);
  rows = std::move(sorted);
}

Result<std::unique_ptr<HistoryReader>> HistoryReader::open(const std::filesystem::path& folder,
                                                           const std::string& vfs) {
  auto database =
      Database::open(folder / History::file_name, {.access = Access::read_only, .vfs = vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<HistoryReader> reader(new HistoryReader);
  reader->database_ = std::move(*database);
  const std::pair<Statement*, const char*> statements[] = {
      {&reader->cursor_, "SELECT sequence FROM cursor"},
      {&reader->series_,
       "SELECT id, span_us_max FROM signal_series JOIN series ON id = series WHERE"
       " signal_series.signal = ?"},
      {&reader->before_,
       "SELECT id, from_us, to_us FROM block WHERE series = ? AND from_us < ?"
       " ORDER BY from_us DESC LIMIT 1"},
      {&reader->range_,
       "SELECT id, from_us, to_us FROM block WHERE series = ? AND from_us >= ? AND from_us < ?"
       " AND to_us >= ?"},
      {&reader->newest_,
       "SELECT id FROM block WHERE series = ? ORDER BY from_us DESC, to_us DESC, id DESC LIMIT ?"},
      {&reader->until_,
       "SELECT id, to_us FROM block WHERE series = ? AND from_us <= ?"
       " ORDER BY from_us DESC, id DESC LIMIT ?"},
      {&reader->body_, "SELECT body FROM block WHERE id = ?"},
      {&reader->silence_,
       "SELECT time_us FROM silence WHERE machine = ? AND time_us >= ? ORDER BY time_us"},
      {&reader->heard_, "SELECT time_us FROM heard WHERE machine = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = reader->database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return reader;
}

/// One moment for file and buffer: the buffer first, then the file; what was written in between is
/// in both and told by its sequence.
Result<void> HistoryReader::begin() {
  if (live_ != nullptr) pending_ = live_->view();
  if (auto ok = database_->execute("BEGIN"); !ok) return ok;
  const Rewind rewind(cursor_);
  auto row = cursor_.step();
  if (!row) return fail(std::move(row.error()));
  stored_through_ = *row ? cursor_.unsigned_integer(0) : 0;
  return {};
}

void HistoryReader::end() {
  pending_ = {};
  if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
}

void HistoryReader::for_each_pending(MachineKey machine,
                                     const std::function<void(const Batch&)>& each) {
  Batch batch;
  pending_.for_each([&](const Pending::Entry& entry) {
    if (entry.machine != machine || entry.sequence <= stored_through_) return;
    if (decode(entry.batch, batch)) each(batch);
  });
}

Result<std::vector<HistoryReader::Block>> HistoryReader::blocks_of(SignalKey signal,
                                                                   Interval when) {
  struct SeriesReach {
    std::int64_t id;
    std::int64_t span;
  };
  std::vector<SeriesReach> series;
  series_.bind(1, static_cast<std::int64_t>(signal));
  for (;;) {
    auto row = series_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    series.push_back({series_.integer(0), series_.integer(1)});
  }
  std::vector<Block> out;
  for (const auto& one : series) {
    const Rewind rewind_before(before_);
    before_.bind(1, one.id);
    before_.bind(2, us(when.from));
    auto row = before_.step();
    if (!row) return fail(std::move(row.error()));
    if (*row) out.push_back({before_.integer(0), at(before_.integer(1)), at(before_.integer(2))});
    range_.bind(1, one.id);
    range_.bind(2, us(when.from) - one.span);
    range_.bind(3, us(when.to));
    range_.bind(4, us(when.from));
    for (;;) {
      row = range_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      out.push_back({range_.integer(0), at(range_.integer(1)), at(range_.integer(2))});
    }
  }
  std::sort(out.begin(), out.end(), [](const Block& a, const Block& b) {
    return std::pair(a.from, a.id) < std::pair(b.from, b.id);
  });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const Block& a, const Block& b) { return a.id == b.id; }),
            out.end());
  return out;
}

/// False when the block is damaged.
Result<bool> HistoryReader::add_block(std::int64_t id, SignalKey signal, Rows& out) {
  const Rewind rewind(body_);
  body_.bind(1, id);
  auto row = body_.step();
  if (!row && row.error().code == Errc::corrupt) return false;
  if (!row) return fail(std::move(row.error()));
  SeriesRows block;
  if (!*row || !decode_block(body_.blob(0), signal, block)) return false;
  for (const auto& column : block.columns) {
    std::size_t next = 0;
    for (std::size_t n = 0; n < column.cells.size(); ++n) {
      const auto cell = column.cells[n];
      if (cell == absent) continue;
      const auto bits = has_value(cell) ? column.values[next++] : 0;
      const auto kind = has_value(cell) ? column.kind : ValueKind::none;
      out.add(block.times[n].time, value_of(kind, bits), quality_of(cell),
              kind == ValueKind::text ? block.text_at(bits) : std::string_view{});
    }
  }
  return true;
}

Result<std::uint64_t> HistoryReader::for_each_row(SignalRef signal, Interval when,
                                                  const EachRow& each) {
  auto blocks = blocks_of(signal.signal, when);
  if (!blocks) return fail(std::move(blocks.error()));
  Rows waiting;
  for_each_pending(signal.machine, [&](const Batch& batch) {
    for (const auto& scan : batch.scans)
      for (std::uint32_t n = 0; n < scan.count; ++n) {
        const auto& o = batch.observations[scan.first + n];
        if (o.signal == signal.signal)
          waiting.add(scan.time, o.value, o.quality, batch.text_of(o.value));
      }
  });
  waiting.sort();
  // Blocks that overlap in time (a clock went back) are brought in order together; mostly each
  // stands alone. What is pending joins the first that reaches into it.
  std::uint64_t damaged = 0;
  std::size_t waiting_done = 0;
  Rows rows;
  for (std::size_t n = 0; n < blocks->size();) {
    rows.rows.clear();
    rows.text.clear();
    auto reach = (*blocks)[n].to;
    do {
      reach = std::max(reach, (*blocks)[n].to);
      auto good = add_block((*blocks)[n].id, signal.signal, rows);
      if (!good) return fail(std::move(good.error()));
      if (!*good) ++damaged;
      ++n;
    } while (n < blocks->size() && (*blocks)[n].from < reach);
    const auto until = n < blocks->size() ? (*blocks)[n].from : reach;
    for (; waiting_done < waiting.rows.size() && waiting.rows[waiting_done].time < until;
         ++waiting_done) {
      const auto& row = waiting.rows[waiting_done];
      rows.add(
          row.time, row.value, row.quality,
          row.value.kind == ValueKind::text
              ? std::string_view(waiting.text).substr(row.value.text.offset, row.value.text.length)
              : std::string_view{});
    }
    rows.sort();
    for (const auto& row : rows.rows)
      if (!each(row, rows.text)) return damaged;
  }
  for (; waiting_done < waiting.rows.size(); ++waiting_done)
    if (!each(waiting.rows[waiting_done], waiting.text)) return damaged;
  return damaged;
}

Result<RowPage> HistoryReader::raw(SignalRef signal, Interval when, std::size_t limit,
                                   std::optional<RowPlace> after) {
  const std::lock_guard lock(mutex_);
  if (after) when.from = std::max(when.from, after->time);
  RowPage page;
  std::uint64_t same_time = 0;  ///< Rows seen that have the time of the last one seen.
  Instant time_before{};
  Result<std::uint64_t> done = 0;
  if (auto ok = begin(); !ok) {
    done = fail(std::move(ok.error()));
  } else if (!when.empty()) {
    done = for_each_row(signal, when, [&](const HistoryRow& row, std::string_view text) {
      if (row.time < when.from) return true;
      if (row.time >= when.to) return false;
      same_time = row.time == time_before ? same_time + 1 : 1;
      time_before = row.time;
      if (after && row.time == after->time && same_time <= after->passed) return true;
      if (page.rows.size() == limit) {
        page.next = RowPlace{row.time, same_time - 1};
        return false;
      }
      auto value = row.value;
      if (value.kind == ValueKind::text) {
        const auto words = text.substr(value.text.offset, value.text.length);
        value = Value::of_text(static_cast<std::uint32_t>(page.text.size()), value.text.length);
        page.text += words;
      }
      page.rows.push_back({row.time, value, row.quality});
      return true;
    });
  }
  end();
  if (!done) return fail(std::move(done.error()));
  page.damaged_blocks = *done;
  return page;
}

Result<void> HistoryReader::newest_stored(SignalKey signal, Rows& out) {
  std::vector<std::int64_t> series;
  series_.bind(1, static_cast<std::int64_t>(signal));
  for (;;) {
    auto row = series_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    series.push_back(series_.integer(0));
  }
  for (const auto id : series) {
    std::vector<std::int64_t> blocks;
    newest_.bind(1, id);
    newest_.bind(2, std::int64_t{blocks_looked_back});
    for (;;) {
      auto row = newest_.step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) break;
      blocks.push_back(newest_.integer(0));
    }
    const auto before = out.rows.size();
    for (const auto block : blocks) {
      auto good = add_block(block, signal, out);
      if (!good) return fail(std::move(good.error()));
      if (out.rows.size() > before) break;
    }
  }
  out.sort();
  return {};
}

Result<LastValues> HistoryReader::last(std::span<const SignalRef> signals) {
  const std::lock_guard lock(mutex_);
  LastValues out;
  out.rows.resize(signals.size());
  const auto take = [&](std::size_t n, Instant time, Value value, Quality quality,
                        std::string_view words) {
    if (value.kind == ValueKind::text) {
      value = Value::of_text(static_cast<std::uint32_t>(out.text.size()),
                             static_cast<std::uint32_t>(words.size()));
      out.text += words;
    }
    out.rows[n] = HistoryRow{time, value, quality};
  };
  const auto done = [&]() -> Result<void> {
    if (auto ok = begin(); !ok) return ok;
    std::unordered_map<std::uint32_t, std::size_t> wanted;
    for (std::size_t n = 0; n < signals.size(); ++n) {
      wanted.emplace(static_cast<std::uint32_t>(signals[n].signal), n);
      Rows stored;
      if (auto ok = newest_stored(signals[n].signal, stored); !ok) return ok;
      if (stored.rows.empty()) continue;
      const auto& row = stored.rows.back();
      take(n, row.time, row.value, row.quality,
           row.value.kind == ValueKind::text
               ? std::string_view(stored.text).substr(row.value.text.offset, row.value.text.length)
               : std::string_view{});
    }
    Batch batch;
    pending_.for_each([&](const Pending::Entry& entry) {
      if (entry.sequence <= stored_through_ || !decode(entry.batch, batch)) return;
      for (const auto& scan : batch.scans)
        for (std::uint32_t k = 0; k < scan.count; ++k) {
          const auto& o = batch.observations[scan.first + k];
          const auto at_signal = wanted.find(static_cast<std::uint32_t>(o.signal));
          if (at_signal == wanted.end()) continue;
          const auto n = at_signal->second;
          if (out.rows[n] && out.rows[n]->time > scan.time) continue;
          take(n, scan.time, o.value, o.quality, batch.text_of(o.value));
        }
    });
    return {};
  }();
  end();
  if (!done) return fail(Error(done.error()));
  return out;
}

}  // namespace spindle::store
