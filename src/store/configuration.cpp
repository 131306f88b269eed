#include "store/configuration.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace spindle::store {
namespace {

constexpr std::array layout{
    "CREATE TABLE machine(key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);"
    "CREATE TABLE signal(key INTEGER PRIMARY KEY AUTOINCREMENT, machine INTEGER NOT NULL,"
    "  id TEXT NOT NULL, UNIQUE(machine, id));"
    "CREATE TABLE plant(generation INTEGER PRIMARY KEY AUTOINCREMENT, saved_us INTEGER NOT NULL,"
    "  who TEXT NOT NULL, body TEXT NOT NULL);"
    "CREATE TABLE audit(id INTEGER PRIMARY KEY AUTOINCREMENT, time_us INTEGER NOT NULL,"
    "  who TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL);"
    "CREATE TABLE answer(key TEXT PRIMARY KEY, time_us INTEGER NOT NULL, body TEXT NOT NULL)"
    "  WITHOUT ROWID;"
    "CREATE INDEX answer_time ON answer(time_us);"
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
    // Alarms that a person has seen, by their key (acknowledgements.hpp).
    "CREATE TABLE acknowledgement(machine INTEGER, signal INTEGER, code TEXT, from_us INTEGER,"
    "  time_us INTEGER NOT NULL, who TEXT NOT NULL, note TEXT NOT NULL,"
    "  PRIMARY KEY(machine, signal, code, from_us)) WITHOUT ROWID;"};

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

/// Prepares, lets `bind` fill in the parameters, and calls `row` for each row.
template <class Bind, class Row>
Result<void> query(Database& database, std::string_view sql, Bind bind, Row row) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  bind(*statement);
  for (;;) {
    auto more = statement->step();
    if (!more) return fail(std::move(more.error()));
    if (!*more) return {};
    row(*statement);
  }
}

constexpr auto ignore_rows = [](const Statement&) {};

/// The number in a table of names; a new one when the name is new.
template <class Bind>
Result<std::uint32_t> key_of(Database& database, std::string_view get, std::string_view add,
                             Bind bind) {
  std::optional<std::int64_t> key;
  const auto take = [&](const Statement& row) { key = row.integer(0); };
  if (auto ok = query(database, get, bind, take); !ok) return fail(std::move(ok.error()));
  if (!key)
    if (auto ok = query(database, add, bind, take); !ok) return fail(std::move(ok.error()));
  if (!key || *key <= 0 || *key > 0xFFFFFFFF)
    return fail(Errc::overloaded, fmt::format("{}: all numbers for machines or signals are used up",
                                              database.file().string()));
  return static_cast<std::uint32_t>(*key);
}

}  // namespace

Result<std::unique_ptr<Configuration>> Configuration::open(const std::filesystem::path& folder,
                                                           const ConfigurationOptions& options) {
  auto database = Database::open(
      folder / file_name,
      {.access = options.access, .durability = Durability::power, .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  std::string found;
  auto checked = query(
      **database, "PRAGMA quick_check(1)", [](Statement&) {},
      [&](const Statement& row) { found = row.text(0); });
  if (!checked) return fail(std::move(checked.error()));
  if (found != "ok")
    return fail(Errc::corrupt, fmt::format("{}: damaged ({}); set it aside or restore a backup",
                                           (folder / file_name).string(), found));
  if (auto ok = (*database)->migrate(layout); !ok) return fail(std::move(ok.error()));
  if (auto ok = (*database)->add_page_checksums(); !ok) return fail(std::move(ok.error()));
  return std::unique_ptr<Configuration>(new Configuration(std::move(*database)));
}

Result<MachineKey> Configuration::machine_key_locked(std::string_view id) {
  auto key = key_of(*database_, "SELECT key FROM machine WHERE id = ?1",
                    "INSERT INTO machine(id) VALUES(?1) RETURNING key",
                    [&](Statement& statement) { statement.bind(1, id); });
  if (!key) return fail(std::move(key.error()));
  return static_cast<MachineKey>(*key);
}

Result<SignalKey> Configuration::signal_key_locked(MachineKey machine, std::string_view id) {
  auto key = key_of(*database_, "SELECT key FROM signal WHERE machine = ?1 AND id = ?2",
                    "INSERT INTO signal(machine, id) VALUES(?1, ?2) RETURNING key",
                    [&](Statement& statement) {
                      statement.bind(1, static_cast<std::int64_t>(machine));
                      statement.bind(2, id);
                    });
  if (!key) return fail(std::move(key.error()));
  return static_cast<SignalKey>(*key);
}

Result<void> Configuration::assign_locked(Machine& machine) {
  auto key = machine_key_locked(machine.id);
  if (!key) return fail(std::move(key.error()));
  machine.key = *key;
  for (auto& signal : machine.signals) {
    auto signal_key = signal_key_locked(machine.key, signal.id);
    if (!signal_key) return fail(std::move(signal_key.error()));
    signal.key = *signal_key;
  }
  return {};
}

Result<void> Configuration::assign_keys(Plant& plant) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  for (auto& machine : plant.machines)
    if (auto ok = assign_locked(machine); !ok) return ok;
  return transaction->commit();
}

Result<void> Configuration::assign_keys(Machine& machine) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  if (auto ok = assign_locked(machine); !ok) return ok;
  return transaction->commit();
}

