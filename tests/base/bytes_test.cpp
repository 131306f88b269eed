#include "base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace spindle {
namespace {

RC_GTEST_PROP(Bytes, VarintsReadBackWhatWasWritten, (std::uint64_t u, std::int64_t s)) {
  Bytes out;
  ByteWriter writer(out);
  writer.varint(u);
  writer.zigzag(s);
  ByteReader reader(out);
  RC_ASSERT(reader.varint() == u);
  RC_ASSERT(reader.zigzag() == s);
  RC_ASSERT(reader.ok() && reader.at_end());
}

TEST(Bytes, ReadingPastTheEndStaysInsideAndIsNoticed) {
  const Bytes one{std::byte{0x80}};
  ByteReader reader(one);
  reader.varint();
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.bytes(5).size(), 0u);
}

// Check value of CRC-32/ISO-HDLC.
TEST(Bytes, CrcHasTheStandardCheckValue) { EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926u); }

}  // namespace
}  // namespace spindle
