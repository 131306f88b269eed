#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "plant/running_plant.hpp"
#include "sim/factory.hpp"

namespace spindle::app {

/// What makes a demonstration the same one when its folder is opened again: kept with the folder's
/// settings.
struct DemoMemory {
  std::uint64_t seed = 1;
  std::size_t machines = 0;
  bool empty = false;
  bool history = true;
  bool incidents = true;
  Instant begin{};  ///< Of the machines' lives.
  std::vector<std::uint16_t> ports{};
  bool known = false;  ///< From the folder, which holds its past already.
};

/// The folder's demonstration; a new one by the options when it holds nothing yet.
/// Errors: `refused` when the folder holds a plant that is no demonstration.
[[nodiscard]] Result<DemoMemory> recall_demo(const std::filesystem::path& folder,
                                             const DemoOptions& options);

/// Brings the factory's lives and the plant in the folder to the present, and opens the plant. A
/// new demonstration gets a week of the past, through the drivers and the pipeline. `factory` is
/// open. nullptr: a signal asked for the end meanwhile.
[[nodiscard]] Result<std::unique_ptr<plant::RunningPlant>> open_demo_plant(
    sim::Factory& factory, DemoMemory& memory, const std::filesystem::path& folder);

}  // namespace spindle::app
