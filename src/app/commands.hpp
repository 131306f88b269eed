#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle::app {

/// Exit codes of the contract.
inline constexpr int exit_done = 0;
inline constexpr int exit_wrong = 1;        ///< The input or the data is wrong.
inline constexpr int exit_unreachable = 2;  ///< Could not reach something.
inline constexpr int exit_refused = 3;      ///< `probe`: the device refused an address.
inline constexpr int exit_usage = 64;       ///< Wrong usage.

struct ServeOptions {
  std::string plant_file;  ///< Empty: what the data folder holds.
  std::string folder;
  std::string listen = "127.0.0.1:8080";
  bool sync_every_commit = false;
  std::string backup_passphrase_file;  ///< Empty: backups are not sealed.
  std::string mirror;  ///< Address of a PostgreSQL database that shall follow; empty: none.
};
struct DemoOptions {
  std::string folder;  ///< Empty: a new one that is removed at the end.
  std::string listen = "127.0.0.1:8080";
  std::uint64_t seed = 1;
  std::size_t machines = 0;   ///< 0: the demonstration's own thirteen.
  bool empty = false;         ///< The machines run, the plant knows none of them.
  bool no_history = false;    ///< No week behind it.
  bool no_incidents = false;  ///< Nothing goes wrong by the week's script.
  std::string mirror;         ///< As for serve.
};
struct ProbeOptions {
  std::string url;
  std::vector<std::string> addresses;  ///< `ADDRESS[:TYPE]`
};
struct ReplayOptions {
  std::string plant_file;
  std::string machine;
  std::string from;
  std::string to;
  std::string recording;  ///< `-`: standard input.
};
struct ExportCommand {
  std::string folder;
  std::string url;                   ///< Of a box that runs, instead of a folder.
  std::vector<std::string> signals;  ///< `MACHINE/SIGNAL`, `MACHINE/*`
  std::string from;
  std::string to;
  std::string format;  ///< Empty: as the file's name says.
  std::string layout = "long";
  std::size_t points = 0;
  std::string out;  ///< Empty or `-`: standard output.
};
struct ImportCommand {
  std::string folder;
  std::string url;  ///< Of a box that runs, instead of a folder.
  std::string file;
  std::string format;  ///< Empty: as the file's name says.
  std::string machine;
  std::vector<std::string> names;  ///< `NAME=NAME`
  bool dry_run = false;
};

struct BackupCommand {
  std::string folder;
  std::string file;
  std::string passphrase_file;  ///< Its first line; empty: not sealed.
  bool new_box = false;         ///< A restored folder gets an id of its own.
};
struct DoctorCommand {
  std::string folder;
  bool repair = false;  ///< Mends what can be mended, then looks.
};

[[nodiscard]] int serve(const ServeOptions& options);
[[nodiscard]] int demo(const DemoOptions& options);
[[nodiscard]] int simulate(const std::string& file);
[[nodiscard]] int check(const std::string& file);
[[nodiscard]] int apply(const std::string& file, const std::string& folder, bool dry_run);
[[nodiscard]] int show(const std::string& folder);
[[nodiscard]] int probe(const ProbeOptions& options);
[[nodiscard]] int browse(const std::string& url);
[[nodiscard]] int replay(const ReplayOptions& options);
[[nodiscard]] int export_history(const ExportCommand& command);
[[nodiscard]] int import_history(const ImportCommand& command);
[[nodiscard]] int backup(const BackupCommand& command);
[[nodiscard]] int restore(const BackupCommand& command);
[[nodiscard]] int doctor(const DoctorCommand& command);

}  // namespace spindle::app
