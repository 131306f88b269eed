#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace spindle::store {

/// Writes into DATA/lock, behind the process id, where the program that holds it is reached. As far
/// as it can: other programs then only know that the folder is served.
void tell_address(const std::filesystem::path& folder, std::string_view url);

/// Where the program that serves a folder now is reached, as tell_address() was told. nullopt: no
/// program serves it, or it has not said where.
[[nodiscard]] std::optional<std::string> served_at(const std::filesystem::path& folder);

/// Whether a program holds the folder now (FolderLock), wherever it is reached.
[[nodiscard]] bool is_served(const std::filesystem::path& folder);

}  // namespace spindle::store
