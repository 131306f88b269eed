#pragma once

#include <map>
#include <string>

#include "plant/backups.hpp"
#include "store/configuration.hpp"

namespace spindle::plant {

/// What became of backups that were tried, by their ids: kept in the configuration. What can't be
/// read counts as never tried. Errors: those of Configuration.
[[nodiscard]] Result<std::map<std::string, BackupTrial>> read_trials(
    store::Configuration& configuration);
[[nodiscard]] Result<void> keep_trial(store::Configuration& configuration, const std::string& id,
                                      const BackupTrial& trial);
[[nodiscard]] Result<void> forget_trial(store::Configuration& configuration, const std::string& id);

}  // namespace spindle::plant
