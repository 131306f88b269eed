#pragma once

#include <array>

#include "store/rollup_layout.hpp"

namespace spindle::store {

/// Layout of history.db: what lies where in the segment files. Times in µs since 1970.
///
///   series         what a block belongs to: a machine's poll group, or one signal (group 0), and
///                  how long its values are kept (class, model/history_policy.hpp); no block of it
///                  spans more than span_us_max
///   signal_series  where a signal's values are; more than one when its group or class changed
///   block          rows at a place (block_format.hpp): file, offset, bytes; ids rise as they come;
///                  which set of signals it names at most, 0 where any may be named
///   named          a set of signals of a series (named_sets.hpp), and from when to when blocks
///                  that have it begin, at most
///   file           a segment file of a class: bytes, those of blocks that are still needed, and
///                  the earliest and the latest row that ever was in it
///   dropped        files that nothing points at any more and that are to be removed
///   tail           small blocks at the end of a series that will be merged
///   silence        silence.hpp; heard: the last time a machine spoke
///   cursor         the last journal batch that is in here
///   state          the next block's id, and the number of the last flush (history_log.hpp)
///   damaged_block  of an earlier layout: bodies that could not be read and so were not brought
///                  over; what they held is not known
inline constexpr std::array history_layout{
    // 1: blocks in the database itself.
    "CREATE TABLE cursor(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL);"
    "INSERT INTO cursor VALUES(1, 0);"
    "CREATE TABLE series(id INTEGER PRIMARY KEY, machine INTEGER NOT NULL, grp INTEGER NOT NULL,"
    "  signal INTEGER NOT NULL, span_us_max INTEGER NOT NULL, UNIQUE(machine, grp, signal));"
    "CREATE TABLE signal_series(signal INTEGER, series INTEGER, PRIMARY KEY(signal, series))"
    "  WITHOUT ROWID;"
    "CREATE TABLE block(id INTEGER PRIMARY KEY AUTOINCREMENT, series INTEGER NOT NULL,"
    "  from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, rows INTEGER NOT NULL,"
    "  body BLOB NOT NULL);"
    "CREATE INDEX block_time ON block(series, from_us, to_us);"
    "CREATE TABLE tail(series INTEGER, block INTEGER, bytes INTEGER NOT NULL,"
    "  PRIMARY KEY(series, block)) WITHOUT ROWID;"
    "CREATE TABLE silence(machine INTEGER, time_us INTEGER, PRIMARY KEY(machine, time_us))"
    "  WITHOUT ROWID;"
    "CREATE TABLE heard(machine INTEGER PRIMARY KEY, time_us INTEGER NOT NULL);",
    // 2: bodies in segment files. The old ones are brought over by history_conversion.hpp.
    "ALTER TABLE block RENAME TO old_block;"
    "ALTER TABLE series RENAME TO old_series;"
    "ALTER TABLE signal_series RENAME TO old_signal_series;"
    "DROP TABLE tail;"
    "CREATE TABLE series(id INTEGER PRIMARY KEY, machine INTEGER NOT NULL, grp INTEGER NOT NULL,"
    "  signal INTEGER NOT NULL, class INTEGER NOT NULL DEFAULT 0, span_us_max INTEGER NOT NULL,"
    "  UNIQUE(machine, grp, signal, class));"
    "CREATE TABLE signal_series(signal INTEGER, series INTEGER, PRIMARY KEY(signal, series))"
    "  WITHOUT ROWID;"
    "CREATE TABLE block(series INTEGER, from_us INTEGER, id INTEGER, to_us INTEGER NOT NULL,"
    "  rows INTEGER NOT NULL, file INTEGER NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL,"
    "  PRIMARY KEY(series, from_us, id)) WITHOUT ROWID;"
    "CREATE INDEX block_file ON block(file);"
    "CREATE TABLE file(id INTEGER PRIMARY KEY, class INTEGER NOT NULL, number INTEGER NOT NULL,"
    "  bytes INTEGER NOT NULL, live_bytes INTEGER NOT NULL, from_us INTEGER NOT NULL,"
    "  to_us INTEGER NOT NULL, UNIQUE(class, number));"
    "CREATE TABLE dropped(prefix TEXT, number INTEGER, PRIMARY KEY(prefix, number)) WITHOUT ROWID;"
    "CREATE TABLE tail(series INTEGER, block INTEGER, from_us INTEGER NOT NULL,"
    "  PRIMARY KEY(series, block)) WITHOUT ROWID;"
    "CREATE TABLE state(one INTEGER PRIMARY KEY CHECK(one = 1), next_block INTEGER NOT NULL,"
    "  flushes INTEGER NOT NULL);"
    "INSERT INTO state VALUES(1, 1, 0);"
    "CREATE TABLE damaged_block(id INTEGER PRIMARY KEY, series INTEGER, body BLOB);",
    // 3: what roll-ups there are.
    rollup_layout,
    // 4: what lies in a file is found by its series and times (blocks_of_file). An index by file
    // was a page more for each series and flush.
    "DROP INDEX block_file;",
    // 5: what blocks name. Of those there are it is not known.
    "CREATE TABLE named(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, signals BLOB NOT NULL,"
    "  from_us INTEGER NOT NULL, to_us INTEGER NOT NULL, UNIQUE(series, signals));"
    "ALTER TABLE block ADD COLUMN named INTEGER NOT NULL DEFAULT 0;"
    "INSERT INTO named(series, signals, from_us, to_us)"
    "  SELECT series.id, x'', min(block.from_us), max(block.from_us) FROM series JOIN block ON"
    "  block.series = series.id WHERE grp != 0 GROUP BY series.id;"
    "UPDATE block SET named = coalesce("
    "  (SELECT id FROM named WHERE named.series = block.series), 0);"};

/// The blocks of file ?1, after FROM or DELETE FROM.
inline constexpr const char* blocks_of_file =
    " block WHERE series IN (SELECT id FROM series WHERE class = (SELECT class FROM file WHERE"
    " id = ?1)) AND from_us BETWEEN (SELECT from_us FROM file WHERE id = ?1) AND (SELECT to_us FROM"
    " file WHERE id = ?1) AND file = ?1";

}  // namespace spindle::store
