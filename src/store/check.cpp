#include "store/check.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>

#include "store/batch_codec.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"
#include "store/history_check.hpp"
#include "store/journal.hpp"
#include "store/journal_database.hpp"
#include "store/ledger.hpp"

namespace spindle::store {
namespace {

constexpr std::size_t problems_max = 100;  // For each file.

/// One file under examination.
class Examination {
 public:
  Examination(const std::filesystem::path& file, CheckReport& report)
      : file_(file), report_(report) {}

  void problem(std::string what) {
    if (found_++ < problems_max) report_.problems.push_back(std::move(what));
  }
  [[nodiscard]] std::string name() const { return file_.string(); }
  [[nodiscard]] bool sound() const { return found_ == 0; }

  /// Opens the file and checks its structure; null when there is no file or it cannot be read.
  std::unique_ptr<Database> open() {
    if (!std::filesystem::exists(file_)) return nullptr;
    auto database = Database::open(file_, {.access = Access::read_only});
    if (!database) {
      problem(std::move(database.error().what));
      return nullptr;
    }
    rows(**database, "PRAGMA integrity_check", [&](const Statement& row) {
      if (row.text(0) != "ok") problem(fmt::format("{}: {}", name(), row.text(0)));
    });
    return std::move(*database);
  }

  /// Calls `row` for each row; a failure is a problem.
  template <class Row>
  void rows(Database& database, std::string_view sql, Row row) {
    auto statement = database.prepare(sql);
    if (!statement) return problem(std::move(statement.error().what));
    for (;;) {
      auto more = statement->step();
      if (!more) return problem(std::move(more.error().what));
      if (!*more) return;
      row(*statement);
    }
  }

