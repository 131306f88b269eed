#include "store/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/checked_vfs.hpp"

namespace spindle::store {
namespace {

constexpr int busy_wait_ms = 5000;

bool disk_full(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

/// The system's reason for the last failure. SQLite often forgets it while it rolls back, but its
/// files remember: the log first, which is where commits are written.
int system_error_of(sqlite3* handle) {
  if (handle == nullptr) return 0;
  if (const int known = sqlite3_system_errno(handle); known != 0) return known;
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int remembered = 0;
    if (sqlite3_file_control(handle, "main", which, static_cast<void*>(&file)) == SQLITE_OK &&
        file != nullptr && file->pMethods != nullptr &&
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &remembered) == SQLITE_OK &&
        remembered != 0)
      return remembered;
  }
  return 0;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::bind(int index, std::int64_t value) {
  if (const int rc = sqlite3_bind_int64(statement_.get(), index, value); rc != SQLITE_OK)
    bind_failure_ = rc;
}

void Statement::bind(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  if (const int rc = sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC,
                                         SQLITE_UTF8);
      rc != SQLITE_OK)
    bind_failure_ = rc;
}

void Statement::bind(int index, ByteView blob) {
  const void* data = blob.data() == nullptr ? static_cast<const void*>("") : blob.data();
  if (const int rc = sqlite3_bind_blob64(statement_.get(), index, data, blob.size(), SQLITE_STATIC);
      rc != SQLITE_OK)
    bind_failure_ = rc;
}

void Statement::bind_null(int index) {
  if (const int rc = sqlite3_bind_null(statement_.get(), index); rc != SQLITE_OK)
    bind_failure_ = rc;
}

Result<bool> Statement::step() {
  if (bind_failure_ != SQLITE_OK) {
    const int rc = std::exchange(bind_failure_, SQLITE_OK);
    return fail(database_->error(rc, "binding a value"));
  }
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  auto error =
      database_->error(sqlite3_extended_errcode(database_->handle()), "reading or writing");
  sqlite3_reset(statement_.get());
  return fail(std::move(error));
}

Result<void> Statement::run() {
  for (;;) {
    auto row = step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return {};
  }
}

void Statement::reset() {
  if (statement_) sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const auto size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view{}
                         : std::string_view(data, static_cast<std::size_t>(size));
}

ByteView Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? ByteView{} : ByteView(data, static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file,
                                                 const DatabaseOptions& options) {
  std::unique_ptr<Database> database(new Database(file, options.access));
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.access == Access::read_only) {
    flags |= SQLITE_OPEN_READONLY;
  } else {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    std::error_code ignored;  // Opening the file reports what is wrong with the folder.
    std::filesystem::create_directories(file.parent_path(), ignored);
  }
  // Without its memory statistics SQLite takes no process-wide lock for each allocation. Only the
  // first call counts; once SQLite runs it is refused, which costs nothing but the speed.
  static const int statistics_off = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(statistics_off);
  const auto vfs = checked_vfs(options.vfs);
  if (const int rc = sqlite3_open_v2(file.c_str(), &database->handle_, flags, vfs.c_str());
      rc != SQLITE_OK)
    return fail(database->error(rc, "opening"));
  sqlite3_busy_timeout(database->handle_, busy_wait_ms);
  if (options.access == Access::read_only) {
    // Reads the header and the schema, so that a damaged file is found now.
    if (auto ok = database->scalar("SELECT count(*) FROM sqlite_schema"); !ok)
      return fail(std::move(ok.error()));
    return database;
  }
  if (sqlite3_db_readonly(database->handle_, "main") == 1)
    return fail(database->error(SQLITE_READONLY, "opening"));
  if (auto ok = database->execute(fmt::format("PRAGMA page_size = {}", options.page_size)); !ok)
    return fail(std::move(ok.error()));
  // Like the size of a page, only a new file takes it.
  int reserve = page_checksum_bytes;
  sqlite3_file_control(database->handle_, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  if (auto ok = database->execute(
          "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;"
          "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024;");
      !ok)
    return fail(std::move(ok.error()));
  if (auto ok = database->set_durability(options.durability); !ok)
    return fail(std::move(ok.error()));
  return database;
}

Database::~Database() {
  begin_.reset();
  commit_.reset();
  sqlite3_close_v2(handle_);
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(error(sqlite3_extended_errcode(handle_), "reading or writing"));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int rc = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                    SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (rc != SQLITE_OK) return fail(error(rc, "preparing a statement"));
  Statement out;
  out.statement_.reset(raw);
  out.database_ = this;
  return out;
}

Result<std::int64_t> Database::scalar(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  auto row = statement->step();
  if (!row) return fail(std::move(row.error()));
  return *row ? statement->integer(0) : 0;
}

Result<void> Database::set_durability(Durability durability) {
  return execute(durability == Durability::power ? "PRAGMA synchronous = FULL"
                                                 : "PRAGMA synchronous = NORMAL");
}

Result<void> Database::write_through() {
  auto version = scalar("PRAGMA user_version");
  if (!version) return fail(std::move(version.error()));
  if (auto ok = set_durability(Durability::power); !ok) return ok;
  // Writes the header page again: a commit under FULL pushes the log with all commits before it.
  auto written = execute(fmt::format("PRAGMA user_version = {}", *version));
  if (auto ok = set_durability(Durability::process); !ok) return ok;
  return written;
}

Result<void> Database::add_page_checksums(std::uint64_t bytes_max) {
  std::error_code ec;
  const auto bytes = std::filesystem::file_size(file_, ec);
  if (ec || bytes > bytes_max || has_page_checksums(handle_)) return {};
  // Another connection may hold it, or the disk be too full to write it once more: next time.
  if (sqlite3_exec(handle_, "VACUUM", nullptr, nullptr, nullptr) != SQLITE_OK) {
    const int code = sqlite3_extended_errcode(handle_);
    auto why = error(code, "giving its pages checksums");
    if (why.code == Errc::corrupt) return fail(std::move(why));
    return {};
  }
  return execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> Database::migrate(std::span<const char* const> steps) {
  auto version = scalar("PRAGMA user_version");
  if (!version) return fail(std::move(version.error()));
  const auto known = static_cast<std::int64_t>(steps.size());
  if (*version > known)
    return fail(Errc::unsupported,
                fmt::format("{}: written by a newer version (layout {}, this program knows {}); "
                            "start the newer program, or restore a backup made before",
                            file_.string(), *version, known));
  if (*version < known && access_ == Access::read_only)
    return fail(Errc::unsupported,
                fmt::format("{}: in an older layout ({} of {}); start the server once to bring it "
                            "up to date",
                            file_.string(), *version, known));
  for (auto step = *version; step < known; ++step) {
    auto transaction = Transaction::begin(*this);
    if (!transaction) return fail(std::move(transaction.error()));
    if (auto ok = execute(steps[static_cast<std::size_t>(step)]); !ok) return ok;
    if (auto ok = execute(fmt::format("PRAGMA user_version = {}", step + 1)); !ok) return ok;
    if (auto ok = transaction->commit(); !ok) return ok;
  }
  return {};
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Error Database::error(int code, std::string_view doing) const {
  const int system_error = system_error_of(handle_);
  const auto where = file_.string();
  const auto folder = file_.parent_path().string();
  const auto reason = std::string(sqlite3_errstr(code));
  // SQLite calls such a page malformed now and then.
  const bool damaged = (code & 0xFF) == SQLITE_CORRUPT || code == SQLITE_IOERR_CORRUPTFS;
  if (const auto page = damaged ? first_damaged_page(handle_) : 0; page != 0)
    return {Errc::corrupt,
            fmt::format("{}: damaged (page {} does not match its checksum); check the disk, then "
                        "set the file aside or restore a backup",
                        where, page)};
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Errc::corrupt,
              fmt::format("{}: damaged ({}); set it aside or restore a backup", where, reason)};
    case SQLITE_FULL:
      return {Errc::overloaded,
              fmt::format("{}: the disk is full; free some space in {} (nothing was taken, it goes "
                          "on by itself)",
                          where, folder)};
    case SQLITE_IOERR:
      if (disk_full(system_error))
        return {Errc::overloaded,
                fmt::format("{}: the disk is full ({}); free some space in {} (nothing was taken, "
                            "it goes on by itself)",
                            where, std::generic_category().message(system_error), folder)};
      if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS)
        return {Errc::corrupt, fmt::format("{}: damaged ({}); check the disk, then set the file "
                                           "aside or restore a backup",
                                           where, reason)};
      return {Errc::overloaded, fmt::format("{}: {} failed: {} ({}); check the disk", where, doing,
                                            reason, std::generic_category().message(system_error))};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Errc::overloaded,
              fmt::format("{}: in use by another program; stop it, or wait", where)};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {
          Errc::refused,
          fmt::format("{}: cannot be opened for this ({}{}{}); check that the folder exists and "
                      "that this user may write it",
                      where, reason, system_error == 0 ? "" : ": ",
                      system_error == 0 ? "" : std::generic_category().message(system_error))};
    default:
      return {Errc::invalid,
              fmt::format("{}: {} failed: {}", where, doing,
                          handle_ == nullptr ? reason : std::string(sqlite3_errmsg(handle_)))};
  }
}

/// Prepared at its first use: a journal begins and commits some hundred times a second.
Result<void> Database::run_kept(std::optional<Statement>& kept, std::string_view sql) {
  if (!kept) {
    auto prepared = prepare(sql);
    if (!prepared) return fail(std::move(prepared.error()));
    kept.emplace(std::move(*prepared));
  }
  return kept->run();
}

Result<Transaction> Transaction::begin(Database& database) {
  if (auto ok = database.run_kept(database.begin_, "BEGIN IMMEDIATE"); !ok)
    return fail(std::move(ok.error()));
  return Transaction(database);
}

Transaction::~Transaction() {
  // SQLite itself rolls back after some errors (disk full); then there is nothing to undo.
  if (database_ != nullptr && database_->in_transaction())
    static_cast<void>(database_->execute("ROLLBACK"));
}

Result<void> Transaction::commit() {
  auto done = database_->run_kept(database_->commit_, "COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace spindle::store
