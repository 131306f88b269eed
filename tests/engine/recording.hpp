#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/observation.hpp"
#include "model/plant.hpp"

namespace spindle::engine::testing {

/// An SHDR day recording as scans, cut by the simplest possible splitter: `time|key|value` and
/// `time|key|level|code|severity|qualifier|text` lines.
struct Recording {
  Machine machine;
  std::vector<Batch> batches;  ///< A thousand lines each.
  std::optional<Instant> first_of_day;
  Instant last{};
};

/// Folder of the recordings; empty when they are not there.
[[nodiscard]] std::string recordings_folder();
/// Roles are given by the key's usual meaning on these machines (execution, Part_Count …).
[[nodiscard]] Recording read_recording(const std::string& folder, const std::string& name);
/// The same of the output of a shell command.
[[nodiscard]] Recording read_output(const std::string& command, const std::string& name);

}  // namespace spindle::engine::testing
