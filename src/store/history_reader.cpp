#include "store/history_reader.hpp"

#include <algorithm>
#include <utility>

#include "store/history.hpp"
#include "store/history_layout.hpp"
#include "store/row_merge.hpp"

namespace spindle::store {

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
       "SELECT id, from_us, to_us, file, at, size, named FROM block WHERE series = ? AND from_us "
       ">= ?"
       " AND from_us < ? AND to_us >= ?"},
      {&reader->until_,
       "SELECT id, from_us, to_us, file, at, size, named FROM block WHERE series = ?"
       " AND from_us <= ? ORDER BY from_us DESC, id DESC"},
      {&reader->named_, "SELECT id, signals, from_us, to_us FROM named WHERE series = ?"},
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
Result<void> HistoryReader::begin(std::span<const MachineKey> machines) {
  if (live_ != nullptr) pending_ = live_->view(machines);
  if (auto ok = database_->execute("BEGIN"); !ok) return ok;
  const Rewind rewind(cursor_);
  auto row = cursor_.step();
  if (!row) return fail(std::move(row.error()));
  stored_through_ = *row ? cursor_.unsigned_integer(0) : 0;
  return {};
}

void HistoryReader::end() {
  pending_.clear();
  files_.clear();
  if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
}

Result<std::uint64_t> HistoryReader::columns(MachineKey machine, std::span<const SignalKey> signals,
                                             Interval when, const EachSlice& each) {
  const std::lock_guard lock(mutex_);
  auto done = [&]() -> Result<std::uint64_t> {
    if (auto ok = begin({&machine, 1}); !ok) return fail(std::move(ok.error()));
    return read_columns(machine, signals, when, Before::newest, each);
  }();
  end();
  return done;
}

}  // namespace spindle::store
