#pragma once

#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "model/observation.hpp"

namespace spindle::store::samples {

inline Instant at_us(std::int64_t us) { return Instant{Duration{us}}; }

/// `count` unsigned registers of a poll group that count up by their number each scan.
inline Batch poll_batch(std::uint32_t machine, std::int64_t t_us, std::uint32_t first_signal,
                        std::uint32_t count, std::uint64_t step, std::uint16_t group = 1) {
  Batch out;
  out.machine = static_cast<MachineKey>(machine);
  out.begin_scan(ScanKind::values, at_us(t_us), {}, at_us(t_us + 300), group);
  for (std::uint32_t n = 0; n < count; ++n)
    out.add(static_cast<SignalKey>(first_signal + n), Value::of_uint(1000 + step * (n % 7)));
  return out;
}

/// What tells two batches apart, with values as their bits: NaN equals itself, −0 is not 0.
inline std::vector<std::string> dump(const Batch& batch) {
  std::vector<std::string> out;
  const auto us = [](Instant t) { return std::to_string(t.time_since_epoch().count()); };
  out.push_back("machine " + std::to_string(static_cast<std::uint32_t>(batch.machine)));
  for (const auto& s : batch.scans)
    out.push_back("scan " + std::to_string(static_cast<int>(s.kind)) + " " + us(s.time) + " " +
                  us(s.device) + " " + us(s.received) + " " + std::to_string(s.group) + " " +
                  std::to_string(s.first) + "+" + std::to_string(s.count) + " note " +
                  std::string(batch.note_of(s)));
  for (const auto& o : batch.observations) {
    auto line = std::to_string(static_cast<std::uint32_t>(o.signal)) + " q" +
                std::to_string(static_cast<int>(o.quality)) + " k" +
                std::to_string(static_cast<int>(o.value.kind)) + " ";
    switch (o.value.kind) {
      case ValueKind::none:
        break;
      case ValueKind::boolean:
        line += o.value.boolean ? "true" : "false";
        break;
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
      case ValueKind::real:
        line += std::to_string(o.value.unsigned_integer);
        break;
      case ValueKind::text:
        line += batch.text_of(o.value);
        break;
    }
    out.push_back(line);
  }
  return out;
}

inline Value any_value(Batch& batch) {
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return {};
    case 1:
      return Value::of_bool(*rc::gen::arbitrary<bool>());
    case 2:
      return Value::of_int(*rc::gen::arbitrary<std::int64_t>());
    case 3:
      return Value::of_uint(*rc::gen::arbitrary<std::uint64_t>());
    case 4:
      return Value::of_real(std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>()));
    case 5:
      return Value::of_real(*rc::gen::element(
          0.0, -0.0, 12.3, -1e300, std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
          std::bit_cast<double>(std::uint64_t{0x7FF4000000001234})));
    default:
      return batch.add_text(*rc::gen::arbitrary<std::string>());
  }
}

/// Any batch the drivers could make, and many they would not: times going back, all kinds of
/// values, texts anywhere in the pool.
inline Batch any_batch() {
  Batch out;
  out.machine = static_cast<MachineKey>(*rc::gen::arbitrary<std::uint32_t>());
  const auto scans = *rc::gen::inRange(0, 6);
  for (int n = 0; n < scans; ++n) {
    const auto time = at_us(*rc::gen::arbitrary<std::int64_t>());
    const auto device =
        *rc::gen::element(0, 1) ? at_us(*rc::gen::arbitrary<std::int64_t>()) : Instant{};
    const auto received =
        *rc::gen::element(0, 1) ? at_us(*rc::gen::arbitrary<std::int64_t>()) : time;
    const auto kind = static_cast<ScanKind>(*rc::gen::inRange(0, 7));
    if (kind != ScanKind::values) {
      out.add_event(kind, time, received, *rc::gen::arbitrary<std::string>());
      continue;
    }
    out.begin_scan(kind, time, device, received, *rc::gen::arbitrary<std::uint16_t>());
    if (n > 0 && *rc::gen::element(0, 1)) {  // The same signals again, values as they come.
      const auto above = out.scans[out.scans.size() - 2];
      for (std::uint32_t k = 0; k < above.count; ++k) {
        const auto signal = out.observations[above.first + k].signal;
        const auto quality = out.observations[above.first + k].quality;
        auto value = out.observations[above.first + k].value;
        if (value.kind == ValueKind::unsigned_integer)
          value = Value::of_uint(value.unsigned_integer + *rc::gen::inRange<std::uint64_t>(0, 3));
        out.add(signal, value, quality);
      }
      continue;
    }
    auto key = *rc::gen::arbitrary<std::uint32_t>();
    const auto count = *rc::gen::inRange(0, 20);
    for (int k = 0; k < count; ++k) {
      key = *rc::gen::inRange(0, 4) == 0 ? *rc::gen::arbitrary<std::uint32_t>() : key + 1;
      const auto value = any_value(out);
      out.add(static_cast<SignalKey>(key), value, static_cast<Quality>(*rc::gen::inRange(0, 4)));
    }
  }
  return out;
}

}  // namespace spindle::store::samples
