#include "store/rollup_maker.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/rollup_codec.hpp"

namespace spindle::store {
namespace {

/// Days that are made at most when a machine was not heard for long.
constexpr int days_at_once = 366;
constexpr Duration quiet_min = std::chrono::hours{24 * 7};

std::int64_t us(Instant t) { return t.time_since_epoch().count(); }
Instant at(std::int64_t t) { return Instant{Duration{t}}; }
std::int64_t key(MachineKey machine) { return static_cast<std::int64_t>(machine); }
std::int64_t key(Level level) { return static_cast<std::int64_t>(level); }

}  // namespace

Result<std::unique_ptr<RollUpMaker>> RollUpMaker::open(Database& history, RollUpFiles& files,
                                                       SegmentWriter& segments,
                                                       std::uint64_t rows_enough) {
  std::unique_ptr<RollUpMaker> maker(new RollUpMaker(history, files, segments, rows_enough));
  auto before = HeldBefore::open(history, files);
  if (!before) return fail(std::move(before.error()));
  maker->before_ = std::move(*before);
  const std::pair<Statement*, const char*> statements[] = {
      {&maker->heard_, "SELECT machine, time_us FROM heard"},
      {&maker->heard_of_, "SELECT time_us FROM heard WHERE machine = ?"},
      // Made only when nothing it is made from is due itself.
      {&maker->due_,
       "SELECT from_us FROM rollup_due AS due WHERE machine = ?1 AND level = ?2 AND from_us <= ?3"
       " AND NOT EXISTS(SELECT 1 FROM rollup_due WHERE machine = ?1 AND level < ?2"
       "  AND from_us >= due.from_us AND from_us < due.from_us + ?4)"
       " ORDER BY from_us DESC LIMIT 1"},
      {&maker->due_in_,
       "SELECT from_us FROM rollup_due AS due WHERE machine = ?1 AND level = ?2 AND from_us <= ?3"
       " AND from_us > ?5 AND from_us <= ?6"
       " AND NOT EXISTS(SELECT 1 FROM rollup_due WHERE machine = ?1 AND level < ?2"
       "  AND from_us >= due.from_us AND from_us < due.from_us + ?4)"
       " ORDER BY from_us LIMIT 1"},
      {&maker->add_due_, "INSERT OR IGNORE INTO rollup_due VALUES(?, ?, ?)"},
      {&maker->made_due_,
       "INSERT OR IGNORE INTO rollup_due SELECT DISTINCT machine, level, from_us FROM rollup"
       " WHERE machine = ? AND level = ? AND from_us BETWEEN ? AND ?"},
      {&maker->done_, "DELETE FROM rollup_due WHERE machine = ? AND level = ? AND from_us = ?"},
      {&maker->add_, "INSERT INTO rollup VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&maker->remove_, "DELETE FROM rollup WHERE machine = ? AND level = ? AND from_us = ?"},
      {&maker->rows_of_,
       "SELECT max(raw_rows) FROM rollup WHERE machine = ? AND level = ? AND from_us = ?"},
      {&maker->through_, "SELECT through_us FROM rollup_machine WHERE machine = ?"},
      {&maker->set_through_,
       "INSERT INTO rollup_machine VALUES(?1, ?2) ON CONFLICT(machine) DO UPDATE SET through_us ="
       " max(through_us, ?2)"},
      {&maker->late_, "SELECT machine, from_us, to_us FROM rollup_late LIMIT 1"},
      {&maker->late_done_,
       "DELETE FROM rollup_late WHERE machine = ? AND from_us = ? AND to_us = ?"}};
  for (const auto& [target, sql] : statements) {
    auto statement = history.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    *target = std::move(*statement);
  }
  return maker;
}

namespace {

void bind_all(Statement& statement, std::initializer_list<std::int64_t> values) {
  int n = 0;
  for (const auto value : values) statement.bind(++n, value);
}

Result<void> run(Statement& statement, std::initializer_list<std::int64_t> values) {
  bind_all(statement, values);
  return statement.run();
}

/// The first column of the first row, if there is one.
Result<std::optional<std::int64_t>> ask(Statement& statement,
                                        std::initializer_list<std::int64_t> values) {
  const Rewind rewind(statement);
  bind_all(statement, values);
  auto row = statement.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row || statement.is_null(0)) return std::nullopt;
  return statement.integer(0);
}

}  // namespace

Result<std::uint64_t> RollUpMaker::due() {
  auto count = history_.scalar("SELECT count(*) FROM rollup_due");
  if (!count) return fail(std::move(count.error()));
  return static_cast<std::uint64_t>(*count);
}

Result<std::vector<RollUpMaker::Heard>> RollUpMaker::heard() {
  std::vector<Heard> out;
  const Rewind rewind(heard_);
  for (;;) {
    auto row = heard_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    out.push_back({static_cast<MachineKey>(heard_.integer(0)), at(heard_.integer(1)), false});
  }
  Instant newest = Instant::min();
  for (const auto& machine : out) newest = std::max(newest, machine.last);
  for (auto& machine : out) machine.quiet = machine.last < newest - quiet_min;
  return out;
}

Result<bool> RollUpMaker::turn(RawRows& rows, std::optional<Interval> only) {
  if (auto done = adopt(); !done || *done) return done;
  if (auto done = follow_late(rows); !done || *done) return done;
  auto machines = heard();
  if (!machines) return fail(std::move(machines.error()));
  for (const auto level : {Level::minute, Level::quarter, Level::hour, Level::day}) {
    if (only && level > Level::quarter) break;  // Nobody waits for them to drop raw rows.
    for (const auto& machine : *machines) {
      if (level == Level::quarter)
        if (auto done = note_days(machine); !done || *done) return done;
      if (auto done = make_next(rows, machine, level, only); !done || *done) return done;
    }
  }
  return false;
}

/// Machines whose rows are older than their roll-ups: all their hours are due.
Result<bool> RollUpMaker::adopt() {
  auto next = history_.scalar(
      "SELECT machine FROM series WHERE machine NOT IN (SELECT machine FROM rollup_machine)"
      " LIMIT 1");
  if (!next) return fail(std::move(next.error()));
  if (*next == 0) return false;
  auto transaction = Transaction::begin(history_);
  if (!transaction) return fail(std::move(transaction.error()));
  auto hours = history_.prepare(
      "WITH RECURSIVE hour(f, t) AS ("
      " SELECT from_us - (from_us % ?2 + ?2) % ?2, to_us FROM block JOIN series ON"
      "  series.id = block.series WHERE machine = ?1"
      " UNION SELECT f + ?2, t FROM hour WHERE f + ?2 <= t)"
      " INSERT OR IGNORE INTO rollup_due SELECT ?1, 1, f FROM hour");
  if (!hours) return fail(std::move(hours.error()));
  if (auto ok = run(*hours, {*next, block_length(Level::minute).count()}); !ok)
    return fail(std::move(ok.error()));
  auto first = history_.prepare(
      "INSERT INTO rollup_machine SELECT ?1, coalesce(min(from_us), 0) FROM rollup_due"
      " WHERE machine = ?1");
  if (!first) return fail(std::move(first.error()));
  if (auto ok = run(*first, {*next}); !ok) return fail(std::move(ok.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  return true;
}

/// What came late changes its hour, and the later ones as long as a value of then held.
Result<bool> RollUpMaker::follow_late(RawRows& rows) {
  MachineKey machine{};
  Instant from;
  Instant to;
  {
    const Rewind rewind(late_);
    auto row = late_.step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return false;
    machine = static_cast<MachineKey>(late_.integer(0));
    from = at(late_.integer(1));
    to = at(late_.integer(2));
  }
  auto through = ask(through_, {key(machine)});
  if (!through) return fail(std::move(through.error()));
  auto heard = ask(heard_of_, {key(machine)});
  if (!heard) return fail(std::move(heard.error()));
  auto reach = reach_of(rows, machine, to, at(through->value_or(us(to))));
  if (!reach) return fail(std::move(reach.error()));
  auto transaction = Transaction::begin(history_);
  if (!transaction) return fail(std::move(transaction.error()));
  // Beyond the last word nothing is known, whatever a wrong clock said before.
  const auto hours_to = std::min(*reach, at(heard->value_or(us(*reach))));
  for (auto hour = block_start(Level::minute, from); hour <= hours_to;
       hour += block_length(Level::minute))
    if (auto ok = run(add_due_, {key(machine), key(Level::minute), us(hour)}); !ok)
      return fail(std::move(ok.error()));
  for (const auto level : {Level::minute, Level::quarter, Level::hour, Level::day})
    if (auto ok =
            run(made_due_, {key(machine), key(level), us(block_start(level, from)), us(*reach)});
        !ok)
      return fail(std::move(ok.error()));
  if (auto ok = run(late_done_, {key(machine), us(from), us(to)}); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  return true;
}

/// When all signals of the machine had spoken again after `latest`, or `through`.
Result<Instant> RollUpMaker::reach_of(RawRows& rows, MachineKey machine, Instant latest,
                                      Instant through) {
  auto signals = rows.signals_of(machine);
  if (!signals) return fail(std::move(signals.error()));
  auto reach = latest;
  auto from = latest + Duration{1};
  auto length = block_length(Level::minute);
  while (!signals->empty() && from < through) {
    const Interval when{from, std::min(through, from + length)};
    std::unordered_map<std::uint32_t, Instant> spoke;
    auto read = rows.columns(machine, *signals, when, [&](const BlockSlice& block) {
      const auto first = std::lower_bound(block.times.begin(), block.times.end(), us(when.from)) -
                         block.times.begin();
      for (const auto& column : block.columns)
        for (auto n = static_cast<std::size_t>(first);
             n < block.times.size() && block.times[n] < us(when.to); ++n) {
          if (!column.cells.empty() && (n >= column.cells.size() || column.cells[n] == absent))
            continue;
          const auto [known, fresh] =
              spoke.emplace(static_cast<std::uint32_t>(column.signal), at(block.times[n]));
          if (!fresh) known->second = std::min(known->second, at(block.times[n]));
          break;
        }
      return true;
    });
    if (!read) return fail(std::move(read.error()));
    std::erase_if(*signals, [&](SignalKey signal) {
      const auto known = spoke.find(static_cast<std::uint32_t>(signal));
      if (known == spoke.end()) return false;
      reach = std::max(reach, known->second);
      return true;
    });
    from = when.to;
    length *= 2;
  }
  return signals->empty() ? reach : std::max(reach, through - Duration{1});
}

/// Days that are over, also those in which no row came: what holds is known of them.
Result<bool> RollUpMaker::note_days(const Heard& heard) {
  auto through = ask(through_, {key(heard.machine)});
  if (!through) return fail(std::move(through.error()));
  const auto day = block_length(Level::quarter);
  auto from = block_start(Level::quarter, at(through->value_or(us(heard.last))));
  const auto to = block_start(Level::quarter, heard.last);
  // A clock that was wrong by decades leaves days in which there is nothing: raw rows say so as
  // soon.
  from = std::max(from, to - day * days_at_once);
  if (from >= to) return false;
  auto transaction = Transaction::begin(history_);
  if (!transaction) return fail(std::move(transaction.error()));
  for (; from < to; from += day) {
    auto made = ask(rows_of_, {key(heard.machine), key(Level::quarter), us(from)});
    if (!made) return fail(std::move(made.error()));
    if (*made) continue;
    if (auto ok = run(add_due_, {key(heard.machine), key(Level::quarter), us(from)}); !ok)
      return fail(std::move(ok.error()));
  }
  if (auto ok = run(set_through_, {key(heard.machine), us(to)}); !ok)
    return fail(std::move(ok.error()));
  if (auto ok = transaction->commit(); !ok) return fail(std::move(ok.error()));
  return true;
}

Result<bool> RollUpMaker::make_next(RawRows& rows, const Heard& heard, Level level,
                                    std::optional<Interval> only) {
  const auto length = block_length(level);
  const bool as_it_is = heard.quiet && level <= Level::quarter;
  const auto latest = as_it_is ? heard.last : heard.last - length;
  // An hour of few rows waits for its day, and that for its other hours.
  const auto whole_days_to =
      only ? block_start(Level::quarter, only->to) + block_length(Level::quarter) : Instant{};
  auto due = only ? ask(due_in_, {key(heard.machine), key(level), us(latest), length.count(),
                                  us(only->from - length), us(whole_days_to - Duration{1})})
                  : ask(due_, {key(heard.machine), key(level), us(latest), length.count()});
  if (!due) return fail(std::move(due.error()));
  if (!*due) return false;
  const auto from = at(**due);
  if (level == Level::minute) {
    auto hour = hour_of(rows, heard.machine, from);
    if (!hour) return fail(std::move(hour.error()));
    if (auto ok = store(hour->made, hour->rows >= rows_enough_); !ok)
      return fail(std::move(ok.error()));
    return true;
  }
  auto made = level == Level::quarter ? day_of(rows, heard.machine, from)
                                      : longer_of(heard.machine, level, from);
  if (!made) return fail(std::move(made.error()));
  if (auto ok = store(*made, true); !ok) return fail(std::move(ok.error()));
  return true;
}

Result<void> RollUpMaker::store(const RollUp& made, bool worth) {
  const auto machine = key(made.machine);
  const auto level = key(made.level);
  auto old_rows = ask(rows_of_, {machine, level, us(made.from)});
  if (!old_rows) return fail(std::move(old_rows.error()));
  // Raw rows were dropped meanwhile: what was made of all of them says more.
  const bool keep = *old_rows && static_cast<std::uint64_t>(**old_rows) > made.raw_rows;
  struct Stored {
    SignalKey first;
    SignalKey last;
    SegmentPlace place;
  };
  std::vector<Stored> stored;
  Bytes bytes;
  for (std::size_t n = 0; !keep && worth && n < made.columns.size();) {
    RollUp part{made.machine, made.level, made.from, made.raw_rows, {}};
    // A signal's numbers and texts stay together.
    while (n < made.columns.size() && part.columns.size() + 1 < rollup_columns_max) {
      const auto signal = made.columns[n].signal;
      while (n < made.columns.size() && made.columns[n].signal == signal)
        part.columns.push_back(made.columns[n++]);
    }
    bytes.clear();
    encode_rollup(part, bytes);
    auto place = segments_.stage(bytes);
    if (!place) {
      segments_.discard();
      return fail(std::move(place.error()));
    }
    stored.push_back({part.columns.front().signal, part.columns.back().signal, *place});
  }
  if (auto ok = segments_.commit(); !ok) {
    segments_.discard();
    return ok;
  }
  // The index never points at bytes that a power cut could take.
  if (!stored.empty())
    if (auto ok = segments_.sync(); !ok) return ok;
  auto transaction = Transaction::begin(history_);
  if (!transaction) return fail(std::move(transaction.error()));
  if (!keep)
    if (auto ok = run(remove_, {machine, level, us(made.from)}); !ok) return ok;
  for (const auto& one : stored)
    if (auto ok =
            run(add_,
                {machine, level, us(made.from), static_cast<std::int64_t>(one.first),
                 static_cast<std::int64_t>(one.last), static_cast<std::int64_t>(made.raw_rows),
                 static_cast<std::int64_t>(one.place.file), static_cast<std::int64_t>(one.place.at),
                 static_cast<std::int64_t>(one.place.size)});
        !ok)
      return ok;
  if (auto ok = run(done_, {machine, level, us(made.from)}); !ok) return ok;
  if (made.level < Level::day && !keep) {
    const auto longer = static_cast<Level>(static_cast<unsigned>(made.level) + 1);
    if (auto ok = run(add_due_, {machine, key(longer), us(block_start(longer, made.from))}); !ok)
      return ok;
  }
  if (auto ok = run(set_through_, {machine, us(made.from + block_length(made.level))}); !ok)
    return ok;
  return transaction->commit();
}

}  // namespace spindle::store
