// What a careful person writes by hand with libmodbus: one thread, blocking, staggered, 100
// registers of each device at each interval, kept in memory and nothing more. The floor that
// bench/fleet.py compares with.
//
// Usage: libmodbus_loop BASE_PORT COUNT INTERVAL_MS

#include <modbus.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace {

volatile std::sig_atomic_t ended = 0;

constexpr int registers = 100;

struct Release {
  void operator()(modbus_t* context) const {
    modbus_close(context);
    modbus_free(context);
  }
};

struct Device {
  std::unique_ptr<modbus_t, Release> context;
  std::chrono::steady_clock::time_point due;
  std::vector<std::uint16_t> values;
};

int number(const char* word) {
  int value = 0;
  std::from_chars(word, word + std::strlen(word), value);
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: libmodbus_loop BASE_PORT COUNT INTERVAL_MS\n", stderr);
    return 64;
  }
  struct sigaction action{};
  action.sa_handler = [](int) { ended = 1; };
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);

  const int base = number(argv[1]);
  const int count = number(argv[2]);
  const std::chrono::microseconds interval = std::chrono::milliseconds{number(argv[3])};
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) {
    Device device{
        std::unique_ptr<modbus_t, Release>(modbus_new_tcp("127.0.0.1", base + i)), {}, {}};
    device.values.resize(registers);
    if (device.context == nullptr || modbus_connect(device.context.get()) != 0) {
      std::perror("connect");
      return 2;
    }
    devices.push_back(std::move(device));
  }
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i)
    devices[static_cast<std::size_t>(i)].due = start + interval * i / count;
  std::puts("ready");
  std::fflush(stdout);
  while (ended == 0) {
    for (Device& device : devices) {
      std::this_thread::sleep_until(device.due);
      if (modbus_read_registers(device.context.get(), 0, registers, device.values.data()) < 0) {
        std::perror("read");
        return 2;
      }
      device.due += interval;
      if (const auto now = std::chrono::steady_clock::now(); now > device.due + interval)
        device.due = now;  // hopelessly late: the missed polls show in the field's count
      if (ended != 0) break;
    }
  }
}
