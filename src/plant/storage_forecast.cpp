#include "plant/storage_forecast.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace spindle::plant {
namespace {

constexpr double day_s = 86'400;
constexpr std::size_t days_looked_at = 28;
/// Of a day that counts as whole.
constexpr double whole_day = 0.9;
/// Farther than a box lives.
constexpr double horizon_days = 36'500;

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

double Growth::total() const {
  double sum = rollup + facts + journal;
  for (const auto bytes : raw) sum += bytes;
  return sum;
}

Growth measure_growth(std::span<const DayGrowth> days) {
  if (days.size() > days_looked_at) days = days.last(days_looked_at);
  Growth out;
  for (const auto& day : days) out.measured += day.measured;
  const auto share = [](const DayGrowth& day) { return to_seconds(day.measured) / day_s; };
  const bool any_whole =
      std::ranges::any_of(days, [&](const DayGrowth& day) { return share(day) >= whole_day; });
  const auto of = [&](const auto& bytes_of) {
    std::vector<double> values;
    double bytes = 0;
    for (const auto& day : days) {
      bytes += static_cast<double>(bytes_of(day));
      if (share(day) >= whole_day)
        values.push_back(static_cast<double>(bytes_of(day)) / share(day));
    }
    if (any_whole) return median(std::move(values));
    return out.measured > Duration{0} ? bytes / to_seconds(out.measured) * day_s : 0;
  };
  for (std::size_t c = 0; c < out.raw.size(); ++c)
    out.raw[c] = of([c](const DayGrowth& day) { return day.raw_bytes[c]; });
  out.rollup = of([](const DayGrowth& day) { return day.rollup_bytes; });
  return out;
}

FullIn full_in(std::uint64_t room_bytes, const Growth& growth,
               const std::array<std::optional<Duration>, 4>& oldest, const KeepDays& keep,
               std::uint64_t journal_room_bytes) {
  if (growth.measured < growth_measured_min)
    return {std::nullopt, "less than an hour has been measured"};
  /// Something that grows at a rate until a day, then no more.
  struct Flow {
    double rate;
    double until;
  };
  std::vector<Flow> flows{{growth.rollup + growth.facts, horizon_days}};
  if (growth.journal > 0)
    flows.push_back({growth.journal, static_cast<double>(journal_room_bytes) / growth.journal});
  for (const auto c :
       {HistoryClass::state, HistoryClass::counter, HistoryClass::analog, HistoryClass::energy}) {
    const auto i = static_cast<std::size_t>(c);
    const auto age = oldest[i] ? to_seconds(*oldest[i]) / day_s : 0;
    flows.push_back({growth.raw[i], std::max(0.0, keep.of(c) - age)});
  }
  std::ranges::sort(flows, {}, &Flow::until);
  auto room = static_cast<double>(room_bytes);
  double day = 0;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    double rate = 0;
    for (std::size_t k = i; k < flows.size(); ++k) rate += flows[k].rate;
    const auto span = std::min(flows[i].until, horizon_days) - day;
    if (span <= 0) continue;
    if (rate * span >= room && rate > 0) return {day + room / rate, {}};
    room -= rate * span;
    day += span;
  }
  return {std::nullopt, growth.total() > 0
                            ? "what is kept for its days fits; nothing more is needed in 100 years"
                            : "nothing grows"};
}

}  // namespace spindle::plant
