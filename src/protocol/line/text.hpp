#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spindle::line {

/// Where the first byte lies that is no well-formed UTF-8 or is a control character (`allow_breaks`
/// lets tabs and line breaks pass); npos: there is none. Source: RFC 3629, 4.
[[nodiscard]] std::size_t find_unprintable(std::string_view text, bool allow_breaks);

/// `text` without its escapes: a backslash before one of `special` goes, any other stays.
[[nodiscard]] std::string unescape(std::string_view text, std::string_view special);

}  // namespace spindle::line
