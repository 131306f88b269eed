#pragma once

#include <string>
#include <string_view>

namespace spindle::mtconnect {

/// Text for XML content and attributes: `& < > "` as entities, control characters as blanks.
[[nodiscard]] std::string xml_escaped(std::string_view text);

/// The element a data item type is reported by: `PATH_FEEDRATE` → `PathFeedrate`.
[[nodiscard]] std::string element_name_of(std::string_view type);

}  // namespace spindle::mtconnect
