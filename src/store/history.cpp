#include "store/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/history_conversion.hpp"
#include "store/history_layout.hpp"
#include "store/history_rebuild.hpp"

namespace spindle::store {
namespace {

Instant at_us(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

History::~History() {
  // A mark at the end tells damage found later from what a power cut tore; nothing depends on it.
  if (files_) static_cast<void>(files_->seal());
}

Result<std::unique_ptr<History>> History::open(const std::filesystem::path& folder,
                                               const HistoryOptions& options) {
  // Pages are small since few rows of a flush stand side by side.
  auto database = Database::open(folder / file_name, {.page_size = 1024, .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(history_layout); !ok) return fail(std::move(ok.error()));
  // A flush touches a page or two of each series: brought over less often, a page is written back
  // once for many of them.
  if (auto ok = (*database)->execute("PRAGMA wal_autocheckpoint = 4096"); !ok)
    return fail(std::move(ok.error()));
  std::unique_ptr<History> history(new History(std::move(*database), folder, options));
  const auto segments = folder / history_folder;
  if (auto ok = restore_history_index(*history->database_, *history->disk_, segments); !ok)
    return fail(std::move(ok.error()));
  auto files =
      HistoryFiles::open(*history->database_, *history->disk_, segments, options.file_bytes);
  if (!files) return fail(std::move(files.error()));
  history->files_ = std::move(*files);
  auto dues = RollUpDues::open(*history->database_);
  if (!dues) return fail(std::move(dues.error()));
  history->dues_ = std::move(*dues);
  history->names_ = std::make_unique<NamedSets>(*history->database_);
  if (auto ok = history->prepare(); !ok) return fail(std::move(ok.error()));
  if (auto ok = history->load(); !ok) return fail(std::move(ok.error()));
  if (auto ok = HistoryConversion(*history).run(); !ok) return fail(std::move(ok.error()));
  history->last_appended_ = history->cursor();
  return history;
}

Result<void> History::prepare() {
  const std::pair<Statement*, const char*> statements[] = {
      {&insert_block_, "INSERT INTO block VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&delete_block_, "DELETE FROM block WHERE series = ? AND from_us = ? AND id = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return {};
}

Result<void> History::load() {
  series_.clear();
  names_->forget();
  heard_.clear();
  auto cursor = database_->scalar("SELECT sequence FROM cursor");
  if (!cursor) return fail(std::move(cursor.error()));
  cursor_ = static_cast<std::uint64_t>(*cursor);
  auto next = database_->scalar("SELECT next_block FROM state");
  if (!next) return fail(std::move(next.error()));
  next_block_ = *next;
  auto flushes = database_->scalar("SELECT flushes FROM state");
  if (!flushes) return fail(std::move(flushes.error()));
  record_ = {};
  record_.number = static_cast<std::uint64_t>(*flushes);
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
  auto done = each_row(
      "SELECT id, machine, grp, signal, class, span_us_max FROM series", [&](const Statement& row) {
        const auto name =
            row.unsigned_integer(4) << 48 | row.unsigned_integer(2) << 32 | row.unsigned_integer(3);
        auto& series = series_[static_cast<std::uint32_t>(row.integer(1))][name];
        series.id = row.integer(0);
        series.machine = static_cast<MachineKey>(row.integer(1));
        series.span_us_max = row.integer(5);
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
      heard_[static_cast<std::uint32_t>(row.integer(0))] = at_us(row.integer(1));
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

void History::set_classes(ClassOf class_of) {
  const std::lock_guard lock(classes_mutex_);
  class_of_ = std::move(class_of);
}

Result<void> History::run(std::string_view sql, std::initializer_list<std::int64_t> values) {
  auto statement = database_->prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  int n = 0;
  for (const auto value : values) statement->bind(++n, value);
  return statement->run();
}

Result<void> History::in_flush(std::uint64_t through, const std::function<Result<void>()>& write) {
  const auto number = record_.number;
  record_ = {};
  record_.number = number + 1;
  record_.cursor = through;
  auto done = [&]() -> Result<void> {
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return fail(std::move(transaction.error()));
    if (auto ok = write(); !ok) return ok;
    if (auto ok = files_->write(record_); !ok) return ok;
    if (auto ok = run("UPDATE cursor SET sequence = ?", {static_cast<std::int64_t>(through)}); !ok)
      return ok;
    if (auto ok = run("UPDATE state SET next_block = ?, flushes = ?",
                      {next_block_, static_cast<std::int64_t>(record_.number)});
        !ok)
      return ok;
    return transaction->commit();
  }();
  if (done) {
    cursor_ = through;
    return {};
  }
  // What is remembered may have been rolled back: read it again.
  if (auto ok = files_->abandon(); !ok) return ok;
  if (auto ok = load(); !ok) return ok;
  return done;
}

Result<void> History::flush() {
  const auto view = pending_.seal();
  std::map<MachineKey, std::vector<ByteView>> machines;
  std::uint64_t through = 0;
  for (const auto& [machine, parts] : view)
    for (const auto& part : parts)
      part.for_each([&](std::uint64_t sequence, ByteView batch) {
        machines[machine].push_back(batch);
        through = std::max(through, sequence);
      });
  if (machines.empty()) return {};
  // What a rewrite left behind an earlier flush: whoever read it then is done.
  if (auto ok = files_->remove_dropped(); !ok) return ok;
  {
    const std::lock_guard lock(classes_mutex_);
    class_of_now_ = class_of_;
  }
  class_known_.clear();
  auto done = in_flush(through, [&]() -> Result<void> {
    for (const auto& [machine, batches] : machines)
      if (auto ok = write_machine(machine, batches); !ok) return ok;
    return rewrite_garbage();
  });
  if (done) pending_.drop_sealed();
  return done;
}

Result<void> History::drop(const HistoryFile& file) {
  auto done = [&]() -> Result<void> {
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return fail(std::move(transaction.error()));
    if (auto ok = files_->drop(file); !ok) return ok;
    return transaction->commit();
  }();
  if (!done) {
    if (auto ok = files_->abandon(); !ok) return ok;
    return done;
  }
  // Small blocks that were to be merged may have gone with it.
  for (auto& [machine, all] : series_)
    for (auto& [name, series] : all) {
      series.tails.clear();
      series.tails_known = false;
    }
  return files_->remove_dropped();
}

Result<std::unique_ptr<HistoryReader>> History::open_reader() const {
  auto reader = HistoryReader::open(folder_, options_.vfs, *disk_);
  if (reader) (*reader)->live_ = &pending_;
  return reader;
}

}  // namespace spindle::store
