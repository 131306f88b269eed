#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "exchange/reader.hpp"
#include "exchange/value_text.hpp"

namespace spindle::exchange {

/// All a reader says of some bytes: `vmc-1/power 1970-01-01T00:00:00.000000Z real 1.5 good kW`, of
/// an untyped row `? 1.5`, of one that is wrong `line 3: …`, of a file that is no such `refused:
/// …`.
inline std::vector<std::string> told(Format format, std::string_view bytes) {
  std::vector<std::string> out;
  auto reader = read_bytes(format, bytes);
  if (!reader) return {"refused: " + reader.error().what};
  for (Row row; out.size() < 200'000;) {
    const auto step = (*reader)->next(row);
    if (!step) {
      out.push_back("refused: " + step.error().what);
      return out;
    }
    if (*step == Reader::Step::end) return out;
    if (*step == Reader::Step::wrong) {
      out.push_back("line " + std::to_string((*reader)->line()) + ": " + (*reader)->problem());
      continue;
    }
    std::string words;
    std::string type = "?";
    if (row.typed)
      type = append_value(row, Medium::any, words);
    else
      words = row.text;
    std::string line{row.machine};
    line += '/';
    line += row.signal;
    line += ' ' + format_rfc3339_us(row.time) + ' ' + type + ' ' + words + ' ';
    line += to_string(row.quality);
    line += ' ';
    line += row.unit;
    out.push_back(line);
  }
  return out;
}

}  // namespace spindle::exchange
