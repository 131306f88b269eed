#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plant/plant_diff.hpp"
#include "store/configuration.hpp"

namespace spindle::plant {

/// One generation of the plant and what it changed against the one before.
struct PlantChange {
  std::uint64_t generation = 0;
  Instant time{};
  std::string who;
  std::shared_ptr<const PlantDiff> diff;  ///< None: one of the two can't be read any more.
};

/// What became of the plant, generation by generation. A difference of two generations never
/// changes, so those worked out once are kept, up to a limit.
/// Threads: any; calls wait for each other. Borrows the configuration.
class ChangeLog {
 public:
  explicit ChangeLog(store::Configuration& configuration) : configuration_(configuration) {}

  /// Newest first, at most `limit`, those below generation `before`.
  [[nodiscard]] Result<std::vector<PlantChange>> changes(std::size_t limit,
                                                         std::optional<std::uint64_t> before = {});

  /// The plant of a generation. Errors: `invalid` when there is none; `corrupt` when it can't be
  /// read by this version.
  [[nodiscard]] static Result<Plant> plant_of(store::Configuration& configuration,
                                              std::uint64_t generation);

 private:
  static constexpr std::size_t kept_max = 1000;

  store::Configuration& configuration_;
  std::mutex mutex_;
  std::map<std::uint64_t, PlantChange> kept_;
};

}  // namespace spindle::plant
