#include "protocol/modbus/address.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace spindle::modbus {
namespace {

constexpr std::array<std::pair<std::string_view, Table>, 4> table_words{{
    {"hr", Table::holding_registers},
    {"ir", Table::input_registers},
    {"co", Table::coils},
    {"di", Table::discrete_inputs},
}};

/// Digits only: no sign, no space, nothing after.
std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

tl::unexpected<Error> wrong(std::string_view text, std::string_view what) {
  return fail(Errc::invalid, fmt::format("address '{}': {}", text, what));
}

/// What to write instead of the 5- and 6-digit numbers of manuals (40001, 300001).
std::optional<std::string> manual_notation(std::string_view text) {
  const auto value = number(text);
  if (!value || (text.size() != 5 && text.size() != 6)) return std::nullopt;
  const std::uint32_t base = text.size() == 5 ? 10'000 : 100'000;
  const auto offset = *value % base;
  if (offset == 0) return std::nullopt;
  std::string_view table;
  switch (*value / base) {
    case 0:
      table = "co";
      break;
    case 1:
      table = "di";
      break;
    case 3:
      table = "ir";
      break;
    case 4:
      table = "hr";
      break;
    default:
      return std::nullopt;
  }
  return fmt::format("write {}:{} for the {} of a manual", table, offset - 1, text);
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    if (const auto hint = manual_notation(text)) return wrong(text, *hint);
    return wrong(text, "write hr:N, ir:N, co:N or di:N, N counted from 0");
  }
  Address address;
  bool known = false;
  for (const auto& [word, table] : table_words) {
    if (word != text.substr(0, colon)) continue;
    address.table = table;
    known = true;
  }
  if (!known)
    return wrong(text, fmt::format("'{}' is no table; write hr (holding register), ir (input "
                                   "register), co (coil) or di (discrete input)",
                                   text.substr(0, colon)));

  auto rest = text.substr(colon + 1);
  const auto mark = rest.find_first_of(".-");
  const auto first = number(rest.substr(0, mark));
  if (!first || *first > 0xFFFF)
    return wrong(text, fmt::format("'{}' is no number from 0 to 65535", rest.substr(0, mark)));
  address.first = static_cast<std::uint16_t>(*first);
  if (mark == std::string_view::npos) return address;

  if (holds_bits(address.table))
    return wrong(text, "coils and discrete inputs are single bits; write only their number");
  const auto second = number(rest.substr(mark + 1));
  if (rest[mark] == '.') {
    if (!second || *second > 15)
      return wrong(text, fmt::format("bit '{}' is no number from 0 to 15", rest.substr(mark + 1)));
    address.bit = static_cast<std::uint8_t>(*second);
  } else {
    if (!second || *second > 0xFFFF)
      return wrong(text, fmt::format("'{}' is no number from 0 to 65535", rest.substr(mark + 1)));
    if (*second < *first || *second - *first >= read_registers_max)
      return wrong(
          text, fmt::format("a range has 1 to {} registers, first one first", read_registers_max));
    address.last = static_cast<std::uint16_t>(*second);
  }
  return address;
}

std::string to_string(const Address& address) {
  if (address.bit)
    return fmt::format("{}:{}.{}", to_string(address.table), address.first, *address.bit);
  if (address.last)
    return fmt::format("{}:{}-{}", to_string(address.table), address.first, *address.last);
  return fmt::format("{}:{}", to_string(address.table), address.first);
}

std::string_view to_string(Table table) {
  for (const auto& [word, t] : table_words)
    if (t == table) return word;
  return "?";
}

}  // namespace spindle::modbus
