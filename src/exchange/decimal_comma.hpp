#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spindle::exchange {

/// `-1,5` and `2,5e-3` as spreadsheets of many countries write them, with a point; nullopt for
/// anything else. A point beside the comma (`1.234,5`) is left alone: who groups digits is not
/// guessed at.
[[nodiscard]] inline std::optional<std::string> with_decimal_point(std::string_view words) {
  const auto comma = words.find(',');
  if (comma == 0 || comma == std::string_view::npos || comma + 1 == words.size())
    return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!digit(words[comma - 1]) || !digit(words[comma + 1]) ||
      words.find_first_of(".,", comma + 1) != std::string_view::npos ||
      words.substr(0, comma).find('.') != std::string_view::npos)
    return std::nullopt;
  std::string out(words);
  out[comma] = '.';
  return out;
}

}  // namespace spindle::exchange
