#include "connect/modbus/modbus_signal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "connect/text_value.hpp"
#include "protocol/modbus/address.hpp"

namespace spindle::connect {
namespace {

using modbus::NumberType;

std::optional<NumberType> number_type(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return NumberType::boolean;
    case ValueType::int8:
      return NumberType::int8;
    case ValueType::uint8:
      return NumberType::uint8;
    case ValueType::int16:
      return NumberType::int16;
    case ValueType::uint16:
      return NumberType::uint16;
    case ValueType::int32:
      return NumberType::int32;
    case ValueType::uint32:
      return NumberType::uint32;
    case ValueType::int64:
      return NumberType::int64;
    case ValueType::uint64:
      return NumberType::uint64;
    case ValueType::float32:
      return NumberType::float32;
    case ValueType::float64:
      return NumberType::float64;
    case ValueType::text:
    case ValueType::condition:
      return std::nullopt;
  }
  return std::nullopt;
}

modbus::WordOrder word_order(WordOrder order) {
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

tl::unexpected<Error> wrong(const Signal& signal, std::string_view what) {
  return fail(Errc::invalid, fmt::format("address '{}': {}", signal.address, what));
}

Observation scaled(SignalKey key, double value) {
  if (!std::isfinite(value)) return {key, Quality::bad, {}};
  return {key, Quality::good, Value::of_real(value)};
}

Observation decode_number(const ModbusSignal& signal, ByteView registers) {
  const auto number = modbus::decode_number(registers, signal.type, signal.order);
  switch (number.kind) {
    case modbus::Number::Kind::boolean:
      return {signal.key, Quality::good, Value::of_bool(number.boolean)};
    case modbus::Number::Kind::integer:
      if (signal.scaled)
        return scaled(signal.key,
                      static_cast<double>(number.integer) * signal.scale + signal.offset);
      return {signal.key, Quality::good, Value::of_int(number.integer)};
    case modbus::Number::Kind::unsigned_integer:
      if (signal.scaled)
        return scaled(signal.key,
                      static_cast<double>(number.unsigned_integer) * signal.scale + signal.offset);
      return {signal.key, Quality::good, Value::of_uint(number.unsigned_integer)};
    case modbus::Number::Kind::real:
      return scaled(signal.key, number.real * signal.scale + signal.offset);
  }
  return {signal.key, Quality::bad, {}};
}

Observation decode_text(const ModbusSignal& signal, ByteView registers, std::string& text) {
  const auto start = text.size();
  modbus::append_text(text, registers, signal.order);
  auto quality = Quality::good;
  const bool ascii = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    const auto as_sent = text.substr(start);
    text.resize(start);
    append_utf8(text, as_sent);
    if (std::string_view(text).substr(start) != as_sent) quality = Quality::uncertain;
  }
  return {signal.key, quality,
          Value::of_text(static_cast<std::uint32_t>(start),
                         static_cast<std::uint32_t>(text.size() - start))};
}

}  // namespace

Result<ModbusSignal> make_modbus_signal(const Signal& signal) {
  const auto address = modbus::parse_address(signal.address);
  if (!address) return fail(address.error());

  ModbusSignal out;
  out.key = signal.key;
  out.table = address->table;
  out.first = address->first;
  out.order = word_order(signal.order);
  out.scale = signal.scale;
  out.offset = signal.offset;
  out.scaled = signal.scale != 1.0 || signal.offset != 0.0;
  if (!std::isfinite(signal.scale) || !std::isfinite(signal.offset))
    return wrong(signal, "scale and offset must be finite numbers");

  if (modbus::holds_bits(address->table) || address->bit) {
    if (signal.type != ValueType::boolean)
      return wrong(signal, fmt::format("this is a single bit; its type is bool, not {}",
                                       to_string(signal.type)));
    out.form = address->bit ? ModbusSignal::Form::register_bit : ModbusSignal::Form::bit;
    out.bit = address->bit.value_or(0);
    return out;
  }
  if (signal.type == ValueType::text) {
    out.form = ModbusSignal::Form::text;
    if (address->last) out.count = static_cast<std::uint16_t>(*address->last - address->first + 1);
    return out;
  }
  const auto type = number_type(signal.type);
  if (!type)
    return wrong(signal, fmt::format("Modbus has no {}; use bool, a number type or text",
                                     to_string(signal.type)));
  out.type = *type;
  out.count = modbus::registers_of(*type);
  if (address->last && *address->last - address->first + 1 != out.count)
    return wrong(signal, fmt::format("{} takes {} registers; write {}:{}", to_string(signal.type),
                                     out.count, modbus::to_string(out.table), out.first));
  if (out.first + out.count > 0x10000)
    return wrong(signal, fmt::format("{} takes {} registers and would pass 65535",
                                     to_string(signal.type), out.count));
  return out;
}

Result<void> check_modbus_address(const Signal& signal) {
  const auto made = make_modbus_signal(signal);
  if (!made) return fail(made.error());
  return {};
}

Observation decode(const ModbusSignal& signal, ByteView data, std::size_t at, std::string& text) {
  switch (signal.form) {
    case ModbusSignal::Form::bit:
      return {signal.key, Quality::good, Value::of_bool(modbus::bit_at(data, at))};
    case ModbusSignal::Form::register_bit: {
      const auto word = modbus::register_at(data, at);
      return {signal.key, Quality::good, Value::of_bool((word >> signal.bit & 1) != 0)};
    }
    case ModbusSignal::Form::number:
      return decode_number(signal, data.subspan(2 * at));
    case ModbusSignal::Form::text:
      return decode_text(signal, data.subspan(2 * at, 2 * std::size_t{signal.count}), text);
  }
  return {signal.key, Quality::bad, {}};
}

}  // namespace spindle::connect
