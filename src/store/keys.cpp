#include "store/keys.hpp"

#include <algorithm>

#include "store/batch_codec.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/journal_database.hpp"
#include "store/ledger.hpp"

namespace spindle::store {
namespace {

/// The first column of the first row, of a file that may be missing.
Result<std::int64_t> largest_in(const std::filesystem::path& file, std::string_view sql) {
  if (!std::filesystem::exists(file)) return 0;
  auto database = Database::open(file, {.access = Access::read_only});
  if (!database) return fail(std::move(database.error()));
  return (*database)->scalar(sql);
}

}  // namespace

Result<LargestKeys> largest_keys(const std::filesystem::path& folder) {
  std::int64_t machine = 0;
  std::int64_t signal = 0;
  std::int64_t cursor = 0;
  const auto history = folder / History::file_name;
  const struct {
    std::filesystem::path file;
    std::string_view sql;
    std::int64_t& target;
  } places[] = {{folder / Ledger::file_name, "SELECT max(machine) FROM generation", machine},
                {history, "SELECT max(machine) FROM series", machine},
                {history, "SELECT max(signal) FROM signal_series", signal},
                {history, "SELECT sequence FROM cursor", cursor}};
  for (const auto& place : places) {
    auto found = largest_in(place.file, place.sql);
    if (!found) return fail(std::move(found.error()));
    place.target = std::max(place.target, *found);
  }
  const auto see = [&](const Batch& batch) {
    machine = std::max(machine, static_cast<std::int64_t>(batch.machine));
    for (const auto& o : batch.observations)
      signal = std::max(signal, static_cast<std::int64_t>(o.signal));
  };
  const auto after = static_cast<std::uint64_t>(cursor);
  if (std::filesystem::exists(folder / Journal::folder_name)) {
    auto reader = JournalReader::open(folder);
    if (!reader) return fail(std::move(reader.error()));
    auto read = reader->read(after, {}, [&](std::uint64_t, const Batch& batch) {
      see(batch);
      return true;
    });
    if (!read) return fail(std::move(read.error()));
  }
  if (std::filesystem::exists(folder / journal_database_name)) {
    Batch batch;
    auto read = read_journal_database(folder, 0, [&](const JournalRow& row) -> Result<void> {
      if (!row.entries) return {};
      for (const auto& entry : *row.entries)
        if (entry.offset <= row.body.size() && entry.size <= row.body.size() - entry.offset &&
            decode(row.body.subspan(entry.offset, entry.size), batch))
          see(batch);
      return {};
    });
    if (!read) return fail(std::move(read.error()));
  }
  return LargestKeys{static_cast<MachineKey>(machine), static_cast<SignalKey>(signal)};
}

}  // namespace spindle::store
