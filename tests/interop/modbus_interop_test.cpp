// The Modbus driver against a server, and the Modbus server against clients, that others wrote:
// pymodbus and libmodbus (mbpoll), over TCP on loopback and over a serial cable made by socat.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "connect/modbus/modbus_driver.hpp"
#include "protocol/modbus/server.hpp"
#include "tests/connect/modbus/pair.hpp"
#include "tests/interop/process.hpp"
#include "tests/interop/wires.hpp"

namespace spindle::connect {
namespace {

using interop::Descriptor;
using interop::Process;
using modbus::Table;
using testing::HasSubstr;

const std::string peers = SPINDLE_SOURCE_DIR "/tests/interop/peers/";
const std::string python = "/usr/bin/python3";
constexpr auto limit = 20s;

bool have_pymodbus() {
  static const bool have =
      interop::succeeds(python + " -c 'import pymodbus.server, pymodbus.client, serial'");
  return have;
}

/// Moves bytes between driver and descriptor until `done` or the limit.
bool pump(ModbusDriver& driver, int fd, std::vector<Batch>& batches,
          const std::function<bool()>& done) {
  driver.handle_connected(read_clock());
  const auto end = read_clock().mono + limit;
  while (true) {
    const auto now = read_clock();
    driver.poll_batches(batches);
    if (done()) return true;
    Bytes out;
    while (driver.poll_transmit(out, now)) {
    }
    if (!out.empty() && ::write(fd, out.data(), out.size()) != static_cast<ssize_t>(out.size()))
      return false;
    const auto wake = std::min(driver.poll_deadline().value_or(end), end);
    if (now.mono >= end) return false;
    const auto wait = std::max<Duration>(wake - now.mono, 0us);
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    pollfd readable{fd, POLLIN, 0};
    if (::poll(&readable, 1, static_cast<int>(ms)) > 0) {
      std::byte bytes[1024];
      const auto n = ::read(fd, bytes, sizeof bytes);
      if (n <= 0) return false;
      if (!driver.handle_bytes(ByteView(bytes, static_cast<std::size_t>(n)), read_clock()))
        return false;
    }
    if (!driver.handle_deadline(read_clock())) return false;
  }
}

/// The scans of one machine, as lines.
std::vector<std::string> scans_of(const std::vector<Batch>& batches, MachineKey key) {
  std::vector<std::string> out;
  for (const auto& batch : batches)
    for (const auto& scan : batch.scans) {
      if (batch.machine != key || scan.kind != ScanKind::values) continue;
      std::string line;
      for (auto i = scan.first; i < scan.first + scan.count; ++i)
        line += (line.empty() ? "" : " ") + show(batch.observations[i], batch);
      out.push_back(std::move(line));
    }
  return out;
}

std::vector<Machine> polled_machines(bool serial) {
  using enum ValueType;
  auto one = machine(1, {{"hr:0", uint16},
                         {"hr:10", uint32},
                         {"hr:12", float32},
                         {"hr:14", int32},
                         {"hr:16", float64},
                         {"hr:20-23", text},
                         {"co:3", boolean},
                         {"di:3", boolean},
                         {"ir:100", uint16},
                         {"hr:1.3", boolean}});
  one.signals[3].order = WordOrder::cdab;
  auto two = machine(2, {{"hr:5", uint16}, {"hr:6", uint16}, {"hr:7", uint16}});
  auto silent = machine(9, {{"hr:0", uint16}});
  std::vector<Machine> machines{one, two, silent};
  if (serial)
    for (auto& m : machines) m = on_serial_line(m);
  return machines;
}

void expect_values_of_the_peer(bool serial, int fd) {
  auto driver = ModbusDriver::make(polled_machines(serial));
  ASSERT_TRUE(driver) << driver.error().what;
  std::vector<Batch> batches;
  const bool done = pump(**driver, fd, batches, [&] {
    return scans_of(batches, MachineKey{1}).size() >= 5 &&
           scans_of(batches, MachineKey{2}).size() >= 5 && (*driver)->counters().time_outs >= 3;
  });
  ASSERT_TRUE(done) << "not enough was heard";
  for (const auto& line : scans_of(batches, MachineKey{1}))
    EXPECT_EQ(line, "1234u 123456u 12.500000 -123456 -0.125000 \"O1234\" true false 200u true");
  const auto two = scans_of(batches, MachineKey{2});
  EXPECT_EQ(two.front(), "5u none/bad 7u");
  EXPECT_EQ(two.back(), "5u 7u");
  const auto health = (*driver)->health();
  EXPECT_THAT(health[1].quarantined,
              testing::ElementsAre("s2 (hr:6): illegal data address (exception 2)"));
  EXPECT_THAT(health[2].error, HasSubstr("unit 9 did not answer"));
}

TEST(ModbusInterop, TheDriverReadsAnIndependentServerOverTcp) {
  if (!have_pymodbus()) GTEST_SKIP() << "pymodbus is not installed";
  Process server({python, peers + "modbus_server.py", "tcp"});
  const auto ready = server.wait_for_line("ready ", limit);
  ASSERT_TRUE(ready) << server.everything();
  const auto link = interop::connect_tcp(static_cast<std::uint16_t>(std::stoi(ready->substr(6))));
  ASSERT_TRUE(link.ok());
  expect_values_of_the_peer(false, link.get());
}

TEST(ModbusInterop, TheDriverReadsAnIndependentServerOverASerialLine) {
  if (!have_pymodbus()) GTEST_SKIP() << "pymodbus is not installed";
  const interop::SerialCable cable;
  if (!cable.ok()) GTEST_SKIP() << "socat is not installed";
  Process server({python, peers + "modbus_server.py", "rtu", cable.b()});
  ASSERT_TRUE(server.wait_for_line("ready", limit)) << server.everything();
  const auto link = interop::open_serial(cable.a());
  ASSERT_TRUE(link.ok());
  expect_values_of_the_peer(true, link.get());
}

modbus::MemoryBank known_bank() {
  modbus::MemoryBank bank(
      {.coils = 40, .discrete_inputs = 40, .holding_registers = 200, .input_registers = 40});
  for (std::uint16_t i = 0; i < 40; ++i) {
    bank.set_bit(Table::coils, i, i % 3 == 0);
    bank.set_bit(Table::discrete_inputs, i, i % 2 == 0);
    bank.set_word(Table::input_registers, i, static_cast<std::uint16_t>(100 * i));
  }
  for (std::uint16_t i = 0; i < 3; ++i)
    bank.set_word(Table::holding_registers, i, static_cast<std::uint16_t>(1111 * (i + 1)));
  return bank;
}

/// Serves a bank as unit 1 on a thread of its own until it goes.
class ServedBank {
 public:
  explicit ServedBank(Descriptor serial) : link_(std::move(serial)) {
    thread_ = std::thread([this] { serve_rtu(); });
  }
  ServedBank() {
    auto [listener, port] = interop::listen_tcp();
    link_ = std::move(listener);
    port_ = port;
    thread_ = std::thread([this] { serve_tcp(); });
  }
  ~ServedBank() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }

