#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace spindle::store {

enum class Access : std::uint8_t { read_write, read_only };

/// How hard a commit is pushed to the disk (SQLite's `synchronous`, in WAL mode).
enum class Durability : std::uint8_t {
  process,  ///< Survives the death of the program; a power cut may take the newest commits
            ///< (NORMAL).
  power,    ///< Survives a power cut once commit returned (FULL).
};

struct DatabaseOptions {
  Access access = Access::read_write;
  Durability durability = Durability::process;
  int page_size = 4096;  ///< Bytes; only a new file takes it.
  std::string vfs{};     ///< SQLite's name of the file layer; empty: the system's. For tests.
};

class Database;

/// A prepared statement; bind by 1-based number, read columns by 0-based number.
///
/// Text and blobs are borrowed: bound ones until reset(), read ones until the next step().
/// A failed bind is reported by the next step(). Threads: those of its Database.
class Statement {
 public:
  Statement() = default;

  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::string_view text);
  void bind(int index, ByteView blob);
  void bind_null(int index);

  /// True when a row stands ready; false at the end, after which it is reset.
  [[nodiscard]] Result<bool> step();
  /// Steps to the end and resets, ignoring rows.
  [[nodiscard]] Result<void> run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t unsigned_integer(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] ByteView blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  Database* database_ = nullptr;
  int bind_failure_ = 0;
};

/// Resets a statement when its reader leaves, so that no read snapshot is kept open.
class Rewind {
 public:
  explicit Rewind(Statement& statement) : statement_(statement) {}
  ~Rewind() { statement_.reset(); }
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;

 private:
  Statement& statement_;
};

/// One connection to one SQLite file in WAL mode, whose pages bear checksums (checked_vfs.hpp).
///
/// Errors of all calls: `corrupt` the file is damaged or no database; `overloaded` the disk is full
/// or another process holds the file; `refused` the folder or file cannot be written; `unsupported`
/// a newer version wrote it; `invalid` anything else. Each says what to do. After an error nothing
/// of the running transaction was taken. Threads: one at a time. Not movable: statements point
/// here.
class Database {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                              const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Result<void> execute(const std::string& sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// First column of the first row; 0 when there is none.
  [[nodiscard]] Result<std::int64_t> scalar(std::string_view sql);

  [[nodiscard]] Result<void> set_durability(Durability durability);
  /// All that was committed so far survives a power cut when this returns.
  [[nodiscard]] Result<void> write_through();
  /// Brings the file's schema up to date: `steps[n]` leads from version n to n + 1, each in a
  /// transaction of its own. Read-only connections only check.
  [[nodiscard]] Result<void> migrate(std::span<const char* const> steps);

  /// Gives the pages of a file that an earlier version made their checksums, unless it is larger
  /// than that: it is written once more. Call when no other connection is open.
  [[nodiscard]] Result<void> add_page_checksums(std::uint64_t bytes_max = 256u << 20);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[nodiscard]] bool in_transaction() const;
  /// What SQLite's code means for a person, with `doing` and the file's name.
  [[nodiscard]] Error error(int code, std::string_view doing) const;

 private:
  friend class Transaction;
  Database(std::filesystem::path file, Access access) : file_(std::move(file)), access_(access) {}
  [[nodiscard]] Result<void> run_kept(std::optional<Statement>& kept, std::string_view sql);

  std::filesystem::path file_;
  Access access_;
  sqlite3* handle_ = nullptr;
  std::optional<Statement> begin_;
  std::optional<Statement> commit_;
};

/// Writes that happen together or not at all. Rolls back when destroyed without commit().
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;

  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace spindle::store
