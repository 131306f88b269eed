#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/batch_codec.hpp"
#include "store/journal.hpp"
#include "store/journal_rows.hpp"

namespace spindle::store {

/// One row of `commits`. `body` is empty when no batch of it was asked for.
struct JournalReader::Row {
  std::uint64_t first = 0;
  std::uint64_t batches = 0;
  bool readable = false;  ///< Its directory passed its checksum.
  std::vector<DirectoryEntry> entries;
  Bytes body;
};

Result<JournalReader> JournalReader::open(const std::filesystem::path& folder,
                                          const std::string& vfs) {
  auto database =
      Database::open(folder / Journal::file_name, {.access = Access::read_only, .vfs = vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(journal_layout); !ok) return fail(std::move(ok.error()));
  JournalReader reader;
  reader.database_ = std::move(*database);
  const std::pair<Statement*, const char*> statements[] = {
      {&reader.find_,
       "SELECT first_sequence, batches FROM commits WHERE first_sequence >="
       " coalesce((SELECT max(first_sequence) FROM commits WHERE first_sequence <= ?1), ?1)"
       " AND first_sequence + batches > ?1 ORDER BY first_sequence LIMIT 1"},
      {&reader.newest_,
       "SELECT first_sequence + batches - 1 FROM commits ORDER BY first_sequence DESC LIMIT 1"},
      {&reader.directory_, "SELECT directory FROM commits WHERE first_sequence = ?"},
      {&reader.body_, "SELECT body FROM commits WHERE first_sequence = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = reader.database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return reader;
}

Result<std::uint64_t> JournalReader::last_sequence() {
  const Rewind rewind(newest_);
  auto row = newest_.step();
  if (!row) return fail(std::move(row.error()));
  return *row ? newest_.unsigned_integer(0) : 0;
}

/// The row that holds sequence `from` or the next one after it; false at the end.
Result<bool> JournalReader::next_row(std::uint64_t from, std::optional<MachineKey> only, Row& row) {
  row.entries.clear();
  row.body.clear();
  row.readable = false;
  {
    const Rewind rewind(find_);
    find_.bind(1, from);
    auto found = find_.step();
    if (!found) return fail(std::move(found.error()));
    if (!*found) return false;
    row.first = find_.unsigned_integer(0);
    row.batches = find_.unsigned_integer(1);
  }
  // Corrupt pages under one row cost that row, not the rest of the journal. A row trimmed away
  // between the two looks the same as an empty one.
  const auto blob_of = [&](Statement& statement, auto use) -> Result<void> {
    const Rewind rewind(statement);
    statement.bind(1, row.first);
    auto found = statement.step();
    if (found && *found) use(statement.blob(0));
    if (!found && found.error().code != Errc::corrupt) return fail(std::move(found.error()));
    return {};
  };
  auto ok = blob_of(directory_, [&](ByteView bytes) {
    if (auto entries = read_directory(bytes, row.batches)) {
      row.entries = std::move(*entries);
      row.readable = true;
    }
  });
  if (!ok) return fail(std::move(ok.error()));
  const bool wanted = !only || std::any_of(row.entries.begin(), row.entries.end(),
                                           [&](const auto& e) { return e.machine == *only; });
  if (!row.readable || !wanted) return true;
  ok = blob_of(body_, [&](ByteView bytes) { row.body.assign(bytes.begin(), bytes.end()); });
  if (!ok) return fail(std::move(ok.error()));
  return true;
}

Result<ReadReport> JournalReader::read(
    std::uint64_t after, std::optional<MachineKey> only,
    const std::function<bool(std::uint64_t, const Batch&)>& each) {
  ReadReport report;
  report.next_after = after;
  const auto damaged = [&](std::uint64_t sequence) {
    if (report.damaged++ == 0) report.first_damaged = sequence;
  };
  Row row;
  Batch batch;
  for (;;) {
    auto found = next_row(report.next_after + 1, only, row);
    if (!found) return fail(std::move(found.error()));
    if (!*found) return report;
    for (std::uint64_t n = 0; n < row.batches; ++n) {
      const auto sequence = row.first + n;
      if (sequence <= report.next_after) continue;
      if (!row.readable) {
        damaged(sequence);
        continue;
      }
      const auto& entry = row.entries[n];
      if (only && entry.machine != *only) continue;
      const auto body = ByteView(row.body);
      if (entry.offset > body.size() || entry.size > body.size() - entry.offset ||
          !decode(body.subspan(entry.offset, entry.size), batch)) {
        damaged(sequence);
        continue;
      }
      ++report.batches;
      if (!each(sequence, batch)) {
        report.next_after = sequence;
        report.stopped = true;
        return report;
      }
    }
    report.next_after = std::max(report.next_after, row.first + row.batches - 1);
  }
}

}  // namespace spindle::store
