#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "model/observation.hpp"

namespace spindle::store {

struct LargestKeys {
  MachineKey machine{};
  SignalKey signal{};
};

/// The largest numbers of machines and signals that journal, ledger and history speak of.
///
/// For the day config.db is lost: Configuration::never_below() with these keeps a new one from
/// giving them to others, so that old values never appear under a new name. Files that are not
/// there are passed over. Takes as long as reading the journal from the history's cursor on.
/// Errors: those of Database.
[[nodiscard]] Result<LargestKeys> largest_keys(const std::filesystem::path& folder);

}  // namespace spindle::store
