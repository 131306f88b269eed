#include <fmt/core.h>

#include <filesystem>
#include <vector>

#include "app/commands.hpp"
#include "app/plant_input.hpp"
#include "store/checkup.hpp"

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
    wrong.push_back("the box's clock stands before 2024; set it, or times will be wrong");
  return wrong;
}

}  // namespace

int doctor(const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) {
    print_error({Errc::invalid, folder + ": there is no such folder"});
    return exit_wrong;
  }
  const auto report = store::check_up(folder);
  for (const auto& line : report.done) fmt::print("ok: {}\n", line);
  auto wrong = report.wrong;
  for (auto& line : check_box(folder)) wrong.push_back(std::move(line));
  for (const auto& line : wrong) fmt::print("wrong: {}\n", line);
  if (wrong.empty()) fmt::print("{}: all is well\n", folder);
  return wrong.empty() ? exit_done : exit_wrong;
}

}  // namespace spindle::app
