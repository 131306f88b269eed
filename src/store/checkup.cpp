#include "store/checkup.hpp"

#include <fmt/format.h>

#include "store/configuration.hpp"
#include "store/database.hpp"
#include "store/history.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"

namespace spindle::store {
namespace {

constexpr Interval always{Instant::min(), Instant::max()};

/// SQLite reads every page and index of a file.
void check_file(const std::filesystem::path& file, CheckupReport& report) {
  if (!std::filesystem::exists(file)) {
    report.wrong.push_back(file.filename().string() + ": is missing");
    return;
  }
  auto database = Database::open(file, {.access = Access::read_only, .vfs = {}});
  if (!database) {
    report.wrong.push_back(database.error().what);
    return;
  }
  auto statement = (*database)->prepare("PRAGMA integrity_check(20)");
  if (!statement) {
    report.wrong.push_back(statement.error().what);
    return;
  }
  bool sound = true;
  while (true) {
    auto row = statement->step();
    if (!row) {
      report.wrong.push_back(row.error().what);
      return;
    }
    if (!*row) break;
    if (statement->text(0) == "ok") continue;
    sound = false;
    report.wrong.push_back(fmt::format("{}: {}", file.filename().string(), statement->text(0)));
  }
  if (sound) report.done.push_back(file.filename().string() + ": every page is sound");
}

std::uint64_t check_journal(const std::filesystem::path& folder, CheckupReport& report) {
  auto reader = JournalReader::open(folder);
  if (!reader) {
    report.wrong.push_back(reader.error().what);
    return 0;
  }
  std::uint64_t observations = 0;
  std::uint64_t last = 0;
  auto read = reader->read(0, std::nullopt, [&](std::uint64_t sequence, const Batch& batch) {
    observations += batch.observations.size();
    last = sequence;
    return true;
  });
  if (!read) {
    report.wrong.push_back(read.error().what);
    return last;
  }
  if (read->damaged > 0)
    report.wrong.push_back(fmt::format(
        "journal.db: {} batch(es) fail their checksum, the first is {}; their time is unknown",
        read->damaged, read->first_damaged));
  report.done.push_back(fmt::format("journal.db: {} batches, {} observations, all checksums hold",
                                    read->batches, observations));
  return last;
}

/// A machine's life is a partition of time: each interval begins where the one before ends.
void check_intervals(LedgerReader& reader, const MachineName& machine, CheckupReport& report) {
  auto states = reader.states(machine.key, always);
  if (!states) {
    report.wrong.push_back(states.error().what);
    return;
  }
  std::size_t breaks = 0;
  for (std::size_t i = 1; i < states->size(); ++i)
    breaks += (*states)[i].from != (*states)[i - 1].to;
  if (breaks > 0)
    report.wrong.push_back(
        fmt::format("ledger.db: {}: {} interval(s) do not begin where the one before ends; derive "
                    "its past again",
                    machine.id, breaks));
  if (auto snapshot = reader.snapshot(machine.key); !snapshot)
    report.wrong.push_back(fmt::format("ledger.db: {}: {}", machine.id, snapshot.error().what));
}

void check_ledger(const std::filesystem::path& folder, std::uint64_t journal_last,
                  CheckupReport& report) {
  auto configuration = Configuration::open(folder, {});
  auto reader = LedgerReader::open(folder, {});
  if (!configuration || !reader) {
    report.wrong.push_back(!configuration ? configuration.error().what : reader.error().what);
    return;
  }
  auto cursor = (*reader)->cursor("engine");
  if (!cursor)
    report.wrong.push_back(cursor.error().what);
  else if (*cursor > journal_last)
    report.wrong.push_back(fmt::format(
        "ledger.db: knows batch {} but the journal ends at {}: the newest went with a power cut",
        *cursor, journal_last));
  auto machines = (*configuration)->machines();
  if (!machines) {
    report.wrong.push_back(machines.error().what);
    return;
  }
  const auto before = report.wrong.size();
  for (const auto& machine : *machines) check_intervals(**reader, machine, report);
  if (report.wrong.size() == before)
    report.done.push_back(
        fmt::format("ledger.db: {} machine(s), their intervals are gapless", machines->size()));
}

void check_history(const std::filesystem::path& folder, CheckupReport& report) {
  auto configuration = Configuration::open(folder, {});
  auto reader = HistoryReader::open(folder);
  if (!configuration || !reader) return;  // said above
  auto signals = (*configuration)->signals();
  if (!signals) return;
  constexpr std::size_t page_rows = 50'000;
  std::uint64_t rows = 0;
  std::uint64_t damaged = 0;
  for (const auto& signal : *signals) {
    std::optional<RowPlace> place;
    do {
      auto page = (*reader)->raw({signal.machine, signal.key}, always, page_rows, place);
      if (!page) {
        report.wrong.push_back(page.error().what);
        return;
      }
      rows += page->rows.size();
      damaged += page->damaged_blocks;
      place = page->next;
    } while (place);
  }
  if (damaged > 0)
    report.wrong.push_back(fmt::format(
        "history.db: {} damaged block(s) were passed over; their rows are missing", damaged));
  else
    report.done.push_back(fmt::format("history.db: {} values, all checksums hold", rows));
}

}  // namespace

CheckupReport check_up(const std::filesystem::path& folder) {
  CheckupReport report;
  for (const auto* name :
       {Configuration::file_name, Journal::file_name, Ledger::file_name, History::file_name})
    check_file(folder / name, report);
  if (!report.wrong.empty()) return report;
  const auto last = check_journal(folder, report);
  check_ledger(folder, last, report);
  check_history(folder, report);
  return report;
}

}  // namespace spindle::store
