#include "publish/pg_connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace spindle::publish {
namespace {

using namespace std::chrono_literals;

std::int64_t whole_seconds(Duration d) {
  return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

/// One line out of libpq's several.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool gap = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!gap)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_code_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string_view PgRows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PgRows::integer(int row, int column) const {
  std::int64_t out = 0;
  const auto digits = text(row, column);
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

bool PgRows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::uint64_t PgRows::affected() const {
  std::uint64_t out = 0;
  const std::string_view digits(result_ ? PQcmdTuples(result_.get()) : "");
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

Errc meaning_of(std::string_view sqlstate) {
  const auto group = sqlstate.substr(0, 2);
  // Cut off by the server (57P…, also statements ended by its shutdown), or the line broke (08).
  if (sqlstate.empty() || group == "08" || sqlstate.starts_with("57P")) return Errc::unreachable;
  if (group == "53" || group == "55" || group == "40" || group == "58") return Errc::overloaded;
  if (group == "28" || group == "25" || sqlstate == "42501" || sqlstate == "3D000")
    return Errc::refused;
  if (sqlstate == "22P05" || sqlstate == "22021" || group == "0A") return Errc::unsupported;
  return Errc::invalid;
}

std::string_view sqlstate_in(std::string_view message) {
  // `… failed: FATAL:  28P01: password …`; the word before may be in any language.
  constexpr std::string_view before = ":  ";
  for (auto at = message.find(before); at != std::string_view::npos;
       at = message.find(before, at + 1)) {
    const auto code = message.substr(at + before.size(), 5);
    if (code.size() == 5 && std::ranges::all_of(code, is_code_letter) &&
        message.substr(at + before.size() + 5).starts_with(": "))
      return code;
  }
  return {};
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const MirrorAddress& address,
                                                         const StopSignal& stop,
                                                         Patience patience) {
  // What the address itself says wins over what stands before it here. Keep-alives find a line
  // that was cut: nobody tells us.
  constexpr std::array keys{"keepalives_idle",           "keepalives_interval",
                            "keepalives_count",          "tcp_user_timeout",
                            "fallback_application_name", "dbname",
                            "client_encoding",           static_cast<const char*>(nullptr)};
  const std::array values{"10",      "5",
                          "3",       "25000",
                          "spindle", address.conninfo.c_str(),
                          "UTF8",    static_cast<const char*>(nullptr)};
  PGconn* started = PQconnectStartParams(keys.data(), values.data(), 1);
  if (!started) return fail(Errc::overloaded, "no memory is left for a connection");
  std::unique_ptr<PgConnection> out(
      new PgConnection(started, stop, address.shown, std::move(patience)));
  // So that its errors carry their code: their words may be in any language.
  PQsetErrorVerbosity(started, PQERRORS_VERBOSE);
  PQsetNoticeProcessor(started, [](void*, const char*) {}, nullptr);
  if (auto connected = out->connect(); !connected) return fail(std::move(connected.error()));
  if (PQsetnonblocking(started, 1) != 0) return fail(out->lost());
  PQsetErrorVerbosity(started, PQERRORS_DEFAULT);
  auto set = out->run(
      "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1;"
      " SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '30s';"
      // So that the server, too, lets go of a line that was cut.
      " SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
      " SET tcp_keepalives_count = 3");
  if (!set) return fail(std::move(set.error()));
  return out;
}

Result<void> PgConnection::connect() {
  const auto end = read_clock().mono + patience_.connect;
  auto wanted = PGRES_POLLING_WRITING;
  while (wanted != PGRES_POLLING_OK) {
    if (wanted == PGRES_POLLING_FAILED || PQstatus(connection_.get()) == CONNECTION_BAD) {
      const std::string_view said = PQerrorMessage(connection_.get());
      const auto code = sqlstate_in(said);
      auto words = one_line(said.substr(0, said.find("\nLOCATION:")));
      if (words.find("no password supplied") != std::string::npos)
        return fail(Errc::refused,
                    fmt::format("{} wants a password: give it as PGPASSWORD, in ~/.pgpass or in "
                                "the address",
                                shown_));
      return fail(code.empty() ? Errc::unreachable : meaning_of(code),
                  fmt::format("{}: {}", shown_, words));
    }
    const auto left = end - read_clock().mono;
    if (left <= Duration{0})
      return fail(Errc::timeout, fmt::format("{}: no answer for {} s; is the way to it open?",
                                             shown_, whole_seconds(patience_.connect)));
    auto ready = wait(wanted == PGRES_POLLING_WRITING, left);
    if (!ready && stop_.raised()) return fail(std::move(ready.error()));
    if (ready && *ready) wanted = PQconnectPoll(connection_.get());
  }
  return {};
}

Result<bool> PgConnection::wait(bool to_write, Duration limit) {
  const auto events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN);
  std::array<pollfd, 2> wanted{pollfd{PQsocket(connection_.get()), events, 0},
                               pollfd{stop_.descriptor(), POLLIN, 0}};
  if (wanted[0].fd < 0) return fail(lost());
  // While connecting, readable is not what is waited for: it would turn in circles.
  if (to_write && PQstatus(connection_.get()) != CONNECTION_OK) wanted[0].events = POLLOUT;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  const int ready =
      ::poll(wanted.data(), wanted.size(), static_cast<int>(std::min<std::int64_t>(ms, 60'000)));
  if (stop_.raised()) return fail(Errc::timeout, "the program ends");
  return ready > 0;
}

Result<void> PgConnection::wait_patiently(bool to_write) {
  const auto silent = [&] { return read_clock().mono - moved_; };
  const auto next = said_ ? patience_.give_up : std::min(patience_.say, patience_.give_up);
  auto ready = wait(to_write, std::max<Duration>(next - silent(), 1ms));
  if (!ready) return fail(std::move(ready.error()));
  if (*ready) {
    moved_ = read_clock().mono;
    said_ = false;
    return {};
  }
  if (silent() >= patience_.give_up)
    return fail(Errc::timeout,
                fmt::format("{}: the server took the connection and has not answered "
                            "for {} s: it is given up and tried again",
                            shown_, whole_seconds(patience_.give_up)));
  if (silent() < patience_.say || said_) return {};
  said_ = true;
  if (patience_.on_silence)
    patience_.on_silence(
        {Errc::timeout, fmt::format("{}: the server has not answered for {} s: it hangs, or has "
                                    "much to do; it is waited for",
                                    shown_, whole_seconds(patience_.say))});
  return {};
}

Error PgConnection::lost() const {
  const auto said = one_line(PQerrorMessage(connection_.get()));
  return {Errc::unreachable,
          fmt::format("{}: the connection is lost{}{}", shown_, said.empty() ? "" : ": ", said)};
}

Error PgConnection::error_of(const PGresult* result) const {
  const auto* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!code || is_lost()) return lost();
  const auto field = [&](int which) {
    const auto* text = PQresultErrorField(result, which);
    return std::string_view(text ? text : "");
  };
  auto what = fmt::format("{}: {}", shown_, one_line(field(PG_DIAG_MESSAGE_PRIMARY)));
  if (const auto detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty())
    what += fmt::format(" ({})", one_line(detail.substr(0, 200)));
  return {meaning_of(code), fmt::format("{} [{}]", what, code)};
}

Result<void> PgConnection::look() {
  if (PQconsumeInput(connection_.get()) == 0 || is_lost()) return fail(lost());
  return {};
}

Result<void> PgConnection::flush() {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left < 0) return fail(lost());
    if (left == 0) return {};
    if (auto ready = wait_patiently(true); !ready) return ready;
    if (PQconsumeInput(connection_.get()) == 0) return fail(lost());
  }
}

Result<PGresult*> PgConnection::next_result() {
  while (PQisBusy(connection_.get()) != 0) {
    if (auto ready = wait_patiently(false); !ready) return fail(std::move(ready.error()));
    if (PQconsumeInput(connection_.get()) == 0) return fail(lost());
  }
  return PQgetResult(connection_.get());
}

Result<PgRows> PgConnection::answer() {
  PgRows last;
  std::optional<Error> failed;
  for (;;) {
    auto result = next_result();
    if (!result) return fail(std::move(result.error()));
    if (!*result) break;
    const auto status = PQresultStatus(*result);
    if (status == PGRES_FATAL_ERROR && !failed) failed = error_of(*result);
    last = PgRows(*result);
    if (status == PGRES_COPY_IN) return last;
    if (is_lost()) break;
  }
  if (failed) return fail(std::move(*failed));
  if (is_lost()) return fail(lost());
  return last;
}

Result<PgRows> PgConnection::run(const std::string& sql, std::span<const std::string> parameters) {
  moved_ = read_clock().mono;
  said_ = false;
  int sent = 0;
  if (parameters.empty()) {
    sent = PQsendQuery(connection_.get(), sql.c_str());
  } else {
    std::vector<const char*> values;
    for (const auto& parameter : parameters) values.push_back(parameter.c_str());
    sent = PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                             nullptr, values.data(), nullptr, nullptr, 0);
  }
  if (sent == 0) return fail(lost());
  if (auto flushed = flush(); !flushed) return fail(std::move(flushed.error()));
  return answer();
}

Result<void> PgConnection::copy_in(const std::string& sql, std::string_view rows) {
  constexpr std::size_t piece = 64 * 1024;
  if (auto begun = run(sql); !begun) return fail(std::move(begun.error()));
  while (!rows.empty()) {
    const auto now = rows.substr(0, piece);
    const int put = PQputCopyData(connection_.get(), now.data(), static_cast<int>(now.size()));
    if (put < 0) return fail(lost());
    if (put > 0) rows.remove_prefix(now.size());
    if (auto flushed = flush(); !flushed) return flushed;
  }
  if (PQputCopyEnd(connection_.get(), nullptr) < 0) return fail(lost());
  if (auto flushed = flush(); !flushed) return flushed;
  auto done = answer();
  if (!done) return fail(std::move(done.error()));
  return {};
}

}  // namespace spindle::publish
