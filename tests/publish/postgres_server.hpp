#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/running/eventually.hpp"
#include "tests/store/temporary_folder.hpp"

namespace spindle::test {

/// A real PostgreSQL 15 of the test's own: a fresh cluster in a temporary folder, on a free
/// loopback port, as a user who is not root. The user `admin` has the password `s3cret`.
class PostgresServer {
 public:
  static constexpr auto programs = "/usr/lib/postgresql/15/bin";
  static constexpr auto password = "s3cret";

  [[nodiscard]] static bool is_installed() {
    return std::filesystem::exists(std::filesystem::path(programs) / "initdb") &&
           (::geteuid() != 0 || ::getpwnam("postgres") != nullptr);
  }

  PostgresServer() {
    const auto word = folder_.path() / "password";
    std::ofstream(word) << password << '\n';
    data_ = folder_.path() / "cluster";
    if (::geteuid() == 0) {
      const auto* user = ::getpwnam("postgres");
      for (const auto& path : {folder_.path(), word})
        if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
          throw std::runtime_error("the folder can't be given to the user postgres");
    }
    finish(spawn({"initdb", "-D", data_.string(), "-U", "admin", "-A", "scram-sha-256",
                  "--pwfile=" + word.string(), "--no-sync", "-E", "UTF8", "--locale=C"}));
    port_ = free_port();
    start();
  }
  ~PostgresServer() { stop(SIGQUIT); }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  void start() {
    pid_ = spawn({"postgres", "-D", data_.string(), "-p", std::to_string(port_), "-c",
                  "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
                  "-c", "max_connections=30", "-c", "shared_buffers=16MB"});
    if (!eventually(std::chrono::seconds{30}, [&] { return answers(); }))
      throw std::runtime_error("the PostgreSQL server does not start:\n" + log());
  }
  /// SIGINT: ends in order; SIGQUIT: as after a crash, with recovery at the next start.
  void stop(int how) {
    if (pid_ <= 0) return;
    ::kill(pid_, how);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
  }
  void restart(int how) {
    stop(how);
    start();
  }
  void signal(int which) const { ::kill(pid_, which); }

  [[nodiscard]] std::string url(const std::string& database, const std::string& user = "admin",
                                const std::string& word = password) const {
    return "postgres://" + user + ":" + word + "@127.0.0.1:" + std::to_string(port_) + "/" +
           database;
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string log() const {
    std::ifstream in(folder_.path() / "log");
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }

  /// The rows of an answer, columns between `|`. Throws what the server says.
  std::vector<std::string> ask(const std::string& database, const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(url(database).c_str()), &PQfinish);
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), sql.c_str()), &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
      throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    std::vector<std::string> out;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      std::string line;
      for (int column = 0; column < PQnfields(result.get()); ++column) {
        if (column > 0) line += '|';
        line += PQgetvalue(result.get(), row, column);
      }
      out.push_back(std::move(line));
    }
    return out;
  }
  std::string word(const std::string& database, const std::string& sql) const {
    const auto rows = ask(database, sql);
    return rows.empty() ? std::string() : rows.front();
  }
  /// A fresh database; its name.
  std::string make_database(const std::string& how = "") {
    const auto name = "test" + std::to_string(++databases_);
    ask("postgres", "CREATE DATABASE " + name + " " + how);
    return name;
  }

 private:
  static int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    ::bind(probe, reinterpret_cast<sockaddr*>(&at), size);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&at), &size);
    ::close(probe);
    return ntohs(at.sin_port);
  }
  [[nodiscard]] pid_t spawn(std::vector<std::string> words) const {
    words.front() = std::string(programs) + "/" + words.front();
    std::vector<char*> arguments;
    for (auto& each : words) arguments.push_back(each.data());
    arguments.push_back(nullptr);
    const auto log = (folder_.path() / "log").string();
    const auto* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
    const auto pid = ::fork();
    if (pid != 0) return pid;
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ::dup2(out, 1);
    ::dup2(out, 2);
    if (user && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
    if (::chdir("/") != 0) ::_exit(126);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  void finish(pid_t pid) const {
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0) throw std::runtime_error("initdb: " + log());
  }
  [[nodiscard]] bool answers() const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(url("postgres").c_str()), &PQfinish);
    return PQstatus(connection.get()) == CONNECTION_OK;
  }

  store::testing_support::TemporaryFolder folder_;
  std::filesystem::path data_;
  int port_ = 0;
  pid_t pid_ = -1;
  int databases_ = 0;
};

}  // namespace spindle::test
