#pragma once

#include <string>
#include <string_view>

#include "model/plant.hpp"
#include "protocol/mtconnect/devices.hpp"

namespace spindle::connect {

/// What a data item means to the engine, as far as its type and place say it; none otherwise.
[[nodiscard]] Role suggest_role(const mtconnect::Device& device, const mtconnect::DataItem& item);

/// How its values are best kept.
[[nodiscard]] ValueType suggest_type(const mtconnect::DataItem& item);

/// `MILLIMETER/SECOND` → `mm/s`; units without a short form in lower case.
[[nodiscard]] std::string suggest_unit(const mtconnect::DataItem& item);

/// A signal ready for a plant file: id from name or id ([a-z0-9_]), address = data item id.
[[nodiscard]] Signal suggest_signal(const mtconnect::Device& device,
                                    const mtconnect::DataItem& item);

}  // namespace spindle::connect
