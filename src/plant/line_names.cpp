#include "plant/line_names.hpp"

#include <cstddef>

namespace spindle::plant {
namespace {

constexpr std::size_t id_bytes_max = 64;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<std::string> machine_id_of(std::string_view name) {
  constexpr std::string_view separators = "_.:/ ";
  if (name.empty() || name.size() > id_bytes_max) return std::nullopt;
  std::string id(name);
  for (char& c : id) {
    if (is_upper(c))
      c = static_cast<char>(c | 0x20);
    else if (separators.find(c) != std::string_view::npos)
      c = '-';
    else if (!is_lower(c) && !is_digit(c) && c != '-')
      return std::nullopt;
  }
  return id;
}

std::optional<std::string> signal_id_of(std::string_view name) {
  if (name.empty() || name.size() > id_bytes_max) return std::nullopt;
  std::string id(name);
  for (char& c : id) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    const bool fits = is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
    if (!fits) c = '_';
  }
  return id;
}

}  // namespace spindle::plant
