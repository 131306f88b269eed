#include "store/ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "store/ledger_layout.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

template <class Enum>
std::int64_t number(Enum e) {
  return static_cast<std::int64_t>(e);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder,
                                             const LedgerOptions& options) {
  auto database = Database::open(folder / file_name, {.vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(ledger_layout); !ok) return fail(std::move(ok.error()));
  if (auto ok = (*database)->add_page_checksums(); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<Ledger> ledger(new Ledger(std::move(*database)));
  if (auto ok = ledger->prepare(); !ok) return fail(std::move(ok.error()));
  return ledger;
}

Result<void> Ledger::prepare() {
  const std::pair<Statement*, const char*> statements[] = {
      {&state_, "INSERT OR REPLACE INTO state VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&span_, "INSERT OR REPLACE INTO span VALUES(?, ?, ?, ?, ?, ?)"},
      {&alarm_, "INSERT OR REPLACE INTO alarm VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&part_, "INSERT OR REPLACE INTO part VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&incident_, "INSERT OR REPLACE INTO incident VALUES(?, ?, ?, ?, ?, ?, ?)"},
      {&snapshot_, "INSERT OR REPLACE INTO snapshot VALUES(?, ?, ?, ?)"},
      {&cursor_get_, "SELECT sequence FROM cursor WHERE name = ?"},
      {&cursor_set_, "INSERT OR REPLACE INTO cursor VALUES(?, ?)"},
      {&generation_get_,
       "SELECT present, through, building, newest FROM generation WHERE machine = ?"},
      {&generation_set_, "INSERT OR REPLACE INTO generation VALUES(?, ?, ?, ?, ?)"}};
  for (const auto& [target, sql] : statements) {
    auto statement = database_->prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return words_.prepare(*database_);
}

template <class Body>
Result<void> Ledger::together(Body body) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return fail(std::move(transaction.error()));
  Result<void> done = body();
  if (done) done = transaction->commit();
  // Numbers given in a transaction that did not happen mean nothing.
  if (!done) words_.forget();
  return done;
}

Result<bool> Ledger::commit(const LedgerCommit& commit) {
  bool taken = true;
  auto done = together([&]() -> Result<void> {
    auto present = cursor_locked(commit.cursor);
    if (!present) return fail(std::move(present.error()));
    if (commit.sequence <= *present) {
      taken = false;
      return {};
    }
    for (const auto& machine : commit.machines) {
      auto generation = generation_of(machine.machine);
      if (!generation) return fail(std::move(generation.error()));
      if (commit.sequence <= generation->through) continue;
      auto ok = write(machine.machine, generation->present, machine.facts, commit.sequence);
      if (ok && !machine.snapshot.empty())
        ok = write_snapshot(machine.machine, machine.snapshot, commit.sequence);
      generation->through = commit.sequence;
      if (ok) ok = store_generation(machine.machine, *generation);
      if (!ok) return ok;
    }
    cursor_set_.bind(1, std::string_view(commit.cursor));
    cursor_set_.bind(2, commit.sequence);
    return cursor_set_.run();
  });
  if (!done) return fail(std::move(done.error()));
  return taken;
}

Result<std::uint64_t> Ledger::cursor(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return cursor_locked(name);
}

Result<std::uint64_t> Ledger::cursor_locked(std::string_view name) {
  const Rewind rewind(cursor_get_);
  cursor_get_.bind(1, name);
  auto row = cursor_get_.step();
  if (!row) return fail(std::move(row.error()));
  return *row ? cursor_get_.unsigned_integer(0) : 0;
}

Result<std::optional<std::uint64_t>> Ledger::slowest_cursor() {
  const std::lock_guard lock(mutex_);
  auto statement = database_->prepare("SELECT min(sequence) FROM cursor");
  if (!statement) return fail(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row || statement->is_null(0)) return std::nullopt;
  return statement->unsigned_integer(0);
}

Result<Ledger::Generation> Ledger::generation_of(MachineKey machine) {
  const Rewind rewind(generation_get_);
  generation_get_.bind(1, number(machine));
  auto row = generation_get_.step();
  if (!row) return fail(std::move(row.error()));
  Generation out;
  if (!*row) return out;
  out.present = static_cast<std::uint32_t>(generation_get_.integer(0));
  out.through = generation_get_.unsigned_integer(1);
  out.building = static_cast<std::uint32_t>(generation_get_.integer(2));
  out.newest = static_cast<std::uint32_t>(generation_get_.integer(3));
  return out;
}

Result<void> Ledger::store_generation(MachineKey machine, const Generation& generation) {
  generation_set_.bind(1, number(machine));
  generation_set_.bind(2, std::int64_t{generation.present});
  generation_set_.bind(3, generation.through);
  generation_set_.bind(4, std::int64_t{generation.building});
  generation_set_.bind(5, std::int64_t{generation.newest});
  return generation_set_.run();
}

Result<Ledger::Generation> Ledger::building(MachineKey machine, std::uint32_t generation) {
  auto out = generation_of(machine);
  if (out && (generation == 0 || out->building != generation))
    return fail(Errc::invalid, fmt::format("generation {} of machine {} is not being built",
                                           generation, static_cast<std::uint32_t>(machine)));
  return out;
}

Result<std::uint32_t> Ledger::begin_rebuild(MachineKey machine) {
  std::uint32_t begun = 0;
  auto done = together([&]() -> Result<void> {
    auto generation = generation_of(machine);
    if (!generation) return fail(std::move(generation.error()));
    begun = generation->building = ++generation->newest;
    return store_generation(machine, *generation);
  });
  if (!done) return fail(std::move(done.error()));
  return begun;
}

Result<void> Ledger::add_to_rebuild(MachineKey machine, std::uint32_t generation,
                                    const Facts& facts, std::uint64_t sequence) {
  return together([&]() -> Result<void> {
    if (auto ok = building(machine, generation); !ok) return fail(std::move(ok.error()));
    return write(machine, generation, facts, sequence);
  });
}

Result<void> Ledger::finish_rebuild(MachineKey machine, std::uint32_t generation, ByteView snapshot,
                                    std::uint64_t sequence) {
  return together([&]() -> Result<void> {
    auto row = building(machine, generation);
    if (!row) return fail(std::move(row.error()));
    if (row->through > sequence)
      return fail(Errc::invalid,
                  fmt::format("the rebuild of machine {} ends at batch {}, the facts that count "
                              "reach {}; feed it up to there",
                              static_cast<std::uint32_t>(machine), sequence, row->through));
    row->present = std::exchange(row->building, 0);
    row->through = sequence;
    if (auto ok = write_snapshot(machine, snapshot, sequence); !ok) return ok;
    return store_generation(machine, *row);
  });
}

Result<void> Ledger::abandon_rebuild(MachineKey machine, std::uint32_t generation) {
  return together([&]() -> Result<void> {
    auto row = building(machine, generation);
    if (!row) return fail(std::move(row.error()));
    row->building = 0;
    return store_generation(machine, *row);
  });
}

Result<std::uint64_t> Ledger::purge(std::uint64_t rows_max) {
  std::uint64_t removed = 0;
  auto done = together([&]() -> Result<void> {
    auto machines =
        database_->prepare("SELECT machine, present, building FROM generation WHERE newest > 1");
    if (!machines) return fail(std::move(machines.error()));
    for (;;) {
      auto row = machines->step();
      if (!row) return fail(std::move(row.error()));
      if (!*row) return {};
      for (const auto& table : fact_tables) {
        auto remove = database_->prepare(fmt::format(
            "DELETE FROM {0} WHERE ({1}) IN ("
            "SELECT {1} FROM {0} WHERE machine = ?1 AND generation < ?2 UNION ALL "
            "SELECT {1} FROM {0} WHERE machine = ?1 AND generation > ?2 AND generation <> ?3 "
            "LIMIT ?4) RETURNING 1",
            table.name, table.key));
        if (!remove) return fail(std::move(remove.error()));
        remove->bind(1, machines->integer(0));
        remove->bind(2, machines->integer(1));
        remove->bind(3, machines->integer(2));
        remove->bind(4, rows_max - removed);
        for (;;) {
          auto gone = remove->step();
          if (!gone) return fail(std::move(gone.error()));
          if (!*gone) break;
          ++removed;
        }
        if (removed >= rows_max) return {};
      }
    }
  });
  if (!done) return fail(std::move(done.error()));
  return removed;
}

Result<void> Ledger::clear() {
  auto done = together([&]() -> Result<void> {
    for (const auto& table : fact_tables)
      if (auto ok = database_->execute(fmt::format("DELETE FROM {}", table.name)); !ok) return ok;
    return database_->execute("DELETE FROM snapshot; DELETE FROM cursor; DELETE FROM generation");
  });
  return done;
}

Result<void> Ledger::sync() {
  const std::lock_guard lock(mutex_);
  return database_->write_through();
}

Result<void> Ledger::write_snapshot(MachineKey machine, ByteView snapshot, std::uint64_t sequence) {
  snapshot_.bind(1, number(machine));
  snapshot_.bind(2, sequence);
  snapshot_.bind(3, std::int64_t{crc32(snapshot)});
  snapshot_.bind(4, snapshot);
  return snapshot_.run();
}

Result<void> Ledger::write_alarm(MachineKey machine, std::uint32_t generation,
                                 const AlarmSpan& alarm) {
  std::array<std::int64_t, 3> words{};
  const std::array texts{&alarm.code, &alarm.severity, &alarm.text};
  for (std::size_t n = 0; n < texts.size(); ++n) {
    auto word = words_.number_of(*texts[n]);
    if (!word) return fail(std::move(word.error()));
    words[n] = *word;
  }
  alarm_.bind(1, number(machine));
  alarm_.bind(2, std::int64_t{generation});
  alarm_.bind(3, us(alarm.from));
  alarm_.bind(4, number(alarm.signal));
  alarm_.bind(5, words[0]);
  alarm_.bind(6, alarm.to ? us(*alarm.to) : open_end);
  alarm_.bind(7, number(alarm.level));
  alarm_.bind(8, words[1]);
  alarm_.bind(9, words[2]);
  return alarm_.run();
}

Result<void> Ledger::write(MachineKey machine, std::uint32_t generation, const Facts& facts,
                           std::uint64_t sequence) {
  for (const auto& state : facts.states) {
    auto detail = words_.number_of(state.detail);
    if (!detail) return fail(std::move(detail.error()));
    state_.bind(1, number(machine));
    state_.bind(2, std::int64_t{generation});
    state_.bind(3, us(state.from));
    state_.bind(4, us(state.to));
    state_.bind(5, number(state.state));
    state_.bind(6, number(state.physical));
    if (state.booked)
      state_.bind(7, number(*state.booked));
    else
      state_.bind_null(7);
    state_.bind(8, *detail);
    state_.bind(9, state.first_sequence);
    state_.bind(10, state.last_sequence);
    if (auto ok = state_.run(); !ok) return ok;
  }
  for (const auto& span : facts.spans) {
    auto value = words_.number_of(span.value);
    if (!value) return fail(std::move(value.error()));
    span_.bind(1, number(machine));
    span_.bind(2, std::int64_t{generation});
    span_.bind(3, number(span.lane));
    span_.bind(4, us(span.from));
    span_.bind(5, us(span.to));
    span_.bind(6, *value);
    if (auto ok = span_.run(); !ok) return ok;
  }
  for (const auto* alarms : {&facts.alarms_raised, &facts.alarms_cleared})
    for (const auto& alarm : *alarms)
      if (auto ok = write_alarm(machine, generation, alarm); !ok) return ok;
  for (const auto& part : facts.parts) {
    auto program = words_.number_of(part.program);
    if (!program) return fail(std::move(program.error()));
    part_.bind(1, number(machine));
    part_.bind(2, std::int64_t{generation});
    part_.bind(3, us(part.time));
    part_.bind(4, sequence);
    part_.bind(5, ordinal_++);
    part_.bind(6, number(part.count));
    part_.bind(7, number(part.kind));
    part_.bind(8, part.parts);
    part_.bind(9, std::int64_t{part.during_setup});
    part_.bind(10, *program);
    if (auto ok = part_.run(); !ok) return ok;
  }
  for (const auto& incident : facts.incidents) {
    auto note = words_.number_of(incident.note);
    if (!note) return fail(std::move(note.error()));
    incident_.bind(1, number(machine));
    incident_.bind(2, std::int64_t{generation});
    incident_.bind(3, us(incident.time));
    incident_.bind(4, sequence);
    incident_.bind(5, ordinal_++);
    incident_.bind(6, number(incident.kind));
    incident_.bind(7, *note);
    if (auto ok = incident_.run(); !ok) return ok;
  }
  return {};
}

}  // namespace spindle::store
