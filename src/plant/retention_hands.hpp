#pragma once

#include <filesystem>
#include <functional>

#include "plant/pipeline.hpp"
#include "plant/retention.hpp"
#include "store/configuration.hpp"
#include "store/history.hpp"

namespace spindle::plant {

/// How much there is on the disk a folder lies on; nothing when it does not say.
[[nodiscard]] std::optional<DiskSpace> disk_space(const std::filesystem::path& folder);

/// The hands of a retention worker on real stores, which outlive it.
[[nodiscard]] Retention::Hands retention_hands(store::History& history, Pipeline& pipeline,
                                               store::Configuration& configuration,
                                               const std::filesystem::path& folder,
                                               std::function<Now()> clock);

}  // namespace spindle::plant
