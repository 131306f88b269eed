#include "store/history_reader.hpp"

#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/column_walk.hpp"
#include "store/history.hpp"
#include "store/history_layout.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {
namespace {

Instant at(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

Result<std::unique_ptr<HistoryReader>> HistoryReader::open(const std::filesystem::path& folder,
                                                           const std::string& vfs, Disk& disk) {
  auto database =
      Database::open(folder / History::file_name, {.access = Access::read_only, .vfs = vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<HistoryReader> reader(new HistoryReader);
  reader->database_ = std::move(*database);
  reader->disk_ = &disk;
  reader->segments_ = folder / history_folder;
  for (std::size_t n = 0; n < history_classes; ++n)
    reader->readers_.push_back(std::make_unique<SegmentReader>(
        disk, reader->segments_, class_prefix(static_cast<HistoryClass>(n))));
  const std::pair<Statement*, const char*> statements[] = {
      {&reader->cursor_, "SELECT sequence FROM cursor"},
      {&reader->series_, "SELECT series FROM signal_series WHERE signal = ?"},
      {&reader->span_, "SELECT span_us_max FROM series WHERE id = ?"},
      {&reader->range_,
       "SELECT id, from_us, to_us, file, at, size FROM block WHERE series = ? AND from_us >= ?"
       " AND from_us < ? AND to_us >= ?"},
      {&reader->until_,
       "SELECT id, from_us, to_us, file, at, size FROM block WHERE series = ? AND from_us <= ?"
       " ORDER BY from_us DESC, id DESC LIMIT ?"},
      {&reader->file_, "SELECT class, number FROM file WHERE id = ?"},
      {&reader->silence_,
       "SELECT time_us FROM silence WHERE machine = ?1 AND time_us >= coalesce((SELECT max(time_us)"
       " FROM silence WHERE machine = ?1 AND time_us < ?2), ?2) ORDER BY time_us"},
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
  files_.clear();
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

Result<std::uint64_t> HistoryReader::columns(MachineKey machine, std::span<const SignalKey> signals,
                                             Interval when, const EachSlice& each) {
  const std::lock_guard lock(mutex_);
  auto done = [&]() -> Result<std::uint64_t> {
    if (auto ok = begin(); !ok) return fail(std::move(ok.error()));
    return read_columns(machine, signals, when, each);
  }();
  end();
  return done;
}

Result<std::uint64_t> HistoryReader::for_each_row(SignalRef signal, Interval when,
                                                  const EachRow& each) {
  return read_columns(signal.machine, {&signal.signal, 1}, when, [&](const BlockSlice& slice) {
    std::vector<ColumnWalk> walks;
    for (const auto& column : slice.columns) walks.emplace_back(column);
    for (const auto time : slice.times)
      for (auto& walk : walks) {
        const auto cell = walk.next();
        if (cell == absent) continue;
        const bool valued = has_value(cell);
        const HistoryRow row{at(time), valued ? walk.value() : Value{}, quality_of(cell)};
        if (!each(row, valued ? walk.words() : std::string_view{})) return false;
      }
    return true;
  });
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
      if (same_time > 1 && !page.rows.empty()) page.rows.back().superseded = true;
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

}  // namespace spindle::store
