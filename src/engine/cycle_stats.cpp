#include "engine/cycle_stats.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spindle::engine {
namespace {

double percentile(std::span<const double> sorted, double p) {
  const double rank = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

bool interrupts(State state) {
  return state == State::hold || state == State::alarm || state == State::estop ||
         state == State::offline || state == State::power_off;
}

}  // namespace

std::vector<Cycle> cycles_of(std::span<const Instant> completions,
                             std::span<const StateInterval> states) {
  std::vector<Cycle> out;
  std::size_t first = 0;  // The first state that may reach into the cycle at hand.
  for (std::size_t i = 1; i < completions.size(); ++i) {
    const Interval whole{completions[i - 1], completions[i]};
    if (whole.empty()) continue;
    Cycle cycle{whole.from, whole.to, whole.length(), whole.length()};
    while (first < states.size() && states[first].to <= whole.from) ++first;
    for (auto s = first; s < states.size() && states[s].from < whole.to; ++s)
      if (interrupts(states[s].state)) cycle.net -= intersect(whole, states[s].when()).length();
    out.push_back(cycle);
  }
  return out;
}

CycleStats cycle_stats(std::span<const double> seconds) {
  std::vector<double> values;
  std::ranges::copy_if(seconds, std::back_inserter(values),
                       [](double x) { return std::isfinite(x); });
  CycleStats out;
  out.n = values.size();
  if (values.empty()) return out;
  std::ranges::sort(values);
  out.median = percentile(values, 0.5);
  out.p10 = percentile(values, 0.1);
  out.p90 = percentile(values, 0.9);
  out.mean = mean_of(values);
  std::vector<double> distance(values.size());
  std::ranges::transform(values, distance.begin(),
                         [&](double x) { return std::abs(x - out.median); });
  std::ranges::sort(distance);
  out.mad = percentile(distance, 0.5);
  const double reach = out.mad > 0 ? 3 * 1.4826 * out.mad : 0.5 * std::abs(out.median);
  std::erase_if(values, [&](double x) { return std::abs(x - out.median) > reach; });
  out.kept = values.size();
  out.kept_mean = mean_of(values);
  return out;
}

bool ideal_cycle_doubtful(const CycleStats& stats, double ideal_cycle_s) {
  return stats.n >= 50 && std::abs(stats.median - ideal_cycle_s) > 0.05 * ideal_cycle_s;
}

}  // namespace spindle::engine
