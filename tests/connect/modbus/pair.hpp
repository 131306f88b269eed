#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connect/modbus/modbus_driver.hpp"
#include "protocol/modbus/server.hpp"

namespace spindle::connect {

using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

/// A device in memory that can be made to misbehave.
class FakeDevice final : public modbus::RegisterBank {
 public:
  FakeDevice()
      : bank({.coils = 3000,
              .discrete_inputs = 3000,
              .holding_registers = 2000,
              .input_registers = 2000}) {}

  [[nodiscard]] std::optional<modbus::ExceptionCode> refusal(
      const modbus::Request& request) const override {
    requests.push_back(request);
    if (whole) return whole;
    if (request.count > count_max) return modbus::ExceptionCode::illegal_data_value;
    for (unsigned i = 0; i < request.count; ++i)
      if (const auto it = refused.find(request.first + i); it != refused.end()) return it->second;
    return bank.refusal(request);
  }
  [[nodiscard]] bool bit(modbus::Table table, std::uint16_t address) const override {
    return bank.bit(table, address);
  }
  [[nodiscard]] std::uint16_t word(modbus::Table table, std::uint16_t address) const override {
    return bank.word(table, address);
  }
  void write_bit(std::uint16_t address, bool value) override { bank.write_bit(address, value); }
  void write_word(std::uint16_t address, std::uint16_t v) override { bank.write_word(address, v); }

  modbus::MemoryBank bank;
  std::map<unsigned, modbus::ExceptionCode> refused;  ///< By address, any table.
  std::optional<modbus::ExceptionCode> whole;         ///< Refuses everything.
  unsigned count_max = 65535;
  bool dead = false;
  Duration latency = 2ms;
  mutable std::vector<modbus::Request> requests;
};

/// A driver and the devices it talks to, joined by nothing but bytes and an invented clock.
class Pair {
 public:
  explicit Pair(std::vector<Machine> machines) {
    rtu_ = machines.front().connection.protocol == Protocol::modbus_rtu;
    auto made = ModbusDriver::make(machines);
    if (!made) throw std::runtime_error(made.error().what);
    driver = std::move(*made);
    for (const auto& machine : machines) devices[machine.connection.unit];
  }

  void connect() {
    driver->handle_connected(now);
    deliveries_.clear();
    settle();
  }
  void disconnect(const char* why) {
    driver->handle_disconnected(now, {Errc::unreachable, why});
    driver->poll_batches(batches);
  }
  void advance(Duration d) {
    now.wall += d;
    now.mono += d;
  }
  /// Lets time pass; stops at the first error the driver gives.
  void run(Duration how_long) {
    const auto end = now.mono + how_long;
    while (!error) {
      auto next = end;
      if (const auto deadline = driver->poll_deadline()) next = std::min(next, *deadline);
      if (!deliveries_.empty()) next = std::min(next, deliveries_.begin()->first);
      if (next > now.mono) {
        advance(next - now.mono);
        idle_turns_ = 0;
      } else if (++idle_turns_ > 1000) {
        ADD_FAILURE() << "the driver asks to be called again and again without anything to do";
        return;
      }
      step();
      if (now.mono >= end && idle()) return;
    }
  }
  void hear(ByteView bytes) {
    if (auto handled = driver->handle_bytes(bytes, now); !handled) error = handled.error();
    settle();
  }

  /// What was said, one line each: `12.5 up`, `13 vm-1 g1: 5 true "text" bad`.
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] std::size_t scans(MachineKey machine) const {
    std::size_t n = 0;
    for (const auto& batch : batches)
      if (batch.machine == machine)
        for (const auto& scan : batch.scans) n += scan.kind == ScanKind::values ? 1 : 0;
    return n;
  }

