#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace spindle::store {

/// What of a data folder goes into a backup, and comes out of one. Everything else (locks, caches,
/// files set aside, other backups) stays where it is.
///
/// In the order they are copied: what speaks of others before what it speaks of. The history's
/// index and the ledger's cursors come before the segments' ends, and what numbers machines and
/// signals comes last.
inline constexpr std::array derived_files{"history.db", "ledger.db", "journal.db"};
inline constexpr std::array segment_folders{"history", "journal"};
inline constexpr std::array configuration_files{"config.db", "config.good.db"};
inline constexpr std::string_view backup_scratch_word = "backup";
inline constexpr std::string_view verify_scratch_word = "verifying";

/// `config.db …`, `journal/00000001.seg`, `history/analog-00000001.seg`: no other name, and so no
/// path that leaves the folder.
[[nodiscard]] inline bool is_backup_name(std::string_view name) {
  if (std::ranges::find(derived_files, name) != derived_files.end() ||
      std::ranges::find(configuration_files, name) != configuration_files.end())
    return true;
  const auto slash = name.find('/');
  if (slash == std::string_view::npos ||
      std::ranges::find(segment_folders, name.substr(0, slash)) == segment_folders.end())
    return false;
  auto file = name.substr(slash + 1);
  if (!file.ends_with(".seg")) return false;
  file.remove_suffix(4);
  return !file.empty() && std::ranges::all_of(file, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace spindle::store
