#include "protocol/modbus/server.hpp"

#include <utility>

namespace spindle::modbus {
namespace {

void append_bits(const RegisterBank& bank, const Request& request, Bytes& out) {
  const auto table = table_of(request.function);
  out.push_back(static_cast<std::byte>((request.count + 7U) / 8U));
  unsigned packed = 0;
  for (unsigned i = 0; i < request.count; ++i) {
    if (bank.bit(table, static_cast<std::uint16_t>(request.first + i))) packed |= 1U << (i % 8);
    if (i % 8 == 7 || i + 1U == request.count) {
      out.push_back(static_cast<std::byte>(packed));
      packed = 0;
    }
  }
}

void append_words(const RegisterBank& bank, const Request& request, Bytes& out) {
  const auto table = table_of(request.function);
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(2 * request.count));
  for (unsigned i = 0; i < request.count; ++i)
    writer.u16_be(bank.word(table, static_cast<std::uint16_t>(request.first + i)));
}

}  // namespace

MemoryBank::MemoryBank(Sizes sizes)
    : coils_(sizes.coils),
      discrete_inputs_(sizes.discrete_inputs),
      holding_registers_(sizes.holding_registers),
      input_registers_(sizes.input_registers) {}

std::optional<ExceptionCode> MemoryBank::refusal(const Request& request) const {
  std::size_t size = 0;
  switch (table_of(request.function)) {
    case Table::coils:
      size = coils_.size();
      break;
    case Table::discrete_inputs:
      size = discrete_inputs_.size();
      break;
    case Table::holding_registers:
      size = holding_registers_.size();
      break;
    case Table::input_registers:
      size = input_registers_.size();
      break;
  }
  if (std::size_t{request.first} + request.count > size) return ExceptionCode::illegal_data_address;
  return std::nullopt;
}

bool MemoryBank::bit(Table table, std::uint16_t address) const {
  return table == Table::coils ? coils_[address] : discrete_inputs_[address];
}
std::uint16_t MemoryBank::word(Table table, std::uint16_t address) const {
  return table == Table::holding_registers ? holding_registers_[address]
                                           : input_registers_[address];
}
void MemoryBank::write_bit(std::uint16_t address, bool value) { coils_[address] = value; }
void MemoryBank::write_word(std::uint16_t address, std::uint16_t value) {
  holding_registers_[address] = value;
}
void MemoryBank::set_bit(Table table, std::uint16_t address, bool value) {
  (table == Table::coils ? coils_ : discrete_inputs_)[address] = value;
}
void MemoryBank::set_word(Table table, std::uint16_t address, std::uint16_t value) {
  (table == Table::holding_registers ? holding_registers_ : input_registers_)[address] = value;
}

void Server::answer(ByteView request_pdu, Bytes& out) {
  const auto code =
      request_pdu.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(request_pdu[0]);
  const auto request = parse_request(request_pdu);
  if (!request) return append_exception(out, code, request.error());
  if (const auto refused = bank_.refusal(*request)) return append_exception(out, code, *refused);

  out.push_back(static_cast<std::byte>(code));
  const auto address = [&](unsigned i) { return static_cast<std::uint16_t>(request->first + i); };
  switch (request->function) {
    case Function::read_coils:
    case Function::read_discrete_inputs:
      return append_bits(bank_, *request, out);
    case Function::read_holding_registers:
    case Function::read_input_registers:
      return append_words(bank_, *request, out);
    case Function::write_single_coil:
      bank_.write_bit(request->first, register_at(request->data, 0) == 0xFF00);
      break;
    case Function::write_single_register:
      bank_.write_word(request->first, register_at(request->data, 0));
      break;
    case Function::write_multiple_coils:
      for (unsigned i = 0; i < request->count; ++i)
        bank_.write_bit(address(i), bit_at(request->data, i));
      break;
    case Function::write_multiple_registers:
      for (unsigned i = 0; i < request->count; ++i)
        bank_.write_word(address(i), register_at(request->data, i));
      break;
  }
  // A write is confirmed with its first four bytes: address, then the value or the count.
  const auto echo = request_pdu.subspan(1, 4);
  out.insert(out.end(), echo.begin(), echo.end());
}

Result<void> TcpServerConnection::handle_bytes(ByteView bytes, Bytes& out) {
  reader_.feed(bytes);
  while (true) {
    const auto frame = reader_.next();
    if (!frame) return fail(frame.error());
    if (!*frame) return {};
    auto* bank = banks_((*frame)->unit);
    if (bank == nullptr) continue;
    const auto start = begin_frame(out, (*frame)->transaction, (*frame)->unit);
    Server(*bank).answer((*frame)->pdu, out);
    finish_frame(out, start);
  }
}

void RtuServerLine::handle_bytes(ByteView bytes, Bytes& out) {
  reader_.feed(bytes);
  while (const auto frame = reader_.next()) answer(*frame, out);
}

void RtuServerLine::handle_silence(Bytes& out) {
  while (const auto frame = reader_.handle_silence()) answer(*frame, out);
}

void RtuServerLine::answer(const RtuFrame& frame, Bytes& out) {
  auto* bank = banks_(frame.unit);
  if (bank == nullptr) return;
  pdu_.clear();
  Server(*bank).answer(frame.pdu, pdu_);
  if (frame.unit != 0) append_rtu_frame(out, {frame.unit, pdu_});
}

}  // namespace spindle::modbus
