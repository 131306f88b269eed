#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "publish/pg_connection.hpp"

namespace spindle::publish {

/// The schema `spindle` of a mirror's database, described for its readers in docs/postgresql.md.
///
/// `schema_steps()[n]` leads from version n to n + 1. A step that was ever released never changes:
/// what comes later is a step of its own.
[[nodiscard]] std::vector<std::string> schema_steps();
[[nodiscard]] std::string schema_step_1();
[[nodiscard]] std::string schema_step_2();

/// Brings the schema up to this program's version, each step in a transaction of its own; several
/// boxes may do so at once. Does nothing, and needs no right to create, when it is there already.
/// Errors: `unsupported` a newer program made it; `refused` we may not create it, with the words
/// that allow it; those of the connection.
[[nodiscard]] Result<void> bring_up_schema(PgConnection& connection);

/// `error`, and if it is that we may not: what the owner of the database says to allow it, made for
/// this database and role. To be called outside a transaction.
[[nodiscard]] Error with_advice(PgConnection& connection, Error error);

}  // namespace spindle::publish
