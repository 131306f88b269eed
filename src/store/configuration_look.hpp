#pragma once

#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "store/configuration.hpp"

namespace spindle::store {

/// The present plant of a data folder, read without leaving anything in it: no folder, no file, no
/// byte. nullopt when there is none yet.
///
/// Beside a program that serves the folder it reads as any other reader does. Where none does, even
/// to read would leave files (SQLite's log and what it shares of it), so a copy is read, which is
/// as large as the configuration and lies in the system's temporary folder meanwhile.
/// Errors: those of Configuration::open(), and `refused` when the copy can't be made.
[[nodiscard]] Result<std::optional<PlantDocument>> look_at_plant(
    const std::filesystem::path& folder);

}  // namespace spindle::store