 private:
  static constexpr int tick_ms = 20;

  [[nodiscard]] modbus::UnitBanks banks() {
    return [this](std::uint8_t unit) { return unit == 1 ? &bank_ : nullptr; };
  }
  static bool readable(int fd, int ms) {
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, ms) > 0;
  }
  static std::size_t read_some(int fd, std::span<std::byte> into) {
    const auto n = ::read(fd, into.data(), into.size());
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  void send(int fd, Bytes& out) {
    if (!out.empty() && ::write(fd, out.data(), out.size()) < 0) stop_ = true;
    out.clear();
  }
  void serve_tcp() {
    while (!stop_) {
      if (!readable(link_.get(), tick_ms)) continue;
      const Descriptor client(::accept(link_.get(), nullptr, nullptr));
      modbus::TcpServerConnection connection(banks());
      while (!stop_) {
        if (!readable(client.get(), tick_ms)) continue;
        std::byte bytes[1024];
        Bytes out;
        const auto n = read_some(client.get(), bytes);
        if (n == 0 || !connection.handle_bytes(ByteView(bytes, n), out)) break;
        send(client.get(), out);
      }
    }
  }
  void serve_rtu() {
    modbus::RtuServerLine line(banks());
    Bytes out;
    while (!stop_) {
      std::byte bytes[1024];
      if (readable(link_.get(), tick_ms))
        line.handle_bytes(ByteView(bytes, read_some(link_.get(), bytes)), out);
      else
        line.handle_silence(out);
      send(link_.get(), out);
    }
  }

  modbus::MemoryBank bank_ = known_bank();
  Descriptor link_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

constexpr auto expected_by_pymodbus =
    "hr 0-2: [1111, 2222, 3333]\n"
    "ir 5-6: [500, 600]\n"
    "co 0-9: [1, 0, 0, 1, 0, 0, 1, 0, 0, 1]\n"
    "di 0-9: [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]\n"
    "write hr 1: done\n"
    "write hr 2-3: done\n"
    "hr 0-3: [1111, 77, 8, 9]\n"
    "write co 1: done\n"
    "write co 2-11: done\n"
    "co 0-12: [1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]\n"
    "hr 0-124: [125]\n"
    "hr 199-200: exception 2\n"
    "write hr 200: exception 2\n";

TEST(ModbusInterop, PymodbusUnderstandsTheServerOverTcp) {
  if (!have_pymodbus()) GTEST_SKIP() << "pymodbus is not installed";
  const ServedBank served;
  Process client({python, peers + "modbus_client.py", "tcp", served.port()});
  EXPECT_EQ(client.read_all(limit), expected_by_pymodbus);
}

TEST(ModbusInterop, PymodbusUnderstandsTheServerOverASerialLine) {
  if (!have_pymodbus()) GTEST_SKIP() << "pymodbus is not installed";
  const interop::SerialCable cable;
  if (!cable.ok()) GTEST_SKIP() << "socat is not installed";
  const ServedBank served(interop::open_serial(cable.a()));
  Process client({python, peers + "modbus_client.py", "rtu", cable.b()});
  EXPECT_EQ(client.read_all(limit), expected_by_pymodbus);
}

/// mbpoll pads its columns; one space is enough to compare.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank || (!out.empty() && out.back() != ' ')) out += blank ? ' ' : c;
  }
  return out;
}

