#include <algorithm>
#include <bit>
#include <cmath>

#include "store/block_layout.hpp"

namespace spindle::store {
namespace {

double as_double(WideSum sum) {
  return std::ldexp(static_cast<double>(static_cast<std::uint64_t>(sum >> 64)), 64) +
         static_cast<double>(static_cast<std::uint64_t>(sum));
}

}  // namespace

double ColumnHead::number(std::uint64_t stored) const {
  if (block::is_double(kind, decimals)) return std::bit_cast<double>(stored);
  if (kind == ValueKind::unsigned_integer) return static_cast<double>(stored);
  const auto whole = static_cast<double>(static_cast<std::int64_t>(stored));
  return decimals == 0 ? whole : whole / block::powers_of_ten[decimals - 1u];
}

double ColumnHead::mean() const {
  const auto by_time = summary.held > 0;
  const auto over = by_time ? static_cast<double>(summary.held) : summary.numbers;
  if (block::is_double(kind, decimals))
    return (by_time ? summary.real_weighted : summary.real_sum) / over;
  const auto power = decimals == 0 ? 1.0 : block::powers_of_ten[decimals - 1u];
  return number(summary.min) +
         as_double(by_time ? summary.weighted_above : summary.above) / over / power;
}

namespace block {
namespace {

/// Values of whole numbers, each row a good one.
void sum_up_plain(const Column& column, std::span<const std::int64_t> times, bool ordered,
                  ColumnWork& work) {
  auto& out = work.summary;
  const auto& numbers = work.numbers;
  const auto rows = numbers.size();
  const auto bias = order_bias(column.kind);
  auto least = static_cast<std::int64_t>(numbers[0] ^ bias);
  auto most = least;
  for (const auto n : numbers) {
    const auto key = static_cast<std::int64_t>(n ^ bias);
    least = std::min(least, key);
    most = std::max(most, key);
  }
  out.min = static_cast<std::uint64_t>(least) ^ bias;
  out.max = static_cast<std::uint64_t>(most) ^ bias;
  out.first = numbers.front();
  out.last = numbers.back();
  const auto min = out.min;
  const auto reach = out.max - min;
  if (std::bit_width(reach) <= 48) {  // 65,536 rows of them fit in 64 bits.
    std::uint64_t sum = 0;
    for (const auto n : numbers) sum += n - min;
    out.above = sum;
  } else {
    for (const auto n : numbers) out.above += n - min;
  }
  if (!ordered) return;
  out.held = static_cast<std::uint64_t>(times.back()) - static_cast<std::uint64_t>(times.front());
  if (std::bit_width(reach) + std::bit_width(out.held) <= 64) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 1 < rows; ++i)
      sum += (numbers[i] - min) * static_cast<std::uint64_t>(times[i + 1] - times[i]);
    out.weighted_above = sum;
    return;
  }
  for (std::size_t i = 0; i + 1 < rows; ++i)
    out.weighted_above +=
        static_cast<WideSum>(numbers[i] - min) *
        (static_cast<std::uint64_t>(times[i + 1]) - static_cast<std::uint64_t>(times[i]));
}

/// Calls `each` with the stored number of every usable value and the µs it held.
template <class Each>
void each_usable(const Column& column, std::span<const std::int64_t> times, bool ordered,
                 const ColumnWork& work, Each each) {
  std::size_t next = 0;
  for (std::size_t row = 0; row < column.cells.size();) {
    const auto cell = column.cells[row];
    auto end = row + 1;
    while (end < column.cells.size() && column.cells[end] == absent) ++end;
    const auto until = end < column.cells.size() ? end : times.size() - 1;
    const auto number = has_value(cell) ? work.numbers[next++] : 0;
    const auto held =
        ordered ? static_cast<std::uint64_t>(times[until]) - static_cast<std::uint64_t>(times[row])
                : 0;
    if (has_value(cell) && is_usable(quality_of(cell))) each(number, held);
    row = end;
  }
}

void sum_up_doubles(const Column& column, std::span<const std::int64_t> times, bool ordered,
                    ColumnWork& work) {
  auto& out = work.summary;
  double min = 0;
  double max = 0;
  each_usable(column, times, ordered, work, [&](std::uint64_t bits, std::uint64_t held) {
    const auto value = std::bit_cast<double>(bits);
    if (!std::isfinite(value)) return;
    if (out.numbers++ == 0) {
      min = max = value;
      out.first = bits;
    }
    min = std::min(min, value);
    max = std::max(max, value);
    out.last = bits;
    out.held += held;
    out.real_sum += value;
    out.real_weighted += value * static_cast<double>(held);
  });
  out.min = std::bit_cast<std::uint64_t>(min);
  out.max = std::bit_cast<std::uint64_t>(max);
}

void sum_up_sparse(const Column& column, std::span<const std::int64_t> times, bool ordered,
                   ColumnWork& work) {
  auto& out = work.summary;
  const auto bias = order_bias(column.kind);
  const auto key = [bias](std::uint64_t n) { return static_cast<std::int64_t>(n ^ bias); };
  each_usable(column, times, ordered, work, [&](std::uint64_t number, std::uint64_t held) {
    if (out.numbers++ == 0) out.min = out.max = out.first = number;
    if (key(number) < key(out.min)) out.min = number;
    if (key(number) > key(out.max)) out.max = number;
    out.last = number;
    out.held += held;
  });
  each_usable(column, times, ordered, work, [&](std::uint64_t number, std::uint64_t held) {
    out.above += number - out.min;
    out.weighted_above += static_cast<WideSum>(number - out.min) * held;
  });
}

}  // namespace

void sum_up(const Column& column, std::span<const std::int64_t> times, bool ordered,
            ColumnWork& work) {
  auto& out = work.summary;
  out = {};
  const auto rows = static_cast<std::uint32_t>(times.size());
  if (work.plain) {
    out.said = out.usable = out.good = rows;
  } else {
    for (const auto cell : column.cells) {
      out.said += cell != absent;
      if (!has_value(cell)) continue;
      out.usable += is_usable(quality_of(cell));
      out.good += quality_of(cell) == Quality::good;
    }
  }
  if (!is_number(column.kind)) return;
  if (is_double(column.kind, work.decimals)) return sum_up_doubles(column, times, ordered, work);
  if (!work.plain) return sum_up_sparse(column, times, ordered, work);
  out.numbers = rows;
  sum_up_plain(column, times, ordered, work);
}

}  // namespace block
}  // namespace spindle::store
