#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/series_rows.hpp"
#include "tests/store/batch_samples.hpp"

namespace spindle::store::samples {

/// Every value with its row, signal and text, whatever column holds it.
inline std::vector<std::string> dump(const SeriesRows& rows, std::optional<SignalKey> only = {}) {
  std::vector<std::string> out;
  const auto us = [](Instant t) { return std::to_string(t.time_since_epoch().count()); };
  for (const auto& t : rows.times)
    out.push_back(us(t.time) + " " + us(t.device) + " " + us(t.received));
  for (const auto& column : rows.columns) {
    if (only && column.signal != *only) continue;
    std::size_t next = 0;
    for (std::size_t row = 0; row < column.cells.size(); ++row) {
      const auto cell = column.cells[row];
      if (cell == absent) continue;
      auto line = std::to_string(static_cast<std::uint32_t>(column.signal)) + "@" +
                  std::to_string(row) + " c" + std::to_string(cell);
      if (has_value(cell)) {
        const auto bits = column.values[next++];
        line += " k" + std::to_string(static_cast<int>(column.kind)) + " ";
        line +=
            column.kind == ValueKind::text ? std::string(rows.text_at(bits)) : std::to_string(bits);
      }
      out.push_back(line);
    }
  }
  return out;
}

inline void add_batch(SeriesRows& rows, const Batch& batch) {
  for (const auto& scan : batch.scans) {
    rows.begin_row({scan.time, scan.device, scan.received});
    for (std::uint32_t n = 0; n < scan.count; ++n) {
      const auto& o = batch.observations[scan.first + n];
      rows.add(o.signal, o.quality, o.value, batch.text_of(o.value));
    }
  }
}

/// Rows as drivers make them: times mostly rising, some signals absent now and then, decimals,
/// counters, states, and now and then a value of another kind or quality.
inline SeriesRows lifelike_rows() {
  SeriesRows rows;
  const auto count = *rc::gen::inRange(1, 200);
  const auto signals = *rc::gen::inRange<std::uint32_t>(1, 6);
  const auto oddity = *rc::gen::element(1, 7, 1000);
  auto t = *rc::gen::inRange<std::int64_t>(-1'000'000'000, 2'000'000'000'000'000);
  std::uint64_t chance = *rc::gen::arbitrary<std::uint32_t>();
  const auto roll = [&chance](int sides) {
    chance = chance * 6364136223846793005 + 1442695040888963407;
    return static_cast<int>((chance >> 33) % static_cast<unsigned>(sides));
  };
  const bool backward = roll(4) == 0;
  for (int row = 0; row < count; ++row) {
    t += backward && roll(9) == 0 ? -roll(5'000'000) : roll(4) == 0 ? 0 : 1'000'000 + roll(30'000);
    rows.begin_row({at_us(t), roll(3) == 0 ? at_us(t - 500) : Instant{}, at_us(t + roll(3) * 100)});
    for (std::uint32_t n = 0; n < signals; ++n) {
      const SignalKey key{n * 3 + 1};
      const bool odd = roll(oddity) == 0;
      if (odd && roll(2) == 0) continue;
      if (odd) {
        const auto quality = static_cast<Quality>(roll(4));
        const double odds[] = {NAN, INFINITY, -INFINITY, -0.0, 1e300, 0.1 + 0.2};
        if (roll(2) == 0)
          rows.add(key, quality, {}, {});
        else
          rows.add(key, quality, Value::of_real(odds[roll(6)]), {});
        continue;
      }
      switch (n) {
        case 0:
          rows.add(key, Quality::good, Value::of_real((200 + roll(40)) / 10.0), {});
          break;
        case 1:
          rows.add(key, Quality::good,
                   Value::of_uint(~std::uint64_t{0} - 5 + static_cast<unsigned>(row % 9)), {});
          break;
        case 2:
          rows.add(key, Quality::good, Value::of_bool(row / 20 % 2 == 0), {});
          break;
        case 3:
          rows.add(key, Quality::good, Value::of_text(0, 0),
                   std::string(static_cast<std::size_t>(1 + row / 30 * 40), 'a'));
          break;
        default:
          rows.add(key, Quality::uncertain, Value::of_int(roll(50) == 0 ? INT64_MIN : row / 7), {});
          break;
      }
    }
  }
  return rows;
}

}  // namespace spindle::store::samples
