#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace spindle::store {

/// `to_us` of an alarm that still stands.
inline constexpr std::int64_t open_end = std::numeric_limits<std::int64_t>::max();

/// Layout of ledger.db, shared by its writer and its readers. Enumerations are kept as their
/// numbers in the model, which only ever grow at their end.
inline constexpr std::array ledger_layout{
    "CREATE TABLE cursor(name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE generation(machine INTEGER PRIMARY KEY, present INTEGER NOT NULL,"
    "  through INTEGER NOT NULL, building INTEGER NOT NULL, newest INTEGER NOT NULL);"
    "CREATE TABLE snapshot(machine INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
    "  crc32 INTEGER NOT NULL, state BLOB NOT NULL);"
    "CREATE TABLE word(id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);"
    "CREATE TABLE detail(id INTEGER PRIMARY KEY, reason TEXT NOT NULL, alarm_code TEXT NOT NULL,"
    "  alarm_text TEXT NOT NULL, program TEXT NOT NULL, operator TEXT NOT NULL,"
    "  work_order TEXT NOT NULL,"
    "  UNIQUE(program, work_order, operator, alarm_code, alarm_text, reason));"
    "CREATE TABLE state(machine INTEGER, generation INTEGER, from_us INTEGER,"
    "  to_us INTEGER NOT NULL, state INTEGER NOT NULL, physical INTEGER NOT NULL, booked INTEGER,"
    "  detail INTEGER NOT NULL, first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, generation, from_us)) WITHOUT ROWID;"
    "CREATE TABLE span(machine INTEGER, generation INTEGER, lane INTEGER, from_us INTEGER,"
    "  to_us INTEGER NOT NULL, value INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, generation, lane, from_us)) WITHOUT ROWID;"
    "CREATE TABLE alarm(machine INTEGER, generation INTEGER, from_us INTEGER, signal INTEGER,"
    "  code INTEGER, to_us INTEGER NOT NULL, level INTEGER NOT NULL, severity INTEGER NOT NULL,"
    "  text INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, generation, from_us, signal, code)) WITHOUT ROWID;"
    "CREATE INDEX alarm_end ON alarm(machine, generation, to_us);"
    "CREATE TABLE part(machine INTEGER, generation INTEGER, time_us INTEGER, sequence INTEGER,"
    "  ordinal INTEGER, counted INTEGER NOT NULL, kind INTEGER NOT NULL, parts INTEGER NOT NULL,"
    "  during_setup INTEGER NOT NULL, program INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, generation, time_us, sequence, ordinal)) WITHOUT ROWID;"
    "CREATE TABLE incident(machine INTEGER, generation INTEGER, time_us INTEGER, sequence INTEGER,"
    "  ordinal INTEGER, kind INTEGER NOT NULL, note INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, generation, time_us, sequence, ordinal)) WITHOUT ROWID;",
    // The alarms of all machines, newest first.
    "CREATE INDEX alarm_begin ON alarm(from_us);"};

/// A table whose rows belong to a machine's generation, and its key.
struct FactTable {
  const char* name;
  const char* key;
};
inline constexpr std::array fact_tables{
    FactTable{"state", "machine, generation, from_us"},
    FactTable{"span", "machine, generation, lane, from_us"},
    FactTable{"alarm", "machine, generation, from_us, signal, code"},
    FactTable{"part", "machine, generation, time_us, sequence, ordinal"},
    FactTable{"incident", "machine, generation, time_us, sequence, ordinal"}};

}  // namespace spindle::store
