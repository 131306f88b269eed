#include "publish/copy_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/bytes.hpp"

namespace spindle::publish {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t key_bytes_max = 500;

/// Bytes of the well-formed character that `text` begins with; 0 when there is none.
/// Source: Unicode 15, table 3-7.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t n) {
    return n < text.size() ? static_cast<unsigned char>(text[n]) : 0U;
  };
  const auto follows = [&](std::size_t n, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(n) >= low && byte(n) <= high;
  };
  const auto lead = byte(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool second = lead == 0xE0   ? follows(1, 0xA0, 0xBF)
                        : lead == 0xED ? follows(1, 0x80, 0x9F)
                                       : follows(1);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = lead == 0xF0   ? follows(1, 0x90, 0xBF)
                        : lead == 0xF4 ? follows(1, 0x80, 0x8F)
                                       : follows(1);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string sound_text(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    const auto size = character_size(value);
    out += size == 0 ? replacement : value.substr(0, size);
    value.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string key_text(std::string_view value) {
  if (value.size() <= key_bytes_max) return std::string(value);
  return fmt::format("{}… {:08x}", sound_text(value.substr(0, key_bytes_max - 20)),
                     crc32(as_bytes(value)));
}

void CopyText::begin_column() {
  if (!first_) bytes_ += '\t';
  first_ = false;
}

CopyText& CopyText::text(std::string_view value) {
  begin_column();
  while (!value.empty()) {
    const auto size = character_size(value);
    switch (value.front()) {
      case '\\':
        bytes_ += "\\\\";
        break;
      case '\t':
        bytes_ += "\\t";
        break;
      case '\n':
        bytes_ += "\\n";
        break;
      case '\r':
        bytes_ += "\\r";
        break;
      default:
        bytes_ += size == 0 ? replacement : value.substr(0, size);
    }
    value.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return *this;
}

CopyText& CopyText::integer(std::int64_t value) {
  begin_column();
  fmt::format_to(std::back_inserter(bytes_), "{}", value);
  return *this;
}

CopyText& CopyText::count(std::uint64_t value) {
  begin_column();
  fmt::format_to(std::back_inserter(bytes_), "{}", value);
  return *this;
}

CopyText& CopyText::real(double value) {
  begin_column();
  if (std::isnan(value))
    bytes_ += "NaN";
  else if (std::isinf(value))
    bytes_ += value < 0 ? "-Infinity" : "Infinity";
  else
    fmt::format_to(std::back_inserter(bytes_), "{}", value);
  return *this;
}

CopyText& CopyText::truth(bool value) {
  begin_column();
  bytes_ += value ? 't' : 'f';
  return *this;
}

CopyText& CopyText::instant(Instant value) {
  begin_column();
  // What a broken clock stamps outside the years that can be written stands at their edge.
  constexpr Instant first = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
  constexpr Instant last =
      Instant{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}} - Duration{1};
  bytes_ += format_rfc3339_us(std::clamp(value, first, last));
  return *this;
}

CopyText& CopyText::null() {
  begin_column();
  bytes_ += "\\N";
  return *this;
}

void CopyText::end_row() {
  bytes_ += '\n';
  first_ = true;
  ++rows_;
}

void CopyText::clear() {
  bytes_.clear();
  rows_ = 0;
  first_ = true;
}

}  // namespace spindle::publish
