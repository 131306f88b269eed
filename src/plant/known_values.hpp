#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "store/history_reader.hpp"

namespace spindle::plant {

/// A value that its sender may have said before: its place in some batches.
struct Suspect {
  MachineKey machine{};
  SignalKey signal{};
  Instant time{};
  std::uint32_t batch = 0;
  std::uint32_t observation = 0;
};

/// Those of `suspects` that say nothing new: the history, or the suspect before it, says of the
/// same signal at the same time just that. Not known is what corrects something, even back to what
/// was said before the correction. Quality does not count as long as the value is one.
/// Errors: those of the reader.
[[nodiscard]] Result<std::vector<Suspect>> find_known(store::HistoryReader& reader,
                                                      std::vector<Suspect> suspects,
                                                      std::span<const Batch> batches);

/// The batches without those values; scans and batches of which nothing is left are gone.
void drop_known(std::vector<Batch>& batches, std::span<const Suspect> known);

}  // namespace spindle::plant
