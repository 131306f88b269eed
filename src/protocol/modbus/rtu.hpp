#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "protocol/modbus/pdu.hpp"

namespace spindle::modbus {

/// CRC-16/MODBUS; sent low byte first. Source: MODBUS over Serial Line V1.02, 6.2.2.
[[nodiscard]] std::uint16_t crc16(ByteView bytes);

/// The silence that ends a frame: 3.5 characters of 11 bits, 1.75 ms above 19,200 baud.
/// Source: Serial Line V1.02, 2.5.1.1.
[[nodiscard]] std::chrono::microseconds frame_silence(std::uint32_t baud);

/// One message on a serial line. `pdu` borrows from its reader: valid until the next call on it.
struct RtuFrame {
  std::uint8_t unit = 0;  ///< 1..247; 0 is a broadcast, which nobody answers.
  ByteView pdu{};         ///< Function code and data, 1..253 bytes.
};

/// Appends unit, PDU and CRC. Pre: 1..253 bytes of PDU.
void append_rtu_frame(Bytes& out, const RtuFrame& frame);

/// Finds the answer to one request in what a serial line brings.
///
/// The answer's length follows from the request, so no timing is needed to find its end. Noise
/// before it, the echo of a two-wire line, late answers of other units and frames with a wrong CRC
/// are passed over; what they were is counted for the error text.
/// Memory: bounded, 512 bytes. Threads: one at a time.
class RtuAnswerReader {
 public:
  /// Forgets what came before and waits for the answer of `unit` to `request`.
  void expect(std::uint8_t unit, const Request& request);
  void feed(ByteView bytes);
  /// The answer once it is whole; then nothing until the next expect().
  [[nodiscard]] std::optional<RtuFrame> next();
  void reset();

  /// Bytes since expect() that belong to no answer.
  [[nodiscard]] std::size_t noise() const { return dropped_ + buffer_.size(); }

 private:
  Bytes buffer_;
  Bytes answer_;
  std::size_t dropped_ = 0;
  std::size_t answer_bytes_ = 0;  // 0: nothing is expected
  std::uint8_t unit_ = 0;
  std::uint8_t function_ = 0;
  std::uint8_t byte_count_ = 0;  // reads: what the third byte must be; 0: any
};

/// Cuts what a server hears on a serial line into requests.
///
/// Length follows from the function code; a function not known here ends at the silence its caller
/// notices. Answers of other units on the same line and noise are passed over by their CRC.
/// Memory: bounded, 512 bytes. Threads: one at a time.
class RtuRequestReader {
 public:
  void feed(ByteView bytes);
  [[nodiscard]] std::optional<RtuFrame> next();
  /// The line was silent for frame_silence(): what is here is a whole frame or rubbish.
  [[nodiscard]] std::optional<RtuFrame> handle_silence();
  void reset();

 private:
  void drop_taken();

  Bytes buffer_;
  std::size_t taken_ = 0;
};

}  // namespace spindle::modbus
