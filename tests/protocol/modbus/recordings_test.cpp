// Recorded conversations of real devices: every Modbus payload in them is decoded, and the function
// codes are counted as expected.json says they are.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "protocol/modbus/frame.hpp"
#include "protocol/modbus/pdu.hpp"

namespace spindle::modbus {
namespace {

const std::filesystem::path recordings = SPINDLE_SOURCE_DIR "/../shared/data/pcap";

Bytes contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

struct Segment {
  bool to_server;
  ByteView payload;
};

/// The payloads from and to TCP port 502 of a classic little-endian pcap of Ethernet frames.
std::vector<Segment> segments_of(ByteView file) {
  std::vector<Segment> out;
  ByteReader reader(file);
  if (reader.u32_le() != 0xA1B2C3D4) return out;
  reader.bytes(20);
  while (reader.ok() && reader.remaining() >= 16) {
    reader.bytes(8);
    const auto captured = reader.u32_le();
    reader.u32_le();
    ByteReader packet(reader.bytes(captured));
    packet.bytes(12);
    if (packet.u16_be() != 0x0800) continue;
    const auto start = packet.position();
    const auto first = packet.u8();
    const std::size_t header = (first & 15U) * 4U;
    packet.u8();
    const std::size_t total = packet.u16_be();
    packet.bytes(5);
    if (first >> 4 != 4 || packet.u8() != 6 || header < 20) continue;
    packet.bytes(start + header - packet.position());
    const auto from = packet.u16_be();
    const auto to = packet.u16_be();
    packet.bytes(8);
    const std::size_t tcp_header = (packet.u8() >> 4U) * 4U;
    packet.bytes(tcp_header - 13);
    if (!packet.ok() || total < header + tcp_header || (from != 502 && to != 502)) continue;
    const auto size = std::min(total - header - tcp_header, packet.remaining());
    if (size > 0) out.push_back({to == 502, packet.bytes(size)});
  }
  return out;
}

class ModbusRecording : public testing::TestWithParam<const char*> {};

TEST_P(ModbusRecording, DecodesToTheFunctionsThatWereCounted) {
  const auto path = recordings / GetParam();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  std::ifstream listed(recordings / "expected.json");
  const auto expected = nlohmann::json::parse(listed).at(GetParam());

  const auto file = contents(path);
  std::map<std::string, int> requests;
  std::map<std::string, int> responses;
  int exceptions = 0;
  int answers_understood = 0;
  std::map<std::uint16_t, Bytes> asked;
  for (const auto& segment : segments_of(file)) {
    FrameReader reader;
    reader.feed(segment.payload);
    while (true) {
      const auto frame = reader.next();
      if (!frame || !*frame) break;
      const auto pdu = (*frame)->pdu;
      const auto code = std::to_integer<unsigned>(pdu[0]);
      ++(segment.to_server ? requests : responses)[std::to_string(code)];
      if (segment.to_server) {
        if (const auto request = parse_request(pdu)) {
          Bytes again;
          append_request(again, *request);
          EXPECT_TRUE(std::equal(again.begin(), again.end(), pdu.begin(), pdu.end()));
        }
        asked[(*frame)->transaction].assign(pdu.begin(), pdu.end());
        continue;
      }
      exceptions += code >= 0x80 ? 1 : 0;
      const auto question = asked.find((*frame)->transaction);
      if (question == asked.end()) continue;
      const auto request = parse_request(question->second);
      if (request && parse_answer(pdu, *request)) ++answers_understood;
    }
  }
  EXPECT_EQ(nlohmann::json(requests), expected.at("modbus_requests"));
  EXPECT_EQ(nlohmann::json(responses), expected.at("modbus_responses"));
  EXPECT_EQ(exceptions, expected.at("modbus_exceptions"));
  EXPECT_GT(answers_understood, 0);
  RecordProperty("answers_understood", answers_understood);
}

INSTANTIATE_TEST_SUITE_P(Shared, ModbusRecording,
                         testing::Values("icsnpp_modbus_example.pcap", "modbus_test.pcap",
                                         "modbus_test_data_part1.pcap"),
                         [](const auto& info) {
                           std::string name = info.param;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace spindle::modbus
