#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spindle::plant {

/// How much the data folder holds, and from when to when.
struct StoreStatus {
  struct Journal {
    std::uint64_t bytes = 0;
    std::uint64_t first_sequence = 0;  ///< 0: empty.
    std::uint64_t last_sequence = 0;
    std::optional<Instant> first;  ///< When the box received the oldest batch it still has.
    std::optional<Instant> last;
  };
  Journal journal;
  std::uint64_t ledger_bytes = 0;
  std::uint64_t history_bytes = 0;
  std::uint64_t configuration_bytes = 0;
  std::optional<std::uint64_t> disk_free_bytes;
  std::optional<std::uint64_t> disk_total_bytes;
};

/// Opens the journal for reading: some milliseconds. Sizes are of files, their logs included.
/// Errors: those of JournalReader.
[[nodiscard]] Result<StoreStatus> store_status(const std::filesystem::path& folder);

}  // namespace spindle::plant
