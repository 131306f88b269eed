#include "plant/import.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "app/box_client.hpp"
#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/plant_input.hpp"
#include "app/progress.hpp"
#include "store/served_folder.hpp"

namespace spindle::app {
namespace {

Result<plant::ImportOptions> read_options(const ImportCommand& command) {
  plant::ImportOptions options;
  auto format = exchange::format_from(command.format);
  if (command.format.empty()) format = exchange::format_of_file(command.file);
  if (!format) return fail(Errc::invalid, "--format: one of csv, xml, jsonl, json, xlsx, bin");
  options.format = *format;
  options.dry_run = command.dry_run;
  options.machine = command.machine;
  for (const auto& pair : command.names) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
      return fail(Errc::invalid,
                  fmt::format("--map: '{}': write NAME=NAME, as it is in the file and here", pair));
    options.names[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return options;
}

void print_report(const plant::ImportReport& report, bool dry_run) {
  for (const auto& signal : report.signals)
    fmt::print("{}/{}: {} row(s), {} to {}{}\n", signal.machine, signal.signal, signal.rows,
               format_rfc3339(signal.first), format_rfc3339(signal.last),
               signal.is_new ? dry_run ? ", would be new" : ", new" : "");
  for (const auto& problem : report.problems)
    if (problem.line == 0)
      fmt::print(stderr, "{}\n", problem.what);
    else
      fmt::print(stderr, "line {}: {}\n", problem.line, problem.what);
  if (report.problem_count > report.problems.size())
    fmt::print(stderr, "and {} more line(s) that can't be taken\n",
               report.problem_count - report.problems.size());
  if (dry_run)
    fmt::print("{} row(s) can be taken; nothing was\n", report.rows);
  else
    fmt::print("{} row(s) taken, {} known already\n", report.taken, report.known);
}

/// A box that runs takes the file itself.
Result<void> give(const ImportCommand& command, const plant::ImportOptions& options,
                  const std::string& url) {
  const auto box = BoxClient::at(url);
  if (!box) return fail(box.error());
  BoxClient::Query query{{"format", std::string(exchange::to_string(options.format))},
                         {"dry_run", options.dry_run ? "true" : "false"}};
  if (!options.machine.empty()) query.emplace_back("machine", options.machine);
  for (const auto& pair : command.names) query.emplace_back("map", pair);
  const auto answer = box->send_file("/api/v1/import", query, command.file);
  if (!answer) return fail(answer.error());
  const auto report = plant::parse_import_report(*answer);
  if (!report) return fail(report.error());
  print_report(*report, options.dry_run);
  return {};
}

Result<void> open_folder(const ImportCommand& command, const plant::ImportOptions& options) {
  if (!std::filesystem::is_directory(command.folder))
    return fail(Errc::invalid, command.folder + ": there is no such folder");
  plant::RunningPlant::Options running_options;
  running_options.folder = command.folder;
  running_options.sessions = false;
  auto running = plant::RunningPlant::open(std::move(running_options));
  if (!running) {
    if (running.error().code != Errc::refused) return fail(running.error());
    return fail(
        Errc::refused,
        fmt::format("{}; give the file to the program that runs it: POST it to "
                    "/api/v1/import?format={}&dry_run={}",
                    running.error().what, exchange::to_string(options.format), options.dry_run));
  }
  if (auto started = (*running)->start(); !started) return started;
  const Interrupt interrupt;
  Progress progress(options.dry_run ? "reading" : "import");
  auto report = plant::import_file(**running, command.file, options, [&](std::uint64_t rows, bool) {
    progress.rows(rows);
    return !Interrupt::asked();
  });
  if (report && report->taken > 0) {
    // What was made of this past is derived again before the program ends.
    (*running)->derive_late();
    (*running)->recompute().wait_until_idle();
  }
  (*running)->stop();
  if (!report) return fail(report.error());
  print_report(*report, options.dry_run);
  return {};
}

Result<void> run(const ImportCommand& command, const plant::ImportOptions& options) {
  const auto url =
      command.url.empty() ? store::served_at(command.folder) : std::optional(command.url);
  return url ? give(command, options, *url) : open_folder(command, options);
}

}  // namespace

int import_history(const ImportCommand& command) {
  auto options = read_options(command);
  if (!options) {
    print_error(options.error());
    return exit_usage;
  }
  if (auto done = run(command, *options); !done) {
    print_error(done.error());
    return done.error().code == Errc::unreachable ? exit_unreachable : exit_wrong;
  }
  return exit_done;
}

}  // namespace spindle::app