 private:
  std::filesystem::path file_;
  CheckReport& report_;
  std::size_t found_ = 0;
};

using Keys = std::set<std::int64_t>;

struct Known {
  std::optional<Keys> machines;  ///< Empty when config.db could not be read.
  std::optional<Keys> signals;
};

Known check_configuration(const std::filesystem::path& folder, CheckReport& report) {
  Examination file(folder / Configuration::file_name, report);
  Known known;
  auto database = file.open();
  if (!database) return known;
  Keys machines;
  Keys signals;
  file.rows(*database, "SELECT key FROM machine",
            [&](const Statement& row) { machines.insert(row.integer(0)); });
  file.rows(*database, "SELECT key FROM signal",
            [&](const Statement& row) { signals.insert(row.integer(0)); });
  file.rows(*database, "SELECT key, machine FROM signal", [&](const Statement& row) {
    if (!machines.contains(row.integer(1)))
      file.problem(fmt::format("{}: signal {} belongs to machine {}, which is not there",
                               file.name(), row.integer(0), row.integer(1)));
  });
  if (!file.sound()) return known;
  known.machines = std::move(machines);
  known.signals = std::move(signals);
  return known;
}

void check_machines(Examination& file, Database& database, const Known& known, const char* sql) {
  if (!known.machines) return;
  file.rows(database, sql, [&](const Statement& row) {
    if (!known.machines->contains(row.integer(0)))
      file.problem(fmt::format("{}: speaks of machine {}, which config.db does not know",
                               file.name(), row.integer(0)));
  });
}

/// The journal of an earlier version, when it was not converted yet.
void check_journal_database(const std::filesystem::path& folder, CheckReport& report) {
  Examination file(folder / journal_database_name, report);
  if (!file.open()) return;
  Batch batch;
  auto read = read_journal_database(folder, 0, [&](const JournalRow& row) -> Result<void> {
    bool sound = row.entries.has_value();
    if (sound)
      for (const auto& entry : *row.entries) {
        if (entry.offset > row.body.size() || entry.size > row.body.size() - entry.offset ||
            !decode(row.body.subspan(entry.offset, entry.size), batch))
          sound = false;
        else
          ++report.batches;
      }
    if (!sound)
      file.problem(fmt::format("{}: batches fail their checksum in the commit from {} on",
                               file.name(), row.first));
    return {};
  });
  if (!read) file.problem(std::move(read.error().what));
}

void check_journal(const std::filesystem::path& folder, const Known& known, CheckReport& report) {
  Examination file(folder / Journal::folder_name, report);
  if (!std::filesystem::exists(folder / Journal::folder_name)) return;
  auto reader = JournalReader::open(folder);
  if (!reader) return file.problem(std::move(reader.error().what));
  Keys strangers;
  auto read = reader->read(0, {}, [&](std::uint64_t, const Batch& batch) {
    ++report.batches;
    const auto machine = static_cast<std::int64_t>(batch.machine);
    if (known.machines && !known.machines->contains(machine)) strangers.insert(machine);
    return true;
  });
  if (!read) return file.problem(std::move(read.error().what));
  if (read->damaged > 0)
    file.problem(
        fmt::format("{}: {} batches fail their checksum, the first is {}; what follows "
                    "from them is kept in ledger and history, but cannot be recomputed",
                    file.name(), read->damaged, read->first_damaged));
  if (read->torn_bytes > 0)
    file.problem(
        fmt::format("{}: {} bytes at the end of the newest file cannot be read: torn by a "
                    "power cut or damaged; the next start cuts them off",
                    file.name(), read->torn_bytes));
  for (const auto machine : strangers)
    file.problem(fmt::format("{}: speaks of machine {}, which config.db does not know", file.name(),
                             machine));
}

void check_ledger(const std::filesystem::path& folder, const Known& known, CheckReport& report) {
  Examination file(folder / Ledger::file_name, report);
  auto database = file.open();
  if (!database) return;
  file.rows(*database, "SELECT machine, crc32, state FROM snapshot", [&](const Statement& row) {
    if (crc32(row.blob(2)) != static_cast<std::uint32_t>(row.integer(1)))
      file.problem(
          fmt::format("{}: the stored state of machine {} fails its checksum; recompute it",
                      file.name(), row.integer(0)));
  });
  check_machines(file, *database, known, "SELECT machine FROM generation");
  file.rows(*database,
            "SELECT a.machine, a.from_us FROM state a JOIN state b ON b.machine = a.machine AND"
            " b.generation = a.generation AND b.from_us = (SELECT min(from_us) FROM state c WHERE"
            " c.machine = a.machine AND c.generation = a.generation AND c.from_us > a.from_us)"
            " WHERE b.from_us < a.to_us OR a.to_us <= a.from_us LIMIT 100",
            [&](const Statement& row) {
              file.problem(fmt::format("{}: states of machine {} overlap at {}; recompute it",
                                       file.name(), row.integer(0),
                                       format_rfc3339(Instant{Duration{row.integer(1)}})));
            });
}

void check_history(const std::filesystem::path& folder, const Known& known, CheckReport& report) {
  Examination file(folder / History::file_name, report);
  auto database = file.open();
  if (!database) return;
  report.blocks += check_history_blocks(*database, folder,
                                        [&](std::string what) { file.problem(std::move(what)); });
  file.rows(*database, "SELECT count(*) FROM damaged_block HAVING count(*) > 0",
            [&](const Statement& row) {
              file.problem(
                  fmt::format("{}: {} blocks of an earlier version could not be read; they "
                              "are kept aside and left out of every answer",
                              file.name(), row.integer(0)));
            });
  check_machines(file, *database, known, "SELECT DISTINCT machine FROM series");
  if (!known.signals) return;
  file.rows(*database, "SELECT DISTINCT signal FROM signal_series", [&](const Statement& row) {
    if (!known.signals->contains(row.integer(0)))
      file.problem(fmt::format("{}: speaks of signal {}, which config.db does not know",
                               file.name(), row.integer(0)));
  });
}

}  // namespace

CheckReport check_folder(const std::filesystem::path& folder) {
  CheckReport report;
  // Nothing is known of machines when there is no config.db: then nothing is compared with it.
  const auto known = check_configuration(folder, report);
  check_journal_database(folder, report);
  check_journal(folder, known, report);
  check_ledger(folder, known, report);
  check_history(folder, known, report);
  return report;
}

}  // namespace spindle::store