Result<SignalKey> Configuration::signal_key(MachineKey machine, std::string_view signal) {
  const std::lock_guard lock(mutex_);
  return signal_key_locked(machine, signal);
}

Result<void> Configuration::never_below(const LargestKeys& keys) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  const std::pair<std::string_view, std::int64_t> tables[] = {
      {"machine", static_cast<std::int64_t>(keys.machine)},
      {"signal", static_cast<std::int64_t>(keys.signal)}};
  for (const auto& [table, least] : tables) {
    // SQLite's own table of the numbers AUTOINCREMENT gave; a table without rows has none in it.
    for (const auto* sql :
         {"INSERT INTO sqlite_sequence(name, seq) SELECT ?1, 0 WHERE ?2 > 0 AND NOT EXISTS"
          " (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
          "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1"}) {
      auto done = query(
          *database_, sql,
          [&](Statement& statement) {
            statement.bind(1, table);
            statement.bind(2, least);
          },
          ignore_rows);
      if (!done) return done;
    }
  }
  return transaction->commit();
}

Result<std::vector<MachineName>> Configuration::machines() {
  const std::lock_guard lock(mutex_);
  std::vector<MachineName> out;
  auto done = query(
      *database_, "SELECT key, id FROM machine ORDER BY key", [](Statement&) {},
      [&](const Statement& row) {
        out.push_back({static_cast<MachineKey>(row.integer(0)), std::string(row.text(1))});
      });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::vector<SignalName>> Configuration::signals() {
  const std::lock_guard lock(mutex_);
  std::vector<SignalName> out;
  auto done = query(
      *database_, "SELECT key, machine, id FROM signal ORDER BY key", [](Statement&) {},
      [&](const Statement& row) {
        out.push_back({static_cast<SignalKey>(row.integer(0)),
                       static_cast<MachineKey>(row.integer(1)), std::string(row.text(2))});
      });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::uint64_t> Configuration::save_plant(std::string_view text, std::string_view who,
                                                Instant now) {
  const std::lock_guard lock(mutex_);
  auto present = plant_where("1", 0);
  if (!present) return fail(std::move(present.error()));
  if (*present && (*present)->text == text) return (*present)->generation;
  std::uint64_t generation = 0;
  auto done = query(
      *database_, "INSERT INTO plant(saved_us, who, body) VALUES(?, ?, ?) RETURNING generation",
      [&](Statement& statement) {
        statement.bind(1, us(now));
        statement.bind(2, who);
        statement.bind(3, text);
      },
      [&](const Statement& row) { generation = row.unsigned_integer(0); });
  if (!done) return fail(std::move(done.error()));
  save_copy();
  return generation;
}

/// Beside the file and then over the old copy, so that there is a whole one at every instant. That
/// it fails (a full disk) is no reason to refuse the plant that was just saved.
void Configuration::save_copy() {
  const auto folder = database_->file().parent_path();
  const auto fresh = folder / "config.good.db.new";
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  const auto into = [&](Statement& statement) {
    statement.bind(1, std::string_view(fresh.native()));
  };
  if (query(*database_, "VACUUM INTO ?1", into, ignore_rows))
    std::filesystem::rename(fresh, folder / copy_name, ignored);
}

Result<void> Configuration::restore_copy(const std::filesystem::path& folder) {
  std::error_code ec;
  for (const auto* end : {"-wal", "-shm"})
    std::filesystem::remove((folder / file_name).native() + end, ec);
  std::filesystem::copy_file(folder / copy_name, folder / file_name,
                             std::filesystem::copy_options::overwrite_existing, ec);
  if (ec)
    return fail(Errc::refused, fmt::format("{}: can't take the place of {} ({})",
                                           (folder / copy_name).string(), file_name, ec.message()));
  return {};
}

Result<std::optional<PlantDocument>> Configuration::plant_where(std::string_view condition,
                                                                std::uint64_t generation) {
  std::optional<PlantDocument> out;
  const auto sql = fmt::format(
      "SELECT generation, saved_us, who, body FROM plant WHERE {} ORDER BY generation DESC LIMIT 1",
      condition);
  auto done = query(
      *database_, sql,
      [&](Statement& statement) {
        if (generation != 0) statement.bind(1, generation);
      },
      [&](const Statement& row) {
        out = PlantDocument{row.unsigned_integer(0), at(row.integer(1)), std::string(row.text(2)),
                            std::string(row.text(3))};
      });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::uint64_t> Configuration::generation() {
  const std::lock_guard lock(mutex_);
  auto newest = database_->scalar("SELECT max(generation) FROM plant");
  if (!newest) return fail(std::move(newest.error()));
  return static_cast<std::uint64_t>(*newest);
}

Result<std::optional<PlantDocument>> Configuration::plant() {
  const std::lock_guard lock(mutex_);
  return plant_where("1", 0);
}

Result<std::optional<PlantDocument>> Configuration::plant(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation == 0) return std::nullopt;
  return plant_where("generation = ?1", generation);
}

Result<std::vector<PlantDocument>> Configuration::plant_generations(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<PlantDocument> out;
  auto done = query(
      *database_, "SELECT generation, saved_us, who FROM plant ORDER BY generation DESC LIMIT ?",
      [&](Statement& statement) { statement.bind(1, std::uint64_t{limit}); },
      [&](const Statement& row) {
        out.push_back({row.unsigned_integer(0), at(row.integer(1)), std::string(row.text(2)), {}});
      });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<void> Configuration::record(const AuditEntry& entry) {
  const std::lock_guard lock(mutex_);
  return query(
      *database_, "INSERT INTO audit(time_us, who, what, detail) VALUES(?, ?, ?, ?)",
      [&](Statement& statement) {
        statement.bind(1, us(entry.time));
        statement.bind(2, std::string_view(entry.who));
        statement.bind(3, std::string_view(entry.what));
        statement.bind(4, std::string_view(entry.detail));
      },
      ignore_rows);
}

Result<std::vector<AuditEntry>> Configuration::audit_trail(std::size_t limit,
                                                           std::optional<std::uint64_t> before) {
  const std::lock_guard lock(mutex_);
  std::vector<AuditEntry> out;
  auto done = query(
      *database_,
      "SELECT id, time_us, who, what, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
      [&](Statement& statement) {
        statement.bind(1, before ? static_cast<std::int64_t>(*before) : INT64_MAX);
        statement.bind(2, std::uint64_t{limit});
      },
      [&](const Statement& row) {
        out.push_back({row.unsigned_integer(0), at(row.integer(1)), std::string(row.text(2)),
                       std::string(row.text(3)), std::string(row.text(4))});
      });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::optional<std::string>> Configuration::answer_to(std::string_view key) {
  const std::lock_guard lock(mutex_);
  std::optional<std::string> out;
  auto done = query(
      *database_, "SELECT body FROM answer WHERE key = ?",
      [&](Statement& statement) { statement.bind(1, key); },
      [&](const Statement& row) { out = row.text(0); });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<void> Configuration::keep_answer(std::string_view key, std::string_view answer, Instant now,
                                        Duration keep) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  auto done = query(
      *database_, "INSERT OR REPLACE INTO answer VALUES(?, ?, ?)",
      [&](Statement& statement) {
        statement.bind(1, key);
        statement.bind(2, us(now));
        statement.bind(3, answer);
      },
      ignore_rows);
  if (done)
    done = query(
        *database_, "DELETE FROM answer WHERE time_us < ?",
        [&](Statement& statement) { statement.bind(1, us(now - keep)); }, ignore_rows);
  if (!done) return done;
  return transaction->commit();
}

Result<std::optional<std::string>> Configuration::setting(std::string_view name) {
  const std::lock_guard lock(mutex_);
  std::optional<std::string> out;
  auto done = query(
      *database_, "SELECT value FROM setting WHERE name = ?",
      [&](Statement& statement) { statement.bind(1, name); },
      [&](const Statement& row) { out = row.text(0); });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<void> Configuration::set_setting(std::string_view name, std::string_view value) {
  const std::lock_guard lock(mutex_);
  return query(
      *database_, "INSERT OR REPLACE INTO setting VALUES(?, ?)",
      [&](Statement& statement) {
        statement.bind(1, name);
        statement.bind(2, value);
      },
      ignore_rows);
}

}  // namespace spindle::store