void expect_mbpoll_understands(const std::vector<std::string>& line, const std::string& where) {
  const auto ask = [&](std::vector<std::string> what, std::vector<std::string> written = {}) {
    std::vector<std::string> command{"mbpoll", "-1", "-0", "-a", "1", "-o", "5"};
    command.insert(command.end(), line.begin(), line.end());
    command.insert(command.end(), what.begin(), what.end());
    command.push_back(where);
    command.insert(command.end(), written.begin(), written.end());
    return squeezed(Process(command).read_all(limit));
  };
  const auto words = ask({"-t", "4", "-r", "0", "-c", "3"});
  for (const auto* each : {"[0]: 1111\n", "[1]: 2222\n", "[2]: 3333\n"})
    EXPECT_THAT(words, HasSubstr(each));
  EXPECT_THAT(ask({"-t", "3", "-r", "39"}), HasSubstr("[39]: 3900"));
  EXPECT_THAT(ask({"-t", "0", "-r", "3"}), HasSubstr("[3]: 1\n"));
  EXPECT_THAT(ask({"-t", "1", "-r", "3"}), HasSubstr("[3]: 0\n"));
  EXPECT_THAT(ask({"-t", "4", "-r", "50"}, {"7", "8", "9"}), HasSubstr("Written 3 references"));
  EXPECT_THAT(ask({"-t", "4", "-r", "52"}), HasSubstr("[52]: 9\n"));
  EXPECT_THAT(ask({"-t", "0", "-r", "4"}, {"1", "1"}), HasSubstr("Written 2 references"));
  EXPECT_THAT(ask({"-t", "0", "-r", "5"}), HasSubstr("[5]: 1\n"));
  EXPECT_THAT(ask({"-t", "4", "-r", "200"}), HasSubstr("Illegal data address"));
}

TEST(ModbusInterop, LibmodbusUnderstandsTheServerOverTcp) {
  if (!interop::succeeds("mbpoll -V")) GTEST_SKIP() << "mbpoll is not installed";
  const ServedBank served;
  expect_mbpoll_understands({"-m", "tcp", "-p", served.port()}, "127.0.0.1");
}

TEST(ModbusInterop, LibmodbusUnderstandsTheServerOverASerialLine) {
  if (!interop::succeeds("mbpoll -V")) GTEST_SKIP() << "mbpoll is not installed";
  const interop::SerialCable cable;
  if (!cable.ok()) GTEST_SKIP() << "socat is not installed";
  const ServedBank served(interop::open_serial(cable.a()));
  expect_mbpoll_understands({"-m", "rtu", "-b", "19200", "-P", "none"}, cable.b());
}

}  // namespace
}  // namespace spindle::connect
