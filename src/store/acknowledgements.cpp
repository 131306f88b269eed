#include "store/acknowledgements.hpp"

#include <limits>
#include <string_view>
#include <utility>

namespace spindle::store {
namespace {

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }

/// Those of an alarm: ?1 machine, ?2 signal, ?3 code, ?4 its begin, ?5 its end.
constexpr std::string_view of_alarm =
    " FROM acknowledgement WHERE machine = ?1 AND signal = ?2 AND code = ?3 AND from_us >= ?4"
    " AND (from_us < ?5 OR from_us = ?4)";

void bind_alarm(Statement& statement, MachineKey machine, const AlarmSpan& alarm) {
  statement.bind(1, static_cast<std::int64_t>(machine));
  statement.bind(2, static_cast<std::int64_t>(alarm.signal));
  statement.bind(3, std::string_view(alarm.code));
  statement.bind(4, us(alarm.from));
  statement.bind(5, alarm.to ? us(*alarm.to) : std::numeric_limits<std::int64_t>::max());
}

}  // namespace

Result<Acknowledgement> Acknowledgements::add(MachineKey machine, const AlarmSpan& alarm,
                                              const Acknowledgement& by,
                                              const std::string& subject) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return fail(std::move(transaction.error()));
  auto known = find_locked(machine, alarm);
  if (!known) return fail(std::move(known.error()));
  if (*known) return std::move(**known);
  auto insert = database_.prepare("INSERT INTO acknowledgement VALUES(?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(std::move(insert.error()));
  insert->bind(1, static_cast<std::int64_t>(machine));
  insert->bind(2, static_cast<std::int64_t>(alarm.signal));
  insert->bind(3, std::string_view(alarm.code));
  insert->bind(4, us(alarm.from));
  insert->bind(5, us(by.time));
  insert->bind(6, std::string_view(by.who));
  insert->bind(7, std::string_view(by.note));
  auto done = insert->run();
  if (done)
    done =
        audit(by.time, by.who, "alarm.ack", by.note.empty() ? subject : subject + ": " + by.note);
  if (done) done = transaction->commit();
  if (!done) return fail(std::move(done.error()));
  return by;
}

Result<bool> Acknowledgements::remove(MachineKey machine, const AlarmSpan& alarm, Instant now,
                                      const std::string& who, const std::string& subject) {
  const std::lock_guard lock(mutex_);
  auto transaction = Transaction::begin(database_);
  if (!transaction) return fail(std::move(transaction.error()));
  auto known = find_locked(machine, alarm);
  if (!known) return fail(std::move(known.error()));
  if (!*known) return false;
  auto erase = database_.prepare("DELETE" + std::string(of_alarm));
  if (!erase) return fail(std::move(erase.error()));
  bind_alarm(*erase, machine, alarm);
  auto done = erase->run();
  if (done) done = audit(now, who, "alarm.unack", subject);
  if (done) done = transaction->commit();
  if (!done) return fail(std::move(done.error()));
  return true;
}

Result<std::optional<Acknowledgement>> Acknowledgements::find(MachineKey machine,
                                                              const AlarmSpan& alarm) {
  const std::lock_guard lock(mutex_);
  return find_locked(machine, alarm);
}

Result<std::optional<Acknowledgement>> Acknowledgements::find_locked(MachineKey machine,
                                                                     const AlarmSpan& alarm) {
  auto select = database_.prepare("SELECT time_us, who, note" + std::string(of_alarm) +
                                  " ORDER BY from_us LIMIT 1");
  if (!select) return fail(std::move(select.error()));
  bind_alarm(*select, machine, alarm);
  auto row = select->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  return Acknowledgement{Instant{Duration{select->integer(0)}}, std::string(select->text(1)),
                         std::string(select->text(2))};
}

Result<void> Acknowledgements::audit(Instant now, const std::string& who, const char* what,
                                     const std::string& detail) {
  auto insert =
      database_.prepare("INSERT INTO audit(time_us, who, what, detail) VALUES(?, ?, ?, ?)");
  if (!insert) return fail(std::move(insert.error()));
  insert->bind(1, us(now));
  insert->bind(2, std::string_view(who));
  insert->bind(3, std::string_view(what));
  insert->bind(4, std::string_view(detail));
  return insert->run();
}

}  // namespace spindle::store
