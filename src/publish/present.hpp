#pragma once

#include <array>
#include <optional>
#include <string>

#include "model/fact.hpp"
#include "publish/copy_text.hpp"
#include "publish/tables.hpp"

namespace spindle::publish {

/// What a machine does now: what the ledger does not hold before it is over.
struct Present {
  StateInterval state;               ///< Open: its `to` means nothing.
  std::array<std::string, 5> lanes;  ///< By Lane, what holds now; empty: nothing.
};

/// The present out of facts that are closed at one moment only because they were asked for then
/// (MachineEngine::tail). nullopt: nothing was ever heard of the machine. Pure.
[[nodiscard]] std::optional<Present> present_of(const Facts& closed_now);

/// A row of current_states.
void add_row(CopyText& out, const RowOwner& owner, const Present& present);

}  // namespace spindle::publish
