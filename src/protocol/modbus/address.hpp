#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "protocol/modbus/pdu.hpp"

namespace spindle::modbus {

/// Where a value lives in a device. Written `hr:N`, `ir:N`, `co:N`, `di:N` with N from 0 as on the
/// wire (the 40001 of manuals is `hr:0`); `hr:N.B` is bit B of a register, 0 the lowest; `hr:N-M`
/// is registers N to M, both included, for text.
struct Address {
  Table table = Table::holding_registers;
  std::uint16_t first = 0;
  std::optional<std::uint8_t> bit;    ///< 0..15; registers only.
  std::optional<std::uint16_t> last;  ///< Of a range; at most 125 registers, registers only.

  bool operator==(const Address&) const = default;
};

/// Errors: `invalid`: what is wrong with the text, and how it should look.
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// As parse_address() reads it.
[[nodiscard]] std::string to_string(const Address& address);

/// `hr` `ir` `co` `di`.
[[nodiscard]] std::string_view to_string(Table table);

}  // namespace spindle::modbus
