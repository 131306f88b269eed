#include <bit>
#include <charconv>

#include "model/state.hpp"
#include "protocol/modbus/server.hpp"
#include "sim/device.hpp"

namespace spindle::sim {
namespace {

constexpr std::uint16_t green = 0;
constexpr std::uint16_t yellow = 1;
constexpr std::uint16_t red = 2;
constexpr std::uint16_t counter_register = 10;
constexpr std::uint16_t power_register = 20;
constexpr unsigned blink_half_ticks = 25;  // of 20 ms: 1 Hz

class LampDevice final : public Device {
 public:
  LampDevice(boost::asio::io_context& io, std::uint16_t port)
      : bank_({.coils = 16, .discrete_inputs = 16, .holding_registers = 64, .input_registers = 64}),
        host_(io, port, [this] { return std::make_unique<Talk>(*this); }) {}

  void show(const std::vector<Event>& events) override {
    for (const auto& event : events) {
      if (event.key == "state") {
        state_ = state_from(event.value).value_or(State::idle);
      } else if (event.key == "part_count") {
        std::uint32_t count = 0;
        std::from_chars(event.value.data(), event.value.data() + event.value.size(), count);
        set_words(modbus::Table::holding_registers, counter_register,
                  static_cast<std::uint16_t>(count >> 16), static_cast<std::uint16_t>(count));
      } else if (event.key == "power") {
        float kw = 0;
        std::from_chars(event.value.data(), event.value.data() + event.value.size(), kw);
        const auto bits = std::bit_cast<std::uint32_t>(kw);
        set_words(modbus::Table::input_registers, power_register, static_cast<std::uint16_t>(bits),
                  static_cast<std::uint16_t>(bits >> 16));
      }
    }
    ++ticks_;
    const bool blink_on = ticks_ / blink_half_ticks % 2 == 0;
    bank_.set_bit(modbus::Table::discrete_inputs, green, state_ == State::run);
    bank_.set_bit(modbus::Table::discrete_inputs, red,
                  state_ == State::alarm || state_ == State::estop);
    bank_.set_bit(modbus::Table::discrete_inputs, yellow,
                  state_ == State::wait
                      ? blink_on
                      : state_ != State::run && state_ != State::alarm && state_ != State::estop);
  }
  TcpHost& host() override { return host_; }

 private:
  class Talk final : public Conversation {
   public:
    explicit Talk(LampDevice& device)
        : connection_([&device](std::uint8_t) { return &device.bank_; }) {}
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      return connection_.handle_bytes(bytes, out).has_value();
    }

   private:
    modbus::TcpServerConnection connection_;
  };

  void set_words(modbus::Table table, std::uint16_t address, std::uint16_t first,
                 std::uint16_t second) {
    bank_.set_word(table, address, first);
    bank_.set_word(table, static_cast<std::uint16_t>(address + 1), second);
  }

  modbus::MemoryBank bank_;
  State state_ = State::idle;
  unsigned ticks_ = 0;
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_lamp_device(boost::asio::io_context& io, std::uint16_t port) {
  return std::make_unique<LampDevice>(io, port);
}

}  // namespace spindle::sim
