#include "protocol/modbus/rtu.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/protocol/modbus/hex.hpp"

namespace spindle::modbus {
namespace {

Bytes with_crc(std::string_view text) {
  auto bytes = hex(text);
  const auto crc = crc16(bytes);
  bytes.push_back(static_cast<std::byte>(crc));
  bytes.push_back(static_cast<std::byte>(crc >> 8));
  return bytes;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Check value of CRC-16/MODBUS, and the worked example of Serial Line V1.02, 6.2.2.
TEST(ModbusRtu, CrcHasTheStandardCheckValues) {
  EXPECT_EQ(crc16(as_bytes("123456789")), 0x4B37);
  EXPECT_EQ(crc16(hex("02 07")), 0x1241);
}

TEST(ModbusRtu, SilenceIsThreeAndAHalfCharacters) {
  using std::chrono::microseconds;
  EXPECT_EQ(frame_silence(9600), microseconds{4011});
  EXPECT_EQ(frame_silence(1200), microseconds{32084});
  EXPECT_EQ(frame_silence(115200), microseconds{1750});
  EXPECT_EQ(frame_silence(0), microseconds{1750});
}

const auto asked = read_request(Table::holding_registers, 0x006B, 3);
const auto answer = with_crc("11 03 06 022B 0000 0064");

std::string read_answer(ByteView stream, std::size_t piece) {
  RtuAnswerReader reader;
  reader.expect(0x11, asked);
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
    if (const auto frame = reader.next()) return to_hex(frame->pdu);
  }
  return {};
}

TEST(ModbusRtu, TheAnswerIsFoundWhateverComesBeforeIt) {
  const std::pair<const char*, Bytes> streams[] = {
      {"nothing", answer},
      {"noise", hex("00 FF 11 11 03") + answer},
      {"the echo of a two-wire line", with_crc("11 03 006B 0003") + answer},
      {"a late answer of another unit", with_crc("12 03 06 0001 0002 0003") + answer},
      {"a late answer of another length", with_crc("11 03 02 0001") + answer},
      {"an answer with a wrong CRC", hex("11 03 06 022B 0000 0064 0000") + answer},
      {"half an answer", hex("11 03 06 02") + answer},
      {"much noise", Bytes(1000, std::byte{0x11}) + answer},
  };
  for (const auto& [what, stream] : streams)
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, stream.size()})
      EXPECT_EQ(read_answer(stream, piece), "0306022B00000064") << what << ", pieces of " << piece;
}

TEST(ModbusRtu, WhatIsNoAnswerIsNeverTakenForOne) {
  for (const auto& stream : {
           hex("11 03 06 022B 0000 0064"),       // the CRC is missing
           hex("11 03 06 022B 0000 0064 0000"),  // wrong
           with_crc("12 03 06 022B 0000 0064"),  // another unit
           with_crc("11 04 06 022B 0000 0064"),  // another function
           with_crc("11 03 04 022B 0000"),       // fewer registers
           with_crc("11 84 02"),                 // another function's exception
           with_crc("11 03 006B 0003"),          // only the echo
       }) {
    EXPECT_EQ(read_answer(stream, 1), "") << to_hex(stream);
    EXPECT_EQ(read_answer(stream, stream.size()), "") << to_hex(stream);
  }
}

TEST(ModbusRtu, AnExceptionEndsTheWait) { EXPECT_EQ(read_answer(with_crc("11 83 02"), 1), "8302"); }

TEST(ModbusRtu, NoiseIsCountedAndBounded) {
  RtuAnswerReader reader;
  reader.expect(1, asked);
  for (int i = 0; i < 1000; ++i) {
    reader.feed(Bytes(1000, std::byte{0x55}));
    EXPECT_FALSE(reader.next());
  }
  EXPECT_EQ(reader.noise(), 1'000'000u);
}

TEST(ModbusRtu, AWriteIsConfirmedByItsEcho) {
  const auto data = hex("0003");
  RtuAnswerReader reader;
  reader.expect(0x11, {Function::write_single_register, 1, 1, data});
  reader.feed(with_crc("11 06 0001 0003"));
  const auto frame = reader.next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(to_hex(frame->pdu), "0600010003");
}

std::vector<std::string> requests_of(ByteView stream, std::size_t piece) {
  RtuRequestReader reader;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
    while (const auto frame = reader.next()) out.push_back(to_hex(frame->pdu));
  }
  while (const auto frame = reader.handle_silence()) out.push_back(to_hex(frame->pdu));
  return out;
}

TEST(ModbusRtu, AServerCutsRequestsByTheirFunction) {
  const auto stream = with_crc("11 03 006B 0003") + with_crc("11 10 0001 0002 04 000A 0102") +
                      with_crc("11 0F 0013 000A 02 CD01") + with_crc("11 06 0001 0003");
  const std::vector<std::string> expected = {"03006B0003", "100001000204000A0102",
                                             "0F0013000A02CD01", "0600010003"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece)
    EXPECT_EQ(requests_of(stream, piece), expected) << piece;
}

TEST(ModbusRtu, AServerHearsItsRequestBetweenOthersAnswersAndNoise) {
  const auto stream = with_crc("12 03 0000 0003") + with_crc("12 03 06 0001 0002 0003") +
                      hex("00 FF 10 00") + with_crc("11 03 006B 0003");
  const auto heard = requests_of(stream, 1);
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard.back(), "03006B0003");
}

TEST(ModbusRtu, AFunctionNotKnownHereEndsAtTheSilence) {
  EXPECT_EQ(requests_of(with_crc("11 2B 0E 01 00"), 1), std::vector<std::string>{"2B0E0100"});
  EXPECT_TRUE(requests_of(hex("11 2B 0E 01 00 00 00"), 1).empty()) << "wrong CRC";
  EXPECT_TRUE(requests_of(hex("11"), 1).empty());
}

TEST(ModbusRtu, AfterASilenceHalfAFrameIsForgotten) {
  RtuRequestReader reader;
  reader.feed(hex("11 03 00"));
  EXPECT_FALSE(reader.handle_silence());
  reader.feed(with_crc("11 03 006B 0003"));
  EXPECT_TRUE(reader.next());
}

RC_GTEST_PROP(ModbusRtu, OneFlippedBitIsAlwaysNoticed, ()) {
  auto stream = answer;
  const auto bit = *rc::gen::inRange<std::size_t>(0, stream.size() * 8);
  stream[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
  RC_ASSERT(read_answer(stream, stream.size()).empty());
}

}  // namespace
}  // namespace spindle::modbus
