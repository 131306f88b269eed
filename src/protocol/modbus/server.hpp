#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "protocol/modbus/frame.hpp"
#include "protocol/modbus/pdu.hpp"
#include "protocol/modbus/rtu.hpp"

namespace spindle::modbus {

/// What a server answers from: the four tables of one device. Called from one thread; a request is
/// first offered to refusal(), and only addresses it let pass are read or written.
class RegisterBank {
 public:
  virtual ~RegisterBank() = default;

  /// Why the device does not do this: usually `illegal_data_address` when part of the range does
  /// not exist. None: go on. The request already obeys the standard's limits.
  [[nodiscard]] virtual std::optional<ExceptionCode> refusal(const Request& request) const = 0;

  [[nodiscard]] virtual bool bit(Table table, std::uint16_t address) const = 0;
  [[nodiscard]] virtual std::uint16_t word(Table table, std::uint16_t address) const = 0;
  /// A coil.
  virtual void write_bit(std::uint16_t address, bool value) = 0;
  /// A holding register.
  virtual void write_word(std::uint16_t address, std::uint16_t value) = 0;
};

/// A bank in memory: each table runs from address 0 to its size.
class MemoryBank final : public RegisterBank {
 public:
  struct Sizes {
    std::size_t coils = 0;
    std::size_t discrete_inputs = 0;
    std::size_t holding_registers = 0;
    std::size_t input_registers = 0;
  };
  explicit MemoryBank(Sizes sizes);

  [[nodiscard]] std::optional<ExceptionCode> refusal(const Request& request) const override;
  [[nodiscard]] bool bit(Table table, std::uint16_t address) const override;
  [[nodiscard]] std::uint16_t word(Table table, std::uint16_t address) const override;
  void write_bit(std::uint16_t address, bool value) override;
  void write_word(std::uint16_t address, std::uint16_t value) override;

  /// The device's own side: changes what clients read. Pre: the address is below the table's size.
  void set_bit(Table table, std::uint16_t address, bool value);
  void set_word(Table table, std::uint16_t address, std::uint16_t value);

 private:
  std::vector<bool> coils_;
  std::vector<bool> discrete_inputs_;
  std::vector<std::uint16_t> holding_registers_;
  std::vector<std::uint16_t> input_registers_;
};

/// Answers one request PDU from a bank by appending one answer PDU, at most 253 bytes.
/// Source: MODBUS Application Protocol V1.1b3, chapters 6 (limits) and 7 (exceptions).
class Server {
 public:
  /// Borrows `bank`.
  explicit Server(RegisterBank& bank) : bank_(bank) {}
  void answer(ByteView request_pdu, Bytes& out);

 private:
  RegisterBank& bank_;
};

/// The bank of a unit; nullptr: nobody there, and no answer is given, as behind a gateway.
using UnitBanks = std::function<RegisterBank*(std::uint8_t unit)>;

/// One client's connection to a Modbus TCP server. Bytes in, bytes out.
class TcpServerConnection {
 public:
  explicit TcpServerConnection(UnitBanks banks) : banks_(std::move(banks)) {}
  /// Appends the answers to all requests that are whole now.
  /// Errors: `malformed` when the stream is no Modbus TCP: close the connection.
  [[nodiscard]] Result<void> handle_bytes(ByteView bytes, Bytes& out);

 private:
  UnitBanks banks_;
  FrameReader reader_;
};

/// A server's end of a serial line. Broadcasts (unit 0) are carried out and never answered.
class RtuServerLine {
 public:
  explicit RtuServerLine(UnitBanks banks) : banks_(std::move(banks)) {}
  void handle_bytes(ByteView bytes, Bytes& out);
  /// The line was silent for frame_silence().
  void handle_silence(Bytes& out);

 private:
  void answer(const RtuFrame& frame, Bytes& out);

  UnitBanks banks_;
  RtuRequestReader reader_;
  Bytes pdu_;
};

}  // namespace spindle::modbus
