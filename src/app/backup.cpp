#include "store/backup.hpp"

#include <fmt/core.h>

#include <string>
#include <utility>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/plant_input.hpp"
#include "app/progress.hpp"
#include "publish/box_id.hpp"
#include "store/configuration.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

Result<store::BackupOptions> options_of(const BackupCommand& command, Progress& progress) {
  auto passphrase = command.passphrase_file.empty()
                        ? Result<std::string>(std::string{})
                        : store::read_passphrase(command.passphrase_file);
  if (!passphrase) return fail(std::move(passphrase.error()));
  return store::BackupOptions{.passphrase = std::move(*passphrase),
                              .now = read_clock().wall,
                              .progress = [&progress](double share) {
                                progress.share(share);
                                return !Interrupt::asked();
                              }};
}

Result<store::BackupInfo> run_backup(const BackupCommand& command) {
  const Interrupt interrupt;
  Progress progress("backup");
  auto options = options_of(command, progress);
  if (!options) return fail(std::move(options.error()));
  return store::write_backup(command.folder, command.file, *options);
}

/// The restored folder is to be a box of its own, also where its last good copy is used.
Result<void> make_new_box(const fs::path& folder) {
  auto configuration = store::Configuration::open(folder, {});
  if (!configuration) return fail(std::move(configuration.error()));
  if (auto id = publish::renew_box_id(**configuration); !id) return fail(std::move(id.error()));
  configuration->reset();
  const auto copy = folder / store::Configuration::copy_name;
  std::error_code ec;
  if (fs::exists(copy, ec))
    fs::copy_file(folder / store::Configuration::file_name, copy,
                  fs::copy_options::overwrite_existing, ec);
  if (ec)
    return fail(Errc::refused,
                fmt::format("{}: can't be written: {}", copy.string(), ec.message()));
  return {};
}

Result<store::BackupInfo> run_restore(const BackupCommand& command) {
  const Interrupt interrupt;
  Progress progress("restore");
  auto options = options_of(command, progress);
  if (!options) return fail(std::move(options.error()));
  return store::restore_backup(command.file, command.folder, *options);
}

}  // namespace

int backup(const BackupCommand& command) {
  const auto info = run_backup(command);
  if (!info) {
    print_error(info.error());
    return exit_wrong;
  }
  std::error_code ec;
  fmt::print("{}: {} files, {} bytes in {}{}\n", command.file, info->files.size(), info->bytes(),
             fs::file_size(command.file, ec), info->sealed ? ", sealed" : "");
  return exit_done;
}

int restore(const BackupCommand& command) {
  const auto info = run_restore(command);
  if (!info) {
    print_error(info.error());
    return exit_wrong;
  }
  if (command.new_box)
    if (const auto made = make_new_box(command.folder); !made) {
      print_error(made.error());
      return exit_wrong;
    }
  fmt::print("{}: as of {}, {} files, {} bytes\n", command.folder, format_rfc3339(info->taken),
             info->files.size(), info->bytes());
  return doctor({.folder = command.folder, .repair = false});
}

}  // namespace spindle::app
