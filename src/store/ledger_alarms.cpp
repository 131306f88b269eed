#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <utility>

#include "store/ledger.hpp"
#include "store/ledger_layout.hpp"
#include "store/ledger_rows.hpp"

namespace spindle::store {
namespace {

using rows::at;
using rows::us;

constexpr auto columns = "signal, code, level, severity, text, from_us, to_us";

/// {0} columns, {1} rows::present; ?1 machine, ?2 from, ?3 to.
constexpr auto alarms_sql =
    "SELECT {0} FROM alarm INDEXED BY alarm_end WHERE machine = ?1 AND generation = {1}"
    " AND to_us > ?2 AND from_us < ?3 ORDER BY from_us, signal, code";
constexpr auto open_sql =
    "SELECT {0} FROM alarm INDEXED BY alarm_end WHERE machine = ?1 AND generation = {1}"
    " AND to_us = 9223372036854775807 ORDER BY from_us, signal, code";
/// ?2 and ?3 are both the asked moment.
constexpr auto at_sql =
    "SELECT {0} FROM alarm WHERE machine = ?1 AND generation = {1} AND from_us = ?2"
    " UNION ALL SELECT {0} FROM alarm INDEXED BY alarm_end WHERE machine = ?1"
    " AND generation = {1} AND to_us > ?2 AND from_us < ?3";
/// The index alone answers it: rows of machines that are not wanted are never fetched.
constexpr auto back_sql =
    "SELECT machine, generation, from_us, signal, code FROM alarm INDEXED BY alarm_begin"
    " WHERE from_us >= ? AND from_us <= ?"
    " ORDER BY from_us DESC, machine DESC, generation DESC, signal DESC, code DESC";
constexpr auto alarm_sql =
    "SELECT {0} FROM alarm WHERE machine = ? AND generation = ? AND from_us = ? AND signal = ?"
    " AND code = ?";
constexpr auto sums_sql =
    "SELECT signal, code, count(*), sum(min(to_us, ?3) - max(from_us, ?2)), max(from_us)"
    " FROM alarm INDEXED BY alarm_end WHERE machine = ?1 AND generation = {1} AND to_us > ?2"
    " AND to_us < 9223372036854775807 AND from_us < ?3 GROUP BY signal, code";

SignalKey signal_of(std::int64_t number) {
  return static_cast<SignalKey>(static_cast<std::uint32_t>(number));
}

}  // namespace

Result<void> LedgerReader::prepare_alarms() {
  const auto sql = [](const char* text) {
    return fmt::format(fmt::runtime(text), columns, rows::present);
  };
  const std::pair<Statement*, std::string> statements[] = {
      {&alarms_, sql(alarms_sql)},
      {&open_alarms_, sql(open_sql)},
      {&alarms_at_, sql(at_sql)},
      {&alarms_back_, back_sql},
      {&alarm_, sql(alarm_sql)},
      {&alarm_sums_, sql(sums_sql)},
      {&present_, "SELECT machine, present FROM generation"}};
  for (const auto& [target, text] : statements) {
    auto statement = database_->prepare(text);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return {};
}

Result<AlarmSpan> LedgerReader::alarm_of(const Statement& row) {
  AlarmSpan alarm;
  alarm.signal = signal_of(row.integer(0));
  alarm.level = rows::enum_of(row.integer(2), Condition::Level::fault, Condition::Level::fault);
  alarm.from = at(row.integer(5));
  if (row.integer(6) != open_end) alarm.to = at(row.integer(6));
  const std::pair<int, std::string*> texts[] = {
      {1, &alarm.code}, {3, &alarm.severity}, {4, &alarm.text}};
  for (const auto& [column, target] : texts) {
    auto word = words_.word(row.integer(column));
    if (!word) return fail(std::move(word.error()));
    *target = **word;
  }
  return alarm;
}

Result<std::vector<AlarmSpan>> LedgerReader::alarms_of(Statement& statement, MachineKey machine,
                                                       std::optional<Interval> when) {
  const std::lock_guard lock(mutex_);
  std::vector<AlarmSpan> out;
  auto done = Fetch{statement}.each(machine, when, [&](Statement& row) -> Result<void> {
    auto alarm = alarm_of(row);
    if (!alarm) return fail(std::move(alarm.error()));
    out.push_back(std::move(*alarm));
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

Result<std::vector<AlarmSpan>> LedgerReader::alarms(MachineKey machine, Interval when) {
  return alarms_of(alarms_, machine, when);
}

Result<std::vector<AlarmSpan>> LedgerReader::open_alarms(MachineKey machine) {
  return alarms_of(open_alarms_, machine, std::nullopt);
}

Result<std::vector<AlarmSpan>> LedgerReader::alarms_at(MachineKey machine, Instant t) {
  return alarms_of(alarms_at_, machine, Interval{t, t});
}

Result<void> LedgerReader::each_alarm_back(Interval when,
                                           const std::function<bool(MachineKey)>& wanted,
                                           const std::function<bool(const MachineAlarm&)>& each) {
  const std::lock_guard lock(mutex_);
  // One moment for all statements: a recompute may switch a generation at any time.
  if (auto begun = database_->execute("BEGIN"); !begun) return begun;
  auto done = [&]() -> Result<void> {
    // The generation that counts of each wanted machine; 0 for the others.
    std::unordered_map<std::int64_t, std::int64_t> present;
    const Rewind rewind_present(present_);
    for (;;) {
      auto more = present_.step();
      if (!more) return fail(std::move(more.error()));
      if (!*more) break;
      const auto machine = present_.integer(0);
      if (wanted(static_cast<MachineKey>(static_cast<std::uint32_t>(machine))))
        present.emplace(machine, present_.integer(1));
    }
    const Rewind rewind(alarms_back_);
    alarms_back_.bind(1, us(when.from));
    alarms_back_.bind(2, us(when.to));
    for (;;) {
      auto more = alarms_back_.step();
      if (!more) return fail(std::move(more.error()));
      if (!*more) return {};
      const auto known = present.find(alarms_back_.integer(0));
      if (known == present.end() || known->second != alarms_back_.integer(1)) continue;
      const Rewind rewind_alarm(alarm_);
      for (int column = 0; column < 5; ++column)
        alarm_.bind(column + 1, alarms_back_.integer(column));
      auto found = alarm_.step();
      if (!found) return fail(std::move(found.error()));
      if (!*found) continue;
      auto alarm = alarm_of(alarm_);
      if (!alarm) return fail(std::move(alarm.error()));
      const auto machine =
          static_cast<MachineKey>(static_cast<std::uint32_t>(alarms_back_.integer(0)));
      if (!each({machine, std::move(*alarm)})) return {};
    }
  }();
  if (database_->in_transaction()) static_cast<void>(database_->execute("ROLLBACK"));
  return done;
}

Result<std::vector<AlarmSum>> LedgerReader::alarm_sums(MachineKey machine, Interval when) {
  const std::lock_guard lock(mutex_);
  std::vector<AlarmSum> out;
  auto done = Fetch{alarm_sums_}.each(machine, when, [&](Statement& row) -> Result<void> {
    auto code = words_.word(row.integer(1));
    if (!code) return fail(std::move(code.error()));
    out.push_back({signal_of(row.integer(0)), **code, row.unsigned_integer(2),
                   Duration{row.integer(3)}, at(row.integer(4))});
    return {};
  });
  if (!done) return fail(std::move(done.error()));
  return out;
}

}  // namespace spindle::store
