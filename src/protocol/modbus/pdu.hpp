#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spindle::modbus {

/// The four address spaces of a device, each 0..65535.
enum class Table : std::uint8_t { coils, discrete_inputs, holding_registers, input_registers };

/// True for coils and discrete inputs, which hold bits; the others hold 16-bit registers.
[[nodiscard]] constexpr bool holds_bits(Table table) {
  return table == Table::coils || table == Table::discrete_inputs;
}

/// The functions spoken here. Source: MODBUS Application Protocol V1.1b3, chapter 6.
enum class Function : std::uint8_t {
  read_coils = 1,
  read_discrete_inputs = 2,
  read_holding_registers = 3,
  read_input_registers = 4,
  write_single_coil = 5,
  write_single_register = 6,
  write_multiple_coils = 15,
  write_multiple_registers = 16,
};

[[nodiscard]] std::optional<Function> function_from(std::uint8_t code);
[[nodiscard]] Function read_function_of(Table table);
[[nodiscard]] Table table_of(Function function);

/// Exception codes of chapter 7. A device may send others: what comes off the wire stays a number.
enum class ExceptionCode : std::uint8_t {
  illegal_function = 1,
  illegal_data_address = 2,
  illegal_data_value = 3,
  server_device_failure = 4,
  acknowledge = 5,
  server_device_busy = 6,
  memory_parity_error = 8,
  gateway_path_unavailable = 10,
  gateway_target_failed_to_respond = 11,
};

/// `illegal data address (exception 2)`; any code.
[[nodiscard]] std::string describe_exception(std::uint8_t code);

/// Most that one request may carry. Source: V1.1b3, 6.1 to 6.12.
inline constexpr std::uint16_t read_bits_max = 2000;
inline constexpr std::uint16_t read_registers_max = 125;
inline constexpr std::uint16_t write_bits_max = 1968;
inline constexpr std::uint16_t write_registers_max = 123;
inline constexpr std::size_t pdu_bytes_max = 253;

/// What a client asks. `data` borrows.
struct Request {
  Function function = Function::read_holding_registers;
  std::uint16_t first = 0;  ///< Address of the first bit or register.
  std::uint16_t count = 1;  ///< How many; 1 for the single writes.
  /// Writes: bits packed lowest first, registers high byte first, as on the wire. A single coil is
  /// FF 00 or 00 00.
  ByteView data{};
};

/// A read of `count` bits or registers.
[[nodiscard]] inline Request read_request(Table table, std::uint16_t first, std::uint16_t count) {
  return {read_function_of(table), first, count, {}};
}

/// Appends the request's PDU: function code and data, 5..253 bytes.
/// Pre: count within the limits above, `data` as long as the function needs.
void append_request(Bytes& out, const Request& request);

/// Reads a request PDU. `data` borrows from `pdu`.
/// Errors: the exception a server answers with: 1 for a function not spoken here, 3 when a length,
/// count or value is outside what the standard allows, 2 when the range passes address 65535.
[[nodiscard]] tl::expected<Request, ExceptionCode> parse_request(ByteView pdu);

/// What a server answered to a request. `data` borrows from the PDU.
struct Answer {
  std::uint8_t exception = 0;  ///< 0: it did as asked; else its exception code.
  ByteView data{};             ///< Reads: packed bits or registers, exactly as many as asked.
};

/// Bytes of the PDU that answers `request` when it is not refused. Source: chapter 6.
[[nodiscard]] std::size_t answer_bytes(const Request& request);

/// Reads the answer to `asked`. Allocates nothing unless it fails.
/// Errors: `malformed` when it answers something else or is too short or long for what was asked.
[[nodiscard]] Result<Answer> parse_answer(ByteView pdu, const Request& asked);

/// Appends an exception answer to function `code`.
void append_exception(Bytes& out, std::uint8_t code, ExceptionCode exception);

/// Bit `index` of bits packed lowest first. Pre: index < 8 × size.
[[nodiscard]] inline bool bit_at(ByteView packed, std::size_t index) {
  return (std::to_integer<unsigned>(packed[index / 8]) >> (index % 8) & 1U) != 0;
}
/// Register `index` of registers sent high byte first. Pre: index < size / 2.
[[nodiscard]] inline std::uint16_t register_at(ByteView registers, std::size_t index) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(registers[2 * index]) << 8 |
                                    std::to_integer<unsigned>(registers[2 * index + 1]));
}

}  // namespace spindle::modbus
