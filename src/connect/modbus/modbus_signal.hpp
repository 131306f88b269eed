#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "model/observation.hpp"
#include "model/plant.hpp"
#include "protocol/modbus/pdu.hpp"
#include "protocol/modbus/value.hpp"

namespace spindle::connect {

/// A signal made ready for reading: where its value lies, and how registers become one.
struct ModbusSignal {
  enum class Form : std::uint8_t {
    bit,           ///< A coil or discrete input.
    register_bit,  ///< One bit of a register.
    number,
    text,
  };
  SignalKey key{};
  modbus::Table table = modbus::Table::holding_registers;
  std::uint16_t first = 0;
  std::uint16_t count = 1;  ///< Bits or registers.
  Form form = Form::number;
  std::uint8_t bit = 0;
  modbus::NumberType type = modbus::NumberType::uint16;
  modbus::WordOrder order = modbus::WordOrder::abcd;
  bool scaled = false;  ///< Else integers stay integers.
  double scale = 1.0;
  double offset = 0.0;
};

/// Errors: `invalid`: the address, or why it does not go with the type and what would.
[[nodiscard]] Result<ModbusSignal> make_modbus_signal(const Signal& signal);

/// make_modbus_signal(), for the plant file's check.
[[nodiscard]] Result<void> check_modbus_address(const Signal& signal);

/// The value at position `at` (in bits or registers) of what a read answered. Text is appended to
/// `text`, and the value points there. A number that is not finite is `bad` and has no value; text
/// that is no UTF-8 is read as ISO 8859-1 and `uncertain`.
/// Pre: `data` holds `signal.count` bits or registers from `at`. Only `text` may grow.
[[nodiscard]] Observation decode(const ModbusSignal& signal, ByteView data, std::size_t at,
                                 std::string& text);

}  // namespace spindle::connect
