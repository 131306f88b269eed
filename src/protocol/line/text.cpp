#include "protocol/line/text.hpp"

#include <cstdint>
#include <cstring>

namespace spindle::line {
namespace {

/// Length of the well-formed sequence of several bytes at the front; 0 if there is none.
std::size_t long_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  const unsigned second = byte(1);
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && second < 0x90;
    const bool beyond = lead == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// True when eight bytes are all plain: no control character, none above ASCII.
bool all_plain(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  constexpr std::uint64_t high = 0x8080808080808080;
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto below_blank = word - ones * 0x20;
  const auto is_delete = (word ^ (ones * 0x7F)) - ones;
  return ((word | below_blank | is_delete) & high) == 0;
}

}  // namespace

std::size_t find_unprintable(std::string_view text, bool allow_breaks) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && all_plain(text.data() + at)) {
      at += 8;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80) {
      const auto length = long_sequence(text.substr(at));
      if (length == 0) return at;
      at += length;
      continue;
    }
    const bool is_break = c == '\t' || c == '\n' || c == '\r';
    if (c == 0x7F || (c < 0x20 && !(allow_breaks && is_break))) return at;
    ++at;
  }
  return std::string_view::npos;
}

std::string unescape(std::string_view text, std::string_view special) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() &&
                         special.find(text[i + 1]) != std::string_view::npos;
    if (escapes) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace spindle::line
