#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "protocol/modbus/address.hpp"
#include "protocol/modbus/server.hpp"
#include "protocol/modbus/value.hpp"
#include "sim/device.hpp"

namespace spindle::sim {
namespace {

constexpr Duration blink_half = std::chrono::milliseconds{500};

modbus::NumberType number_type(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return modbus::NumberType::boolean;
    case ValueType::int8:
      return modbus::NumberType::int8;
    case ValueType::uint8:
      return modbus::NumberType::uint8;
    case ValueType::int16:
      return modbus::NumberType::int16;
    case ValueType::uint16:
      return modbus::NumberType::uint16;
    case ValueType::int32:
      return modbus::NumberType::int32;
    case ValueType::uint32:
      return modbus::NumberType::uint32;
    case ValueType::int64:
      return modbus::NumberType::int64;
    case ValueType::uint64:
      return modbus::NumberType::uint64;
    case ValueType::float32:
      return modbus::NumberType::float32;
    case ValueType::float64:
    case ValueType::text:
    case ValueType::condition:
      return modbus::NumberType::float64;
  }
  return modbus::NumberType::uint16;
}

modbus::WordOrder order_of(WordOrder order) {
  switch (order) {
    case WordOrder::abcd:
      return modbus::WordOrder::abcd;
    case WordOrder::cdab:
      return modbus::WordOrder::cdab;
    case WordOrder::badc:
      return modbus::WordOrder::badc;
    case WordOrder::dcba:
      return modbus::WordOrder::dcba;
  }
  return modbus::WordOrder::abcd;
}

class PlcDevice final : public Device {
 public:
  PlcDevice(boost::asio::io_context& io, std::uint16_t port, Kind kind, Speaks speaks, Clock clock)
      : clock_(std::move(clock)),
        bank_(
            {.coils = 16, .discrete_inputs = 16, .holding_registers = 256, .input_registers = 64}),
        host_(io, port, [this] { return make_talk(); }) {
    for (const auto& channel : channels_of(kind, speaks))
      if (const auto address = modbus::parse_address(channel.address))
        places_.push_back({channel, *address});
    show_state();
  }

  void show(const std::vector<Event>& events) override {
    for (const auto& event : events) {
      if (event.key == "state") {
        state_ = state_from(event.value).value_or(State::idle);
        show_state();
      } else if (event.key == "condition") {
        const auto words = ConditionWords::of(event.value);
        const bool stands = words.level == "FAULT";
        set(Role::alarm_code, stands ? words.code : "0");
        set(Role::alarm_text, stands ? words.text : "");
      } else if (event.key == "part_count") {
        set(Role::part_count, event.value);
      } else if (const auto it = std::ranges::find(places_, event.key,
                                                   [](const Place& p) { return p.channel.id; });
                 it != places_.end() && it->channel.role != Role::power_on) {
        set(*it, event.value);
      }
    }
  }
  TcpHost& host() override { return host_; }
  std::unique_ptr<Conversation> make_talk() override { return std::make_unique<Talk>(*this); }
  std::optional<Duration> restless() const override {
    return state_ == State::wait && has(Role::lamp_yellow) ? std::optional(blink_half / 2)
                                                           : std::nullopt;
  }

 private:
  class Talk final : public Conversation {
   public:
    explicit Talk(PlcDevice& device)
        : device_(device), connection_([&device](std::uint8_t) { return &device.bank_; }) {}
    bool handle_bytes(ByteView bytes, Bytes& out) override {
      device_.blink();
      return connection_.handle_bytes(bytes, out).has_value();
    }

   private:
    PlcDevice& device_;
    modbus::TcpServerConnection connection_;
  };

  struct Place {
    Channel channel;
    modbus::Address address;
  };

  [[nodiscard]] bool has(Role role) const {
    return std::ranges::any_of(places_, [&](const Place& p) { return p.channel.role == role; });
  }
  void set(Role role, std::string_view value) {
    for (const auto& place : places_)
      if (place.channel.role == role) set(place, value);
  }
  void set_bit(Role role, bool value) { set(role, value ? "1" : "0"); }

  void set(const Place& place, std::string_view value) {
    const auto& [channel, address] = place;
    if (modbus::holds_bits(address.table)) {
      bank_.set_bit(address.table, address.first, value == "1");
      return;
    }
    std::array<std::uint16_t, 128> words{};
    std::size_t count = 0;
    if (channel.type == ValueType::text) {
      count = static_cast<std::size_t>(address.last.value_or(address.first) - address.first) + 1;
      if (!modbus::encode_text(value, order_of(channel.order), std::span(words).first(count)))
        return;
    } else {
      double number = 0;
      std::from_chars(value.data(), value.data() + value.size(), number);
      const auto type = number_type(channel.type);
      count = modbus::registers_of(type);
      if (!modbus::encode_number(modbus::Number::of_real(number / channel.scale), type,
                                 order_of(channel.order), words))
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
      bank_.set_word(address.table, static_cast<std::uint16_t>(address.first + i), words[i]);
  }

  /// Bits and lamps; a PLC of a machine that is off stays awake, a tower goes dark.
  void show_state() {
    const bool alarm = state_ == State::alarm || state_ == State::estop;
    const bool off = state_ == State::power_off;
    set_bit(Role::power_on, !off);
    set_bit(Role::run, state_ == State::run);
    set_bit(Role::alarm, alarm);
    set_bit(Role::lamp_green, state_ == State::run);
    set_bit(Role::lamp_red, alarm);
    set_bit(Role::lamp_yellow, !off && !alarm && state_ != State::run);
  }
  void blink() {
    if (state_ != State::wait) return;
    set_bit(Role::lamp_yellow, clock_().mono.time_since_epoch() / blink_half % 2 == 0);
  }

  Clock clock_;
  modbus::MemoryBank bank_;
  std::vector<Place> places_;
  State state_ = State::idle;
  TcpHost host_;
};

}  // namespace

std::unique_ptr<Device> make_plc_device(boost::asio::io_context& io, std::uint16_t port, Kind kind,
                                        Speaks speaks, Clock clock) {
  return std::make_unique<PlcDevice>(io, port, kind, speaks, std::move(clock));
}

}  // namespace spindle::sim
