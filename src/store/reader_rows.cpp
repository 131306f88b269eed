#include "store/reader_rows.hpp"

#include <algorithm>
#include <utility>

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }

}  // namespace

Result<std::unique_ptr<ReaderRows>> ReaderRows::open(HistoryReader& reader) {
  std::unique_ptr<ReaderRows> rows(new ReaderRows(reader));
  auto& database = *reader.database_;
  auto rollups = RollUpFiles::open(database, *reader.disk_, reader.segments_);
  if (!rollups) return fail(std::move(rollups.error()));
  rows->rollups_ = std::move(*rollups);
  const std::pair<Statement*, const char*> statements[] = {
      {&rows->earliest_,
       "SELECT min((SELECT min(from_us) FROM block WHERE block.series = signal_series.series))"
       " FROM signal_series WHERE signal = ?"},
      {&rows->signals_,
       "SELECT DISTINCT signal_series.signal FROM series JOIN signal_series ON"
       " signal_series.series = series.id WHERE machine = ? ORDER BY 1"}};
  for (const auto& [target, sql] : statements) {
    auto statement = database.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return rows;
}

Result<std::uint64_t> ReaderRows::columns(MachineKey machine, std::span<const SignalKey> signals,
                                          Interval when, const Each& each) {
  return reader_.read_columns(machine, signals, when, HistoryReader::Before::newest, each);
}

Result<std::vector<std::int64_t>> ReaderRows::silences(MachineKey machine, Interval when) {
  auto moments = reader_.silences(machine, when.from);
  if (!moments) return fail(std::move(moments.error()));
  std::vector<std::int64_t> out;
  for (const auto moment : *moments) out.push_back(us(moment));
  return out;
}

Result<std::optional<Instant>> ReaderRows::earliest(SignalKey signal) {
  const Rewind rewind(earliest_);
  earliest_.bind(1, static_cast<std::int64_t>(signal));
  auto row = earliest_.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row || earliest_.is_null(0)) return std::nullopt;
  return at(earliest_.integer(0));
}

Result<std::optional<Instant>> ReaderRows::earliest_unwritten(MachineKey machine) {
  std::optional<Instant> first;
  const auto note = [&](Instant t) {
    if (!first || t < *first) first = t;
  };
  for (const auto* part : reader_.waiting(machine)) note(part->summary().from);
  if (!first) return first;
  // A link that came up tells of an end long before.
  auto pending = reader_.waiting_silence(machine);
  if (!pending) return fail(std::move(pending.error()));
  for (const auto moment : pending->moments()) note(moment);
  return first;
}

Result<std::vector<SignalKey>> ReaderRows::signals_of(MachineKey machine) {
  std::vector<SignalKey> out;
  const Rewind rewind(signals_);
  signals_.bind(1, static_cast<std::int64_t>(machine));
  for (;;) {
    auto row = signals_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return out;
    out.push_back(static_cast<SignalKey>(signals_.integer(0)));
  }
}

}  // namespace spindle::store
