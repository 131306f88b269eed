// Modbus: each input goes to one part of the codec, chosen by its first byte, and is read a second,
// duller way; both must agree.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connect/modbus/modbus_driver.hpp"
#include "protocol/modbus/address.hpp"
#include "protocol/modbus/frame.hpp"
#include "protocol/modbus/pdu.hpp"
#include "protocol/modbus/rtu.hpp"
#include "protocol/modbus/server.hpp"
#include "protocol/modbus/value.hpp"

namespace spindle {
namespace {

using namespace modbus;

void require(bool fact) {
  if (!fact) std::abort();
}

bool same(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// All frames written one after the other, and whether the stream ended in an error.
std::pair<Bytes, bool> frames_of(ByteView stream, std::size_t piece) {
  FrameReader reader;
  Bytes out;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
    while (true) {
      const auto frame = reader.next();
      if (!frame) return {out, true};
      if (!*frame) break;
      append_frame(out, **frame);
    }
  }
  return {out, false};
}

void tcp_frames(ByteView stream) {
  const auto whole = frames_of(stream, stream.size() + 1);
  require(whole == frames_of(stream, 1));
  require(whole == frames_of(stream, 7));
  require(same(whole.first, stream.first(whole.first.size())));
}

/// The dull way to find an answer: look at every piece of the stream.
bool holds_answer(ByteView stream, std::uint8_t unit, const Request& asked) {
  for (std::size_t at = 0; at < stream.size(); ++at)
    for (const auto size : {std::size_t{5}, answer_bytes(asked) + 3}) {
      if (at + size > stream.size()) continue;
      const auto frame = stream.subspan(at, size);
      if (crc16(frame) != 0 || std::to_integer<unsigned>(frame[0]) != unit) continue;
      const auto answer = parse_answer(frame.subspan(1, size - 3), asked);
      if (answer) return true;
      // An exception code of 0 is no exception, but ends the wait all the same.
      if (size == 5 &&
          std::to_integer<unsigned>(frame[1]) == (static_cast<unsigned>(asked.function) | 0x80U))
        return true;
    }
  return false;
}

void rtu_answer(ByteView input) {
  if (input.size() < 3) return;
  const auto unit = std::to_integer<std::uint8_t>(input[0]);
  const auto table = static_cast<Table>(std::to_integer<unsigned>(input[1]) % 4);
  const auto asked = read_request(
      table, 0, static_cast<std::uint16_t>(std::to_integer<unsigned>(input[2]) % 125 + 1));
  const auto stream = input.subspan(3).first(std::min<std::size_t>(input.size() - 3, 512));
  const bool expected = holds_answer(stream, unit, asked);
  RtuAnswerReader reader;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{512}}) {
    reader.expect(unit, asked);
    bool found = false;
    for (std::size_t at = 0; at < stream.size() && !found; at += piece) {
      reader.feed(stream.subspan(at, std::min(piece, stream.size() - at)));
      found = reader.next().has_value();
    }
    require(found == expected);
  }
}

void rtu_requests(ByteView stream) {
  RtuRequestReader reader;
  const auto check = [](const RtuFrame& frame) {
    Bytes again;
    append_rtu_frame(again, frame);
    require(crc16(again) == 0 && frame.pdu.size() <= 264);
  };
  for (const auto& b : stream) {
    reader.feed(ByteView(&b, 1));
    while (const auto frame = reader.next()) check(*frame);
  }
  while (const auto frame = reader.handle_silence()) check(*frame);
}

void pdus(ByteView pdu) {
  const auto request = parse_request(pdu);
  if (request) {
    Bytes again;
    append_request(again, *request);
    require(same(again, pdu));
  }
  MemoryBank bank(
      {.coils = 300, .discrete_inputs = 300, .holding_registers = 300, .input_registers = 300});
  Bytes out;
  Server(bank).answer(pdu, out);
  require(out.size() >= 2 && out.size() <= pdu_bytes_max);
  if (!request) {
    require((std::to_integer<unsigned>(out[0]) & 0x80U) != 0 && out.size() == 2);
    return;
  }
  const auto answer = parse_answer(out, *request);
  require(answer.has_value());
  // The input as an answer to itself: whatever it is, it is judged without reading past it.
  const auto judged = parse_answer(pdu, *request);
  if (judged && judged->exception == 0) require(pdu.size() == answer_bytes(*request));
}

