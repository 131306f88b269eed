#include "protocol/modbus/frame.hpp"

#include <fmt/format.h>

#include "protocol/modbus/pdu.hpp"

namespace spindle::modbus {
namespace {

constexpr std::size_t header_bytes = 7;   // transaction, protocol, length, unit
constexpr std::size_t length_offset = 4;  // the length counts from the unit on
constexpr std::size_t unit_offset = 6;

}  // namespace

std::size_t begin_frame(Bytes& out, std::uint16_t transaction, std::uint8_t unit) {
  const auto start = out.size();
  ByteWriter writer(out);
  writer.u16_be(transaction);
  writer.u16_be(0);
  writer.u16_be(0);
  writer.u8(unit);
  return start;
}

void finish_frame(Bytes& out, std::size_t start) {
  const auto length = out.size() - start - unit_offset;
  out[start + length_offset] = static_cast<std::byte>(length >> 8);
  out[start + length_offset + 1] = static_cast<std::byte>(length);
}

void append_frame(Bytes& out, const Frame& frame) {
  const auto start = begin_frame(out, frame.transaction, frame.unit);
  out.insert(out.end(), frame.pdu.begin(), frame.pdu.end());
  finish_frame(out, start);
}

void FrameReader::feed(ByteView bytes) {
  if (taken_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>> FrameReader::next() {
  const auto rest = ByteView(buffer_).subspan(taken_);
  // A wrong protocol id or length shows before the frame is whole: say so at once.
  if (rest.size() >= 4 && register_at(rest, 1) != 0)
    return fail(Errc::malformed,
                fmt::format("not Modbus TCP: protocol id {} instead of 0", register_at(rest, 1)));
  if (rest.size() < unit_offset) return std::optional<Frame>{};
  const std::size_t length = register_at(rest, 2);
  if (length < 2 || length > pdu_bytes_max + 1)
    return fail(Errc::malformed,
                fmt::format("not Modbus TCP: length field {} outside 2..254", length));
  if (rest.size() < unit_offset + length) return std::optional<Frame>{};
  taken_ += unit_offset + length;
  return Frame{register_at(rest, 0), std::to_integer<std::uint8_t>(rest[unit_offset]),
               rest.subspan(header_bytes, length - 1)};
}

void FrameReader::reset() {
  buffer_.clear();
  taken_ = 0;
}

}  // namespace spindle::modbus
