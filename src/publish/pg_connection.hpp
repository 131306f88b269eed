#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "publish/address.hpp"
#include "publish/stop_signal.hpp"

namespace spindle::publish {

/// The rows of an answer. Text is borrowed from it.
class PgRows {
 public:
  PgRows() = default;
  explicit PgRows(PGresult* result) : result_(result) {}

  [[nodiscard]] int size() const { return result_ ? PQntuples(result_.get()) : 0; }
  [[nodiscard]] std::string_view text(int row, int column) const;
  /// 0 for what is no number.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] bool is_null(int row, int column) const;
  /// Rows that an INSERT, UPDATE or DELETE changed.
  [[nodiscard]] std::uint64_t affected() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

/// How long a server may be silent.
struct Patience {
  Duration connect = std::chrono::seconds{15};
  /// While it owes an answer: after this it is said (on_silence), once; the wait goes on, since a
  /// statement about a machine's whole past may take its time.
  Duration say = std::chrono::seconds{60};
  Duration give_up = std::chrono::minutes{30};
  std::function<void(const Error&)> on_silence;  ///< On the thread of the call; may be empty.
};

/// One connection to a PostgreSQL server, speaking UTF-8 and UTC.
///
/// Calls wait for the server, but never past the StopSignal. After an error that is not `refused`,
/// `overloaded`, `unsupported` or `invalid` the connection is of no use any more; after any error
/// inside a transaction roll back. Errors: `unreachable` no server, or the connection is lost;
/// `refused` who we are or what we may, or no such database; `overloaded` the server's disk,
/// memory or connections are used up; `unsupported` it can't keep our text; `timeout` stopped, or
/// no answer for as long as Patience says; `invalid` anything else it says. None holds a password.
/// Threads: one at a time. Memory: an answer.
class PgConnection {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PgConnection>> open(const MirrorAddress& address,
                                                                  const StopSignal& stop,
                                                                  Patience patience = {});

  /// One statement with `$1` … as text, or several without parameters: the last one's rows.
  [[nodiscard]] Result<PgRows> run(const std::string& sql,
                                   std::span<const std::string> parameters = {});
  /// `sql` is a COPY … FROM STDIN; `rows` what it takes.
  [[nodiscard]] Result<void> copy_in(const std::string& sql, std::string_view rows);
  /// Notices without waiting that the server hung up.
  [[nodiscard]] Result<void> look();
  [[nodiscard]] bool is_lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  PgConnection(PGconn* connection, const StopSignal& stop, std::string shown, Patience patience)
      : connection_(connection),
        stop_(stop),
        shown_(std::move(shown)),
        patience_(std::move(patience)) {}

  [[nodiscard]] Result<void> connect();
  /// Until the socket can be read (or also written), the signal was raised, or `limit` is over:
  /// then false.
  [[nodiscard]] Result<bool> wait(bool to_write, Duration limit);
  /// As wait(), while an answer is due.
  [[nodiscard]] Result<void> wait_patiently(bool to_write);
  [[nodiscard]] Result<void> flush();
  /// The next result of what was sent; null after the last.
  [[nodiscard]] Result<PGresult*> next_result();
  /// Reads to the end of the answer; the last result, or the first error.
  [[nodiscard]] Result<PgRows> answer();
  [[nodiscard]] Error lost() const;
  [[nodiscard]] Error error_of(const PGresult* result) const;

  std::unique_ptr<PGconn, Finish> connection_;
  const StopSignal& stop_;
  const std::string shown_;
  const Patience patience_;
  Monotonic moved_{};  ///< When bytes last went one way or the other.
  bool said_ = false;  ///< That nothing has moved since.
};

/// What a server's error code (SQLSTATE) means for the caller.
[[nodiscard]] Errc meaning_of(std::string_view sqlstate);
/// The code in libpq's verbose text about a failed connect; empty when the server said none.
[[nodiscard]] std::string_view sqlstate_in(std::string_view message);

}  // namespace spindle::publish
