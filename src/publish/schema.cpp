#include "publish/schema.hpp"

#include <fmt/format.h>

namespace spindle::publish {
namespace {

/// `spindle` in ASCII: one box at a time makes or changes the schema.
constexpr auto schema_lock = "SELECT pg_advisory_xact_lock(x'7370696e646c65'::bigint)";
constexpr auto version_table =
    // Asked first: IF NOT EXISTS wants the right to create one although it is there.
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'spindle') THEN"
    " CREATE SCHEMA spindle; END IF; END $$;"
    "CREATE TABLE IF NOT EXISTS spindle.schema_version("
    "  version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());"
    "COMMENT ON TABLE spindle.schema_version IS 'Versions of this schema, each when it came.';"
    "COMMENT ON COLUMN spindle.schema_version.version IS 'The highest one counts.';"
    "COMMENT ON COLUMN spindle.schema_version.applied IS 'When it came.';";

constexpr auto as_owner =
    "SELECT set_config('role', pg_get_userbyid(c.relowner)::text, true) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'spindle' AND c.relname = 'boxes'";

Result<std::int64_t> version_of(PgConnection& connection) {
  // By the catalogue's rows: to_regclass() may answer from before another box's transaction.
  auto known = connection.run(
      "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = 'spindle' AND c.relname = 'schema_version')");
  if (!known) return fail(std::move(known.error()));
  if (known->text(0, 0) != "t") return 0;
  auto version = connection.run("SELECT coalesce(max(version), 0) FROM spindle.schema_version");
  if (!version) return fail(std::move(version.error()));
  return version->integer(0, 0);
}

Result<void> take_step(PgConnection& connection, std::int64_t from, const std::string& step) {
  auto done = [&]() -> Result<void> {
    if (auto begun = connection.run("BEGIN"); !begun) return fail(begun.error());
    if (auto locked = connection.run(schema_lock); !locked) return fail(locked.error());
    auto version = version_of(connection);
    if (!version) return fail(version.error());
    if (*version > from) return {};  // Another box was faster.
    // Whoever brings it forward, all of it has one owner: a view reads by the rights of its own.
    if (auto ready = connection.run(from == 0 ? version_table : as_owner); !ready)
      return fail(ready.error());
    if (auto made = connection.run(step); !made) return fail(made.error());
    auto noted = connection.run(
        fmt::format("INSERT INTO spindle.schema_version(version) VALUES ({})", from + 1));
    if (!noted) return fail(noted.error());
    return {};
  }();
  if (done) {
    auto committed = connection.run("COMMIT");
    return committed ? Result<void>{} : Result<void>(fail(committed.error()));
  }
  static_cast<void>(connection.run("ROLLBACK"));
  return fail(with_advice(connection, std::move(done.error())));
}

}  // namespace

Error with_advice(PgConnection& connection, Error error) {
  if (error.code != Errc::refused || connection.is_lost()) return error;
  auto known = connection.run(
      "SELECT quote_ident(current_user), quote_ident(current_database()),"
      " (SELECT CASE WHEN pg_has_role(nspowner, 'USAGE') THEN '' ELSE quote_ident("
      "pg_get_userbyid(nspowner)) END FROM pg_namespace WHERE nspname = 'spindle'),"
      " EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = 'spindle')");
  if (!known || known->size() == 0) return error;
  const auto user = known->text(0, 0);
  const auto owner = known->text(0, 2);
  const bool holds_tables = known->text(0, 3) == "t";
  std::string words;
  if (owner.empty())
    words = fmt::format(
        "CREATE SCHEMA IF NOT EXISTS spindle AUTHORIZATION {0}; GRANT CREATE ON DATABASE {1} TO "
        "{0}",
        user, known->text(0, 1));
  else if (holds_tables)
    words = fmt::format("GRANT {} TO {}", owner, user);
  else
    words = fmt::format("ALTER SCHEMA spindle OWNER TO {}", user);
  error.what +=
      fmt::format("{}; let its owner say once: {}; GRANT TEMPORARY ON DATABASE {} TO {}",
                  owner.empty() ? "" : fmt::format("; the schema spindle belongs to {}", owner),
                  words, known->text(0, 1), user);
  return error;
}

std::vector<std::string> schema_steps() { return {schema_step_1(), schema_step_2()}; }

Result<void> bring_up_schema(PgConnection& connection) {
  const auto steps = schema_steps();
  auto version = version_of(connection);
  if (!version) return fail(with_advice(connection, std::move(version.error())));
  const auto ours = static_cast<std::int64_t>(steps.size());
  if (*version > ours)
    return fail(Errc::unsupported,
                fmt::format("the schema spindle in the database is version {}, made by a newer "
                            "program; this one knows {}: update this box",
                            *version, ours));
  for (auto from = *version; from < ours; ++from)
    if (auto done = take_step(connection, from, steps[static_cast<std::size_t>(from)]); !done)
      return done;
  return {};
}

}  // namespace spindle::publish
