#pragma once

#include <cstdint>
#include <string>

struct sqlite3;

namespace spindle::store {

/// A layer under SQLite that gives each page of a database a checksum: a flipped bit in a fact or a
/// setting is an error that names the page, never a wrong figure.
///
/// The checksum (XXH3, 64 bits, of the page and its number) stands in the last 8 bytes of the page,
/// which SQLite leaves to its user when byte 20 of the file's header says so (SQLite's file format,
/// 1.3.4 "Reserved bytes per page"). It is written when a page reaches the database, and looked at
/// when one is read from there; the write-ahead log has checksums of its own. Files whose header
/// reserves nothing, as earlier versions made them, are left as they are. Any other program may
/// read such a database; one that writes to it without this layer makes its pages damaged.
///
/// A page that does not match is an error of SQLITE_IOERR_CORRUPTFS, and stays as it is.
///
/// Returns SQLite's name of the layer over the file layer `below`; empty: the system's. Threads:
/// any.
[[nodiscard]] std::string checked_vfs(const std::string& below);

/// Bytes of each page that a new database has to reserve.
inline constexpr int page_checksum_bytes = 8;

/// Whether the pages of a connection's database bear checksums.
[[nodiscard]] bool has_page_checksums(sqlite3* handle);
/// For a new file: whether its pages will. Otherwise they do, so reserve bytes for them, or copy a
/// database that has.
void expect_page_checksums(sqlite3* handle, bool expected);
/// The first page that this connection read and that did not match; 0 when none.
[[nodiscard]] std::uint64_t first_damaged_page(sqlite3* handle);

}  // namespace spindle::store
