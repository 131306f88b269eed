#include "protocol/modbus/frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/protocol/modbus/hex.hpp"

namespace spindle::modbus {
namespace {

std::vector<std::string> frames_of(ByteView stream, std::size_t piece) {
  FrameReader reader;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
    while (true) {
      const auto frame = reader.next();
      if (!frame) {
        out.push_back("error");
        return out;
      }
      if (!*frame) break;
      out.push_back(to_hex((*frame)->pdu));
    }
  }
  return out;
}

// Read three holding registers of unit 17, then an answer that carries one
// (MODBUS Application Protocol V1.1b3, 6.3).
const auto two_frames =
    hex("0001 0000 0006 11 03 006B 0003"
        "0002 0000 0005 11 03 02 022B");

TEST(ModbusTcpFrame, SameFramesHoweverTheBytesArrive) {
  const std::vector<std::string> expected = {"03006B0003", "0302022B"};
  for (std::size_t piece = 1; piece <= two_frames.size(); ++piece)
    EXPECT_EQ(frames_of(two_frames, piece), expected) << "in pieces of " << piece;
}

TEST(ModbusTcpFrame, CarriesTransactionAndUnit) {
  FrameReader reader;
  reader.feed(hex("BEEF 0000 0002 F7 07"));
  const auto frame = reader.next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->transaction, 0xBEEF);
  EXPECT_EQ((*frame)->unit, 0xF7);
}

TEST(ModbusTcpFrame, HalfAFrameIsNoErrorAndNoFrame) {
  const auto whole = hex("0001 0000 0006 11 03 006B 0003");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    FrameReader reader;
    reader.feed(ByteView(whole).first(size));
    const auto frame = reader.next();
    ASSERT_TRUE(frame) << size;
    EXPECT_FALSE(*frame) << size;
  }
}

TEST(ModbusTcpFrame, RefusesWhatIsNoModbusAsSoonAsItShows) {
  for (const auto* text : {"0001 0001",             // protocol id 1
                           "0001 8000 0006",        // protocol id 0x8000
                           "0001 0000 0000",        // nothing follows, not even a unit
                           "0001 0000 0001",        // a unit without a function
                           "0001 0000 00FF",        // longer than a PDU may be
                           "0001 0000 FFFF",        // absurd
                           "4854 5450 2F31 2E31"})  // another protocol: "HTTP/1.1"
  {
    FrameReader reader;
    reader.feed(hex(text));
    const auto frame = reader.next();
    ASSERT_FALSE(frame) << text;
    EXPECT_EQ(frame.error().code, Errc::malformed);
    EXPECT_FALSE(reader.next()) << "the error stays: " << text;
  }
}

TEST(ModbusTcpFrame, ALongestFrameIsTaken) {
  Bytes stream;
  const Bytes pdu(253, std::byte{3});
  append_frame(stream, {7, 1, pdu});
  EXPECT_EQ(frames_of(stream, 1), std::vector<std::string>{to_hex(pdu)});
}

TEST(ModbusTcpFrame, AfterAResetANewStreamIsRead) {
  FrameReader reader;
  reader.feed(hex("FFFF FFFF FFFF"));
  ASSERT_FALSE(reader.next());
  reader.reset();
  reader.feed(two_frames);
  const auto frame = reader.next();
  EXPECT_TRUE(frame && *frame);
}

RC_GTEST_PROP(ModbusTcpFrame, WhatIsWrittenIsReadBackInAnyPieces,
              (std::uint16_t transaction, std::uint8_t unit)) {
  const auto size = *rc::gen::inRange<std::size_t>(1, 254);
  const auto values =
      *rc::gen::container<std::vector<std::uint8_t>>(size, rc::gen::arbitrary<std::uint8_t>());
  const auto pdu = std::as_bytes(std::span(values));
  Bytes stream;
  append_frame(stream, {transaction, unit, pdu});
  append_frame(stream, {transaction, unit, pdu});
  const auto piece = *rc::gen::inRange<std::size_t>(1, stream.size() + 1);
  RC_ASSERT(frames_of(stream, piece) == (std::vector<std::string>(2, to_hex(pdu))));
}

}  // namespace
}  // namespace spindle::modbus
