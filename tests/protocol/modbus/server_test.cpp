#include "protocol/modbus/server.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/protocol/modbus/hex.hpp"

namespace spindle::modbus {
namespace {

MemoryBank example_bank() {
  MemoryBank bank(
      {.coils = 40, .discrete_inputs = 8, .holding_registers = 200, .input_registers = 10});
  for (std::uint16_t i = 0; i < 200; ++i)
    bank.set_word(Table::holding_registers, i, static_cast<std::uint16_t>(i * 3));
  bank.set_bit(Table::coils, 3, true);
  bank.set_bit(Table::discrete_inputs, 7, true);
  bank.set_word(Table::input_registers, 9, 0xABCD);
  return bank;
}

std::string ask(MemoryBank& bank, std::string_view request) {
  Bytes out;
  Server(bank).answer(hex(request), out);
  return to_hex(out);
}

TEST(ModbusServer, AnswersFromItsBankOrSaysWhyNot) {
  auto bank = example_bank();
  const std::pair<const char*, const char*> conversation[] = {
      {"01 0000 0009", "01020800"},
      {"02 0000 0008", "020180"},
      {"03 0001 0002", "030400030006"},
      {"04 0009 0001", "0402ABCD"},
      {"05 0009 FF00", "050009FF00"},
      {"01 0008 0002", "010102"},
      {"06 0001 1234", "0600011234"},
      {"03 0001 0001", "03021234"},
      {"0F 0000 000A 02 CD01", "0F0000000A"},
      {"01 0000 000A", "0102CD01"},
      {"10 00C6 0002 04 000A 0102", "1000C60002"},
      {"03 00C6 0002", "0304000A0102"},
      // What it must refuse, and change nothing:
      {"03 00C7 0002", "8302"},
      {"03 00C8 0001", "8302"},
      {"04 000A 0001", "8402"},
      {"01 0028 0001", "8102"},
      {"02 0000 0009", "8202"},
      {"06 00C8 0001", "8602"},
      {"05 0009 1234", "8503"},
      {"10 00C7 0002 04 FFFF FFFF", "9002"},
      {"03 00C7 0001", "03020102"},
      {"03 0000 007E", "8303"},
      {"07", "8701"},
      {"2B 0E 01 00", "AB01"},
  };
  for (const auto& [request, answer] : conversation)
    EXPECT_EQ(ask(bank, request), answer) << request;
}

TEST(ModbusServer, ALargestReadFillsOnePdu) {
  auto bank = example_bank();
  EXPECT_EQ(ask(bank, "03 0000 007D").size(), 2u * 252u);
}

TEST(ModbusServer, OverTcpEachUnitAnswersAndAMissingOneIsSilent) {
  auto bank = example_bank();
  TcpServerConnection server([&](std::uint8_t unit) { return unit == 1 ? &bank : nullptr; });
  const auto stream =
      hex("0001 0000 0006 01 03 0001 0001"
          "0002 0000 0006 02 03 0001 0001"
          "0003 0000 0006 01 04 0009 0001");
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    TcpServerConnection again = server;
    Bytes out;
    for (std::size_t at = 0; at < stream.size(); at += piece)
      ASSERT_TRUE(again.handle_bytes(
          ByteView(stream).subspan(at, std::min(piece, stream.size() - at)), out));
    EXPECT_EQ(to_hex(out), "0001000000050103020003000300000005010402ABCD");
  }
  Bytes out;
  EXPECT_FALSE(server.handle_bytes(as_bytes("GET / HTTP/1.1\r\n"), out));
}

TEST(ModbusServer, OverASerialLineABroadcastIsDoneAndNotAnswered) {
  auto bank = example_bank();
  RtuServerLine line([&](std::uint8_t unit) { return unit <= 1 ? &bank : nullptr; });
  Bytes request;
  append_rtu_frame(request, {0, hex("06 0005 0042")});
  append_rtu_frame(request, {2, hex("03 0005 0001")});
  append_rtu_frame(request, {1, hex("03 0005 0001")});
  Bytes out;
  for (const auto b : request) line.handle_bytes(ByteView(&b, 1), out);
  Bytes expected;
  append_rtu_frame(expected, {1, hex("03 02 0042")});
  EXPECT_EQ(to_hex(out), to_hex(expected));

  out.clear();
  request.clear();
  append_rtu_frame(request, {1, hex("2B 0E 01 00")});
  line.handle_bytes(request, out);
  EXPECT_TRUE(out.empty()) << "only silence ends a function not known here";
  line.handle_silence(out);
  expected.clear();
  append_rtu_frame(expected, {1, hex("AB 01")});
  EXPECT_EQ(to_hex(out), to_hex(expected));
}

RC_GTEST_PROP(ModbusServer, EveryRequestGetsOneAnswerThatItsClientUnderstands,
              (std::uint16_t first, std::uint16_t count)) {
  auto bank = example_bank();
  const auto table = static_cast<Table>(*rc::gen::inRange(0, 4));
  const auto asked = read_request(table, static_cast<std::uint16_t>(first % 256),
                                  static_cast<std::uint16_t>(count % 140 + 1));
  Bytes request;
  append_request(request, asked);
  Bytes out;
  Server(bank).answer(request, out);
  const auto answer = parse_answer(out, asked);
  RC_ASSERT(answer.has_value());
  if (answer->exception != 0) return;
  for (std::size_t i = 0; i < asked.count; ++i) {
    const auto at = static_cast<std::uint16_t>(asked.first + i);
    if (holds_bits(table))
      RC_ASSERT(bit_at(answer->data, i) == bank.bit(table, at));
    else
      RC_ASSERT(register_at(answer->data, i) == bank.word(table, at));
  }
}

}  // namespace
}  // namespace spindle::modbus
