#include "plant/storage_sizing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::plant {
namespace {

constexpr double day_s = 86'400;
/// Of a value in the journal, which is coded for speed.
constexpr double journal_bytes_a_value = 0.5;
/// The program itself, and what it holds open for each signal.
constexpr double program_bytes = 48e6;
constexpr double bytes_a_signal = 7'000;
/// Beyond this of the processors there is no room for people's questions.
constexpr double cpu_share_max = 0.7;
constexpr double bytes_max = 9e18;
/// As retention shares a quota out.
constexpr double journal_part = 8;
constexpr double days_max = 36'525;

std::uint64_t whole(double bytes) {
  return static_cast<std::uint64_t>(std::clamp(std::ceil(bytes), 0.0, bytes_max));
}

/// Until the journal has its whole share it grows with the rest; from then on only the rest does.
std::optional<double> days_in(double room, double kept_a_day, double journal_a_day,
                              double journal_max) {
  if (kept_a_day <= 0) return std::nullopt;
  const auto together = room / (kept_a_day + journal_a_day);
  const auto days = together * journal_a_day <= journal_max
                        ? together
                        : std::max(0.0, room - journal_max) / kept_a_day;
  return days <= days_max ? std::optional(days) : std::nullopt;
}

std::string gigabytes(std::uint64_t bytes) {
  const auto gb = static_cast<double>(bytes) / 1e9;
  return gb < 10 ? fmt::format("{:.2f} GB", gb) : fmt::format("{:.0f} GB", gb);
}

}  // namespace

ValueCosts value_costs(const MeasuredCosts& measured) {
  ValueCosts costs;
  if (measured.raw_values >= sizing_values_min) {
    costs.raw_bytes =
        static_cast<double>(measured.raw_bytes) / static_cast<double>(measured.raw_values);
    costs.bytes_measured = true;
  }
  // Roll-ups of a day come when it is over: a part of one says too little.
  if (measured.signal_days >= 1 && measured.rollup_bytes > 0)
    costs.rollup_bytes_per_signal_day =
        static_cast<double>(measured.rollup_bytes) / measured.signal_days;
  if (measured.observations >= sizing_values_min && measured.cpu_s > 0) {
    costs.cpu_us = measured.cpu_s * 1e6 / static_cast<double>(measured.observations);
    costs.cpu_measured = true;
  }
  return costs;
}

Sizing size_plant(const SizingInputs& inputs, const ValueCosts& costs, unsigned cores,
                  std::uint64_t quota_bytes, std::uint64_t journal_bytes_max) {
  Sizing out;
  out.room_bytes = inputs.room_bytes ? whole(*inputs.room_bytes) : quota_bytes;
  const auto room_bytes = static_cast<double>(out.room_bytes);
  const auto journal_max = inputs.room_bytes ? whole(room_bytes / journal_part) : journal_bytes_max;
  const auto signals = inputs.machines * inputs.signals;
  const auto values_a_second = signals / inputs.rate_s;
  const auto raw_a_day = values_a_second * day_s * costs.raw_bytes;
  // A signal said less often than once a minute has fewer minutes to sum up.
  const auto minutes_used = std::min(1.0, 60 / inputs.rate_s);
  const auto rollup_a_day = signals * costs.rollup_bytes_per_signal_day * minutes_used;
  const auto journal_a_day = values_a_second * day_s * journal_bytes_a_value;
  out.raw_bytes = whole(raw_a_day * inputs.days);
  out.rollup_bytes = whole(rollup_a_day * inputs.days);
  out.journal_bytes = std::min(whole(journal_a_day * inputs.days), journal_max);
  out.total_bytes =
      whole(static_cast<double>(out.raw_bytes) + static_cast<double>(out.rollup_bytes) +
            static_cast<double>(out.journal_bytes));
  out.cpu_share = values_a_second * costs.cpu_us * 1e-6 / std::max(1U, cores);
  out.memory_bytes = whole(program_bytes + signals * bytes_a_signal);
  out.lasts_days = days_in(room_bytes, raw_a_day + rollup_a_day, journal_a_day,
                           static_cast<double>(journal_max));
  const bool disk = out.total_bytes <= out.room_bytes;
  const bool processor = out.cpu_share <= cpu_share_max;
  out.fits = disk;
  const auto needed = gigabytes(out.total_bytes);
  const auto room = gigabytes(out.room_bytes);
  if (disk)
    out.why = {fmt::format("需要 {}，可用上限 {}", needed, room),
               fmt::format("{} of the {} that may be used", needed, room)};
  else
    out.why = {
        fmt::format("需要 {}，可用上限只有 {}；請縮短保存天數、降低讀取頻率、設定死區，"
                    "或換大一點的磁碟",
                    needed, room),
        fmt::format("{} are needed and {} may be used; keep values for fewer days, read less "
                    "often, set a dead band, or take a larger disk",
                    needed, room)};
  if (!processor)
    out.why = out.why +
              kpi::Text{"；處理器也不夠快：請降低讀取頻率，或分到兩台盒子",
                        "; nor is the processor fast enough: read less often, or take two boxes"};
  return out;
}

}  // namespace spindle::plant
