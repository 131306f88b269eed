#pragma once

namespace spindle::store {

/// Tables of history.db for roll-ups. Times in µs since 1970, levels as in rollup.hpp.
///
///   rollup          where a block of a level lies: its signals from `first` to `last`
///                   (rollup_codec.hpp), in the segment files rollup-…
///   rollup_due      a block of a level that must be made, or made again: what lies in it has
///                   changed since
///   rollup_late     rows, or the end of what was known, came behind what roll-ups were made of
///                   already: how far that reaches is still to be found out
///   rollup_machine  up to where a machine's roll-ups were made, but for those due
inline constexpr const char* rollup_layout =
    "CREATE TABLE rollup(machine INTEGER, level INTEGER, from_us INTEGER, first INTEGER,"
    "  last INTEGER NOT NULL, raw_rows INTEGER NOT NULL, file INTEGER NOT NULL,"
    "  at INTEGER NOT NULL, size INTEGER NOT NULL,"
    "  PRIMARY KEY(machine, level, from_us, first)) WITHOUT ROWID;"
    "CREATE TABLE rollup_due(machine INTEGER, level INTEGER, from_us INTEGER,"
    "  PRIMARY KEY(machine, level, from_us)) WITHOUT ROWID;"
    "CREATE TABLE rollup_late(machine INTEGER, from_us INTEGER, to_us INTEGER,"
    "  PRIMARY KEY(machine, from_us, to_us)) WITHOUT ROWID;"
    "CREATE TABLE rollup_machine(machine INTEGER PRIMARY KEY, through_us INTEGER NOT NULL);";

}  // namespace spindle::store
