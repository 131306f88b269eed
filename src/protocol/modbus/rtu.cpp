#include "protocol/modbus/rtu.hpp"

#include <algorithm>
#include <array>

namespace spindle::modbus {
namespace {

constexpr std::size_t buffer_bytes_max = 512;
constexpr std::size_t exception_frame_bytes = 5;
constexpr std::size_t frame_bytes_min = 4;

constexpr std::array<std::uint16_t, 256> make_crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    auto crc = static_cast<std::uint16_t>(i);
    for (int bit = 0; bit < 8; ++bit)
      crc = static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1);
    table[i] = crc;
  }
  return table;
}

constexpr auto crc_table = make_crc_table();

/// A frame with its CRC leaves a remainder of 0.
bool crc_matches(ByteView frame) { return crc16(frame) == 0; }

void append_bounded(Bytes& buffer, ByteView bytes, std::size_t& dropped) {
  if (bytes.size() > buffer_bytes_max) {
    dropped += bytes.size() - buffer_bytes_max;
    bytes = bytes.last(buffer_bytes_max);
  }
  const auto total = buffer.size() + bytes.size();
  if (total > buffer_bytes_max) {
    const auto excess = total - buffer_bytes_max;
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(excess));
    dropped += excess;
  }
  buffer.insert(buffer.end(), bytes.begin(), bytes.end());
}

/// How far the length of the request frame that starts here can be told.
enum class Known : std::uint8_t { yes, more_bytes, by_silence };
struct RequestLength {
  Known known;
  std::size_t bytes;
};
RequestLength request_length(ByteView rest) {
  if (rest.size() < 2) return {Known::more_bytes, 0};
  const auto function = function_from(std::to_integer<std::uint8_t>(rest[1]));
  if (!function) return {Known::by_silence, 0};
  switch (*function) {
    case Function::read_coils:
    case Function::read_discrete_inputs:
    case Function::read_holding_registers:
    case Function::read_input_registers:
    case Function::write_single_coil:
    case Function::write_single_register:
      return {Known::yes, 8};
    case Function::write_multiple_coils:
    case Function::write_multiple_registers:
      if (rest.size() < 7) return {Known::more_bytes, 0};
      return {Known::yes, 9 + std::to_integer<std::size_t>(rest[6])};
  }
  return {Known::by_silence, 0};
}

}  // namespace

std::uint16_t crc16(ByteView bytes) {
  std::uint16_t crc = 0xFFFF;
  for (const auto b : bytes)
    crc = static_cast<std::uint16_t>((crc >> 8) ^
                                     crc_table[(crc ^ std::to_integer<unsigned>(b)) & 0xFF]);
  return crc;
}

std::chrono::microseconds frame_silence(std::uint32_t baud) {
  if (baud == 0 || baud > 19200) return std::chrono::microseconds{1750};
  return std::chrono::microseconds{(38'500'000 + baud - 1) / baud};
}

void append_rtu_frame(Bytes& out, const RtuFrame& frame) {
  const auto start = out.size();
  out.push_back(std::byte{frame.unit});
  out.insert(out.end(), frame.pdu.begin(), frame.pdu.end());
  const auto crc = crc16(ByteView(out).subspan(start));
  out.push_back(static_cast<std::byte>(crc));
  out.push_back(static_cast<std::byte>(crc >> 8));
}

void RtuAnswerReader::expect(std::uint8_t unit, const Request& request) {
  reset();
  unit_ = unit;
  function_ = static_cast<std::uint8_t>(request.function);
  const auto pdu_bytes = modbus::answer_bytes(request);
  answer_bytes_ = pdu_bytes + 3;
  byte_count_ = function_ <= 4 ? static_cast<std::uint8_t>(pdu_bytes - 2) : std::uint8_t{0};
}

void RtuAnswerReader::feed(ByteView bytes) { append_bounded(buffer_, bytes, dropped_); }

std::optional<RtuFrame> RtuAnswerReader::next() {
  if (answer_bytes_ == 0) return std::nullopt;
  const ByteView all(buffer_);
  for (std::size_t at = 0; at + exception_frame_bytes <= all.size(); ++at) {
    if (std::to_integer<std::uint8_t>(all[at]) != unit_) continue;
    const auto function = std::to_integer<std::uint8_t>(all[at + 1]);
    std::size_t bytes = 0;
    if (function == (function_ | 0x80)) {
      bytes = exception_frame_bytes;
    } else if (function == function_ &&
               (byte_count_ == 0 || std::to_integer<std::uint8_t>(all[at + 2]) == byte_count_)) {
      bytes = answer_bytes_;
    } else {
      continue;
    }
    if (at + bytes > all.size() || !crc_matches(all.subspan(at, bytes))) continue;
    answer_.assign(all.begin() + static_cast<std::ptrdiff_t>(at),
                   all.begin() + static_cast<std::ptrdiff_t>(at + bytes));
    reset();
    return RtuFrame{std::to_integer<std::uint8_t>(answer_[0]),
                    ByteView(answer_).subspan(1, bytes - 3)};
  }
  return std::nullopt;
}

void RtuAnswerReader::reset() {
  buffer_.clear();
  dropped_ = 0;
  answer_bytes_ = 0;
}

void RtuRequestReader::drop_taken() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

void RtuRequestReader::feed(ByteView bytes) {
  drop_taken();
  std::size_t dropped = 0;
  append_bounded(buffer_, bytes, dropped);
}

std::optional<RtuFrame> RtuRequestReader::next() {
  for (auto at = taken_; at < buffer_.size(); ++at) {
    const auto rest = ByteView(buffer_).subspan(at);
    const auto length = request_length(rest);
    // Only a matching CRC proves a frame, so a start that can't be judged yet hides no later one.
    if (length.known != Known::yes || length.bytes > rest.size()) continue;
    if (!crc_matches(rest.first(length.bytes))) continue;
    taken_ = at + length.bytes;
    return RtuFrame{std::to_integer<std::uint8_t>(rest[0]), rest.subspan(1, length.bytes - 3)};
  }
  return std::nullopt;
}

std::optional<RtuFrame> RtuRequestReader::handle_silence() {
  if (auto frame = next()) return frame;
  const auto rest = ByteView(buffer_).subspan(taken_);
  taken_ = buffer_.size();
  if (rest.size() < frame_bytes_min || rest.size() > pdu_bytes_max + 3 || !crc_matches(rest))
    return std::nullopt;
  return RtuFrame{std::to_integer<std::uint8_t>(rest[0]), rest.subspan(1, rest.size() - 3)};
}

void RtuRequestReader::reset() {
  buffer_.clear();
  taken_ = 0;
}

}  // namespace spindle::modbus
