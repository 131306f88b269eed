#pragma once

#include <string>

#include "base/error.hpp"
#include "store/configuration.hpp"

namespace spindle::publish {

/// What this box is called where several boxes meet: 32 hexadecimal digits, made by chance at the
/// first call and kept in the configuration for ever, through backup and restore too: what is
/// restored stands in the place of what was backed up. Errors: those of the configuration.
[[nodiscard]] Result<std::string> box_id(store::Configuration& configuration);

/// A new one, for a copy that goes on beside its original: where boxes meet, both would else write
/// the same rows.
[[nodiscard]] Result<std::string> renew_box_id(store::Configuration& configuration);

}  // namespace spindle::publish
