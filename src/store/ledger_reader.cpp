#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "store/ledger.hpp"
#include "store/ledger_layout.hpp"
#include "store/ledger_rows.hpp"

namespace spindle::store {
namespace {

using rows::at;
using rows::enum_of;

State state_of(std::int64_t number) { return enum_of(number, State::idle, State::offline); }

// ?1 machine, ?2 from, ?3 to, in all of them; {0} is rows::present.

// States never overlap: the first of the window is the last that begins at or before it.
constexpr auto states_sql =
    "SELECT from_us, to_us, state, physical, booked, detail, first_sequence, last_sequence"
    " FROM state WHERE machine = ?1 AND generation = {0} AND from_us >= coalesce("
    "(SELECT max(from_us) FROM state WHERE machine = ?1 AND generation = {0} AND from_us <= ?2),"
    " ?2) AND from_us < ?3 AND to_us > ?2 ORDER BY from_us";
constexpr auto spans_sql =
    "SELECT lane, from_us, to_us, value FROM span WHERE machine = ?1 AND generation = {0}"
    " AND from_us < ?3 AND to_us > ?2 ORDER BY from_us, lane";
constexpr auto parts_sql =
    "SELECT time_us, counted, kind, parts, during_setup, program FROM part WHERE machine = ?1"
    " AND generation = {0} AND time_us >= ?2 AND time_us < ?3"
    " ORDER BY time_us, sequence, ordinal";
constexpr auto incidents_sql =
    "SELECT time_us, kind, note FROM incident WHERE machine = ?1 AND generation = {0}"
    " AND time_us >= ?2 AND time_us < ?3 ORDER BY time_us, sequence, ordinal";

}  // namespace

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const std::filesystem::path& folder,
                                                         const LedgerOptions& options) {
  auto database =
      Database::open(folder / Ledger::file_name, {.access = Access::read_only, .vfs = options.vfs});
  if (!database) return fail(std::move(database.error()));
  if (auto ok = (*database)->migrate(ledger_layout); !ok) return fail(std::move(ok.error()));
  std::unique_ptr<LedgerReader> reader(new LedgerReader);
  reader->database_ = std::move(*database);
  const auto sql = [](const char* text) { return fmt::format(fmt::runtime(text), rows::present); };
  const std::pair<Statement*, std::string> statements[] = {
      {&reader->states_, sql(states_sql)},
      {&reader->spans_, sql(spans_sql)},
      {&reader->parts_, sql(parts_sql)},
      {&reader->incidents_, sql(incidents_sql)},
      {&reader->snapshot_, "SELECT sequence, crc32, state FROM snapshot WHERE machine = ?1"},
      {&reader->cursor_, "SELECT sequence FROM cursor WHERE name = ?1"}};
  for (const auto& [target, text] : statements) {
    auto statement = reader->database_->prepare(text);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  if (auto ok = reader->words_.prepare(*reader->database_); !ok) return fail(std::move(ok.error()));
  if (auto ok = reader->prepare_alarms(); !ok) return fail(std::move(ok.error()));
  return reader;
}

Result<std::vector<StateInterval>> LedgerReader::states(MachineKey machine, Interval when) {
  std::vector<StateInterval> out;
  auto done = each_state(machine, when, [&](const StateInterval& state) {
    // Four times instead of twice: moving these costs more than memory nobody touches.
    if (out.size() == out.capacity()) out.reserve(std::max<std::size_t>(64, out.size() * 4));
    out.push_back(state);
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<void> LedgerReader::each_state(MachineKey machine, Interval when,
                                      const std::function<void(const StateInterval&)>& each) {
  const std::lock_guard lock(mutex_);
  StateInterval state;
  std::int64_t detail_number = 0;  // Of `state.detail`: neighbours often share it.
  return Fetch{states_}.each(machine, when, [&](Statement& row) -> Result<void> {
    state.from = at(row.integer(0));
    state.to = at(row.integer(1));
    state.state = state_of(row.integer(2));
    state.physical = state_of(row.integer(3));
    state.booked.reset();
    if (!row.is_null(4)) state.booked = state_of(row.integer(4));
    state.first_sequence = row.unsigned_integer(6);
    state.last_sequence = row.unsigned_integer(7);
    if (const auto number = row.integer(5); number != detail_number) {
      auto detail = words_.detail(number);
      if (!detail) return fail(std::move(detail.error()));
      state.detail = **detail;
      detail_number = number;
    }
    each(state);
    return {};
  });
}

Result<std::vector<LaneSpan>> LedgerReader::spans(MachineKey machine, Interval when) {
  const std::lock_guard lock(mutex_);
  std::vector<LaneSpan> out;
  auto done = Fetch{spans_}.each(machine, when, [&](Statement& row) -> Result<void> {
    auto value = words_.word(row.integer(3));
    if (!value) return fail(std::move(value.error()));
    out.push_back({enum_of(row.integer(0), Lane::mode, Lane::mode), at(row.integer(1)),
                   at(row.integer(2)), **value});
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::vector<PartStep>> LedgerReader::parts(MachineKey machine, Interval when) {
  const std::lock_guard lock(mutex_);
  std::vector<PartStep> out;
  auto done = Fetch{parts_}.each(machine, when, [&](Statement& row) -> Result<void> {
    auto program = words_.word(row.integer(5));
    if (!program) return fail(std::move(program.error()));
    out.push_back({at(row.integer(0)), enum_of(row.integer(1), CountKind::scrap, CountKind::total),
                   enum_of(row.integer(2), StepKind::suspect, StepKind::suspect),
                   row.unsigned_integer(3), row.integer(4) != 0, **program});
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::vector<Incident>> LedgerReader::incidents(MachineKey machine, Interval when) {
  const std::lock_guard lock(mutex_);
  std::vector<Incident> out;
  auto done = Fetch{incidents_}.each(machine, when, [&](Statement& row) -> Result<void> {
    auto note = words_.word(row.integer(2));
    if (!note) return fail(std::move(note.error()));
    out.push_back({at(row.integer(0)),
                   enum_of(row.integer(1), Incident::Kind::suspect_step, Incident::Kind::gap),
                   **note});
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::optional<Snapshot>> LedgerReader::snapshot(MachineKey machine) {
  const std::lock_guard lock(mutex_);
  const Rewind rewind(snapshot_);
  snapshot_.bind(1, static_cast<std::int64_t>(machine));
  auto row = snapshot_.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  const auto state = snapshot_.blob(2);
  if (crc32(state) != static_cast<std::uint32_t>(snapshot_.integer(1)))
    return fail(Errc::corrupt,
                fmt::format("{}: the stored state of machine {} fails its checksum; recompute it",
                            database_->file().string(), static_cast<std::uint32_t>(machine)));
  return Snapshot{snapshot_.unsigned_integer(0), Bytes(state.begin(), state.end())};
}

Result<std::uint64_t> LedgerReader::cursor(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const Rewind rewind(cursor_);
  cursor_.bind(1, name);
  auto row = cursor_.step();
  if (!row) return fail(std::move(row.error()));
  return *row ? cursor_.unsigned_integer(0) : 0;
}

}  // namespace spindle::store
