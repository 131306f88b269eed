#pragma once

#include "bench/tools/shop_floor.hpp"
#include "model/history_policy.hpp"
#include "model/value.hpp"

namespace shop_floor {

/// As the role that such a signal would have says it.
inline spindle::HistoryClass class_of(int signal) {
  using spindle::HistoryClass;
  switch (kind_of(signal)) {
    case Kind::choice:
    case Kind::flag:
      return HistoryClass::state;
    case Kind::counter:
      return HistoryClass::counter;
    case Kind::energy:
      return HistoryClass::energy;
    case Kind::noisy:
    case Kind::moving:
    case Kind::slow:
      return HistoryClass::analog;
  }
  return HistoryClass::state;
}

/// What a device says of a signal; `thousandths` as Life has them.
inline spindle::Value value_of(int signal, std::int64_t thousandths) {
  using spindle::Value;
  switch (kind_of(signal)) {
    case Kind::choice:
    case Kind::counter:
      return Value::of_int(thousandths / 1000);
    case Kind::flag:
      return Value::of_bool(thousandths != 0);
    case Kind::noisy:
    case Kind::moving:
    case Kind::slow:
    case Kind::energy:
      return Value::of_real(static_cast<double>(thousandths) / 1000.0);
  }
  return {};
}

}  // namespace shop_floor
