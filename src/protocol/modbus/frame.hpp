#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace spindle::modbus {

/// One Modbus TCP message. `pdu` borrows from its reader: valid until the next call on it.
struct Frame {
  std::uint16_t transaction = 0;  ///< Echoed by the server; matches answer to request.
  std::uint8_t unit = 0;          ///< Device behind a gateway; 0 or 255 when there is none.
  ByteView pdu{};                 ///< Function code and data, 1..253 bytes.
};

/// Appends header and PDU. Pre: 1..253 bytes of PDU.
void append_frame(Bytes& out, const Frame& frame);

/// Starts a frame whose PDU is appended straight to `out`; finish_frame writes its length.
/// Returns where the frame starts.
[[nodiscard]] std::size_t begin_frame(Bytes& out, std::uint16_t transaction, std::uint8_t unit);
void finish_frame(Bytes& out, std::size_t start);

/// Cuts a byte stream into Modbus TCP frames.
///
/// Bytes in, frames out: no socket, no clock. Feed pieces of any size; call next() until it has
/// no frame. Nothing in the stream marks where a frame starts, so after an error only a new
/// connection (and reset()) helps; until then next() repeats the error.
///
/// Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header).
/// Errors: `malformed` if the protocol id is not 0 or the length field is outside 2..254.
/// Memory: one frame plus what the last feed() brought. Threads: one at a time.
class FrameReader {
 public:
  void feed(ByteView bytes);
  [[nodiscard]] Result<std::optional<Frame>> next();
  /// Forgets everything; keeps the memory.
  void reset();

 private:
  Bytes buffer_;
  std::size_t taken_ = 0;
};

}  // namespace spindle::modbus
