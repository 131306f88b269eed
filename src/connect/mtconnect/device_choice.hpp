#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protocol/mtconnect/devices.hpp"

namespace spindle::connect {

/// Picks the device called `wanted` (name or uuid), or the only machine if that is empty; the
/// agent's entry for itself is none. Borrows from `devices`.
/// Errors: `invalid`, naming the devices there are.
[[nodiscard]] Result<const mtconnect::Device*> choose_device(
    const std::vector<mtconnect::Device>& devices, std::string_view wanted);

/// Text as a part of a URL's path: everything but letters, digits and `-_.~` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace spindle::connect
