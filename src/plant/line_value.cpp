#include "plant/line_value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "exchange/value_text.hpp"

namespace spindle::plant {
namespace {

using line::Field;
using line::FieldKind;

struct Range {
  std::int64_t least = 0;
  std::uint64_t most = 0;
};

template <class T>
constexpr Range range_of_type() {
  return {static_cast<std::int64_t>(std::numeric_limits<T>::min()),
          static_cast<std::uint64_t>(std::numeric_limits<T>::max())};
}

Range range_of(ValueType type) {
  switch (type) {
    case ValueType::int8:
      return range_of_type<std::int8_t>();
    case ValueType::uint8:
      return range_of_type<std::uint8_t>();
    case ValueType::int16:
      return range_of_type<std::int16_t>();
    case ValueType::uint16:
      return range_of_type<std::uint16_t>();
    case ValueType::int32:
      return range_of_type<std::int32_t>();
    case ValueType::uint32:
      return range_of_type<std::uint32_t>();
    case ValueType::uint64:
      return range_of_type<std::uint64_t>();
    case ValueType::int64:
    case ValueType::boolean:
    case ValueType::float32:
    case ValueType::float64:
    case ValueType::text:
    case ValueType::condition:
      break;
  }
  return range_of_type<std::int64_t>();
}

bool is_unsigned(ValueType type) {
  return type == ValueType::uint8 || type == ValueType::uint16 || type == ValueType::uint32 ||
         type == ValueType::uint64;
}

std::string shown(const Field& field) {
  switch (field.kind) {
    case FieldKind::real:
      return fmt::format("the real {}", field.real);
    case FieldKind::integer:
      return fmt::format("the integer {}", field.integer);
    case FieldKind::unsigned_integer:
      return fmt::format("the integer {}", field.unsigned_integer);
    case FieldKind::boolean:
      return field.boolean ? "true" : "false";
    case FieldKind::text:
      return "text";
  }
  return {};
}

tl::unexpected<Error> wrong(const Field& field, std::string_view takes) {
  return fail(Errc::invalid, fmt::format("the signal takes {}, not {}", takes, shown(field)));
}

Result<Value> whole(const Field& field, ValueType type) {
  const auto range = range_of(type);
  std::int64_t below_zero = 0;
  std::uint64_t magnitude = 0;
  switch (field.kind) {
    case FieldKind::integer:
      if (field.integer < 0)
        below_zero = field.integer;
      else
        magnitude = static_cast<std::uint64_t>(field.integer);
      break;
    case FieldKind::unsigned_integer:
      magnitude = field.unsigned_integer;
      break;
    case FieldKind::real:
      // Beyond 2^53 a real no longer says which whole number was meant.
      if (field.real != std::trunc(field.real) || std::abs(field.real) > 0x1p53)
        return wrong(field, "whole numbers");
      if (field.real < 0)
        below_zero = static_cast<std::int64_t>(field.real);
      else
        magnitude = static_cast<std::uint64_t>(field.real);
      break;
    case FieldKind::boolean:
    case FieldKind::text:
      return wrong(field, "whole numbers");
  }
  if (below_zero < range.least || magnitude > range.most)
    return wrong(field, fmt::format("{} to {}", range.least, range.most));
  if (is_unsigned(type)) return Value::of_uint(magnitude);
  return Value::of_int(below_zero < 0 ? below_zero : static_cast<std::int64_t>(magnitude));
}

Result<Value> real(const Field& field) {
  switch (field.kind) {
    case FieldKind::real:
      return Value::of_real(field.real);
    case FieldKind::integer:
      return Value::of_real(static_cast<double>(field.integer));
    case FieldKind::unsigned_integer:
      return Value::of_real(static_cast<double>(field.unsigned_integer));
    case FieldKind::boolean:
    case FieldKind::text:
      break;
  }
  return wrong(field, "numbers");
}

Result<Value> truth(const Field& field) {
  if (field.kind == FieldKind::boolean) return Value::of_bool(field.boolean);
  if (const auto number = real(field); number && (number->real == 0 || number->real == 1))
    return Value::of_bool(number->real == 1);
  return wrong(field, "true or false");
}

Result<Value> condition(const Field& field, Batch& batch) {
  std::string packed;
  if (field.kind == FieldKind::text && Condition::unpack(field.text))
    return batch.add_text(field.text);  // packed as we keep it
  if (field.kind == FieldKind::text && exchange::value_from("condition", field.text, packed))
    return batch.add_text(packed);
  return wrong(field, "LEVEL|code|severity|qualifier|text in double quotes");
}

}  // namespace

ValueType natural_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::real:
      return ValueType::float64;
    case FieldKind::integer:
      return ValueType::int64;
    case FieldKind::unsigned_integer:
      return ValueType::uint64;
    case FieldKind::boolean:
      return ValueType::boolean;
    case FieldKind::text:
      return ValueType::text;
  }
  return ValueType::float64;
}

Result<Value> value_of(const Field& field, ValueType type, Batch& batch) {
  switch (type) {
    case ValueType::boolean:
      return truth(field);
    case ValueType::float32:
    case ValueType::float64:
      return real(field);
    case ValueType::text:
      if (field.kind != FieldKind::text) return wrong(field, "text in double quotes");
      return batch.add_text(field.text);
    case ValueType::condition:
      return condition(field, batch);
    case ValueType::int8:
    case ValueType::uint8:
    case ValueType::int16:
    case ValueType::uint16:
    case ValueType::int32:
    case ValueType::uint32:
    case ValueType::int64:
    case ValueType::uint64:
      break;
  }
  return whole(field, type);
}

}  // namespace spindle::plant
