#include <fmt/core.h>

#include <filesystem>
#include <vector>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "store/check.hpp"
#include "store/configuration.hpp"
#include "store/ledger.hpp"
#include "store/repair.hpp"

namespace spindle::app {
namespace {

constexpr std::uintmax_t free_bytes_least = 512ULL * 1024 * 1024;

/// What is wrong with the machine the box runs on.
std::vector<std::string> check_box(const std::filesystem::path& folder) {
  std::vector<std::string> wrong;
  std::error_code ec;
  const auto space = std::filesystem::space(folder, ec);
  if (ec)
    wrong.push_back(fmt::format("{}: the disk can't be asked: {}", folder.string(), ec.message()));
  else if (space.available < free_bytes_least)
    wrong.push_back(fmt::format("{}: only {} MiB are free; make room or move the folder",
                                folder.string(), space.available >> 20));
  const auto now = read_clock().wall;
  if (now < Instant{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}})
    wrong.emplace_back("the box's clock stands before 2024; set it, or times will be wrong");
  return wrong;
}

/// A machine's life is a partition of time: each interval begins where the one before ends.
std::vector<std::string> check_intervals(const std::filesystem::path& folder) {
  std::vector<std::string> wrong;
  auto configuration = store::Configuration::open(folder, {});
  auto reader = store::LedgerReader::open(folder, {});
  if (!configuration || !reader) return wrong;  // check_folder() said why
  auto machines = (*configuration)->machines();
  if (!machines) return wrong;
  for (const auto& machine : *machines) {
    auto states = (*reader)->states(machine.key, {Instant::min(), Instant::max()});
    if (!states) continue;
    std::size_t breaks = 0;
    for (std::size_t i = 1; i < states->size(); ++i)
      breaks += (*states)[i].from != (*states)[i - 1].to;
    if (breaks > 0)
      wrong.push_back(
          fmt::format("ledger.db: {}: {} interval(s) do not begin where the one before ends",
                      machine.id, breaks));
  }
  return wrong;
}

}  // namespace

int doctor(const DoctorCommand& command) {
  const auto& folder = command.folder;
  if (!std::filesystem::is_directory(folder)) {
    print_error({Errc::invalid, folder + ": there is no such folder"});
    return exit_wrong;
  }
  if (command.repair) {
    const auto repaired = store::repair_folder(folder, read_clock().wall);
    if (!repaired) {
      print_error(repaired.error());
      return exit_wrong;
    }
    for (const auto& line : *repaired) fmt::print("repaired: {}\n", line);
    if (repaired->empty()) fmt::print("repaired: nothing; there is nothing that can be\n");
  }
  const auto report = store::check_folder(folder);
  auto wrong = report.problems;
  for (auto& line : check_intervals(folder)) wrong.push_back(std::move(line));
  for (auto& line : check_box(folder)) wrong.push_back(std::move(line));
  for (const auto& line : wrong) fmt::print("wrong: {}\n", line);
  fmt::print("{}: {} batches and {} history blocks read; {}\n", folder, report.batches,
             report.blocks,
             wrong.empty() ? "all is well" : fmt::format("{} thing(s) are wrong", wrong.size()));
  return wrong.empty() ? exit_done : exit_wrong;
}

}  // namespace spindle::app
