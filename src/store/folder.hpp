#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/time.hpp"

namespace spindle::store {

/// The right to write a data folder, held by one program at a time, released at its death.
///
/// Takes an advisory lock on DATA/lock (created, with the folder, when missing) and writes the
/// process id into it, for the message the second program gives.
class FolderLock {
 public:
  /// Errors: `refused` when another program serves the folder (names its process id) or the folder
  /// cannot be written.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  FolderLock& operator=(FolderLock&&) = delete;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// A database file found damaged and moved out of the way.
struct SetAside {
  std::filesystem::path moved_to;
  std::string why;  ///< One line for a person.
};

/// Moves FILE, FILE-wal and FILE-shm to FILE.damaged-20240314T080000Z…; nothing is deleted.
/// No connection to it may be open. Errors: `refused` when the folder cannot be written.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& file,
                                                      Instant now);

/// What opening gave, and what had to be moved away for it.
template <class Store>
struct Opened {
  std::unique_ptr<Store> store;
  std::optional<SetAside> damage;  ///< The store starts empty; the program says so and goes on.
};

/// What is moved away when a store's open() gives `corrupt`: its one file, or the one it names.
template <class Store>
[[nodiscard]] std::filesystem::path damaged_file(const std::filesystem::path& folder) {
  if constexpr (requires { Store::damaged_file(folder); })
    return Store::damaged_file(folder);
  else
    return folder / Store::file_name;
}

/// Opens a store; when its file is damaged, moves it aside and opens an empty one.
/// Only `corrupt` does so: a full disk or a newer layout is reported, never "repaired".
template <class Store, class Options>
[[nodiscard]] Result<Opened<Store>> open_or_set_aside(const std::filesystem::path& folder,
                                                      const Options& options, Instant now) {
  auto first = Store::open(folder, options);
  if (first) return Opened<Store>{std::move(*first), std::nullopt};
  if (first.error().code != Errc::corrupt) return fail(std::move(first.error()));
  auto moved = set_aside(damaged_file<Store>(folder), now);
  if (!moved) return fail(std::move(moved.error()));
  auto second = Store::open(folder, options);
  if (!second) return fail(std::move(second.error()));
  return Opened<Store>{std::move(*second), SetAside{*moved, std::move(first.error().what)}};
}

}  // namespace spindle::store