void values(ByteView input) {
  if (input.size() < 10) return;
  const auto type = static_cast<NumberType>(std::to_integer<unsigned>(input[0]) % 11);
  const auto order = static_cast<modbus::WordOrder>(std::to_integer<unsigned>(input[1]) % 4);
  const auto registers = input.subspan(2, 2 * std::size_t{registers_of(type)});
  const auto number = decode_number(registers, type, order);
  std::uint16_t words[4] = {};
  const auto encoded = encode_number(number, type, order, words);
  const bool nan = number.kind == Number::Kind::real && std::isnan(number.real);
  require(encoded.has_value());
  const bool one_byte = type == NumberType::int8 || type == NumberType::uint8;
  if (!nan && !one_byte && type != NumberType::boolean)
    for (std::size_t i = 0; i < registers_of(type); ++i)
      require(words[i] == register_at(registers, i));

  std::string text;
  append_text(text, input.subspan(2), order);
  require(text.find('\0') == std::string::npos && !text.ends_with(' '));
  std::vector<std::uint16_t> room(input.size());
  require(encode_text(text, order, room).has_value());
  Bytes sent;
  ByteWriter writer(sent);
  for (const auto word : room) writer.u16_be(word);
  std::string back;
  append_text(back, sent, order);
  require(back == text);
}

void addresses(ByteView input) {
  const auto address = parse_address(as_text(input));
  if (!address) {
    require(!address.error().what.empty());
    return;
  }
  const auto again = parse_address(to_string(*address));
  require(again.has_value() && *again == *address);
}

/// What a driver makes of the stream, and how much it said itself.
std::pair<std::size_t, bool> driven(ByteView stream, Protocol protocol, std::size_t piece) {
  Machine machine;
  machine.id = "m";
  machine.connection.protocol = protocol;
  machine.connection.unit = 1;
  machine.signals.resize(3);
  for (std::size_t i = 0; i < machine.signals.size(); ++i) {
    machine.signals[i].id = std::to_string(i);
    machine.signals[i].address = "hr:" + std::to_string(i);
    machine.signals[i].type = ValueType::uint16;
  }
  auto driver = connect::ModbusDriver::make({machine});
  require(driver.has_value());
  Now now{Instant{std::chrono::seconds{1'700'000'000}}, Monotonic{std::chrono::seconds{1000}}};
  (*driver)->handle_connected(now);
  now.mono += std::chrono::seconds{1};
  Bytes sent;
  require((*driver)->poll_transmit(sent, now));
  std::size_t observations = 0;
  bool ended = false;
  for (std::size_t at = 0; at < stream.size() && !ended; at += piece) {
    const auto bytes = stream.subspan(at, std::min(piece, stream.size() - at));
    ended = !(*driver)->handle_bytes(bytes, now);
    std::vector<Batch> batches;
    (*driver)->poll_batches(batches);
    for (const auto& batch : batches) observations += batch.observations.size();
  }
  for (int turn = 0; turn < 50 && !ended; ++turn) {
    const auto deadline = (*driver)->poll_deadline();
    require(deadline.has_value());
    now.mono = std::max(now.mono, *deadline);
    ended = !(*driver)->handle_deadline(now);
    sent.clear();
    while ((*driver)->poll_transmit(sent, now)) require(sent.size() < 1000);
  }
  return {observations, ended};
}

void drivers(ByteView stream) {
  const auto whole = driven(stream, Protocol::modbus_tcp, stream.size() + 1);
  require(whole == driven(stream, Protocol::modbus_tcp, 1));
  (void)driven(stream, Protocol::modbus_rtu, 1);
}

}  // namespace
}  // namespace spindle

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096) return 0;
  const auto input = std::as_bytes(std::span(data, size)).subspan(1);
  switch (data[0] % 7) {
    case 0:
      spindle::tcp_frames(input);
      break;
    case 1:
      spindle::rtu_answer(input);
      break;
    case 2:
      spindle::rtu_requests(input);
      break;
    case 3:
      spindle::pdus(input);
      break;
    case 4:
      spindle::values(input);
      break;
    case 5:
      spindle::addresses(input);
      break;
    default:
      spindle::drivers(input);
      break;
  }
  return 0;
}
