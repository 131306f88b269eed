#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace spindle::publish {

/// Where a mirror goes.
struct MirrorAddress {
  std::string conninfo;  ///< As libpq takes it. May hold a password: never shown.
  std::string shown;     ///< For people: `postgres://user@host:port/database`.
};

/// Reads `postgres://…`, `postgresql://…`, or libpq's `key=value …`, with all the options libpq
/// knows (sslmode, sslrootcert, passfile, service …). What it leaves out comes from libpq's own
/// places: PGPASSWORD, ~/.pgpass …
/// Errors: `invalid`, without a word of the text, since it may hold a password.
[[nodiscard]] Result<MirrorAddress> parse_mirror_address(std::string_view text);

}  // namespace spindle::publish
