#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connect/driver.hpp"
#include "connect/modbus/modbus_signal.hpp"
#include "connect/modbus/modbus_unit.hpp"
#include "protocol/modbus/frame.hpp"
#include "protocol/modbus/rtu.hpp"

namespace spindle::connect {

/// Polls the machines behind one Modbus endpoint: a device, a gateway or a serial line.
///
/// Theory of operation. Each machine is a unit with its own absolute schedule; a unit that is due
/// wants the line. One request is on the way at a time (gateways and serial lines need that), and
/// the line goes round the units that want it, one request each. When a unit leaves a request
/// unanswered, its next ones go beside the line on TCP, where a transaction id tells answers apart,
/// so that the others no longer wait for it; on a serial line, where that is impossible, they get a
/// short time-out. A late answer is recognised (TCP) or passed over (RTU: unit, function and
/// length must fit, and the unit is left alone for a while after a time-out).
///
/// Errors of handle_*: `malformed` when the stream is no Modbus TCP; `timeout` when every unit left
/// three requests in a row unanswered. Both ask for a new connection.
/// Memory: one row of values a poll group, and what was not yet polled.
class ModbusDriver final : public Driver {
 public:
  /// Machines that share one endpoint.
  /// Errors: `invalid`, naming machine, signal and address.
  [[nodiscard]] static Result<std::unique_ptr<ModbusDriver>> make(
      const std::vector<Machine>& machines);

  void handle_connected(Now now) override;
  void handle_disconnected(Now now, const Error& why) override;
  [[nodiscard]] Result<void> handle_bytes(ByteView bytes, Now now) override;
  [[nodiscard]] Result<void> handle_deadline(Now now) override;
  bool poll_transmit(Bytes& out, Now now) override;
  void poll_batches(std::vector<Batch>& out) override;
  [[nodiscard]] std::optional<Monotonic> poll_deadline() const override;
  [[nodiscard]] std::vector<MachineHealth> health() const override;

  struct Counters {
    std::uint64_t polls = 0;         ///< Groups read to the end.
    std::uint64_t missed = 0;        ///< Slots that passed without a poll.
    std::uint64_t requests = 0;      ///< Sent.
    std::uint64_t time_outs = 0;     ///< Requests without an answer.
    std::uint64_t late_answers = 0;  ///< Dropped.
  };
  [[nodiscard]] Counters counters() const;

 private:
  struct Transaction {
    std::size_t unit = 0;
    std::uint16_t id = 0;
    modbus::Request asked;
    Monotonic deadline{};
    Duration timeout{};
  };

  explicit ModbusDriver(const Connection& connection);

  [[nodiscard]] bool is_rtu() const { return protocol_ == Protocol::modbus_rtu; }
  [[nodiscard]] bool may_send(const ModbusUnit& unit) const;
  [[nodiscard]] Duration timeout_of(const ModbusUnit& unit, const modbus::Request& asked) const;
  [[nodiscard]] std::optional<std::size_t> next_unit(Now now) const;
  [[nodiscard]] Result<void> handle_tcp_bytes(ByteView bytes, Now now);
  void handle_rtu_bytes(ByteView bytes, Now now);
  void finish(const Transaction& transaction, ByteView pdu, Now now);
  void expire(std::optional<Transaction>& slot, Now now);
  void hold_line(Monotonic now);

  Protocol protocol_;
  std::uint32_t baud_ = 0;
  std::string endpoint_;
  std::vector<ModbusUnit> units_;
  std::size_t last_served_ = 0;
  bool connected_ = false;

  std::optional<Transaction> line_;    // the one everybody waits for
  std::optional<Transaction> beside_;  // of a unit that owes an answer; TCP only
  std::uint16_t next_id_ = 0;
  modbus::FrameReader tcp_;
  modbus::RtuAnswerReader rtu_;
  Monotonic heard_at_{};        // serial: the last bytes, or the end of a transaction
  Monotonic quiet_until_{};     // serial: nothing is sent before
  Monotonic patience_until_{};  // serial: noise holds the line no longer
  Bytes pdu_;
  Counters counters_;
};

/// ModbusDriver::make, as the driver table wants it.
[[nodiscard]] Result<std::unique_ptr<Driver>> make_modbus_driver(
    const std::vector<Machine>& machines);

}  // namespace spindle::connect
