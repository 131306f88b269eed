#pragma once

#include <string>
#include <string_view>

#include "model/plant.hpp"

namespace spindle::api {

/// Appends a stored value as JSON; null when its quality says that it is none. A condition is
/// `{"level":…,"code":…,"text":…}`, the last thing it reported.
/// @param pool  where the value's text lies, if it has one
void append_value_text(std::string& out, const Signal& signal, const Value& value, Quality quality,
                       std::string_view pool);

}  // namespace spindle::api
