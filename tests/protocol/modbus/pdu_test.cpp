#include "protocol/modbus/pdu.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/protocol/modbus/hex.hpp"

namespace spindle::modbus {
namespace {

const auto two_words = hex("000A 0102");
const auto ten_bits = hex("CD01");
const auto one_word = hex("0003");
const auto coil_on = hex("FF00");

// The examples of MODBUS Application Protocol V1.1b3, chapter 6.
struct Example {
  Request request;
  const char* request_pdu;
  const char* answer_pdu;
  const char* data;  // what the answer carries
};
const Example examples[] = {
    {{Function::read_coils, 0x0013, 0x13, {}}, "01 0013 0013", "01 03 CD6B05", "CD6B05"},
    {{Function::read_discrete_inputs, 0x00C4, 0x16, {}}, "02 00C4 0016", "02 03 ACDB35", "ACDB35"},
    {{Function::read_holding_registers, 0x006B, 3, {}},
     "03 006B 0003",
     "03 06 022B 0000 0064",
     "022B00000064"},
    {{Function::read_input_registers, 8, 1, {}}, "04 0008 0001", "04 02 000A", "000A"},
    {{Function::write_single_coil, 0x00AC, 1, coil_on}, "05 00AC FF00", "05 00AC FF00", "FF00"},
    {{Function::write_single_register, 1, 1, one_word}, "06 0001 0003", "06 0001 0003", "0003"},
    {{Function::write_multiple_coils, 0x0013, 10, ten_bits},
     "0F 0013 000A 02 CD01",
     "0F 0013 000A",
     "000A"},
    {{Function::write_multiple_registers, 1, 2, two_words},
     "10 0001 0002 04 000A 0102",
     "10 0001 0002",
     "0002"},
};

TEST(ModbusPdu, TheStandardsExamplesAreWrittenReadAndAnswered) {
  for (const auto& e : examples) {
    Bytes pdu;
    append_request(pdu, e.request);
    EXPECT_EQ(to_hex(pdu), to_hex(hex(e.request_pdu)));

    const auto back = parse_request(pdu);
    ASSERT_TRUE(back) << e.request_pdu;
    EXPECT_EQ(back->function, e.request.function);
    EXPECT_EQ(back->first, e.request.first);
    EXPECT_EQ(back->count, e.request.count);
    EXPECT_EQ(to_hex(back->data), to_hex(e.request.data));

    const auto answer_pdu = hex(e.answer_pdu);
    EXPECT_EQ(answer_pdu.size(), answer_bytes(e.request));
    const auto answer = parse_answer(answer_pdu, e.request);
    ASSERT_TRUE(answer) << e.answer_pdu;
    EXPECT_EQ(answer->exception, 0);
    EXPECT_EQ(to_hex(answer->data), e.data);
  }
}

TEST(ModbusPdu, BitsComeLowestFirst) {
  const auto packed = hex("CD6B05");
  const std::string expected = "1011001111010110101";  // coils 20 to 38 of the example in 6.1
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(bit_at(packed, i), expected[i] == '1') << i;
}

TEST(ModbusPdu, AnExceptionIsAnAnswerWithItsWords) {
  const auto asked = read_request(Table::holding_registers, 0, 1);
  const auto pdu = hex("83 02");
  const auto answer = parse_answer(pdu, asked);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->exception, 2);
  EXPECT_EQ(describe_exception(2), "illegal data address (exception 2)");
  EXPECT_EQ(describe_exception(99), "unknown refusal (exception 99)");
}

TEST(ModbusPdu, AnAnswerThatDoesNotFitItsRequestIsMalformed) {
  const auto asked = read_request(Table::holding_registers, 0x006B, 2);
  for (const auto* text : {"",                    // nothing
                           "03",                  // no data
                           "03 04",               // byte count without bytes
                           "03 04 0001",          // fewer than asked
                           "03 04 0001 0002 03",  // more than asked
                           "03 05 0001 0002",     // byte count is wrong
                           "03 02 0001",  // right in itself, but one register where two were asked
                           "04 04 0001 0002",  // another function
                           "84 02",            // another function's exception
                           "83",               // exception without code
                           "83 00",            // there is no exception 0
                           "83 02 00"})        // exception with a tail
    EXPECT_FALSE(parse_answer(hex(text), asked)) << text;

  const Request write{Function::write_single_register, 7, 1, one_word};
  EXPECT_TRUE(parse_answer(hex("06 0007 0003"), write));
  EXPECT_FALSE(parse_answer(hex("06 0008 0003"), write)) << "another address";
}

TEST(ModbusPdu, ARequestTheStandardForbidsGetsItsException) {
  struct Case {
    const char* pdu;
    ExceptionCode expected;
  };
  using enum ExceptionCode;
  const std::string too_many_coils = "0F 0000 07B1 F7" + std::string(2 * 247, '0');
  const std::string too_many_registers = "10 0000 007C F8" + std::string(2 * 248, '0');
  const Case cases[] = {
      {"", illegal_function},
      {"00", illegal_function},
      {"07", illegal_function},
      {"2B 0E 01 00", illegal_function},
      {"83 0000 0001", illegal_function},
      {"01 0000 0000", illegal_data_value},
      {"01 0000 07D1", illegal_data_value},        // 2001 bits
      {"02 0000 07D1", illegal_data_value},        //
      {"03 0000 0000", illegal_data_value},        //
      {"03 0000 007E", illegal_data_value},        // 126 registers
      {"04 0000 007E", illegal_data_value},        //
      {"03 0000", illegal_data_value},             // cut short
      {"03 0000 0001 00", illegal_data_value},     // a tail
      {"03 FFFF 0002", illegal_data_address},      // passes 65535
      {"05 0000 FF01", illegal_data_value},        // neither on nor off
      {"05 0000 0001", illegal_data_value},        //
      {"06 0000", illegal_data_value},             //
      {"0F 0000 0000 00", illegal_data_value},     //
      {"0F 0000 0009 01 FF", illegal_data_value},  // 9 bits need 2 bytes
      {"0F 0000 0008 01", illegal_data_value},     // the byte is missing
      {"10 0000 0001 02 00", illegal_data_value},  //
      {"10 0000 0001 04 0001 0002", illegal_data_value},
      {"10 FFFF 0002 04 0001 0002", illegal_data_address},
      {too_many_coils.c_str(), illegal_data_value},
      {too_many_registers.c_str(), illegal_data_value},
  };
  for (const auto& c : cases) {
    const auto request = parse_request(hex(c.pdu));
    ASSERT_FALSE(request) << c.pdu;
    EXPECT_EQ(request.error(), c.expected) << c.pdu;
  }
}

TEST(ModbusPdu, TheLargestRequestsAreTaken) {
  EXPECT_TRUE(parse_request(hex("01 0000 07D0")));
  EXPECT_TRUE(parse_request(hex("03 0000 007D")));
  EXPECT_TRUE(parse_request(hex("03 FFFF 0001")));
  const Bytes coils(246, std::byte{1});
  const Bytes registers(246, std::byte{1});
  for (const Request& request : {Request{Function::write_multiple_coils, 0, 1968, coils},
                                 Request{Function::write_multiple_registers, 0, 123, registers}}) {
    Bytes pdu;
    append_request(pdu, request);
    EXPECT_LE(pdu.size(), pdu_bytes_max);
    EXPECT_TRUE(parse_request(pdu));
  }
}

RC_GTEST_PROP(ModbusPdu, NoBytesCrashAParser, (std::vector<std::uint8_t> noise)) {
  const auto pdu = std::as_bytes(std::span(noise));
  if (const auto request = parse_request(pdu)) {
    Bytes again;
    append_request(again, *request);
    RC_ASSERT(to_hex(again) == to_hex(pdu));
  }
  for (const auto& e : examples) (void)parse_answer(pdu, e.request);
}

}  // namespace
}  // namespace spindle::modbus
