#include <fmt/core.h>
#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "api/routes.hpp"
#include "app/commands.hpp"

namespace {

/// Few arenas, and very large blocks straight from the system: memory that is no longer used goes
/// back, and a box of 500 machines stays small. What an answer of some MB takes is kept for the
/// next one: to have it from the system each time costs up to half as much again as the answer.
void set_up_memory() {
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
  ::mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
}

/// Log lines go to standard error: standard output belongs to the answers.
void set_up_logging() {
  auto logger = spdlog::stderr_color_mt("spindle");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_default_logger(std::move(logger));
}

/// The mirror's address may hold a password: once it is read, whoever lists the processes sees no
/// more than that there is one.
void hide_mirror(std::span<char*> arguments) {
  for (std::size_t n = 0; n < arguments.size(); ++n) {
    const std::string_view word(arguments[n]);
    char* secret = nullptr;
    if (word == "--mirror" && n + 1 < arguments.size()) secret = arguments[n + 1];
    if (word.starts_with("--mirror=")) secret = arguments[n] + std::string_view("--mirror=").size();
    if (secret) std::memset(secret, '*', std::strlen(secret));
  }
}

/// `--mirror` of serve and demo.
void add_mirror(CLI::App& command, std::string& address) {
  command
      .add_option("--mirror", address,
                  "PostgreSQL database that shall follow: postgres://USER@HOST:PORT/DATABASE")
      ->envname("SPINDLE_MIRROR");
}

/// Wrong usage in one line: what is wrong, and where it says what is right.
std::string wrong_usage(const CLI::App& app, const CLI::ParseError& error,
                        std::span<char*> arguments) {
  const auto used = app.get_subcommands();
  const bool unknown = used.empty() && arguments.size() > 1 && arguments[1][0] != '-';
  std::string out = "spindle: ";
  if (unknown) {
    out += std::string("there is no command `") + arguments[1] + "`";
  } else {
    for (const char c : std::string_view(error.what())) out += c == '\n' ? ' ' : c;
  }
  return out + "; see spindle " + (used.empty() ? "" : used.front()->get_name() + " ") + "--help";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace spindle::app;
  set_up_memory();
  set_up_logging();

  CLI::App app{
      "Spindle, the smart machine box: connects machines, keeps what they say, tells the truth "
      "about them."};
  app.set_version_flag("--version", std::string(spindle::api::program_version));
  app.require_subcommand(1);
  int code = exit_done;

  ServeOptions serve_options;
  auto* serve_command = app.add_subcommand("serve", "Runs a plant");
  serve_command->add_option("--plant", serve_options.plant_file, "Plant file to apply first");
  serve_command->add_option("--data", serve_options.folder, "Data folder")->required();
  serve_command->add_option("--listen", serve_options.listen, "HOST:PORT, loopback only")
      ->capture_default_str();
  serve_command->add_flag("--sync-every-commit", serve_options.sync_every_commit,
                          "Survive a power cut at every commit, not within 500 ms");
  serve_command->add_option("--backup-passphrase-file", serve_options.backup_passphrase_file,
                            "Seals each backup with the first line of this file; keep it, and a "
                            "copy, off this disk");
  add_mirror(*serve_command, serve_options.mirror);
  serve_command->callback([&] {
    hide_mirror({argv, static_cast<std::size_t>(argc)});
    code = serve(serve_options);
  });

  DemoOptions demo_options;
  auto* demo_command = app.add_subcommand("demo", "Simulated machines, and a plant that runs them");
  demo_command->add_option("--data", demo_options.folder, "Data folder; default: a temporary one");
  demo_command->add_option("--listen", demo_options.listen, "HOST:PORT, loopback only")
      ->capture_default_str();
  demo_command->add_option("--seed", demo_options.seed, "What the machines do")
      ->capture_default_str();
  demo_command
      ->add_option("--machines", demo_options.machines, "How many; default: thirteen of all kinds")
      ->check(CLI::Range(1, 200));
  demo_command->add_flag("--no-history", demo_options.no_history, "Begin without a simulated week");
  demo_command->add_flag("--no-incidents", demo_options.no_incidents,
                         "No cable is cut, no control freezes: only the machines' own lives");
  demo_command->add_flag("--empty", demo_options.empty,
                         "The machines run, the plant is still to be set up");
  add_mirror(*demo_command, demo_options.mirror);
  demo_command->callback([&] {
    hide_mirror({argv, static_cast<std::size_t>(argc)});
    code = demo(demo_options);
  });

  std::string file;
  auto* sim_command =
      app.add_subcommand("sim", "Only simulated machines; prints what truly happened");
  sim_command->add_option("FILE", file, "Simulation file")->required();
  sim_command->callback([&] { code = simulate(file); });

  auto* check_command = app.add_subcommand("check", "Validates a plant file");
  check_command->add_option("FILE", file, "Plant file")->required();
  check_command->callback([&] { code = check(file); });

  std::string folder;
  bool dry_run = false;
  auto* apply_command = app.add_subcommand("apply", "Applies a plant file to a data folder");
  apply_command->add_option("FILE", file, "Plant file")->required();
  apply_command->add_option("--data", folder, "Data folder")->required();
  apply_command->add_flag("--dry-run", dry_run, "Print the differences only");
  apply_command->callback([&] { code = apply(file, folder, dry_run); });

  auto* show_command = app.add_subcommand("show", "Prints the current plant as a plant file");
  show_command->add_option("--data", folder, "Data folder")->required();
  show_command->callback([&] { code = show(folder); });

  ProbeOptions probe_options;
  auto* probe_command = app.add_subcommand("probe", "Connects once and prints each value");
  probe_command
      ->add_option("URL", probe_options.url, "modbus-tcp://HOST:PORT/UNIT, shdr://HOST:PORT, …")
      ->required();
  probe_command->add_option("ADDRESS[:TYPE]", probe_options.addresses, "What to read");
  probe_command->callback([&] { code = probe(probe_options); });

  std::string url;
  auto* browse_command = app.add_subcommand("browse", "Lists what a self-describing device offers");
  browse_command
      ->add_option("URL", url, "http://HOST:PORT/ of an MTConnect agent, shdr://HOST:PORT")
      ->required();
  browse_command->callback([&] { code = browse(url); });

  ReplayOptions replay_options;
  auto* replay_command =
      app.add_subcommand("replay", "Runs a recording through the engine, offline");
  replay_command->add_option("--plant", replay_options.plant_file, "Plant file")->required();
  replay_command->add_option("--machine", replay_options.machine, "Machine id")->required();
  replay_command->add_option("--from", replay_options.from, "Start of the window, RFC 3339");
  replay_command->add_option("--to", replay_options.to, "End of the window, RFC 3339");
  replay_command->add_option("RECORDING", replay_options.recording, "SHDR log or CSV; - is stdin")
      ->required();
  replay_command->callback([&] { code = replay(replay_options); });

  ExportCommand export_options;
  auto* export_command = app.add_subcommand("export", "Values out of the history as a file");
  auto* export_where = export_command->add_option_group("where");
  export_where->add_option("--data", export_options.folder, "Data folder, served or not");
  export_where->add_option("--url", export_options.url, "Address of a running box");
  export_where->require_option(1);
  export_command
      ->add_option("--signal", export_options.signals, "MACHINE/SIGNAL, or MACHINE/* for all")
      ->required();
  export_command->add_option("--from", export_options.from, "RFC 3339; default: the beginning");
  export_command->add_option("--to", export_options.to, "RFC 3339; default: the end");
  export_command->add_option("--format", export_options.format,
                             "csv, xml, jsonl, json, xlsx or bin");
  export_command->add_option("--layout", export_options.layout, "long or wide")
      ->capture_default_str();
  export_command->add_option("--points", export_options.points, "That many slices, not values")
      ->check(CLI::Range(1, 100'000));
  export_command->add_option("--out", export_options.out, "File; default: standard output");
  export_command->callback([&] { code = export_history(export_options); });

  ImportCommand import_options;
  auto* import_command = app.add_subcommand("import", "Values from a file into the history");
  auto* import_where = import_command->add_option_group("where");
  import_where->add_option("--data", import_options.folder, "Data folder, served or not");
  import_where->add_option("--url", import_options.url, "Address of a running box");
  import_where->require_option(1);
  import_command->add_option("--format", import_options.format,
                             "csv, xml, jsonl, json, xlsx or bin");
  import_command->add_option("--machine", import_options.machine, "Of rows that name none");
  import_command->add_option("--map", import_options.names,
                             "NAME=NAME: a machine or MACHINE/SIGNAL in the file and here");
  import_command->add_flag("--dry-run", import_options.dry_run, "Say what would be taken");
  import_command->add_option("FILE", import_options.file, "File to read")->required();
  import_command->callback([&] { code = import_history(import_options); });

  BackupCommand backup_options;
  auto* backup_command = app.add_subcommand("backup", "A whole data folder in one file");
  backup_command->add_option("--data", backup_options.folder, "Data folder, served or not")
      ->required();
  backup_command->add_option("--passphrase-file", backup_options.passphrase_file,
                             "File whose first line seals it");
  backup_command->add_option("FILE", backup_options.file, "File to write; it must be new")
      ->required();
  backup_command->callback([&] { code = backup(backup_options); });

  BackupCommand restore_options;
  auto* restore_command = app.add_subcommand("restore", "A data folder out of a backup");
  restore_command->add_option("--data", restore_options.folder, "Data folder to make; new or empty")
      ->required();
  restore_command->add_option("--passphrase-file", restore_options.passphrase_file,
                              "File whose first line opens it");
  restore_command->add_flag("--new-box", restore_options.new_box,
                            "A box beside the one that was backed up, not in its place");
  restore_command->add_option("FILE", restore_options.file, "Backup to read")->required();
  restore_command->callback([&] { code = restore(restore_options); });

  DoctorCommand doctor_options;
  auto* doctor_command = app.add_subcommand("doctor", "Checks a data folder end to end");
  doctor_command->add_option("--data", doctor_options.folder, "Data folder")->required();
  doctor_command->add_flag("--repair", doctor_options.repair,
                           "Mend what can be mended; nothing is made up");
  doctor_command->callback([&] { code = doctor(doctor_options); });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // Help and version are no errors; everything else is wrong usage.
    if (e.get_exit_code() == 0) return app.exit(e);
    fmt::print(stderr, "{}\n", wrong_usage(app, e, {argv, static_cast<std::size_t>(argc)}));
    return exit_usage;
  } catch (const std::exception& e) {
    spdlog::critical("{}", e.what());
    return exit_wrong;
  }
  return code;
}