  std::unique_ptr<ModbusDriver> driver;
  std::map<unsigned, FakeDevice> devices;
  std::size_t piece = 0;              ///< Answers arrive in pieces of this many bytes; 0: whole.
  std::function<void(Bytes&)> spoil;  ///< Changes an answer on its way.
  Now now{Instant{1'700'000'000s}, Monotonic{1000s}};
  std::vector<Batch> batches;
  std::vector<unsigned> asked_units;  ///< In the order of requests.
  std::vector<Monotonic> asked_at;
  std::optional<Error> error;

 private:
  [[nodiscard]] bool idle() const {
    const auto deadline = driver->poll_deadline();
    return (!deadline || *deadline > now.mono) &&
           (deliveries_.empty() || deliveries_.begin()->first > now.mono);
  }
  void step() {
    while (!deliveries_.empty() && deliveries_.begin()->first <= now.mono) {
      const auto bytes = deliveries_.begin()->second;
      deliveries_.erase(deliveries_.begin());
      const auto size = piece == 0 ? bytes.size() : piece;
      for (std::size_t at = 0; at < bytes.size() && !error; at += size)
        hear(ByteView(bytes).subspan(at, std::min(size, bytes.size() - at)));
    }
    if (auto handled = driver->handle_deadline(now); !handled) error = handled.error();
    settle();
  }
  void settle() {
    driver->poll_batches(batches);
    Bytes out;
    while (driver->poll_transmit(out, now)) {
    }
    if (rtu_) {
      rtu_reader_.feed(out);
      while (const auto frame = rtu_reader_.next()) answer(frame->unit, 0, frame->pdu);
    } else {
      tcp_reader_.feed(out);
      while (true) {
        const auto frame = tcp_reader_.next();
        if (!frame || !*frame) break;
        answer((*frame)->unit, (*frame)->transaction, (*frame)->pdu);
      }
    }
  }
  void answer(unsigned unit, std::uint16_t transaction, ByteView request) {
    asked_units.push_back(unit);
    asked_at.push_back(now.mono);
    auto& device = devices[unit];
    if (device.dead) return;
    Bytes pdu;
    modbus::Server(device).answer(request, pdu);
    Bytes bytes;
    if (rtu_)
      modbus::append_rtu_frame(bytes, {static_cast<std::uint8_t>(unit), pdu});
    else
      modbus::append_frame(bytes, {transaction, static_cast<std::uint8_t>(unit), pdu});
    if (spoil) spoil(bytes);
    deliveries_.emplace(now.mono + device.latency, std::move(bytes));
  }

  bool rtu_ = false;
  modbus::FrameReader tcp_reader_;
  modbus::RtuRequestReader rtu_reader_;
  std::multimap<Monotonic, Bytes> deliveries_;
  int idle_turns_ = 0;
};

inline std::string show(const Observation& o, const Batch& batch) {
  std::string out;
  switch (o.value.kind) {
    case ValueKind::none:
      out = "none";
      break;
    case ValueKind::boolean:
      out = o.value.boolean ? "true" : "false";
      break;
    case ValueKind::integer:
      out = std::to_string(o.value.integer);
      break;
    case ValueKind::unsigned_integer:
      out = std::to_string(o.value.unsigned_integer) + "u";
      break;
    case ValueKind::real:
      out = std::to_string(o.value.real);
      break;
    case ValueKind::text:
      out = '"' + std::string(batch.text_of(o.value)) + '"';
      break;
  }
  if (o.quality != Quality::good) out += '/' + std::string(to_string(o.quality));
  return out;
}

inline std::vector<std::string> Pair::lines() const {
  std::vector<std::string> out;
  for (const auto& batch : batches)
    for (const auto& scan : batch.scans) {
      auto line = std::to_string(static_cast<unsigned>(batch.machine)) + ' ';
      switch (scan.kind) {
        case ScanKind::link_up:
          line += "up";
          break;
        case ScanKind::link_down:
          line += "down: " + std::string(batch.note_of(scan));
          break;
        case ScanKind::values:
          line += 'g' + std::to_string(scan.group) + ':';
          for (std::uint32_t i = scan.first; i < scan.first + scan.count; ++i)
            line += ' ' + show(batch.observations[i], batch);
          break;
        case ScanKind::alive:
        case ScanKind::gap:
        case ScanKind::clock_step:
        case ScanKind::booking:
          line += "?";
          break;
      }
      out.push_back(std::move(line));
    }
  return out;
}

/// A machine of `signals`, written `address type` each; key and unit are the same number.
inline Machine machine(unsigned unit, const std::vector<std::pair<std::string, ValueType>>& signals,
                       Duration poll = 100ms) {
  Machine m;
  m.id = "vm-" + std::to_string(unit);
  m.key = MachineKey{unit};
  m.connection.protocol = Protocol::modbus_tcp;
  m.connection.host = "10.0.0.1";
  m.connection.port = 502;
  m.connection.unit = static_cast<std::uint8_t>(unit);
  m.connection.poll = poll;
  m.connection.timeout = 500ms;
  std::uint32_t key = 1;
  for (const auto& [address, type] : signals) {
    Signal s;
    s.id = "s" + std::to_string(key);
    s.address = address;
    s.type = type;
    s.key = SignalKey{key++};
    m.signals.push_back(std::move(s));
  }
  return m;
}

inline Machine on_serial_line(Machine m) {
  m.connection.protocol = Protocol::modbus_rtu;
  m.connection.host.clear();
  m.connection.port = 0;
  m.connection.serial_port = "/dev/ttyS9";
  m.connection.baud = 19200;
  return m;
}

/// One signal of each kind, and a device whose registers say `true 123456u "O12" true -5`.
inline Machine press() {
  using enum ValueType;
  return machine(1, {{"di:0", boolean},
                     {"hr:10", uint32},
                     {"hr:20-22", text},
                     {"ir:5.3", boolean},
                     {"hr:12", int16}});
}
inline void fill(FakeDevice& device) {
  device.bank.set_bit(modbus::Table::discrete_inputs, 0, true);
  device.bank.set_word(modbus::Table::holding_registers, 10, 1);
  device.bank.set_word(modbus::Table::holding_registers, 11, 0xE240);
  device.bank.set_word(modbus::Table::holding_registers, 12, 0xFFFB);
  device.bank.set_word(modbus::Table::holding_registers, 20, 0x4F31);
  device.bank.set_word(modbus::Table::holding_registers, 21, 0x3200);
  device.bank.set_word(modbus::Table::input_registers, 5, 8);
}

}  // namespace spindle::connect
