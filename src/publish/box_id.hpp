#pragma once

#include <string>

#include "base/error.hpp"
#include "store/configuration.hpp"

namespace spindle::publish {

/// What this box is called where several boxes meet: 32 hexadecimal digits, made by chance at the
/// first call and kept in the configuration for ever. Errors: those of the configuration.
[[nodiscard]] Result<std::string> box_id(store::Configuration& configuration);

}  // namespace spindle::publish
