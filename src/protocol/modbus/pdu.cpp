#include "protocol/modbus/pdu.hpp"

#include <fmt/format.h>

namespace spindle::modbus {
namespace {

constexpr std::size_t packed_bytes(std::size_t bits) { return (bits + 7) / 8; }

std::string_view exception_words(std::uint8_t code) {
  switch (code) {
    case 1:
      return "illegal function";
    case 2:
      return "illegal data address";
    case 3:
      return "illegal data value";
    case 4:
      return "server device failure";
    case 5:
      return "acknowledge, still working";
    case 6:
      return "server device busy";
    case 8:
      return "memory parity error";
    case 10:
      return "gateway path unavailable";
    case 11:
      return "gateway target device failed to respond";
    default:
      return "unknown refusal";
  }
}

/// Bytes of data a read answers or a multiple write carries.
std::size_t data_bytes(Function function, std::size_t count) {
  return holds_bits(table_of(function)) ? packed_bytes(count) : 2 * count;
}

std::uint16_t count_max(Function function) {
  switch (function) {
    case Function::read_coils:
    case Function::read_discrete_inputs:
      return read_bits_max;
    case Function::read_holding_registers:
    case Function::read_input_registers:
      return read_registers_max;
    case Function::write_multiple_coils:
      return write_bits_max;
    case Function::write_multiple_registers:
      return write_registers_max;
    case Function::write_single_coil:
    case Function::write_single_register:
      return 1;
  }
  return 0;
}

enum class Shape : std::uint8_t { read, write_single, write_multiple };

Shape shape_of(Function function) {
  switch (function) {
    case Function::read_coils:
    case Function::read_discrete_inputs:
    case Function::read_holding_registers:
    case Function::read_input_registers:
      return Shape::read;
    case Function::write_single_coil:
    case Function::write_single_register:
      return Shape::write_single;
    case Function::write_multiple_coils:
    case Function::write_multiple_registers:
      return Shape::write_multiple;
  }
  return Shape::read;
}

}  // namespace

std::optional<Function> function_from(std::uint8_t code) {
  if ((code >= 1 && code <= 6) || code == 15 || code == 16) return static_cast<Function>(code);
  return std::nullopt;
}

Function read_function_of(Table table) {
  switch (table) {
    case Table::coils:
      return Function::read_coils;
    case Table::discrete_inputs:
      return Function::read_discrete_inputs;
    case Table::holding_registers:
      return Function::read_holding_registers;
    case Table::input_registers:
      return Function::read_input_registers;
  }
  return Function::read_holding_registers;
}

Table table_of(Function function) {
  switch (function) {
    case Function::read_coils:
    case Function::write_single_coil:
    case Function::write_multiple_coils:
      return Table::coils;
    case Function::read_discrete_inputs:
      return Table::discrete_inputs;
    case Function::read_input_registers:
      return Table::input_registers;
    case Function::read_holding_registers:
    case Function::write_single_register:
    case Function::write_multiple_registers:
      return Table::holding_registers;
  }
  return Table::holding_registers;
}

std::string describe_exception(std::uint8_t code) {
  return fmt::format("{} (exception {})", exception_words(code), code);
}

void append_request(Bytes& out, const Request& request) {
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(request.function));
  writer.u16_be(request.first);
  switch (shape_of(request.function)) {
    case Shape::read:
      writer.u16_be(request.count);
      break;
    case Shape::write_single:
      writer.bytes(request.data.first(2));
      break;
    case Shape::write_multiple: {
      const auto bytes = data_bytes(request.function, request.count);
      writer.u16_be(request.count);
      writer.u8(static_cast<std::uint8_t>(bytes));
      writer.bytes(request.data.first(bytes));
      break;
    }
  }
}

tl::expected<Request, ExceptionCode> parse_request(ByteView pdu) {
  const auto refuse = [](ExceptionCode code) { return tl::unexpected<ExceptionCode>(code); };
  ByteReader reader(pdu);
  const auto function = function_from(reader.u8());
  if (!function) return refuse(ExceptionCode::illegal_function);

  Request request{*function, reader.u16_be(), 1, {}};
  switch (shape_of(*function)) {
    case Shape::read:
      request.count = reader.u16_be();
      break;
    case Shape::write_single:
      request.data = reader.bytes(2);
      if (reader.ok() && *function == Function::write_single_coil) {
        const auto value = register_at(request.data, 0);
        if (value != 0xFF00 && value != 0) return refuse(ExceptionCode::illegal_data_value);
      }
      break;
    case Shape::write_multiple: {
      request.count = reader.u16_be();
      const std::size_t bytes = reader.u8();
      if (bytes != data_bytes(*function, request.count))
        return refuse(ExceptionCode::illegal_data_value);
      request.data = reader.bytes(bytes);
      break;
    }
  }
  if (!reader.ok() || !reader.at_end() || request.count == 0 ||
      request.count > count_max(*function))
    return refuse(ExceptionCode::illegal_data_value);
  if (std::size_t{request.first} + request.count > 0x10000)
    return refuse(ExceptionCode::illegal_data_address);
  return request;
}

std::size_t answer_bytes(const Request& request) {
  return shape_of(request.function) == Shape::read ? 2 + data_bytes(request.function, request.count)
                                                   : 5;
}

Result<Answer> parse_answer(ByteView pdu, const Request& asked) {
  const auto function = static_cast<std::uint8_t>(asked.function);
  if (pdu.empty()) return fail(Errc::malformed, "empty answer");
  const auto code = std::to_integer<std::uint8_t>(pdu[0]);
  if (code == (function | 0x80)) {
    if (pdu.size() != 2 || pdu[1] == std::byte{0})
      return fail(Errc::malformed, fmt::format("exception answer of {} bytes", pdu.size()));
    return Answer{std::to_integer<std::uint8_t>(pdu[1]), {}};
  }
  if (code != function)
    return fail(Errc::malformed, fmt::format("function {} answered with {}", function, code));
  if (pdu.size() != answer_bytes(asked))
    return fail(Errc::malformed, fmt::format("answer to function {} is {} bytes, {} were asked for",
                                             function, pdu.size(), answer_bytes(asked)));
  if (shape_of(asked.function) == Shape::read) {
    if (std::to_integer<std::size_t>(pdu[1]) != pdu.size() - 2)
      return fail(Errc::malformed, fmt::format("byte count {} over {} bytes of data",
                                               std::to_integer<unsigned>(pdu[1]), pdu.size() - 2));
    return Answer{0, pdu.subspan(2)};
  }
  // A write is echoed: address, then the value or the count.
  if (register_at(pdu.subspan(1), 0) != asked.first)
    return fail(Errc::malformed, "answer to a write names another address");
  return Answer{0, pdu.subspan(3)};
}

void append_exception(Bytes& out, std::uint8_t code, ExceptionCode exception) {
  out.push_back(static_cast<std::byte>(code | 0x80));
  out.push_back(static_cast<std::byte>(exception));
}

}  // namespace spindle::modbus
