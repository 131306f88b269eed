// check, apply, show: what people do with a plant file.
#include <fmt/core.h>

#include <filesystem>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "base/time.hpp"
#include "plant/plant_diff.hpp"
#include "store/configuration.hpp"

namespace spindle::app {
int check(const std::string& file) {
  const auto plant = load_plant(file);
  if (!plant) return exit_wrong;
  std::size_t signals = 0;
  for (const auto& machine : plant->machines) signals += machine.signals.size();
  fmt::print("{}: ok, {} machine(s), {} signal(s)\n", file, plant->machines.size(), signals);
  return exit_done;
}

namespace {

int apply_dry(const Plant& plant, const std::string& folder) {
  const auto before = stored_plant(std::filesystem::path(folder));
  if (!before) {
    print_error(before.error());
    return exit_wrong;
  }
  fmt::print("{}", plant::diff(*before, plant).to_string());
  return exit_done;
}

}  // namespace

int apply(const std::string& file, const std::string& folder, bool dry_run) {
  auto plant = load_plant(file);
  if (!plant) return exit_wrong;
  if (dry_run) return apply_dry(*plant, folder);
  // Beside a running box this writes only the configuration; the box notices within a second.
  auto configuration = store::Configuration::open(folder, {});
  if (!configuration) {
    print_error(configuration.error());
    return exit_wrong;
  }
  auto before = stored_plant(**configuration);
  if (!before) {
    print_error(before.error());
    return exit_wrong;
  }
  const auto changes = plant::diff(*before, *plant);
  fmt::print("{}", changes.to_string());
  if (changes.empty()) return exit_done;
  const auto now = read_clock().wall;
  if (auto assigned = (*configuration)->assign_keys(*plant); !assigned) {
    print_error(assigned.error());
    return exit_wrong;
  }
  auto saved = (*configuration)->save_plant(plant::write_plant(*plant), "command line", now);
  if (!saved) {
    print_error(saved.error());
    return exit_wrong;
  }
  auto recorded = (*configuration)
                      ->record({.id = 0,
                                .time = now,
                                .who = "command line",
                                .what = "plant.apply",
                                .detail = changes.to_string()});
  if (!recorded) {
    print_error(recorded.error());
    return exit_wrong;
  }
  fmt::print("applied as generation {}\n", *saved);
  return exit_done;
}

int show(const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) {
    print_error({Errc::invalid, folder + ": there is no such folder"});
    return exit_wrong;
  }
  auto plant = stored_plant(std::filesystem::path(folder));
  if (!plant) {
    print_error(plant.error());
    return exit_wrong;
  }
  fmt::print("{}", plant::write_plant(*plant));
  return exit_done;
}

}  // namespace spindle::app
