#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "store/database.hpp"

namespace spindle::store {

/// Reads every block that history.db speaks of and every record of its segment files, and says what
/// is wrong, a line each for a person. Changes nothing. Returns the number of sound blocks.
[[nodiscard]] std::uint64_t check_history_blocks(Database& history,
                                                 const std::filesystem::path& folder,
                                                 const std::function<void(std::string)>& problem);

}  // namespace spindle::store
