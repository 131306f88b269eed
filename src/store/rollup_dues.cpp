#include "store/rollup_dues.hpp"

#include "store/rollup.hpp"

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

}  // namespace

Result<std::unique_ptr<RollUpDues>> RollUpDues::open(Database& history) {
  std::unique_ptr<RollUpDues> dues(new RollUpDues);
  const std::pair<Statement*, const char*> statements[] = {
      {&dues->due_, "INSERT OR IGNORE INTO rollup_due VALUES(?, ?, ?)"},
      {&dues->late_, "INSERT OR IGNORE INTO rollup_late VALUES(?, ?, ?)"},
      {&dues->through_, "SELECT through_us FROM rollup_machine WHERE machine = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = history.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return dues;
}

Result<void> RollUpDues::note_rows(MachineKey machine, Instant earliest, Instant latest) {
  return note(machine, earliest, latest, true);
}

Result<void> RollUpDues::note_silence(MachineKey machine, Instant moment) {
  return note(machine, moment, moment, false);
}

Result<void> RollUpDues::note_heard_on(MachineKey machine, Instant before) {
  auto made = through(machine);
  if (!made) return fail(std::move(made.error()));
  return *made && **made > before ? add_late(machine, before, before) : Result<void>{};
}

Result<void> RollUpDues::note_heard_back(MachineKey machine, Instant now) {
  auto made = through(machine);
  if (!made) return fail(std::move(made.error()));
  return *made && **made > now ? add_late(machine, now, **made) : Result<void>{};
}

Result<std::optional<Instant>> RollUpDues::through(MachineKey machine) {
  const Rewind rewind(through_);
  through_.bind(1, static_cast<std::int64_t>(machine));
  auto row = through_.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  return Instant{Duration{through_.integer(0)}};
}

Result<void> RollUpDues::add_late(MachineKey machine, Instant earliest, Instant latest) {
  late_.bind(1, static_cast<std::int64_t>(machine));
  late_.bind(2, us(earliest));
  late_.bind(3, us(latest));
  return late_.run();
}

Result<void> RollUpDues::note(MachineKey machine, Instant earliest, Instant latest, bool rows) {
  auto made = through(machine);
  if (!made) return fail(std::move(made.error()));
  const auto last = block_start(Level::minute, latest);
  // What holds on from here changes later hours too, if those were made already.
  const auto reaches = rows ? last + block_length(Level::minute) : latest;
  if (*made && **made > reaches)
    if (auto ok = add_late(machine, earliest, latest); !ok) return ok;
  // A silence where nothing was made yet is seen when it is made.
  if (!rows) return {};
  for (auto hour = block_start(Level::minute, earliest); hour <= last;
       hour += block_length(Level::minute)) {
    due_.bind(1, static_cast<std::int64_t>(machine));
    due_.bind(2, static_cast<std::int64_t>(Level::minute));
    due_.bind(3, us(hour));
    if (auto ok = due_.run(); !ok) return ok;
  }
  return {};
}

}  // namespace spindle::store
