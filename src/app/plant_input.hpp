#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "model/plant.hpp"
#include "plant/plant_file.hpp"
#include "store/configuration.hpp"

namespace spindle::app {

/// Reads a whole file, or standard input for `-`. Errors: `invalid` with the system's words.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// Reads and checks a plant file; prints every error to standard error. nullopt if there is one.
[[nodiscard]] std::optional<Plant> load_plant(const std::string& path);

/// The plant a data folder holds; an empty one before the first apply. Errors: `corrupt`.
[[nodiscard]] Result<Plant> stored_plant(store::Configuration& configuration);
/// The same without leaving anything in the folder, which need not be there. Errors: those of
/// store::look_at_plant().
[[nodiscard]] Result<Plant> stored_plant(const std::filesystem::path& folder);

/// Prints one error line to standard error.
void print_error(const Error& error);

}  // namespace spindle::app
