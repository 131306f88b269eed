#pragma once

#include <array>

namespace spindle::store {

/// Layout of history.db. Times in µs since 1970.
///
///   series         what a block belongs to: a machine's poll group, or one signal (group 0);
///                  no block of it spans more than span_us_max
///   signal_series  where a signal's values are; more than one when its group changed
///   block          rows in a body (block_codec.hpp); ids rise, so that the oldest go first
///   tail           small blocks at the end of a series that will be merged
///   silence        silence.hpp; heard: the last time a machine spoke
///   cursor         the last journal batch that is in here
inline constexpr std::array history_layout{
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
    "CREATE TABLE heard(machine INTEGER PRIMARY KEY, time_us INTEGER NOT NULL);"};

}  // namespace spindle::store
